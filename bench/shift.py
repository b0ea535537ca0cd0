"""A shift at the desk: aides take calls and PSAs review transfers through the real pages, and the server dies once.

    python -m bench.shift [--stored N] [--calls N] [--transfers N] [--postgres]

The Boston sample is imported but for its last calls, older copies of its calls fill the database up to `--stored`, and
the program is started as `make run` starts it. Three aides take the held-back calls, typing what the file says, keeping
drafts and linking where the page proposes a likely case; two PSAs work the triage queue. In the middle of it the server
is killed and started again; whoever got no answer sends the same form again. At the end everything must stand once and
where it belongs, and the pages' times are printed. Without the sample the demo city's calls are taken.
"""

import argparse
import csv
import gzip
import html
import itertools
import os
import random
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import requests
from flask import Flask, current_app
from sqlalchemy import func, select

from bench.held_back import BOSTON
from tests.databases import running_postgres
from tracker.app import create_app
from tracker.batches import in_chunks, insert_rows
from tracker.calls.importing.mapping import ColumnMap, load_preset
from tracker.calls.models import Placement, ServiceRequest, ServiceType
from tracker.calls.taking.models import DraftedCall
from tracker.calls.transfers.hard_stops import HARD_STOPS
from tracker.calls.transfers.models import ReviewStatus, TransferReview
from tracker.calls.transfers.warm_transfer import STEPS
from tracker.calls.types import TypeBook
from tracker.cases.deliveries import Delivery
from tracker.cases.models import CaseCall, LooseCall
from tracker.clock import utc_now
from tracker.config import load_settings
from tracker.extensions import db
from tracker.identifiers import new_identifiers
from tracker.migrating import upgrade_schema
from tracker.places.city import city_projection, the_city
from tracker.places.sinks import sink_positions
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

AIDES, PSAS = 3, 2
PATIENCE_S = 120
"""How long a person sends the same thing again while nobody answers."""
_CALL = ServiceRequest


@dataclass(frozen=True, slots=True)
class Script:
    """One call as the caller tells it."""

    address: str
    words: str
    type_id: int
    lat: float | None
    long: float | None


@dataclass
class Times:
    """Seconds of every answer, by page, and how often nobody answered."""

    seen: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    unanswered: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, page: str, seconds: float) -> None:
        """Note one answer."""
        with self.lock:
            self.seen[page].append(seconds)

    def print(self) -> None:
        """A line for each page."""
        print(f"{'page':<26} {'answers':>8} {'median ms':>10} {'95 % ms':>9} {'worst ms':>9}")
        for page, seconds in sorted(self.seen.items()):
            ordered = sorted(seconds)
            worst_of_95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
            print(f"{page:<26} {len(ordered):8} {1000 * statistics.median(ordered):10.0f} {1000 * worst_of_95:9.0f} "
                  f"{1000 * ordered[-1]:9.0f}")  # fmt: skip
        print(f"no answer: {self.unanswered} times")


class Person(threading.Thread):
    """Somebody at a browser, who tries again while the server is away."""

    def __init__(self, address: str, cookie: tuple[str, str], times: Times, work: Callable[["Person"], None]) -> None:
        super().__init__(daemon=True)
        self.address, self.times, self.work = address, times, work
        self.browser = requests.Session()
        self.browser.cookies.set(*cookie)
        self.token = ""
        self.error: Exception | None = None

    def run(self) -> None:
        """Work until it is done; what goes wrong is kept for the end."""
        try:
            self.work(self)
        except Exception as error:  # told at the end of the shift
            self.error = error

    def ask(self, page: str, method: str, path: str, **options: Any) -> requests.Response:
        """One request, sent again while nobody answers or the server says that it is busy."""
        end = time.monotonic() + PATIENCE_S
        while True:
            began = time.monotonic()
            try:
                answer = self.browser.request(method, self.address + path, timeout=30, allow_redirects=False, **options)
            except requests.RequestException:
                answer = None
            if answer is not None and answer.status_code < 500:
                self.times.add(page, time.monotonic() - began)
                return answer
            self.times.unanswered += 1
            if time.monotonic() > end:
                raise RuntimeError(f"nobody answers {path}: {answer.status_code if answer is not None else 'nothing'}")
            threading.Event().wait(0.3)

    def open(self, page: str, path: str) -> str:
        """A page's text; its form token is kept."""
        text = self.ask(page, "GET", path).text
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
        self.token = found[1] if found else self.token
        return text

    def send(self, page: str, path: str, values: dict[str, str], **options: Any) -> requests.Response:
        """Send a form."""
        return self.ask(page, "POST", path, data={**values, "csrf_token": self.token}, **options)


def take_calls_at(scripts: list[Script], lock: threading.Lock, chance: random.Random) -> Callable[[Person], None]:
    """What an aide does: the next call on the line, until nobody waits."""

    def work(person: Person) -> None:
        while True:
            with lock:
                if not scripts:
                    return
                script = scripts.pop()
                is_doubled = chance.random() < 0.1
            take_one(person, script, is_doubled)

    return work


def take_one(person: Person, script: Script, is_doubled: bool) -> None:
    """Open the page, type, keep a draft, look at what is proposed, record; sometimes press twice."""
    person.open("new call", "/staff/calls/new")
    values = {
        "key": uuid4().hex, "channel": "phone", "language": "en", "assistance": "none", "address": script.address,
        "description": script.words, "service_type": str(script.type_id),
        "lat": "" if script.lat is None else str(script.lat), "long": "" if script.long is None else str(script.long),
    }  # fmt: skip
    person.send("draft", "/staff/calls/drafts", {**values, "number": "1"})
    panel = person.send("panel", "/staff/calls/panel", values).text
    likely = re.search(r"Likely, \d+ %.*?name=\"link\" value=\"([^\"]+)\"", panel, re.DOTALL)
    if likely:
        values["link"] = html.unescape(likely[1])
    for _ in range(1 + is_doubled):
        answer = person.send("record a call", "/staff/calls/new", values, headers={"Accept": "application/json"})
        if answer.status_code != 201:
            raise RuntimeError(f"a call was answered {answer.status_code}: {answer.text[:300]}")
    person.open("tell the caller", answer.json()["location"])


def make_city_of(stored: int, calls: int, folder: Path) -> list[Script]:
    """Boston up to its last calls as if it were yesterday's, and older copies; gives the last calls as scripts."""
    mapping = load_preset("boston-311")
    held = write_recent_copy(folder / "calls.csv", mapping, calls)
    delivery = Delivery(folder / "calls.csv", mapping, folder / "rejects.csv", "load-city")
    for _ in delivery.steps():
        db.session.commit()
    the_city().is_live = True
    fill_up(stored)
    db.session.commit()
    return [as_script(row, mapping) for row in held]


def write_recent_copy(path: Path, mapping: ColumnMap, held_back: int) -> list[dict[str, str]]:
    """Write the sample with its times moved up to now, but for its last rows, which are given back."""
    with gzip.open(BOSTON, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    (requested,) = mapping.columns["requested"]
    times = [name for kind in ("requested", "updated", "closed", "expected") for name in mapping.columns.get(kind, ())]
    rows.sort(key=lambda row: read_time(row[requested], mapping))
    moved = timedelta(days=(utc_now().replace(tzinfo=None) - read_time(rows[-1][requested], mapping)).days)
    for row in rows:
        for name in times:
            if row[name]:
                row[name] = (read_time(row[name], mapping) + moved).isoformat(sep=" ", timespec="seconds")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows[:-held_back])
    return rows[-held_back:]


def read_time(text: str, mapping: ColumnMap) -> datetime:
    """A clock reading of the sample."""
    for pattern in mapping.datetime_formats:
        try:
            return datetime.fromisoformat(text) if pattern == "iso" else datetime.strptime(text, pattern)  # noqa: DTZ007
        except ValueError:
            continue
    raise ValueError(text)


def as_script(row: dict[str, str], mapping: ColumnMap) -> Script:
    """A row of the sample as its caller tells it."""

    def cell(name: str) -> str:
        return " ".join(row[column] for column in mapping.columns.get(name, ())).strip()

    kind = TypeBook().find_or_file(cell("service_name"))
    lat, long = cell("lat"), cell("long")
    x_dm, y_dm = city_projection(the_city()).to_decimetres(float(lat or 0), float(long or 0))
    placed = bool(lat and long) and (x_dm, y_dm) not in sink_positions()
    return Script(cell("address"), cell("description") or cell("service_name"), kind.id,
                  float(lat) if placed else None, float(long) if placed else None)  # fmt: skip


def bring_transfers(count: int, scripts: list[Script], folder: Path) -> None:
    """Transfers from 911 at the places of some of the calls, by the real command."""
    path = folder / "transfers.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["id", "received_at", "type_text", "narrative", "address", "lat", "long", "priority"])
        for number, script in enumerate(scripts[:count]):
            at = (utc_now() - timedelta(minutes=number)).isoformat()
            writer.writerow([f"T{number}", at, "Nuisance", script.words, script.address, script.lat or "",
                             script.long or "", number % 5])  # fmt: skip
    done = current_app.test_cli_runner().invoke(args=["import-transfers", str(path), "--json"])
    if done.exit_code:
        raise SystemExit(done.output)


def review_transfers(type_id: int) -> Callable[[Person], None]:
    """What a PSA does: the next transfer, its hard stops, and one decision after the other."""
    tomorrow = utc_now() + timedelta(days=1)
    made = itertools.cycle([
        ("report_taken", {"service_type": str(type_id)}),
        ("case_proposed", {"service_type": str(type_id), "reason": "The same corner again."}),
        ("referred", {"agency": "County health", "told_caller": "yes"}),
        ("call_back", {"call_back_at": f"{tomorrow:%Y-%m-%dT%H:%M}", "reason": "Wants to be asked."}),
        ("advised", {"reason": "Told how to reach the landlord."}),
        ("closed_administratively", {"told_caller": "no", "reason": "Nothing there."}),
        ("", {}),
    ])  # fmt: skip

    def work(person: Person) -> None:
        person.open("triage queue", "/staff/triage")
        while True:
            answer = person.send("take the next transfer", "/staff/triage/next", {})
            number = answer.headers.get("Location", "").removeprefix("/staff/triage").strip("/")
            if not number:
                return
            decide_one(person, number, *next(made))

    return work


def decide_one(person: Person, number: str, decision: str, values: dict[str, str]) -> None:
    """Ask the hard stops, then decide; no decision means that a stop was answered yes."""
    page = f"/staff/triage/{number}"
    person.open("transfer", page)
    stops = {f"stops-{stop.code}": "no" for stop in HARD_STOPS}
    if not decision:
        stops["stops-weapon"] = "yes"
    person.send("hard stops", f"{page}/stops", stops)
    if decision:
        named = {f"{decision}-{name}": value for name, value in values.items()}
        answer = person.send("decide a transfer", f"{page}/decide/{decision}", named)
        if answer.status_code == 400:  # no case opens where nobody knows the place: the caller gets advice
            advice = {"advised-reason": "The place could not be found."}
            answer = person.send("decide a transfer", f"{page}/decide/advised", advice)
        if answer.status_code not in (302, 409):
            raise RuntimeError(f"{decision} was answered {answer.status_code}")
        return
    person.send("return to 911", f"{page}/return", {"return-reason": "A knife was seen."})
    for step in STEPS:
        person.send("hand-back step", f"{page}/steps/{step.code}", {})


def fill_up(stored: int) -> None:
    """Older copies of the imported calls, taken long ago, until `stored` calls are there."""
    table = _CALL.__table__
    columns = [one.name for one in table.columns if one.name not in ("id", "service_request_id", "source")]
    rows = db.session.execute(select(*(table.c[name] for name in columns)).order_by(table.c.id)).mappings().all()
    copy = 0
    missing = stored - len(rows)
    while missing > 0:
        copy += 1
        for part in in_chunks(rows[:missing], 10_000):
            numbers = new_identifiers(len(part))
            insert_rows(table, [
                {**row, "service_request_id": number, "source": f"copy-{copy}", "is_taken": True,
                 "requested_datetime": row["requested_datetime"] - timedelta(days=365 * copy)}
                for row, number in zip(part, numbers, strict=True)
            ])  # fmt: skip
            db.session.commit()
        missing -= len(rows)
        print(f"  {stored - max(missing, 0):,} calls stored", flush=True)


@contextmanager
def running_program(environ: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """The program as `make run` starts it."""
    command = [sys.executable, "-m", "flask", "--app", "tracker", "start"]
    server = subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert server.stdout is not None
        while "Open http" not in server.stdout.readline():
            if server.poll() is not None:
                raise RuntimeError("the program did not start")
        yield server
    finally:
        if server.poll() is None:
            server.send_signal(signal.SIGTERM)
            server.wait(timeout=60)
        if server.stdout is not None:
            server.stdout.close()


def free_port() -> int:
    """A port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def work_shift(app: Flask, environ: dict[str, str], scripts: list[Script], address: str, times: Times) -> float:
    """Everybody works; half-way the server is killed and started again. Gives the seconds that it took."""
    lock, chance, total = threading.Lock(), random.Random(311), len(scripts)
    name = cookie_name(app.config["SETTINGS"])
    take, review = take_calls_at(scripts, lock, chance), review_transfers(scripts[0].type_id)
    with app.app_context():
        tokens = sign_in(AIDES + PSAS)
    people = [
        Person(address, (name, token), times, take if place < AIDES else review) for place, token in enumerate(tokens)
    ]
    began = time.monotonic()
    with ExitStack() as servers:
        server = servers.enter_context(running_program(environ))
        for person in people:
            person.start()
        while len(scripts) > total // 2 and any(person.is_alive() for person in people):
            threading.Event().wait(0.1)
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()
        servers.enter_context(running_program(environ))
        for person in people:
            person.join()
    for person in people:
        if person.error:
            raise SystemExit(f"a person at the desk gave up: {person.error}")
    return time.monotonic() - began


def sign_in(count: int) -> list[str]:
    """Session tokens of so many new aides."""
    users = [
        User(sign_in_name=f"shift-{uuid4().hex[:8]}", display_name="Aide", role=Role.AIDE, created_at=utc_now())
        for _ in range(count)
    ]
    db.session.add_all(users)
    db.session.flush()
    tokens = [start_session(user) for user in users]
    db.session.commit()
    return tokens


def check(expected: int) -> None:
    """Everything stands once, and where it should; raises `SystemExit` with what does not."""
    desk = select(func.count()).select_from(_CALL).where(_CALL.source == "desk")
    active = select(CaseCall.id).where(CaseCall.call_id == _CALL.id, CaseCall.unlinked_at.is_(None))
    linked = desk.where(active.exists())
    loose = desk.where(select(LooseCall.call_id).where(LooseCall.call_id == _CALL.id).exists())
    waiting = desk.where(_CALL.placement == Placement.UNLOCATED)
    outside = desk.where(_CALL.is_outside.is_(True))
    never = select(ServiceType.id).where(ServiceType.is_confidential.is_(True) | ServiceType.is_test.is_(True))
    uncounted = desk.where(_CALL.service_type_id.in_(never), _CALL.placement != Placement.UNLOCATED)
    names = {"recorded": desk, "linked": linked, "loose": loose, "without a place": waiting, "outside": outside,
             "of a kind that never counts": uncounted}  # fmt: skip
    counts = {name: db.session.scalar(query) or 0 for name, query in names.items()}
    print("calls: " + ", ".join(f"{count} {name}" for name, count in counts.items()))
    untaken = db.session.scalar(desk.where(_CALL.is_taken.is_(False))) or 0
    drafts = db.session.scalar(select(func.count(DraftedCall.id))) or 0
    if counts["recorded"] != expected or untaken or drafts:
        raise SystemExit(f"expected {expected} calls, all taken, no draft left; {untaken} untaken, {drafts} drafts")
    if sum(counts.values()) - counts["recorded"] != expected:
        raise SystemExit("a call stands nowhere, or twice")


def check_transfers(expected: int) -> None:
    """Every transfer is decided, handed back, or waits for a supervisor; raises `SystemExit` if not."""
    query = select(TransferReview.status, func.count()).group_by(TransferReview.status)
    counts = {status: count for status, count in db.session.execute(query)}  # noqa: C416  # rows are no plain pairs
    print("transfers: " + ", ".join(f"{count} {status.value.replace('_', ' ')}" for status, count in counts.items()))
    if sum(counts.values()) != expected or counts.get(ReviewStatus.WAITING):
        raise SystemExit("a transfer is lost, or still waits")


def main() -> None:
    """Fill, work, check, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--stored", type=int, default=500_000)
    parser.add_argument("--calls", type=int, default=400)
    parser.add_argument("--transfers", type=int, default=60)
    parser.add_argument("--postgres", action="store_true")
    options = parser.parse_args()
    if not BOSTON.exists():
        print("The Boston sample is not here; nothing is measured.")
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shift-")))
        port = free_port()
        environ = {**os.environ, "TRACKER_INSTANCE": str(folder / "instance"), "TRACKER_PORT": str(port)}
        if options.postgres:
            postgres = stack.enter_context(running_postgres())
            environ["TRACKER_DATABASE_URL"] = stack.enter_context(postgres.database())
        app = create_app(load_settings(environ))
        with app.app_context():
            upgrade_schema(app)
            done = app.test_cli_runner().invoke(args=["load-city", "--preset", "boston-311"])
            if done.exit_code:
                raise SystemExit(done.output)
            scripts = make_city_of(options.stored, options.calls, folder)
            expected = len(scripts)
            bring_transfers(options.transfers, scripts, folder)
            db.session.remove()
        times = Times()
        seconds = work_shift(app, environ, scripts, f"http://127.0.0.1:{port}", times)
        print(f"{expected} calls by {AIDES} aides and {options.transfers} transfers by {PSAS} PSAs in {seconds:.0f} s, "
              "the server killed once")  # fmt: skip
        times.print()
        with app.app_context():
            check(expected)
            check_transfers(options.transfers)
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


if __name__ == "__main__":
    main()
