"""Imports whose file is still being read. Their calls wait for the rest of it: it may hold what came before them.

An import says that it is at work by a lock, which ends with its process however that ends.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flask import current_app
from sqlalchemy import Connection, func, select, text, update
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from ..clock import utc_now
from ..errors import TrackerError
from ..extensions import db
from .models import CallImport, ServiceRequest

_UNFINISHED = select(CallImport.id).where(CallImport.finished_at.is_(None))
HAS_ARRIVED = func.coalesce(ServiceRequest.import_id, 0).not_in(_UNFINISHED)
"""A call may be masked and taken: it came by itself, or with a file that was read to its end."""
_ADVISORY_CLASS = 8311
"""The first of the two keys of an import's lock on PostgreSQL; the second is its id."""


@contextmanager
def being_read(run: CallImport) -> Iterator[Callable[[], None]]:
    """Within this block an import counts as at work, for every process: nobody takes it for one that was broken off.

    Gives a check to make now and then; it raises `TrackerError` if others may take it for that after all.
    """
    if db.engine.dialect.name == "postgresql":
        # A connection of its own: the lock is the session's, over many transactions.
        with db.engine.connect() as connection, _advisory_lock(connection, run.id):
            yield lambda: _check_session(connection)
        return
    path = _lock_file(run.id)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            yield lambda: None
        finally:
            path.unlink(missing_ok=True)


@contextmanager
def _advisory_lock(connection: Connection, run_id: int) -> Iterator[None]:
    key = {"kind": _ADVISORY_CLASS, "run": run_id}
    connection.execute(text("SELECT pg_advisory_lock(:kind, :run)"), key)
    connection.commit()
    try:
        yield
    finally:
        with suppress(SQLAlchemyError):  # a session that has ended holds nothing
            connection.execute(text("SELECT pg_advisory_unlock(:kind, :run)"), key)
            connection.commit()


def _check_session(connection: Connection) -> None:
    try:
        connection.execute(text("SELECT 1"))
        connection.commit()
    except DBAPIError:
        raise TrackerError(
            "The database has ended the session by which others saw that this import is at work. What was recorded is "
            "kept: import the file again. If it happens again, look for idle_session_timeout, and for what cuts quiet "
            "connections."
        ) from None


def broken_imports() -> list[CallImport]:
    """Imports that were broken off before all of their file was read and its addresses were learned."""
    unfinished = db.session.scalars(
        select(CallImport).where(CallImport.finished_at.is_(None)).order_by(CallImport.id)
    ).all()
    return [run for run in unfinished if not _is_at_work(run.id)]


def claim_import(run: CallImport) -> bool:
    """Make an unfinished import this transaction's to finish; False if another was quicker. Flushes.

    If the transaction is rolled back it is as unfinished as before.
    """
    unfinished = update(CallImport).where(CallImport.id == run.id, CallImport.finished_at.is_(None))
    claimed = db.session.execute(unfinished.values(finished_at=utc_now()))
    count: int = claimed.rowcount  # type: ignore[attr-defined]  # an UPDATE's result counts rows
    return count == 1


def inherit_calls(run: CallImport) -> None:
    """Let an import that has read its file have what broken ones of its source have read: it is one delivery.

    Most often it is the same file, imported again. Not sooner: a later file is believed where it differs. Flushes.
    """
    for broken in broken_imports():
        if broken.id != run.id and broken.source == run.source and claim_import(broken):
            theirs = update(ServiceRequest).where(ServiceRequest.import_id == broken.id)
            db.session.execute(theirs.values(import_id=run.id), execution_options={"synchronize_session": False})


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
