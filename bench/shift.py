"""A shift at the desk: aides take calls and PSAs review transfers through the real pages, and the server dies once.

    python -m bench.shift [--stored N] [--calls N] [--transfers N] [--postgres] [--indexed]

The Boston sample is imported but for its last calls, older copies of its calls fill the database up to `--stored`, and
the program is started as `make run` starts it. Three aides take the held-back calls, typing what the file says, keeping
drafts and linking where the page proposes a likely case; two PSAs work the triage queue. In the middle of it the server
is killed and started again; whoever got no answer sends the same form again. At the end everything must stand once and
where it belongs, and the pages' times are printed. Without the sample the demo city's calls are taken.
"""

import argparse
import csv
import os
import random
import tempfile
import threading
import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

from flask import Flask, current_app
from sqlalchemy import func, select

from bench.held_back import BOSTON
from bench.people import Person, Times, review_transfers, take_calls_at
from bench.recent_boston import Script, make_city_of
from tests.databases import running_postgres
from tests.serving import find_port, running_server
from tracker.app import create_app
from tracker.calls.models import Placement, ServiceRequest, ServiceType
from tracker.calls.taking.models import DraftedCall
from tracker.calls.transfers.models import ReviewStatus, TransferReview
from tracker.cases.models import CaseCall, LooseCall
from tracker.clock import utc_now
from tracker.config import load_settings
from tracker.extensions import db
from tracker.jobs import index_words
from tracker.migrating import upgrade_schema
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

AIDES, PSAS = 3, 2
ALONE = 30
"""Calls that one aide takes while nobody else works: what a page takes by itself."""
_CALL = ServiceRequest


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


def address_of(port: int) -> str:
    """Where the program answers."""
    return f"http://127.0.0.1:{port}"


def work_alone(app: Flask, scripts: list[Script], port: int) -> Times:
    """One aide takes the first calls; the first five only warm the program up."""
    with app.app_context():
        (token,) = sign_in(1)
    times, settings = Times(), app.config["SETTINGS"]
    with running_server(settings, port):
        for calls in (5, ALONE):
            first = [scripts.pop() for _ in range(min(calls, len(scripts)))]
            times = Times()
            work = take_calls_at(first, threading.Lock(), random.Random(311))
            aide = Person(address_of(port), (cookie_name(settings), token), times, work)
            aide.run()
            if aide.error:
                raise SystemExit(f"the aide gave up: {aide.error}")
    return times


def work_shift(app: Flask, scripts: list[Script], port: int, times: Times) -> float:
    """Everybody works; half-way the server is killed and started again. Gives the seconds that it took."""
    lock, chance, total = threading.Lock(), random.Random(311), len(scripts)
    settings = app.config["SETTINGS"]
    take, review = take_calls_at(scripts, lock, chance), review_transfers(scripts[0].type_id)
    with app.app_context():
        tokens = sign_in(AIDES + PSAS)
    people = [
        Person(address_of(port), (cookie_name(settings), token), times, take if place < AIDES else review)
        for place, token in enumerate(tokens)
    ]
    began = time.monotonic()
    with ExitStack() as servers:
        server = servers.enter_context(running_server(settings, port))
        for person in people:
            person.start()
        while len(scripts) > total // 2 and any(person.is_alive() for person in people):
            threading.Event().wait(0.1)
        server.kill()
        server.wait()
        servers.enter_context(running_server(settings, port))
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
    parser.add_argument("--indexed", action="store_true", help="let the worker's index be up to date when work begins")
    options = parser.parse_args()
    if not BOSTON.exists():
        print("The Boston sample is not here; nothing is measured.")
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="shift-")))
        port = find_port()
        environ = {**os.environ, "TRACKER_INSTANCE": str(folder / "instance")}
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
            db.session.commit()
            if options.indexed:
                index_words()
            db.session.remove()
        times = Times()
        print(f"{ALONE} calls by one aide alone, {options.stored:,} stored (target: no answer over 100 ms)")
        work_alone(app, scripts, port).print()
        seconds = work_shift(app, scripts, port, times)
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
