"""CPU milliseconds of the pages that grow with a city, each beside its target.

    python -m bench.pages [--cases N] [--calls N] [--alive N] [--runs N] [--only NAME] [--plans]

A throwaway SQLite database is filled with cases, their calls, links and log entries; then each page is asked for in
this process. A page's figure is the median of several requests after two that warm up. `--plans` prints how SQLite
answers the slowest statements of each page.
"""

import argparse
import re
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from flask.testing import FlaskClient
from sqlalchemy import event, insert, select, update
from sqlalchemy.engine import Engine

from bench.map_page import LAT, LONG, fill_city
from tracker.app import create_app
from tracker.batches import in_chunks, insert_rows
from tracker.calls.models import Caller, CallerWord, CallStatus, Channel, Placement, ServiceRequest, ServiceType
from tracker.cases.models import CaseAssignment, CaseCall, CaseStatus, Contact, OwnerQueue, ProblemCase
from tracker.clock import utc_now
from tracker.config import load_settings
from tracker.desk.looks import QUEUE
from tracker.extensions import db
from tracker.identifiers import new_identifiers
from tracker.jobs import index_words
from tracker.migrating import upgrade_schema
from tracker.places.models import Area, AreaKind
from tracker.places.projection import cell_of
from tracker.staff.models import LastLook, LogEntry, Role, User
from tracker.staff.sessions import cookie_name, start_session

TARGET_MS = 100
CENTERS, CONTACTS = 6, 60
SIDE = {"type": "Polygon", "coordinates": [[[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]]}
Rows = Iterator[dict[str, Any]]


def fill(cases: int, calls: int, alive: int) -> dict[Role, User]:
    """Write the city; gives a person of each role that is measured. The contact owns a share of the cases."""
    fill_city(cases)
    users = [
        User(sign_in_name=f"person-{n}", display_name=f"Person {n}", role=Role.CONTACT, created_at=utc_now())
        for n in range(CONTACTS)
    ]
    lead = User(sign_in_name="lead", display_name="Lead", role=Role.SUPERVISOR, created_at=utc_now())
    centers = [
        Area(kind=AreaKind.SERVICE_CENTER, code=f"c{n}", name=f"Center {n}", geometry=SIDE, point_lat=0, point_long=0)
        for n in range(CENTERS)
    ]
    db.session.add_all([*users, lead, *centers])
    db.session.flush()
    contacts = [Contact(user=user, center=centers[n % CENTERS]) for n, user in enumerate(users)]
    db.session.add_all(contacts)
    db.session.flush()
    spread_cases(cases, alive, [(one.id, one.center_id) for one in contacts])
    add_calls(cases, calls)
    add_people(calls)
    db.session.commit()
    index_words()
    # Everybody looked yesterday, and all that is in the log came since, as after a big import.
    seen = utc_now() - timedelta(days=1)
    db.session.add_all(LastLook(user_id=one.id, subject=QUEUE, at=seen) for one in (users[0], lead))
    db.session.commit()
    return {Role.CONTACT: users[0], Role.SUPERVISOR: lead}


def spread_cases(cases: int, alive: int, contacts: list[tuple[int, int | None]]) -> None:
    """Give the cases places, owners and ages: `alive` of them are alive, of the rest a third is closed."""
    now, chance = utc_now(), np.random.default_rng(7)
    ids = list(db.session.scalars(select(ProblemCase.id).order_by(ProblemCase.id)))
    spots = chance.integers(-60_000, 60_000, (cases, 2)).tolist()
    scores = chance.random(cases).tolist()
    table = ProblemCase.__table__
    rows = []
    for number, (case_id, (x_dm, y_dm)) in enumerate(zip(ids, spots, strict=True)):
        is_alive = number < alive
        contact_id, center_id = contacts[number % len(contacts)]
        is_owned = number % 3 > 0
        closed = not is_alive and number % 3 == 0
        last = now - timedelta(days=number % 350 if is_alive else 500 + number % 900)
        rows.append({
            "row": case_id, "anchor_x_dm": x_dm, "anchor_y_dm": y_dm, "anchor_cell": cell_of(x_dm, y_dm),
            "last_call_at": last, "opened_at": last - timedelta(days=9), "call_count": 4 + number % 30,
            "address": f"{number} Bench St", "priority": 1 + number % 5, "priority_score": scores[number],
            "status": CaseStatus.CLOSED if closed else CaseStatus.OPEN, "center_id": center_id,
            "contact_id": contact_id if is_owned else None,
            "queue": OwnerQueue.CONTACT if is_owned else (OwnerQueue.CENTER if number % 2 else OwnerQueue.CITY),
            "recurred_at": last if number % 50 == 0 else None, "is_below_threshold": number % 70 == 0,
        })  # fmt: skip
    changed = {name: db.bindparam(f"new_{name}") for name in rows[0] if name != "row"}
    statement = table.update().where(table.c.id == db.bindparam("row")).values(changed)
    for chunk in in_chunks(rows, 5_000):
        named = [{name if name == "row" else f"new_{name}": value for name, value in row.items()} for row in chunk]
        db.session.connection().execute(statement, named)
    given = [
        {"case_id": case_id, "queue": row["queue"], "contact_id": row["contact_id"], "center_id": row["center_id"],
         "reason": "By rule.", "assigned_at": now, "accepted_at": now if number % 4 else None}
        for number, (case_id, row) in enumerate(zip(ids, rows, strict=True))
    ]  # fmt: skip
    insert_rows(CaseAssignment.__table__, given)


def add_calls(cases: int, calls: int) -> None:
    """Write `calls` calls; nine of ten are linked to a case, one in a hundred has no place."""
    now = utc_now()
    types = list(db.session.scalars(select(ServiceType.id).order_by(ServiceType.id)))
    case_ids = list(db.session.scalars(select(ProblemCase.id).order_by(ProblemCase.id)))
    for chunk in in_chunks(range(calls), 20_000):
        numbers = new_identifiers(len(chunk))
        first = db.session.scalar(select(ServiceRequest.id).order_by(ServiceRequest.id.desc()).limit(1)) or 0
        insert_rows(ServiceRequest.__table__, [
            call_row(number, own, types[number % cases % len(types)], now)
            for number, own in zip(chunk, numbers, strict=True)
        ])  # fmt: skip
        db.session.execute(insert(CaseCall.__table__), [  # type: ignore[arg-type]  # a declarative table is a Table
            {"case_id": case_ids[number % cases], "call_id": first + 1 + place, "distance_m": 3.0, "reason": "Near.",
             "linked_at": now, "is_pinned": False, "unlink_reason": ""}
            for place, number in enumerate(chunk) if number % 10
        ])  # fmt: skip
        insert_rows(LogEntry.__table__, [
            {"at": now, "subject_kind": "case", "subject_id": case_ids[number % cases], "verb": "linked",
             "text": "A call was linked.", "data": None, "actor_id": None, "is_public": False}
            for number in chunk
        ])  # fmt: skip


SAID = (
    "graffiti on the wall again",
    "the street light is out",
    "trash in front of the house",
    "a broken swing in the park",
    "cars parked on the sidewalk all night",
    "a deep pothole by the corner",
    "music after midnight",
    "no heat since Monday",
)


def add_people(calls: int) -> None:
    """A caller for every tenth call, each with a phone and a name, and calls of the desk's own that name them."""
    names = ("Ann Lee", "Maria Perez", "Zoe Quill", "James Brown", "Li Wei", "Omar Said")
    rows, words = [], []
    for number in range(1, calls // 10 + 1):
        digits = f"1585{number:07}"
        name = f"{names[number % len(names)]} {number:x}"
        rows.append({"id": number, "name": name, "phone": digits, "phone_digits": digits,
                     "phone_backwards": digits[::-1], "email": "", "language": "en"})  # fmt: skip
        words += [{"caller_id": number, "word": word} for word in set(name.lower().split())]
    insert_rows(Caller.__table__, rows)
    insert_rows(CallerWord.__table__, words)
    statement = update(ServiceRequest).where(ServiceRequest.id % 10 == 0)
    db.session.execute(
        statement.values(caller_id=ServiceRequest.id / 10), execution_options={"synchronize_session": False}
    )


def call_row(number: int, own: str, service_type_id: int, now: datetime) -> dict[str, Any]:
    """One call of the last three years."""
    has_place = number % 100 > 0
    x_dm, y_dm = number * 7919 % 120_000 - 60_000, number * 104_729 % 120_000 - 60_000
    return {
        "service_request_id": own, "source": "bench", "source_id": f"{number:08}",
        "channel": Channel.PHONE if number % 500 == 0 else Channel.IMPORT,
        "description": f"{SAID[number % len(SAID)]}, said caller {number % 5000}, number {number % 77777}",
        "center_id": None,
        "service_type_id": service_type_id, "status": CallStatus.OPEN, "recorded_at": now,
        "requested_datetime": now - timedelta(minutes=3 * number), "address": f"{number % 9000} Bench St",
        "address_key": f"{number % 9000} BENCH ST", "lat": LAT, "long": LONG, "is_taken": True, "weight": 1,
        "x_dm": x_dm if has_place else None, "y_dm": y_dm if has_place else None,
        "cell": cell_of(x_dm, y_dm) if has_place else None,
        "placement": Placement.SOURCE if has_place else Placement.UNLOCATED, "public_label": "Bench St",
    }  # fmt: skip


class Statements:
    """The statements that ran, with their parameters and seconds."""

    def __init__(self) -> None:
        self.seen: list[tuple[float, str, Any]] = []

    def before(self, connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        context.began = time.perf_counter()

    def after(self, connection: Any, cursor: Any, statement: str, parameters: Any, context: Any, many: bool) -> None:
        self.seen.append((time.perf_counter() - context.began, statement, parameters))


@contextmanager
def watched(engine: Engine) -> Iterator[Statements]:
    """Note every statement of `engine`."""
    statements = Statements()
    event.listen(engine, "before_cursor_execute", statements.before)
    event.listen(engine, "after_cursor_execute", statements.after)
    yield statements
    event.remove(engine, "before_cursor_execute", statements.before)
    event.remove(engine, "after_cursor_execute", statements.after)


def measure(client: FlaskClient, address: str, runs: int) -> float:
    """Median CPU milliseconds of one request."""
    taken = []
    for run in range(runs + 2):
        began = time.process_time()
        answer = client.get(address)
        spent = time.process_time() - began
        if answer.status_code != 200:
            raise SystemExit(f"{address} answered {answer.status_code}")
        if run > 1:
            taken.append(spent * 1000)
    return statistics.median(taken)


def explain(client: FlaskClient, address: str, engine: Engine) -> None:
    """Print the three slowest statements of a page and how SQLite answers each."""
    with watched(engine) as statements:
        client.get(address)
    print(f"   {len(statements.seen)} statements")
    for seconds, statement, parameters in sorted(statements.seen, key=lambda seen: -seen[0])[:3]:
        short = re.sub(r"SELECT .*? \n?FROM", "SELECT ... FROM", " ".join(statement.split()))
        print(f"   {seconds * 1000:7.1f} ms  {short[:400]}")
        with engine.connect() as connection:
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters):
                print(f"               {row[3]}")


def pages_of(case: str) -> list[tuple[str, Role | None, str]]:
    """(what, who looks, address) of everything that is measured."""
    return [
        ("case list", Role.SUPERVISOR, "/staff/cases"),
        ("case list, newest call", Role.SUPERVISOR, "/staff/cases?sort=newest"),
        ("case list, page 100", Role.SUPERVISOR, "/staff/cases?page=100"),
        ("case list, lapsed", Role.SUPERVISOR, "/staff/cases?status=lapsed"),
        ("case list, every status", Role.SUPERVISOR, "/staff/cases?status=any"),
        ("case list, one contact", Role.SUPERVISOR, "/staff/cases?contact=1"),
        ("case list, one address", Role.SUPERVISOR, "/staff/cases?q=777+Bench"),
        ("case page", Role.SUPERVISOR, f"/staff/cases/{case}"),
        ("queue of a lead", Role.SUPERVISOR, "/staff"),
        ("queue of a contact", Role.CONTACT, "/staff"),
        ("contacts", Role.SUPERVISOR, "/staff/contacts"),
        ("unlocated calls", Role.SUPERVISOR, "/staff/unlocated"),
        ("search: a word", Role.SUPERVISOR, "/staff/search?q=swing"),
        ("search: two words", Role.SUPERVISOR, "/staff/search?q=graffiti+said+caller"),
        ("search: an unfinished word", Role.SUPERVISOR, "/staff/search?q=the+mid"),
        ("search: a rare word", Role.SUPERVISOR, "/staff/search?q=zebra"),
        ("search: a number", Role.SUPERVISOR, "/staff/search?q=00123456"),
        ("search: an address", Role.SUPERVISOR, "/staff/search?q=777+Bench+St"),
        ("search: a street", Role.SUPERVISOR, "/staff/search?q=Bench"),
        ("search: last digits", Role.SUPERVISOR, "/staff/search?q=4242"),
        ("search: a phone", Role.SUPERVISOR, "/staff/search?q=585-000-4242"),
        ("search: a name", Role.SUPERVISOR, "/staff/search?q=maria+per"),
        ("call list", Role.SUPERVISOR, "/staff/calls"),
        ("call list, oldest", Role.SUPERVISOR, "/staff/calls?sort=oldest"),
        ("call list, a word", Role.SUPERVISOR, "/staff/calls?q=swing"),
        ("call list, heard by phone", Role.SUPERVISOR, "/staff/calls?channel=phone"),
        ("call list, nobody's channel", Role.SUPERVISOR, "/staff/calls?channel=social"),
        ("call list, one type", Role.SUPERVISOR, "/staff/calls?type=3"),
        ("call list, one family", Role.SUPERVISOR, "/staff/calls?family=2"),
        ("call list, no such family", Role.SUPERVISOR, "/staff/calls?family=999"),
        ("call list, closed", Role.SUPERVISOR, "/staff/calls?status=closed"),
        ("call list, without a place", Role.SUPERVISOR, "/staff/calls?placement=unlocated"),
        ("call list, in no case", Role.SUPERVISOR, "/staff/calls?linked=no"),
        ("call list, one caller", Role.SUPERVISOR, "/staff/calls?caller=4242"),
        ("caller", Role.SUPERVISOR, "/staff/callers/4242"),
        ("callers", Role.SUPERVISOR, "/staff/callers?q=ann"),
        ("public list", None, "/"),
        ("public case", None, f"/cases/{case}"),
    ]


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cases", type=int, default=50_000)
    parser.add_argument("--calls", type=int, default=500_000)
    parser.add_argument("--alive", type=int, default=15_000)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--only", default="", help="pages whose name begins so")
    parser.add_argument("--plans", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="pages-") as name:
        app = create_app(load_settings({"TRACKER_INSTANCE": str(Path(name, "instance"))}))
        with app.app_context():
            upgrade_schema(app)
            began = time.monotonic()
            people = fill(options.cases, options.calls, options.alive)
            case = db.session.scalar(select(ProblemCase.public_id).order_by(ProblemCase.id).limit(1)) or ""
            tokens = {role: start_session(user) for role, user in people.items()}
            db.session.commit()
            engine = db.engine
        print(f"{options.cases:,} cases, {options.alive:,} alive; {options.calls:,} calls; "
              f"written in {time.monotonic() - began:.0f} s")  # fmt: skip
        print(f"{'page':<28} {'CPU ms':>8} {'target':>7} {'ratio':>6}")
        for what, role, address in pages_of(case):
            if not what.startswith(options.only):
                continue
            client = app.test_client()
            if role is not None:
                client.set_cookie(cookie_name(app.config["SETTINGS"]), tokens[role])
            found = measure(client, address, options.runs)
            print(f"{what:<28} {found:8.1f} {TARGET_MS:7} {found / TARGET_MS:6.2f}", flush=True)
            if options.plans:
                explain(client, address, engine)
        engine.dispose()


if __name__ == "__main__":
    main()
