"""Long work that pages ask for: one worker each, progress, an end in words, and dead workers' work taken again."""

from collections.abc import Callable, Generator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event, Thread
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from tests import factories as make
from tracker.errors import Conflict, Invalid
from tracker.extensions import db
from tracker.staff.jobs.asking import SILENT, ask_for_job, finish_job, next_job_id, take_job, tell_progress
from tracker.staff.jobs.models import Job
from tracker.staff.jobs.working_off_jobs import work_off_jobs, work_off_next
from tracker.staff.models import Role, User

SEEN: list[dict[str, Any]] = []


def count(arguments: dict[str, Any]) -> Generator[str, None, str | None]:
    SEEN.append(arguments)
    yield "Counting."
    return "Three."


def refuse(arguments: dict[str, Any]) -> Generator[str, None, str | None]:
    make.make_family(code="half-done")
    yield from ()
    raise Invalid("The list is empty.")


def break_down(arguments: dict[str, Any]) -> Generator[str, None, str | None]:
    yield from ()
    raise RuntimeError("secret")


HANDLERS = {"count": count, "refuse": refuse, "break": break_down}


def asked(kind: str = "count", **arguments: Any) -> int:
    job_id = ask_for_job(kind, arguments, None).id
    db.session.commit()
    return job_id


def test_a_job_is_worked_off_and_says_that_it_is_done(database: SQLAlchemy) -> None:
    SEEN.clear()
    job = database.session.get_one(Job, asked(upto=3))
    assert work_off_next(HANDLERS)
    assert not work_off_next(HANDLERS)
    assert (SEEN, job.problem, job.words) == ([{"upto": 3}], "", "Three.")
    assert job.started_at and job.finished_at


@pytest.mark.parametrize(("kind", "words"), [("refuse", "The list is empty."), ("break", "Something went wrong here.")])
def test_a_job_that_fails_says_why_and_keeps_nothing_half_done(database: SQLAlchemy, kind: str, words: str) -> None:
    job = database.session.get_one(Job, asked(kind))
    work_off_next(HANDLERS)
    assert job.finished_at
    assert job.problem.startswith(words)
    assert "secret" not in job.problem
    assert database.session.scalar(db.text("SELECT count(*) FROM families")) == 0


def test_of_eight_workers_one_takes_the_job(app: Flask, database: SQLAlchemy) -> None:
    job_ids = [asked() for _ in range(5)]
    barrier = Barrier(8)

    def take(job_id: int) -> bool:
        with app.app_context():
            barrier.wait()
            taken = take_job(job_id) is not None
            db.session.commit()
            db.session.remove()
            return taken

    with ThreadPoolExecutor(8) as pool:
        for job_id in job_ids:
            assert sorted(pool.map(take, [job_id] * 8)) == [False] * 7 + [True]


def test_the_job_of_a_dead_worker_is_taken_again_and_the_slow_one_cannot_finish_it(database: SQLAlchemy) -> None:
    job_id = asked()
    with time_machine.travel(make.NOW, tick=False) as clock:
        assert take_job(job_id)
        tell_progress(job_id, 1, done=1, total=2, words="Half.")
        assert next_job_id() is None
        clock.shift(SILENT + timedelta(seconds=1))
        assert next_job_id() == job_id
        again = take_job(job_id)
        assert again is not None and again.tries == 2
        with pytest.raises(Conflict, match="Another worker"):
            finish_job(job_id, 1)
        finish_job(job_id, 2)
        assert next_job_id() is None


def test_a_job_that_kills_its_workers_is_given_up(database: SQLAlchemy) -> None:
    job_id = asked()
    with time_machine.travel(make.NOW, tick=False) as clock:
        for _ in range(3):
            assert take_job(job_id)
            clock.shift(SILENT + timedelta(seconds=1))
        assert take_job(job_id) is None
    assert "broke off three times" in database.session.get_one(Job, job_id, populate_existing=True).problem


def test_the_thread_of_the_worker_works_off_and_ends(app: Flask, database: SQLAlchemy) -> None:
    done, ending = Event(), Event()

    def tell(arguments: dict[str, Any]) -> Generator[str, None, str | None]:
        done.set()
        yield "Told."

    asked("tell")
    beside = Thread(target=work_off_jobs, args=(app, {"tell": tell}, ending))
    beside.start()
    assert done.wait(10)
    ending.set()
    beside.join(10)
    assert not beside.is_alive()


def test_a_page_can_ask_how_far_a_job_is(client: FlaskClient, sign_in: Callable[..., User], app: Flask) -> None:
    job_id = asked()
    sign_in(Role.SCHEDULER)
    assert client.get(f"/staff/jobs/{job_id}.json").json["is_finished"] is False
    work_off_next(HANDLERS)
    assert client.get(f"/staff/jobs/{job_id}.json").json["is_finished"] is True
    assert client.get("/staff/jobs/99.json").status_code == 404
