"""What the page of one caller shows beside her calls: the cases they are in, and who shares her phone."""

from sqlalchemy import func, select

from ..calls.callers import callers_with
from ..calls.models import Caller, ServiceRequest
from ..cases.listing import load_shown
from ..cases.models import CaseCall, ProblemCase
from ..extensions import db

CASES = 20


def cases_of(caller: Caller) -> list[ProblemCase]:
    """The cases that her calls are in, the one with her newest call first."""
    hers = (
        select(CaseCall.case_id)
        .join(ServiceRequest, ServiceRequest.id == CaseCall.call_id)
        .where(ServiceRequest.caller_id == caller.id, CaseCall.unlinked_at.is_(None))
        .group_by(CaseCall.case_id)
        .order_by(func.max(ServiceRequest.requested_datetime).desc(), CaseCall.case_id)
    )
    return load_shown(db.session.scalars(hers.limit(CASES)).all())


def sharing_phone(caller: Caller) -> list[Caller]:
    """Others at her number: perhaps her household, perhaps herself under another name."""
    return [one for one in callers_with(caller.phone_digits) if one.id != caller.id]
