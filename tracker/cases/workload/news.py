"""What a member of staff is told: entries about the cases she follows, since she last looked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import joinedload

from ...extensions import db
from ...staff.models import LogEntry, User
from ..models import ProblemCase
from .models import CaseFollower

SHOWN = 100
FIRST_LOOK = timedelta(days=14)
"""How far back somebody sees who has never said that she looked."""
_QUIET = ("followed", "unfollowed", "viewed", "accepted_link", "snoozed", "woken")
"""What nobody else needs to be told."""


@dataclass(frozen=True, slots=True)
class News:
    """One entry about a followed case, and whether it mentions the person who reads it."""

    entry: LogEntry
    case: ProblemCase
    mentions_me: bool


def news_for(user: User, since: datetime) -> list[News]:
    """The newest entries by others since then, newest first: at most a hundred."""
    query = (
        select(LogEntry, ProblemCase)
        .join(CaseFollower, and_(CaseFollower.case_id == LogEntry.subject_id, CaseFollower.user_id == user.id))
        .join(ProblemCase, ProblemCase.id == LogEntry.subject_id)
        .options(joinedload(ProblemCase.family), joinedload(LogEntry.actor))
        .where(*_told(user, since))
        .order_by(LogEntry.id.desc())
        .limit(SHOWN)
    )
    return [News(entry, case, _names(entry.verb, entry.data, user)) for entry, case in db.session.execute(query)]


@dataclass(frozen=True, slots=True)
class NewsCount:
    """How much somebody is told (a hundred stands for more), and how much of it mentions her."""

    total: int
    mentions: int


def count_news(user: User, since: datetime) -> NewsCount:
    """The counts of what `news_for` lists: one query of at most a hundred rows."""
    query = (
        select(LogEntry.verb, LogEntry.data)
        .join(CaseFollower, and_(CaseFollower.case_id == LogEntry.subject_id, CaseFollower.user_id == user.id))
        .where(*_told(user, since))
        .order_by(LogEntry.id.desc())
        .limit(SHOWN)
    )
    rows = db.session.execute(query).all()
    return NewsCount(len(rows), sum(_names(row.verb, row.data, user) for row in rows))


def _told(user: User, since: datetime) -> list[ColumnElement[bool]]:
    # Named once more, though they are joined: else SQLite would begin with every entry about a case.
    followed = select(CaseFollower.case_id).where(CaseFollower.user_id == user.id)
    return [
        LogEntry.subject_kind == "case", LogEntry.subject_id.in_(followed),
        LogEntry.at > since, LogEntry.at >= CaseFollower.since,
        LogEntry.verb.not_in(_QUIET), LogEntry.actor_id.is_distinct_from(user.id),
    ]  # fmt: skip


def followed_cases(user: User) -> Sequence[ProblemCase]:
    """The cases that somebody follows, the last followed first."""
    query = (
        select(ProblemCase)
        .join(CaseFollower, CaseFollower.case_id == ProblemCase.id)
        .options(joinedload(ProblemCase.family), joinedload(ProblemCase.center), joinedload(ProblemCase.contact))
        .where(CaseFollower.user_id == user.id)
        .order_by(CaseFollower.since.desc(), ProblemCase.id.desc())
        .limit(SHOWN)
    )
    return db.session.scalars(query).unique().all()


def _names(verb: str, data: dict[str, Any] | None, user: User) -> bool:
    return verb == "mentioned" and (data or {}).get("user_id") == user.id
