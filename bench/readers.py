"""People and programs that read from a server: the map, a list, a page, again and again, until they are stopped.

    python -m bench.readers PORT NUMBER

A process of their own, so that nothing of it is counted where something is measured.
"""

import sys
import threading
import time
import urllib.request

PAGES = ("/", "/open311/v2/requests.json?page_size=50", "/map/cases.json?bbox=-71.05,41.95,-70.95,42.05&zoom=13")


def read(port: int, number: int) -> None:
    """One reader, who looks twice a second."""
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}{PAGES[number % len(PAGES)]}", timeout=60).read()
        except OSError:
            time.sleep(1)  # the server is not up yet
        time.sleep(0.5)


if __name__ == "__main__":
    for reader in range(int(sys.argv[2])):
        threading.Thread(target=read, args=(int(sys.argv[1]), reader)).start()
