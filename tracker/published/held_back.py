"""What is not told yet: types may be held back by whole days, and nothing of these days is told meanwhile."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, select

from ..calls.models import ServiceRequest, ServiceType
from ..cases.models import CaseCall
from ..extensions import db
from .facts import current_facts


def delay_of_family(family_id: int) -> int:
    """For how many days the slowest public type of a family is held back."""
    return next((wait.days for wait, ids in current_facts().families_by_delay if family_id in ids), 0)


def last_told_day(day: date, delay: int) -> date:
    """The newest day of which anything is told on `day`."""
    return day - timedelta(days=delay)


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
