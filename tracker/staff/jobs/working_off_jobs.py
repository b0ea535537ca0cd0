"""Work off the long jobs that pages asked for, beside the periodic ones of the worker."""

import logging
from collections.abc import Callable, Generator, Mapping
from threading import Event
from typing import Any

from flask import Flask

from ...database import only_reading
from ...errors import Conflict, TrackerError
from ...extensions import db
from .asking import fail_job, finish_job, next_job_id, take_job, tell_progress

Handler = Callable[[dict[str, Any]], Generator[str, None, str | None]]
"""Does the work of a job's arguments. Where it yields, in words, what it is at now, what it did so far is committed.
What it returns is what came of it, in words."""
LOOK_EVERY_S = 1.0
_BROKEN = "Something went wrong here. Ask for it again; if it happens again, tell whoever runs this program."
log = logging.getLogger(__name__)


def work_off_next(handlers: Mapping[str, Handler]) -> bool:
    """Work off the oldest job that waits; False when there is none. What goes wrong in it, the job says in words."""
    looking = only_reading.set(True)  # who looks every second never waits for a writer, and none waits for him
    job_id = next_job_id()
    db.session.rollback()
    only_reading.reset(looking)
    if job_id is None:
        return False
    job = take_job(job_id)
    taken = (job.id, job.tries, job.kind, job.arguments) if job is not None else None
    db.session.commit()
    if taken is not None:
        _work_off(handlers, *taken)
    return True


def _work_off(handlers: Mapping[str, Handler], job_id: int, tries: int, kind: str, arguments: dict[str, Any]) -> None:
    problem = ""
    try:
        steps, came_of_it = handlers[kind](arguments), None
        while came_of_it is None:
            try:
                tell_progress(job_id, tries, words=next(steps))
            except StopIteration as end:
                came_of_it = end.value or "Done."
                finish_job(job_id, tries, words=came_of_it)
            db.session.commit()
    except TrackerError as why:
        problem = str(why)
    except Exception:  # whatever it is: who waits is told, and the next job is not to wait
        log.exception("The job %s (%s) failed", job_id, kind)
        problem = _BROKEN
    if problem:
        db.session.rollback()
        _say_why(job_id, tries, problem)


def _say_why(job_id: int, tries: int, problem: str) -> None:
    try:
        fail_job(job_id, tries, problem)
    except Conflict:
        log.warning("Job %s was taken by another worker meanwhile", job_id)
    db.session.commit()


def work_off_jobs(app: Flask, handlers: Mapping[str, Handler], ending: Event) -> None:
    """Work off what pages ask for, within about a second, until `ending` is set."""
    while not ending.is_set():
        with app.app_context():
            try:
                has_worked = work_off_next(handlers)
            except Exception:  # the database is down: look again
                log.exception("The list of jobs could not be read")
                has_worked = False
        if not has_worked:
            ending.wait(LOOK_EVERY_S)
