"""A report by its tracking number, which only reads: type, status, masked place, dates, its public case.

It answers for reports that belong to no case and for those without a place too. A report of a confidential or hidden
type answers exactly as a number that nobody was given, because the number may be read by somebody else than its owner.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from ..calls.models import CallStatus, ServiceRequest
from ..clock import local_date
from ..errors import NotFound
from ..extensions import db
from ..identifiers import read_identifier
from ..places.city import city_zone, the_city
from .calls import find_published_call
from .facts import public_day, public_kinds

LONGEST = 40


@dataclass(frozen=True, slots=True)
class TrackedReport:
    """What its number tells of a report. `status` is open, closed or withdrawn; days are the city's dates."""

    number: str
    type_name: str
    status: str
    label: str
    """The public place; empty where it has none, or none yet."""
    is_outside: bool
    reported_on: date
    updated_on: date
    shown_from: date | None
    """From when on others see it and its place, where its type is held back; None: already."""
    case_number: str


def track_report(typed: str) -> TrackedReport:
    """The report with this number, however it was typed; raises `NotFound` for any that is hidden or unknown."""
    numbers = (typed.strip()[:LONGEST], read_identifier(typed[: 2 * LONGEST]))
    kinds = public_kinds()
    query = select(ServiceRequest).where(
        ServiceRequest.service_request_id.in_(numbers), ServiceRequest.service_type_id.in_(kinds)
    )
    call = db.session.scalars(query.limit(1)).first()
    if call is None:
        raise NotFound("There is no report with this number, or it is not shown.")
    kind, zone = kinds[call.service_type_id], city_zone(the_city())
    asked = local_date(call.requested_datetime, zone)
    last = call.closed_at or call.updated_datetime or call.requested_datetime
    shown_from = asked + timedelta(days=kind.publish_after_days)
    waits = shown_from > public_day(the_city())
    return TrackedReport(
        number=call.service_request_id, type_name=kind.service_name, status=status_of(call),
        label="" if waits or call.is_outside else call.public_label or "", is_outside=call.is_outside,
        reported_on=asked, updated_on=local_date(last, zone), shown_from=shown_from if waits else None,
        case_number=public_case_of(call.service_request_id),
    )  # fmt: skip


def status_of(call: ServiceRequest) -> str:
    """open, closed or withdrawn."""
    if call.withdrawn_at is not None:
        return "withdrawn"
    return "closed" if call.status is CallStatus.CLOSED else "open"


def public_case_of(number: str) -> str:
    """The number of a report's public case; empty for none, and for a report that the public does not see."""
    try:
        return find_published_call(number).case_number
    except NotFound:
        return ""
