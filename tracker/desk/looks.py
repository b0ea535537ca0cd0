"""What is new on her queue since a person said that she has seen it; reloading it loses nothing."""

from datetime import datetime

from sqlalchemy import func, select

from ..cases.models import CaseCall, CaseStatus, ProblemCase
from ..extensions import db
from ..staff.models import LogEntry

_NEWS = ("linked", "opened", "recurred")
_READ_BACK = 10_000
"""Entries that are read for the newest news, however long ago a person looked: after an import there are millions."""


def new_calls_of(contact_id: int, since: datetime | None) -> dict[int, int]:
    """Case id to calls linked since, for the open cases of one contact."""
    if since is None:
        return {}
    query = (
        select(CaseCall.case_id, func.count())
        .join(ProblemCase, ProblemCase.id == CaseCall.case_id)
        .where(ProblemCase.contact_id == contact_id, ProblemCase.status == CaseStatus.OPEN)
        .where(CaseCall.unlinked_at.is_(None), CaseCall.linked_at > since)
        .group_by(CaseCall.case_id)
    )
    return dict(db.session.execute(query).all())


def cases_with_news(since: datetime | None, *, limit: int) -> list[int]:
    """Ids of open cases that opened, recurred or got a call since, newest news first; read from the end of the log."""
    if since is None:
        return []
    columns = (LogEntry.id, LogEntry.at, LogEntry.subject_kind, LogEntry.subject_id, LogEntry.verb)
    end = select(*columns).order_by(LogEntry.id.desc()).limit(_READ_BACK).subquery().c
    query = (
        select(end.subject_id)
        .join(ProblemCase, ProblemCase.id == end.subject_id)
        .where(end.at > since, end.subject_kind == "case", end.verb.in_(_NEWS))
        .where(ProblemCase.status == CaseStatus.OPEN)
        .group_by(end.subject_id)
        .order_by(func.max(end.id).desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))
