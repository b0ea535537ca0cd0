"""Who is on the line: people with this number, their last calls, and what became of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..calls.models import Caller, ServiceRequest
from ..cases.models import CaseCall, ProblemCase
from ..extensions import db

_CALLS = 6


@dataclass(frozen=True, slots=True)
class CallerPanel:
    """People with the number that calls, newest first; their last calls, each with its case if it is in one."""

    people: Sequence[Caller] = ()
    calls: Sequence[ServiceRequest] = ()
    cases: dict[int, ProblemCase] = field(default_factory=dict)
    why_nobody: str = ""


def gather_caller(people: Sequence[Caller]) -> CallerPanel:
    """What is known of people; two bounded queries."""
    if not people:
        return CallerPanel()
    query = (
        select(ServiceRequest)
        .options(joinedload(ServiceRequest.service_type, innerjoin=True))
        .where(ServiceRequest.caller_id.in_([one.id for one in people]))
        .order_by(ServiceRequest.requested_datetime.desc())
        .limit(_CALLS)
    )
    calls = db.session.scalars(query).all()
    links = select(CaseCall).options(joinedload(CaseCall.case, innerjoin=True))
    active = links.where(CaseCall.call_id.in_([call.id for call in calls]), CaseCall.unlinked_at.is_(None))
    return CallerPanel(people, calls, {link.call_id: link.case for link in db.session.scalars(active)})
