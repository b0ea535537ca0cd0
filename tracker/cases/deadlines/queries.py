"""Deadlines as others ask for them: of one case, the next of many, and how many of a person are late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import joinedload

from ...clock import utc_now
from ...extensions import db
from ...staff.models import User
from ...staff.permissions import Permission, may
from ..models import CaseStatus, Contact, ProblemCase
from .models import CaseDeadline, CasePause
from .reckoning import RUNS
from .working_calendar import read_clock

SHOWN = 60


def deadlines_of(case_id: int) -> list[CaseDeadline]:
    """The deadlines of a case: those that run first, the earliest due first, then the newest of the others."""
    over = or_(CaseDeadline.met_at.is_not(None), CaseDeadline.dropped_at.is_not(None))
    query = (
        select(CaseDeadline)
        .options(joinedload(CaseDeadline.acknowledged_by))
        .where(CaseDeadline.case_id == case_id)
        .order_by(over, case((over, None), else_=CaseDeadline.due_at), CaseDeadline.id.desc())
    )
    return list(db.session.scalars(query.limit(SHOWN)))


def running_of(case_ids: Sequence[int]) -> list[CaseDeadline]:
    """The running deadlines of these cases, what is due first on top; of several at once the one begun first."""
    query = select(CaseDeadline).where(CaseDeadline.case_id.in_(case_ids), *RUNS)
    return list(db.session.scalars(query.order_by(CaseDeadline.due_at, CaseDeadline.id)))


def pauses_shown(case_id: int) -> list[CasePause]:
    """The newest pauses of a case."""
    query = select(CasePause).where(CasePause.case_id == case_id).order_by(CasePause.id.desc())
    return list(db.session.scalars(query.limit(20)))


@dataclass(frozen=True, slots=True)
class LateCounts:
    """How much is late, how much will be soon, and how much of what is late waits for a supervisor's answer."""

    late: int
    soon: int
    escalated: int


def late_counts(user: User) -> LateCounts:
    """The counts of a contact's own cases; of all of them for whoever may give cases to others. One query."""
    clock = read_clock(utc_now())
    late = is_late_at(clock)
    untold = and_(CaseDeadline.escalated_at.is_not(None), CaseDeadline.acknowledged_at.is_(None))
    sums = [func.coalesce(func.sum(case((condition, 1), else_=0)), 0) for condition in (late, ~late, untold)]
    query = (
        select(*sums)
        .join(ProblemCase, ProblemCase.id == CaseDeadline.case_id)
        .where(*shown_by(clock), *whose(user), ProblemCase.status == CaseStatus.OPEN)
    )
    return LateCounts(*db.session.execute(query).one())


def whose(user: User) -> list[ColumnElement[bool]]:
    """Which cases a person's list holds: her own, or all for whoever may give cases to others."""
    if may(user.role, Permission.ASSIGN_CASES):
        return []
    return [ProblemCase.contact_id.in_(select(Contact.id).where(Contact.user_id == user.id))]


def is_late_at(clock: datetime) -> ColumnElement[bool]:
    """It had passed when its own clock stopped, or by `clock`; as `CaseDeadline.is_late`."""
    return and_(
        CaseDeadline.due_at < clock, or_(CaseDeadline.paused_at.is_(None), CaseDeadline.due_at < CaseDeadline.paused_at)
    )


def shown_by(clock: datetime) -> tuple[ColumnElement[bool], ...]:
    """It runs, and is late or soon: a paused one only if it was when its clock stopped."""
    return (
        *RUNS,
        CaseDeadline.warn_at <= clock,
        or_(CaseDeadline.paused_at.is_(None), CaseDeadline.due_at < CaseDeadline.paused_at),
    )
