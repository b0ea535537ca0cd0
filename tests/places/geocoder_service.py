"""A stand-in for the outside geocoders on this machine: it speaks Nominatim's and Photon's JSON."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

PLACES = {"12 elm street, testville": (42.36, -71.05), "far away, testville": (10.0, 10.0)}
"""What the stand-in knows, by the query in small letters: latitude and longitude."""


@dataclass(slots=True)
class Service:
    """Where the stand-in listens and what it was asked; `broken` paths answer 500, `garbled` ones no JSON."""

    url: str
    asked: list[tuple[str, dict[str, list[str]], str]] = field(default_factory=list)
    broken: set[str] = field(default_factory=set)
    garbled: set[str] = field(default_factory=set)

    def queries(self) -> list[str]:
        """The paths and texts asked, in order."""
        return [f"{path} {parameters['q'][0]}" for path, parameters, _ in self.asked]


@contextmanager
def running_service() -> Iterator[Service]:
    """Serve on a free port of the loopback until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            parameters = parse_qs(address.query)
            service.asked.append((address.path, parameters, self.headers["User-Agent"]))
            spot = PLACES.get(parameters["q"][0].casefold())
            body = b"<html>" if address.path in service.garbled else json.dumps(answer(address.path, spot)).encode()
            self.send_response(500 if address.path in service.broken else 200)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        service = Service(f"http://127.0.0.1:{server.server_port}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield service
        finally:
            server.shutdown()
            thread.join()


def answer(path: str, spot: tuple[float, float] | None) -> Any:
    """One answer, or none, as the service of that path writes it."""
    if path == "/search":
        return [{"lat": str(spot[0]), "lon": str(spot[1]), "display_name": "Elm Street, Testville"}] if spot else []
    point = {"type": "Point", "coordinates": [spot[1], spot[0]]} if spot else None
    features = [{"type": "Feature", "geometry": point, "properties": {"name": "Elm Street"}}] if spot else []
    return {"type": "FeatureCollection", "features": features}
