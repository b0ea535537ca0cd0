"""Ask for long work, and work it off: taken by one worker at a time, told as it goes on, finished or failed in words.

A worker gives a sign of life with each step. One that is silent for `SILENT` has died, and its job is taken again; who
was only slow learns it at his next step, and what he did since is not kept.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import or_, select, update

from ...clock import utc_now
from ...errors import Conflict, NotFound
from ...extensions import db
from ..models import User
from .models import Job

SILENT = timedelta(minutes=3)
MOST_TRIES = 3
_KILLS = "Whoever worked on it broke off three times. Ask for it again, and tell whoever runs this program."


def ask_for_job(kind: str, arguments: dict[str, Any], actor: User | None, *, words: str = "") -> Job:
    """Put work on the list; a worker sees it within about a second."""
    job = Job(kind=kind, arguments=arguments, asked_by_id=actor.id if actor else None, words=words)
    db.session.add(job)
    db.session.flush()
    return job


def next_job_id() -> int | None:
    """The oldest job that nobody works on; only looks, and locks nothing."""
    silent_since = utc_now() - SILENT
    query = select(Job.id).where(Job.finished_at.is_(None), or_(Job.heard_at.is_(None), Job.heard_at < silent_since))
    return db.session.scalar(query.order_by(Job.id).limit(1))


def take_job(job_id: int) -> Job | None:
    """Take a job for this worker; None when another was first. It is one statement, so on either engine one wins."""
    now = utc_now()
    free = or_(Job.heard_at.is_(None), Job.heard_at < now - SILENT)
    taken = db.session.execute(
        update(Job)
        .where(Job.id == job_id, Job.finished_at.is_(None), free)
        .values(started_at=now, heard_at=now, tries=Job.tries + 1, done=0)
        .returning(Job.id)
        .execution_options(synchronize_session=False)
    ).scalar()
    if taken is None:
        return None
    job = db.session.get_one(Job, job_id, populate_existing=True)
    if job.tries > MOST_TRIES:
        job.finished_at, job.problem = now, _KILLS
        db.session.flush()
        return None
    return job


def tell_progress(job_id: int, tries: int, *, done: int = 0, total: int = 0, words: str = "") -> None:
    """Say how far it is, which is also the sign of life; raises `Conflict` when another worker has it by now."""
    _write(job_id, tries, heard_at=utc_now(), done=done, total=total, words=words[:200])


def finish_job(job_id: int, tries: int, *, words: str = "Done.") -> None:
    """The work is done; raises `Conflict` when another worker has it by now."""
    now = utc_now()
    _write(job_id, tries, heard_at=now, finished_at=now, words=words[:200])


def fail_job(job_id: int, tries: int, problem: str) -> None:
    """It cannot be done, and `problem` says why."""
    now = utc_now()
    _write(job_id, tries, heard_at=now, finished_at=now, problem=problem)


def get_job(job_id: int) -> Job:
    """The job; raises `NotFound`."""
    job = db.session.get(Job, job_id)
    if job is None:
        raise NotFound("There is no such job. Go back to the page where you asked for it.")
    return job


def _write(job_id: int, tries: int, **columns: Any) -> None:
    mine = update(Job).where(Job.id == job_id, Job.tries == tries, Job.finished_at.is_(None)).values(**columns)
    written = db.session.execute(mine.returning(Job.id)).scalar()
    if written is None:
        raise Conflict("Another worker has taken this job meanwhile.")
