"""What is not told yet: types may be held back by whole days, and nothing of these days is told meanwhile."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, func, not_, or_, select

from ..calls.models import ServiceRequest, ServiceType
from ..cases.models import CaseCall, CaseStatus, ProblemCase
from ..extensions import db
from .facts import current_facts
from .kinds import among
from .visible import start_of_day


def delay_of_family(family_id: int) -> int:
    """For how many days the slowest public type of a family is held back."""
    return next((wait.days for wait, ids in current_facts().families_by_delay if family_id in ids), 0)


def last_told_day(day: date, delay: int) -> date:
    """The newest day of which anything is told on `day`."""
    return day - timedelta(days=delay)


def is_told_closed(day: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """Closed as strangers hear of it: not yet while the closing is held back, still while the coming back is."""
    closed = ProblemCase.status == CaseStatus.CLOSED
    slow = [(wait, ids) for wait, ids in current_facts().families_by_delay if wait]
    if not slow:
        return closed

    def is_held(instant: Any) -> ColumnElement[bool]:
        begins = [(ids, start_of_day(day - wait + timedelta(days=1), zone)) for wait, ids in slow]
        return or_(*(and_(among(ProblemCase.family_id, ids), instant >= begin) for ids, begin in begins))

    ended = and_(closed, or_(ProblemCase.closed_at.is_(None), not_(is_held(ProblemCase.closed_at))))
    came_back = and_(ProblemCase.status == CaseStatus.OPEN, ProblemCase.recurred_at.is_not(None))
    return or_(ended, and_(came_back, is_held(ProblemCase.recurred_at)))


def untold_calls(day: date, case_id: int | None = None) -> dict[int, int]:
    """Linked calls whose delay is not over on `day`, as numbers by case; of one case, or of all that have some.

    A city that holds nothing back pays one small statement.
    """
    slow = db.session.execute(
        select(ServiceType.id, ServiceType.publish_after_days).where(ServiceType.publish_after_days > 0)
    ).all()
    if not slow:
        return {}
    longest = max(days for _, days in slow)
    waits = [and_(ServiceRequest.service_type_id == type_id, _is_after(day, days)) for type_id, days in slow]
    query: Any = (
        select(CaseCall.case_id, func.count())
        .join(ServiceRequest, ServiceRequest.id == CaseCall.call_id)
        .where(CaseCall.unlinked_at.is_(None), _is_after(day, longest), or_(*waits))
        .group_by(CaseCall.case_id)
    )
    if case_id is not None:
        query = query.where(CaseCall.case_id == case_id)
    return dict(db.session.execute(query).all())


def _is_after(day: date, delay: int) -> Any:
    return ServiceRequest.public_day > last_told_day(day, delay).toordinal()
