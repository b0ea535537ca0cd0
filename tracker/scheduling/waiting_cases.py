"""Which cases ask for work that nobody has ordered yet."""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import joinedload

from ..calls.models import ServiceRequest
from ..cases.models import CaseStatus, GroupingRule, ProblemCase
from ..clock import utc_now
from ..extensions import db
from ..places.city import the_city
from .models import Playbook, WorkOrder

URGENT = 3
"""Cases of priority 1 to 3 get their playbook's orders from `plan` by itself; for the others a person decides."""


def cases_without_orders(as_of: datetime) -> list[ProblemCase]:
    """Open cases alive at `as_of`, of priority 1 to `URGENT`, whose family has a playbook and that never had an order.

    The most urgent first. A case all of whose orders were cancelled is not among them: a person has decided there.
    """
    query = (
        select(ProblemCase)
        .join(GroupingRule, ProblemCase.rule_id == GroupingRule.id)
        .join(Playbook, Playbook.family_id == ProblemCase.family_id)
        .options(joinedload(ProblemCase.family))
        .where(ProblemCase.status == CaseStatus.OPEN, ProblemCase.priority <= URGENT)
        .where(~select(WorkOrder.id).where(WorkOrder.case_id == ProblemCase.id).exists())
        .where(or_(ProblemCase.is_touched, *_last_call_within_window(as_of)))
        .order_by(ProblemCase.priority, ProblemCase.priority_score.desc(), ProblemCase.id)
    )
    return list(db.session.scalars(query))


def city_as_of() -> datetime:
    """The instant as of which the city is seen: now for a live city, else its newest call in bounds, at most now."""
    now = utc_now()
    if the_city().is_live:
        return now
    newest = select(func.max(ServiceRequest.requested_datetime)).where(
        ServiceRequest.requested_datetime <= now, ServiceRequest.is_outside.is_(False)
    )
    return db.session.scalar(newest) or now


def _last_call_within_window(as_of: datetime) -> list[ColumnElement[bool]]:
    """One condition per window length in use, because the two engines reckon with dates differently."""
    windows = db.session.scalars(select(GroupingRule.window_days).distinct().order_by(GroupingRule.window_days))
    return [
        and_(GroupingRule.window_days == days, ProblemCase.last_call_at >= as_of - timedelta(days=days))
        for days in windows
    ]
