"""Imports whose file is still being read. Their calls wait for the rest of it: it may hold what came before them.

An import says that it is at work by a lock, which ends with its process however that ends.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import current_app
from sqlalchemy import func, select, text

from ..extensions import db
from .models import CallImport, ServiceRequest

_UNFINISHED = select(CallImport.id).where(CallImport.finished_at.is_(None))
HAS_ARRIVED = func.coalesce(ServiceRequest.import_id, 0).not_in(_UNFINISHED)
"""A call may be masked and taken: it came by itself, or with a file that was read to its end."""
_ADVISORY_CLASS = 8311
"""The first of the two keys of an import's lock on PostgreSQL; the second is its id."""


@contextmanager
def being_read(run: CallImport) -> Iterator[None]:
    """Within this block an import counts as at work, for every process: nobody takes it for one that was broken off."""
    if db.engine.dialect.name == "postgresql":
        key = {"kind": _ADVISORY_CLASS, "run": run.id}
        with db.engine.connect() as connection:  # of its own: the lock is the session's, over many transactions
            connection.execute(text("SELECT pg_advisory_lock(:kind, :run)"), key)
            connection.commit()
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:kind, :run)"), key)
                connection.commit()
        return
    path = _lock_file(run.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield
        finally:
            path.unlink(missing_ok=True)


def broken_imports() -> list[CallImport]:
    """Imports that were broken off before all of their file was read and its addresses were learned."""
    unfinished = db.session.scalars(
        select(CallImport).where(CallImport.finished_at.is_(None)).order_by(CallImport.id)
    ).all()
    return [run for run in unfinished if not _is_at_work(run.id)]


def _is_at_work(run_id: int) -> bool:
    if db.engine.dialect.name == "postgresql":
        held = text(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = pg_locks.database "
            "WHERE locktype = 'advisory' AND granted AND datname = current_database() "
            "AND classid = :kind AND objid = :run AND objsubid = 2"
        )
        return bool(db.session.scalar(held, {"kind": _ADVISORY_CLASS, "run": run_id}))
    path = _lock_file(run_id)
    try:
        with path.open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except BlockingIOError:
        return True
    path.unlink(missing_ok=True)  # its process was killed, and no other has its number
    return False


def _lock_file(run_id: int) -> Path:
    return Path(current_app.instance_path) / "imports" / f"{run_id}.lock"
