"""Who called about the case of an order: staff may fill one of them in."""

from sqlalchemy import select

from ...calls.models import Caller, ServiceRequest
from ...cases.models import CaseCall
from ...extensions import db
from ..orders.models import WorkOrder
from .contacting import LANGUAGES

MOST = 12


def callers_of(order: WorkOrder) -> list[Caller]:
    """The people who called about its case and gave a name, the latest first."""
    calls = (
        select(ServiceRequest.caller_id)
        .join(CaseCall, CaseCall.call_id == ServiceRequest.id)
        .where(CaseCall.case_id == order.case_id, CaseCall.unlinked_at.is_(None), ServiceRequest.caller_id.is_not(None))
    )
    query = select(Caller).where(Caller.id.in_(calls), Caller.merged_into_id.is_(None), Caller.name != "")
    return list(db.session.scalars(query.order_by(Caller.id.desc()).limit(MOST)))


def filled_from(caller: Caller) -> dict[str, str]:
    """What the form shows of a caller."""
    language = caller.language if caller.language in LANGUAGES else "en"
    return {"name": caller.name[:120], "email": caller.email, "phone": caller.phone, "language": language}
