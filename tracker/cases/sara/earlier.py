"""What was done before: how earlier cases at the same anchor ended, and earlier endings of this one."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...clock import EPOCH
from ...extensions import db
from ...staff.models import LogEntry
from ..models import CaseStatus, ProblemCase
from ..nearby import cases_within

_ENDINGS = ("closed", "dismissed", "reopened", "recurred", "took_in")
_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Earlier:
    """Something that was done or came of it: when, what, in which other case (None: this one)."""

    at: datetime | None
    words: str
    other: ProblemCase | None


def earlier_responses(case: ProblemCase) -> list[Earlier]:
    """Endings of this case and of other cases at its anchor, the newest first."""
    found = [*_of_this(case), *_of_others(case)]
    return sorted(found, key=lambda one: one.at or EPOCH, reverse=True)[:_SHOWN]


def _of_this(case: ProblemCase) -> list[Earlier]:
    query = (
        select(LogEntry)
        .options(joinedload(LogEntry.actor))
        .where(LogEntry.subject_kind == "case", LogEntry.subject_id == case.id, LogEntry.verb.in_(_ENDINGS))
        .order_by(LogEntry.id.desc())
        .limit(_SHOWN)
    )
    return [
        Earlier(entry.at, f"{entry.text} ({entry.actor.display_name if entry.actor else 'by rule'})", None)
        for entry in db.session.scalars(query)
    ]


def _of_others(case: ProblemCase) -> list[Earlier]:
    around = cases_within(case.anchor_x_dm, case.anchor_y_dm, 1)
    return [_ending(other) for metres, other in around if metres == 0 and other.id != case.id]


def _ending(other: ProblemCase) -> Earlier:
    if other.status is CaseStatus.CLOSED:
        return Earlier(other.closed_at, f"Closed. {other.outcome}", other)
    if other.status is CaseStatus.DISMISSED:
        return Earlier(other.dismissed_at, f"Dismissed: {other.dismissed_reason}", other)
    return Earlier(other.opened_at, f"Open, in {other.phase.value}.", other)
