"""CPU milliseconds of what residents and other systems ask for: quiet, and while a city works; on both engines.

    python -m bench.residents [--calls N] [--cases N] [--runs N] [--engine sqlite|postgresql] [--quiet]

A throwaway database is filled with a year of calls. Each question is asked many times, each time about something else,
and its figure is the median CPU time of the thread that serves it; on PostgreSQL the database's own work is not in it.
Beside it stands the stack's floor in the same seconds. Then a file is imported by another process and 20 readers ask a
third one, and the same is measured again and printed beside it.
"""

import argparse
import csv
import itertools
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select

from bench.filled_city import fill
from bench.floor import USUAL_MS, ask_floor, floor_client
from bench.map_page import LAT, LONG
from tests.databases import running_postgres
from tests.serving import find_port
from tracker.app import create_app
from tracker.calls.models import Family, ServiceRequest
from tracker.cases.models import ProblemCase
from tracker.clock import utc_now
from tracker.config import load_settings
from tracker.extensions import db
from tracker.migrating import upgrade_schema
from tracker.published.finding import Found
from tracker.published.near import known_near
from tracker.staff.api_keys.giving import give_key
from tracker.staff.api_keys.terms import KeyTerms
from tracker.staff.models import Role, User

READERS = 20
IMPORTED_ROWS = 400_000
NUMBERS = 500
WARM = 3


@dataclass(frozen=True)
class Question:
    """What is asked, with its target in CPU milliseconds; `ask` gets a client and how often it was asked before."""

    name: str
    target_ms: float
    ask: Callable[[FlaskClient, int], object]


@dataclass
class World:
    """What there is to ask about."""

    calls: list[str] = field(default_factory=list)
    cases: list[str] = field(default_factory=list)
    key: str = ""
    family_id: int = 0


def get(address: str, **headers: str) -> Callable[[FlaskClient, int], object]:
    """Ask for an address in which {n} counts."""

    def ask(client: FlaskClient, number: int) -> object:
        answer = client.get(address.format(n=number), headers=headers)
        assert answer.status_code == 200, (address, answer.status_code, answer.text[:300])
        return answer

    return ask


def get_of(numbers: list[str], address: str) -> Callable[[FlaskClient, int], object]:
    """Ask for one case or call after another."""
    return lambda client, number: get(address.format(numbers[number % len(numbers)]))(client, number)


def box(client: FlaskClient, number: int) -> object:
    """The cases in a box of the map, each time another one."""
    west, south = LONG + number % 40 * 0.002 - 0.05, LAT + number % 37 * 0.002 - 0.05
    return get(f"/map/cases.json?bbox={west},{south},{west + 0.02},{south + 0.015}&zoom=15")(client, number)


def again(address: str) -> Callable[[FlaskClient, int], object]:
    """Ask with the ETag of the last answer."""
    known: dict[str, str] = {}

    def ask(client: FlaskClient, number: int) -> object:
        if not known:
            known["tag"] = client.get(address).headers["ETag"]
        answer = client.get(address, headers={"If-None-Match": known["tag"]})
        if answer.status_code == 200:  # something has happened meanwhile
            known["tag"] = answer.headers["ETag"]
        return answer

    return ask


def known(world: World) -> Callable[[FlaskClient, int], object]:
    """What a report is shown before it is sent, as the rule behind its page finds it."""

    def ask(client: FlaskClient, number: int) -> object:
        lat, long = LAT + number % 37 * 0.002 - 0.04, LONG + number % 41 * 0.002 - 0.04
        with client.application.test_request_context():
            return known_near(Found("100 block of Bench St", round(lat, 3), round(long, 3)), world.family_id)

    return ask


def post_to(world: World) -> Callable[[FlaskClient, int], object]:
    """Send reports, each from another place."""
    counted = itertools.count(int(time.time() * 1000))

    def ask(client: FlaskClient, number: int) -> object:
        one = next(counted)
        lat, long = LAT + one % 97 * 0.001 - 0.048, LONG + one % 89 * 0.001 - 0.044
        data = {"api_key": world.key, "service_code": f"family-{one % 16}", "lat": lat, "long": long,
                "description": f"The lamp is out, {one}"}  # fmt: skip
        answer = client.post("/open311/v2/requests.json", data=data)
        assert answer.status_code in (200, 201), answer.text[:300]
        return answer

    return ask


def questions(world: World) -> list[Question]:
    """All that has a target."""
    lists = "/open311/v2/requests.json?page_size=100&page="
    return [
        Question("open cases in a map box", 4, box),
        Question("one request as JSON", 2, get_of(world.calls, "/open311/v2/requests/{}.json")),
        Question("status page of a case", 8, get_of(world.cases, "/cases/{}")),
        Question("home page", 30, get("/?page={n}")),
        Question("Open311 list of 100", 15, get(f"{lists}1")),
        Question("list, open ones of two types", 15, get(f"{lists}1&service_code=family-3,family-5&status=open")),
        Question("list, a circle of 500 m", 15, get(f"{lists}1&lat={LAT}&long={LONG}&radius=500")),
        Question("list, words", 15, get(f"{lists}1&q=block+of+7+st")),
        Question("list, XML", 15, get("/open311/v2/requests.xml?page_size=100")),
        Question("feed of the city", 30, get("/feeds/all.atom")),
        Question("feed of a case", 30, get_of(world.cases, "/feeds/cases/{}.atom")),
        Question("known near a place", 3, known(world)),
        Question("answered 304", 2, again("/open311/v2/requests.json?page_size=100")),
        Question("status page answered 304", 2, again(f"/cases/{world.cases[0]}")),
        Question("home page answered 304", 2, again("/")),
        Question("create a call, grouped, durable", 8, post_to(world)),
    ]


@dataclass(frozen=True)
class Figure:
    """Median CPU milliseconds of a question, and of the stack's floor, which was asked between its runs."""

    ms: float
    floor_ms: float

    @property
    def usual_ms(self) -> float:
        """What it would be on the machine of the targets, as far as the floor tells."""
        return self.ms * USUAL_MS / self.floor_ms


def measure(app: Flask, question: Question, runs: int, floor: FlaskClient, first: int = 0) -> Figure:
    """Ask in turns, after some that warm up, about what was not asked about before: from number `first` on."""
    client = app.test_client()
    taken, floors = [], []
    for number in range(runs + WARM):
        began = time.thread_time()
        question.ask(client, first + number)
        taken.append((time.thread_time() - began) * 1000)
        floors.append(ask_floor(floor))
    return Figure(statistics.median(taken[WARM:]), statistics.median(floors[WARM:]))


@contextmanager
def busy(environ: dict[str, str], folder: Path, engine: Engine) -> Iterator[None]:
    """A file is imported, and readers read from a server of their own, until the block ends.

    It begins when calls of the file are stored, and says when the import was over too soon.
    """
    port = find_port()
    flask = [sys.executable, "-m", "flask", "--app", "tracker", "import-calls", str(write_file(folder))]
    serve = [sys.executable, "-m", "waitress", f"--listen=127.0.0.1:{port}", "--call", "tracker:create_app"]
    read = [sys.executable, "-m", "bench.readers", str(port), str(READERS)]
    with ExitStack() as stack:
        processes = [
            subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for command in ([*flask, "--preset", "open311-bulk"], serve, read)
        ]
        for process in processes:
            stack.callback(process.wait)
            stack.callback(process.terminate)
        before = stored_calls(engine)
        while stored_calls(engine) == before:
            assert processes[0].poll() is None, "the import ended before it stored anything"
            time.sleep(0.5)
        yield
        over = [] if processes[0].poll() is None else ["the import was over before all was measured"]
        print("; ".join([f"meanwhile {stored_calls(engine) - before:,} calls were stored", *over]))


def stored_calls(engine: Engine) -> int:
    """The largest number of a call."""
    with engine.connect() as connection:
        return connection.execute(select(func.max(ServiceRequest.id))).scalar() or 0


def write_file(folder: Path) -> Path:
    """Calls of today in the columns of GeoReport Bulk."""
    path, now = folder / "more.csv", utc_now()
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["service_request_id", "requested_datetime", "service_name", "address", "lat", "long"])
        for number in range(IMPORTED_ROWS):
            at = now - timedelta(seconds=number)
            lat, long = LAT + number % 997 * 0.0001 - 0.05, LONG + number % 991 * 0.0001 - 0.05
            place = (f"{number % 9000} Bench St", f"{lat:.5f}", f"{long:.5f}")
            writer.writerow([f"more-{number}", at.isoformat(), f"Family {number % 16}", *place])
    return path


def prepare(calls: int, cases: int) -> World:
    """Fill the database, and say what there is to ask about."""
    people = fill(cases, calls, min(cases, 15_000))
    admin = User(sign_in_name="admin", display_name="Admin", role=Role.ADMINISTRATOR, created_at=utc_now())
    db.session.add(admin)
    db.session.flush()
    _, key = give_key(KeyTerms("Bench", per_minute=1_000_000), actor=admin)
    newest = select(ServiceRequest.service_request_id).where(ServiceRequest.public_day.is_not(None))
    world = World(
        calls=list(db.session.scalars(newest.order_by(ServiceRequest.id.desc()).limit(NUMBERS))),
        cases=list(db.session.scalars(select(ProblemCase.public_id).order_by(ProblemCase.id).limit(NUMBERS))),
        key=key, family_id=db.session.scalar(select(Family.id).limit(1)) or 0,
    )
    db.session.commit()
    assert people
    return world


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--calls", type=int, default=50_000)
    parser.add_argument("--cases", type=int, default=15_000)
    parser.add_argument("--runs", type=int, default=25)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--quiet", action="store_true", help="only the quiet figures")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="residents-")))
        environ = {**os.environ, "TRACKER_INSTANCE": str(folder / "instance")}
        if options.engine == "postgresql":
            environ["TRACKER_DATABASE_URL"] = stack.enter_context(stack.enter_context(running_postgres()).database())
        app = create_app(load_settings(environ))
        with app.app_context():
            upgrade_schema(app)
            world = prepare(options.calls, options.cases)
            engine = db.engine
        asked = questions(world)
        floor = floor_client(folder)
        quiet = [measure(app, question, options.runs, floor) for question in asked]
        loaded: list[Figure | None] = [None] * len(asked)
        if not options.quiet:
            with busy(environ, folder, engine):
                loaded = [measure(app, question, options.runs, floor, 200) for question in asked]
        print_table(options, asked, quiet, loaded)
        engine.dispose()


def print_table(
    options: argparse.Namespace, asked: list[Question], quiet: list[Figure], loaded: list[Figure | None]
) -> None:
    """Figures beside their targets; with more than 50,000 calls a target is twice as high."""
    factor = 2 if options.calls > 50_000 else 1
    print(f"{options.calls:,} calls, {options.cases:,} cases, {options.engine}; CPU ms, median of {options.runs}.")
    print(f"«floor»: a bare Flask request for one row, between the runs; «usual»: the figure at a floor of {USUAL_MS}.")
    head = f"{'ms':>7} {'floor':>6} {'usual':>7} {'ratio':>6}"
    print(f"{'question':<32} {'target':>7}   {head}" + ("" if options.quiet else f"   busy: {head}"))
    for question, calm, rush in zip(asked, quiet, loaded, strict=True):
        target = question.target_ms * factor
        print(f"{question.name:<32} {target:7.0f}   {_line(calm, target)}"
              + (f"         {_line(rush, target)}" if rush else ""), flush=True)  # fmt: skip


def _line(figure: Figure, target: float) -> str:
    return f"{figure.ms:7.1f} {figure.floor_ms:6.2f} {figure.usual_ms:7.1f} {figure.usual_ms / target:6.2f}"


if __name__ == "__main__":
    main()
