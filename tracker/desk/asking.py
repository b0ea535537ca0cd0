"""«What about my request?»: found by number, phone or place; the owner reads who asked and what was promised."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..calls.callers import find_callers
from ..calls.models import Channel, ServiceRequest
from ..calls.pointing import read_address
from ..calls.queries import find_call
from ..calls.taking.inquiries import keep_inquiry
from ..calls.taking.models import InquiryKind
from ..calls.taking.report import CallReport
from ..cases.linking import active_link
from ..cases.models import CaseStatus
from ..clock import utc_now
from ..errors import Invalid, NotFound
from ..extensions import db
from ..staff.models import User
from .taking import TakenCall, take_call

_FOUND = 12


def find_asked(typed: str) -> Sequence[ServiceRequest]:
    """The newest calls that a caller may mean, by their number, by her phone, or by the place."""
    if not typed.strip():
        return []
    try:
        return [find_call(typed)]
    except NotFound:
        pass
    query = select(ServiceRequest).options(joinedload(ServiceRequest.service_type, innerjoin=True))
    people = _people(typed)
    if people:
        query = query.where(ServiceRequest.caller_id.in_(people))
    else:
        key = read_address(typed).key[:200]
        if not key:
            return []
        query = query.where(ServiceRequest.address_key == key)
    return db.session.scalars(query.order_by(ServiceRequest.requested_datetime.desc()).limit(_FOUND)).all()


def _people(typed: str) -> list[int]:
    """Callers with this number; nobody when what was typed is no number."""
    if sum(letter.isdigit() for letter in typed) < 7:
        return []
    try:
        return [one.id for one in find_callers(typed)]
    except Invalid:
        return []


def follow_up(about: ServiceRequest, actor: User, *, key: str, note: str, promised: str) -> TakenCall:
    """Record that somebody asks about a call: it weighs nothing and stands with the other's case, if it is in one.

    The owner reads there what the caller said and what the aide promised. Flushes.
    """
    link = active_link(about)
    case = link.case if link and link.case.status in (CaseStatus.OPEN, CaseStatus.CLOSED) else None
    said = "; ".join(filter(None, (note.strip(), f"promised: {promised.strip()}" if promised.strip() else "")))
    report = CallReport(
        key=key, channel=Channel.PHONE, service_type_id=about.service_type_id, description=note.strip(),
        address=about.address, unit=about.unit, lat=about.lat, long=about.long, at=utc_now(),
        caller_id=about.caller_id,
    )  # fmt: skip
    reason = f"Asks about call {about.service_request_id}" + (f": {said}." if said else ".")
    taken = take_call(report, actor, link_to=case.public_id if case else "", follows=about, reason=reason)
    keep_inquiry(
        InquiryKind.FOLLOW_UP, actor, key=key, about=about, caller_id=about.caller_id, note=note, promised=promised
    )
    return taken
