"""`worker` and `start`: the two processes of a small installation; `start` begins both and ends both."""

import os
import signal
import subprocess
import sys
import threading
import time

import click
from flask import current_app
from flask.cli import with_appcontext
from waitress.server import create_server

from ..config import Settings
from ..extensions import db
from ..jobs import run_worker
from ..migrating import upgrade_schema
from ..places.city import find_city
from .demo import build_demo, is_demo_unfinished
from .output import clear_errors

_ADDRESS = "127.0.0.1"


@click.command("worker")
@click.option("--parent", type=int, hidden=True, help="End when this process is gone.")
@with_appcontext
@clear_errors
def worker(parent: int | None) -> None:
    """Run the nightly jobs and what pages asked for, until stopped."""
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    run_worker(current_app._get_current_object())  # type: ignore[attr-defined]  # the proxy's own way to the app


def _end_with(parent: int) -> None:
    """A parent that was killed outright cannot tell its worker; the worker then finds itself with another parent."""
    while os.getppid() == parent:
        time.sleep(1)
    os.kill(os.getpid(), signal.SIGTERM)


@click.command("start")
@with_appcontext
@clear_errors
def start() -> None:
    """Serve the pages at 127.0.0.1 (TRACKER_PORT, 8311) with a worker beside them. Ctrl-C ends both.

    An instance without a city gets the demo city first.
    """
    upgrade_schema(current_app)
    if find_city() is None or is_demo_unfinished():
        click.echo("Building the demo city: a year of calls. This takes a minute, once.")
        build_demo()
    db.session.remove()
    _serve(current_app.config["SETTINGS"])


def _serve(settings: Settings) -> None:
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # as above
    try:
        server = create_server(app, host=_ADDRESS, port=settings.port, threads=8, ident="")
    except OSError as error:
        raise click.ClickException(
            f"Port {settings.port} cannot be used ({error.strerror}). Stop what uses it or set TRACKER_PORT."
        ) from error
    command = [sys.executable, "-m", "flask", "--app", "tracker", "worker", "--parent", str(os.getpid())]
    beside = subprocess.Popen(command)  # noqa: S603  # our own command, nothing of a user's
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, _stop)
    here = f"http://{_ADDRESS}:{settings.port}"
    click.echo(f"Open {here}/ · staff: {here}/staff · Ctrl-C ends.")
    try:
        server.run()
    finally:
        server.close()
        beside.terminate()
        beside.wait()


def _stop(*_: object) -> None:
    raise KeyboardInterrupt


COMMANDS = [worker, start]
