"""The activity log: append an entry, read a record's history."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from ..batches import insert_rows
from ..clock import utc_now
from ..extensions import db
from .models import LogEntry, User

VIEWING = frozenset({"viewed", "accepted_link"})
"""Verbs by which a person looks at a record or agrees with the machine, and does not touch it (design: «touched»)."""


def append_log(
    subject_kind: str,
    subject_id: int,
    verb: str,
    text: str = "",
    *,
    actor: User | None = None,
    data: dict[str, Any] | None = None,
    is_public: bool = False,
) -> LogEntry:
    """Say in the log that something happened to a record. Without an actor the program itself did it."""
    entry = LogEntry(
        at=utc_now(),
        subject_kind=subject_kind,
        subject_id=subject_id,
        verb=verb,
        text=text,
        data=data,
        actor=actor,
        is_public=is_public,
    )
    db.session.add(entry)
    return entry


def append_log_rows(rows: Iterable[dict[str, Any]]) -> None:
    """Append many entries of the program's own at once; each gives at least subject_kind, subject_id, verb, text."""
    now = utc_now()
    complete = [{"at": now, "data": None, "actor_id": None, "is_public": False, **row} for row in rows]
    insert_rows(LogEntry.__table__, complete)


def history_of(subject_kind: str, subject_id: int, *, limit: int = 200) -> list[LogEntry]:
    """The newest `limit` entries about one record, newest first."""
    query = (
        select(LogEntry)
        .where(LogEntry.subject_kind == subject_kind, LogEntry.subject_id == subject_id)
        .order_by(LogEntry.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))
