"""The program in processes of its own, for whoever kills it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tracker.config import Settings


@contextmanager
def running_server(settings: Settings, port: int) -> Iterator[subprocess.Popen[str]]:
    """The program as `make run` starts it, ready when it says so; its worker ends with it."""
    environ = {
        **os.environ,
        "TRACKER_INSTANCE": str(settings.instance),
        "TRACKER_DATABASE_URL": settings.database_url,
        "TRACKER_PORT": str(port),
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "flask", "--app", "tracker", "start"]
    server = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        assert "Open http" in server.stdout.readline()
        yield server
    finally:
        server.send_signal(signal.SIGTERM)
        server.wait(timeout=60)
        if server.stdout is not None:
            server.stdout.close()


@pytest.fixture
def free_port() -> int:
    """A port that nothing listens on just now."""
    return find_port()


def find_port() -> int:
    """The same outside of tests."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
