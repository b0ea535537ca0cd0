"""Decisions on 911 transfers that reach into cases, composed of the transfer's own verbs and the one that takes calls.

The views commit.
"""

from sqlalchemy import select

from ..calls.models import ServiceRequest, ServiceType
from ..calls.transfers.becoming_calls import record_transferred_call
from ..calls.transfers.decisions import Given, check_decision, decide_transfer
from ..calls.transfers.demands import MAKES_A_CALL, Decision
from ..calls.transfers.models import TransferReview
from ..cases.by_hand import open_case_by_hand
from ..cases.intake import take_calls
from ..cases.linking import active_link, link_call
from ..cases.models import CaseCall, CaseStatus, ProblemCase
from ..cases.nearby import cases_within
from ..cases.touching import find_case
from ..errors import Invalid
from ..extensions import db
from ..places.city import city_projection, find_city
from ..staff.models import User

NEAR_M = 150
_SHOWN = 6


def decide(
    transfer: TransferReview,
    decision: Decision,
    given: Given,
    *,
    actor: User,
    address: str = "",
    closures_need_agreement: bool = True,
) -> None:
    """Decide a transfer; where the decision says so it becomes a call that is taken like every other. Flushes.

    Take turns before the transfer is locked, as everybody does who changes cases.
    """
    check_decision(transfer, decision, given, actor=actor)
    call = _become_call(transfer, decision, given, address, actor) if decision in MAKES_A_CALL else None
    decide_transfer(
        transfer, decision, given, actor=actor, call=call, closures_need_agreement=closures_need_agreement
    )  # fmt: skip


def _become_call(
    transfer: TransferReview, decision: Decision, given: Given, address: str, actor: User
) -> ServiceRequest:
    if decision is Decision.LINKED:
        case = find_case(given.case, lock=True)
        call = record_transferred_call(transfer, given.service_type or _usual_type(case), address=address, actor=actor)
        link_call(case, call, reason=given.reason or "Came as a 911 transfer.", actor=actor)
        take_calls()
        return call
    call = record_transferred_call(transfer, given.service_type or 0, address=address, actor=actor)
    take_calls()
    db.session.refresh(call)
    if decision is Decision.CASE_PROPOSED:
        _open_case(call, given.reason, actor)
    return call


def _usual_type(case: ProblemCase) -> int:
    """The type of the newest call in a case: what comes from 911 about it is most likely that."""
    query = (
        select(ServiceRequest.service_type_id)
        .join(CaseCall, CaseCall.call_id == ServiceRequest.id)
        .where(CaseCall.case_id == case.id, CaseCall.unlinked_at.is_(None))
        .order_by(CaseCall.id.desc())
    )
    found = db.session.scalar(query.limit(1))
    of_family = select(ServiceType.id).where(ServiceType.family_id == case.family_id).order_by(ServiceType.id)
    found = found or db.session.scalar(of_family.limit(1))
    if found is None:
        raise Invalid("No service type belongs to that case's family. Choose what it is about.")
    return found


def _open_case(call: ServiceRequest, reason: str, actor: User) -> None:
    """Open a case at the call's place, unless a rule has put the call into one already."""
    if active_link(call) is not None:
        return
    if not call.service_type.counts:
        raise Invalid("Calls of this type are never grouped, so no case can open. Take a telephone report instead.")
    if call.lat is None or call.long is None:
        raise Invalid("A case needs a place. Give an address that the city knows.")
    case = open_case_by_hand(call.service_type.family, lat=call.lat, long=call.long, reason=reason, actor=actor)
    if active_link(call) is None:
        link_call(case, call, reason="The case was proposed for this 911 transfer.", actor=actor)


def case_of(transfer: TransferReview) -> ProblemCase | None:
    """The case in which the transfer's call counts now, if any."""
    link = active_link(transfer.call) if transfer.call else None
    return link.case if link else None


def cases_near(transfer: TransferReview) -> list[tuple[ProblemCase, int]]:
    """At most six open cases within 150 m of the transfer, nearest first, with their distances in metres."""
    city = find_city()
    if city is None or transfer.lat is None or transfer.long is None:
        return []
    spot = city_projection(city).to_decimetres(transfer.lat, transfer.long)
    open_cases = [(case, metres) for metres, case in cases_within(*spot, NEAR_M) if case.status is CaseStatus.OPEN]
    return open_cases[:_SHOWN]
