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
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.engine import Engine

from bench.filled_city import BUSY_CALLS, fill
from tracker.app import create_app
from tracker.cases.models import ProblemCase
from tracker.config import load_settings
from tracker.extensions import db
from tracker.migrating import upgrade_schema
from tracker.staff.models import Role
from tracker.staff.sessions import cookie_name, start_session

TARGET_MS = 100


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
        (f"case page, {BUSY_CALLS:,} calls", Role.SUPERVISOR, f"/staff/cases/{case}"),
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
