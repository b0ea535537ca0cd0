"""«What about my request?»: found by number, phone or place; the owner reads who asked and what was promised."""

from collections.abc import Sequence

from ..calls.callers import find_callers
from ..calls.finding import address_keys, ids_at, ids_by_number, load_calls, newest_calls_of
from ..calls.models import Caller, Channel, ServiceRequest
from ..calls.taking.inquiries import keep_inquiry
from ..calls.taking.models import InquiryKind
from ..calls.taking.report import CallReport
from ..cases.linking import active_link
from ..cases.models import CaseStatus
from ..clock import utc_now
from ..errors import Invalid
from ..staff.models import User
from .taking import TakenCall, take_call

_FOUND = 12


def find_asked(typed: str) -> Sequence[ServiceRequest]:
    """The newest calls that a caller may mean, by their number, by her phone, or by the place."""
    numbered = ids_by_number(typed, limit=_FOUND)
    if numbered:
        return load_calls(numbered)
    people = _people(typed)
    return newest_calls_of(people, limit=_FOUND) if people else load_calls(ids_at(address_keys(typed), limit=_FOUND))


def _people(typed: str) -> list[Caller]:
    """Callers with this number; nobody when what was typed is no number."""
    try:
        return find_callers(typed)
    except Invalid:
        return []


def follow_up(about: ServiceRequest, actor: User, *, key: str, note: str, promised: str) -> TakenCall:
    """Record that somebody asks about a call: it weighs nothing and stands with the other's case, if it is in one.

    The owner reads there what the caller said and what the aide promised. Flushes.
    """
    link = active_link(about)
    case = link.case if link and link.case.status in (CaseStatus.OPEN, CaseStatus.CLOSED) else None
    said = "; ".join(filter(None, (note.strip(), f"promised: {promised.strip()}" if promised.strip() else "")))
    lat, long = (None, None) if about.is_outside else (about.lat, about.long)
    report = CallReport(
        key=key, channel=Channel.PHONE, service_type_id=about.service_type_id, description=note.strip(),
        address=about.address, unit=about.unit, lat=lat, long=long, at=utc_now(), caller_id=about.caller_id,
    )  # fmt: skip
    reason = f"Asks about call {about.service_request_id}" + (f": {said}." if said else ".")
    taken = take_call(report, actor, link_to=case.public_id if case else "", follows=about, reason=reason)
    keep_inquiry(
        InquiryKind.FOLLOW_UP, actor, key=key, about=about, caller_id=about.caller_id, note=note, promised=promised
    )
    return taken
