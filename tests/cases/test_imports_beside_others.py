"""An import in a city that works: what it has read so far is nobody else's to take, whatever order its file is in."""

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from tests.calls.cities import make_pothole_city
from tests.calls.csv_files import MAP, row, table
from tests.factories import make_call
from tracker.calls.arriving import broken_imports, claim_import
from tracker.calls.importing import reading
from tracker.calls.importing.mapping import load_map
from tracker.calls.models import CallImport, ServiceRequest, ServiceType
from tracker.cases import deliveries
from tracker.cases.backtesting import backtest_file
from tracker.cases.deliveries import Delivery, Step
from tracker.cases.intake import take_calls, take_in_steps
from tracker.cases.measures import measure_city
from tracker.errors import TrackerError
from tracker.extensions import db
from tracker.jobs import group

UNTAKEN = select(func.count()).where(ServiceRequest.is_taken.is_(False))


@pytest.fixture(autouse=True)
def small_portions(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file is read seven rows at a time."""
    monkeypatch.setattr(reading, "ROWS", 7)


def shuffled_rows() -> list[list[str]]:
    """Potholes at three spots over half a year, in no order, so that what is read first is not what came first."""
    chance = random.Random(311)
    spots = ["42.35", "42.3504", "42.3508"]
    return [
        row(n, opened=f"2026-0{chance.randrange(1, 7)}-{chance.randrange(1, 29):02} 10:00:00", lat=chance.choice(spots))
        for n in range(63)
    ]


def steps_of(folder: Path, rows: list[list[str]], name: str = "calls") -> Iterator[Step]:
    (folder / "map.toml").write_text(MAP, "utf-8")
    (folder / f"{name}.csv").write_text(table(rows), "utf-8")
    delivery = Delivery(folder / f"{name}.csv", load_map(folder / "map.toml"), folder / f"{name}.rejects.csv", "")
    for step in delivery.steps():
        db.session.commit()
        yield step


def test_whoever_takes_what_waits_while_a_file_is_read_does_not_change_its_cases(app: Flask, tmp_path: Path) -> None:
    """The worker does every five minutes: the calls at hand would be grouped before those that came before them."""
    make_pothole_city(app)
    with app.app_context():
        taken = []
        for _ in steps_of(tmp_path, shuffled_rows()):
            taken.append(take_calls().calls + sum(step.calls for step in take_in_steps()))
            db.session.commit()
        assert set(taken[:9]) == {0}, "nine portions were read, and nobody took a call of them"
        assert measure_city().partition_sha256 == by_itself(tmp_path)
        assert db.session.scalar(UNTAKEN) == 0


def test_a_scan_leaves_a_running_import_alone_and_finishes_one_that_was_broken_off(app: Flask, tmp_path: Path) -> None:
    make_pothole_city(app)
    with app.app_context():
        steps = steps_of(tmp_path, shuffled_rows())
        for _ in range(3):
            next(steps)
        waiting = db.session.scalar(UNTAKEN)
        assert scan(app) == 0 and broken_imports() == []
        assert db.session.scalar(UNTAKEN) == waiting == 21
        steps.close()  # as when its process is killed
        (broken,) = broken_imports()
        assert broken.finished_at is None and broken.rows == 21
        assert scan(app) == 0
        db.session.expire_all()
        assert broken.finished_at is not None and broken_imports() == [] and db.session.scalar(UNTAKEN) == 0


def test_the_worker_finishes_an_import_that_was_broken_off(app: Flask, tmp_path: Path) -> None:
    make_pothole_city(app)
    with app.app_context():
        with closing(steps_of(tmp_path, shuffled_rows())) as steps:
            next(steps)
            group()
            assert db.session.scalar(UNTAKEN) == 7, "the import is at work"
        group()
        assert db.session.scalar(UNTAKEN) == 0
        assert db.session.scalars(select(CallImport.finished_at)).one() is not None
        assert db.session.scalar(select(func.count()).where(ServiceRequest.public_label.is_(None))) == 0


def test_an_import_that_cannot_be_finished_keeps_no_other_call_waiting(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("the disk is full")

    make_pothole_city(app)
    with app.app_context():
        with closing(steps_of(tmp_path, shuffled_rows())) as steps:
            next(steps)
        pothole = select(ServiceType).where(ServiceType.service_code == "pothole")
        call = make_call(service_type=db.session.scalars(pothole).one())
        db.session.commit()
        monkeypatch.setattr(deliveries, "finish_import", fail)
        group()
        db.session.refresh(call)
        assert call.is_taken and db.session.scalar(UNTAKEN) == 7
        assert [run.rows for run in broken_imports()] == [7] and "the disk is full" in caplog.text


def test_an_import_that_fails_counts_as_broken_off_at_once(app: Flask, tmp_path: Path) -> None:
    make_pothole_city(app)
    with app.app_context():
        with pytest.raises(OSError, match="disk"), closing(steps_of(tmp_path, shuffled_rows())) as steps:
            next(steps)
            steps.throw(OSError("the disk is full"))
        db.session.rollback()
        assert [run.rows for run in broken_imports()] == [7]


def test_a_broken_import_that_is_made_again_gives_the_cases_of_the_whole_file(app: Flask, tmp_path: Path) -> None:
    """The program itself says «import the file again»: what the first has read is then the second's to take."""
    make_pothole_city(app)
    with app.app_context():
        with closing(steps_of(tmp_path, shuffled_rows())) as steps:
            for _ in range(3):
                next(steps)
        last = [step for step in steps_of(tmp_path, shuffled_rows()) if step.stage == "grouping"][-1]
        assert last.done == last.total
        assert measure_city().partition_sha256 == by_itself(tmp_path)
        assert db.session.scalar(UNTAKEN) == 0 and broken_imports() == []
        runs = db.session.execute(select(CallImport.accepted, CallImport.duplicates).order_by(CallImport.id)).all()
        assert [tuple(run) for run in runs] == [(21, 0), (42, 21)]


def test_an_import_is_finished_by_one_alone(app: Flask, tmp_path: Path) -> None:
    make_pothole_city(app)
    with app.app_context():
        with closing(steps_of(tmp_path, shuffled_rows())) as steps:
            next(steps)
        (run,) = broken_imports()
        assert claim_import(run) and not claim_import(run)
        db.session.rollback()
        assert claim_import(run), "who claimed it did not come to its end"


def test_an_import_stops_when_others_cannot_see_any_more_that_it_is_at_work(app: Flask, tmp_path: Path) -> None:
    if not db_is_postgres(app):
        pytest.skip("on SQLite it holds a file, which nobody takes from it")
    make_pothole_city(app)
    with app.app_context():
        steps = steps_of(tmp_path, shuffled_rows())
        next(steps)
        end = text(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2 "
            "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
        )
        assert db.session.scalars(end).all() == [True]
        db.session.commit()
        with pytest.raises(TrackerError, match="import the file again"):
            list(steps)
        db.session.rollback()
        assert [run.rows for run in broken_imports()] == [7]


def test_a_killed_process_holds_nothing(app: Flask, tmp_path: Path) -> None:
    """However it ends: no finally was run, and the file of its lock still lies there."""
    if db_is_postgres(app):
        pytest.skip("PostgreSQL ends the session of a dead process in its own time")
    make_pothole_city(app)
    with app.app_context():
        with closing(steps_of(tmp_path, shuffled_rows())) as steps:
            next(steps)
        (run,) = broken_imports()
        lock = Path(app.instance_path) / "imports" / f"{run.id}.lock"
        lock.parent.mkdir(exist_ok=True)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        holder = subprocess.Popen([sys.executable, "-c", HOLD, str(lock)], **pipes)
        assert holder.stdout is not None and holder.stdout.readline() == b"held\n"
        assert broken_imports() == []
        holder.kill()
        holder.communicate()
        assert broken_imports() == [run] and not lock.exists()


HOLD = """import fcntl, sys
lock = open(sys.argv[1], "w")
fcntl.flock(lock, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


def db_is_postgres(app: Flask) -> bool:
    with app.app_context():
        return db.engine.dialect.name == "postgresql"


def scan(app: Flask) -> int:
    db.session.rollback()
    return app.test_cli_runner().invoke(args=["scan", "--json"]).exit_code


def by_itself(folder: Path) -> str:
    """What the file makes of an empty city in which nobody else is at work; nothing is kept."""
    found = backtest_file(folder / "calls.csv", load_map(folder / "map.toml"), "", {})
    db.session.rollback()
    return found.partition_sha256
