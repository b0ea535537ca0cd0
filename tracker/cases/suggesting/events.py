"""What an aide should know before she records one more call: many call about this, or this caller called already."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, bindparam, cast, select

from ...calls.models import Family, ServiceRequest, ServiceType
from ...database import UTCDateTime
from ...extensions import db
from ..ledger import COUNTABLE
from ..rules import measures_without_writing
from .crowds import RecentCall, find_crowds

HOUR = timedelta(hours=1)
MOST_CALLS = 300
"""The newest calls of the hour that are looked at: more than a large city's busiest desk takes."""


@dataclass(frozen=True, slots=True)
class BusyEvent:
    """Several people called about one kind of problem around one place within the hour."""

    family_id: int
    family_name: str
    address: str
    x_dm: int
    y_dm: int
    calls: int
    last_at: datetime
    call_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """The caller's earlier call about what seems to be the same. Within the hour the new one weighs 0."""

    call_id: int
    service_request_id: str
    at: datetime
    is_within_the_hour: bool


def busy_events(at: datetime) -> list[BusyEvent]:
    """What many call about in the hour before `at`, largest first, each placed at its newest call. Only reads."""
    call = ServiceRequest
    query = (
        select(call.id, call.requested_datetime, ServiceType.family_id, call.x_dm, call.y_dm, call.caller_id)
        .join(ServiceType, ServiceType.id == call.service_type_id)
        .where(call.requested_datetime > at - HOUR, call.requested_datetime <= at, COUNTABLE)
        .order_by(call.requested_datetime.desc(), call.id.desc())
        .limit(MOST_CALLS)
    )
    crowds = find_crowds(RecentCall._make(row) for row in db.session.execute(query))
    if not crowds:
        return []
    newest = select(call.id, call.address).where(call.id.in_([crowd[0].id for crowd in crowds]))
    addresses = {call_id: address for call_id, address in db.session.execute(newest)}  # noqa: C416  # rows, no pairs
    wanted = select(Family.id, Family.name).where(Family.id.in_({crowd[0].family_id for crowd in crowds}))
    names = {family_id: name for family_id, name in db.session.execute(wanted)}  # noqa: C416  # as above
    return [_event(crowd, names[crowd[0].family_id], addresses[crowd[0].id]) for crowd in crowds]


def _event(crowd: list[RecentCall], family_name: str, address: str) -> BusyEvent:
    newest = crowd[0]
    return BusyEvent(
        family_id=newest.family_id,
        family_name=family_name,
        address=address,
        x_dm=newest.x_dm,
        y_dm=newest.y_dm,
        calls=len(crowd),
        last_at=newest.at,
        call_ids=tuple(call.id for call in crowd),
    )


def _given(name: str, like: Any = BigInteger) -> Any:
    return bindparam(name, type_=like)


_DX = cast(ServiceRequest.x_dm, BigInteger) - _given("x_dm")
_DY = cast(ServiceRequest.y_dm, BigInteger) - _given("y_dm")
_REPEATED = (
    select(ServiceRequest.id, ServiceRequest.service_request_id, ServiceRequest.requested_datetime)
    .join(ServiceType, ServiceType.id == ServiceRequest.service_type_id)
    .where(ServiceRequest.caller_id == _given("caller_id"), ServiceType.family_id == _given("family_id"))
    .where(ServiceRequest.withdrawn_at.is_(None))
    .where(ServiceRequest.requested_datetime <= _given("at", UTCDateTime))
    .where(ServiceRequest.requested_datetime >= _given("since", UTCDateTime))
    .where(_given("reach") >= _DX * _DX + _DY * _DY)
    .order_by(ServiceRequest.requested_datetime.desc(), ServiceRequest.id.desc())
    .limit(1)
)


def same_caller_repeat(caller_id: int, family_id: int, x_dm: int, y_dm: int, at: datetime) -> Repeat | None:
    """The caller's newest call of this family within its rule's radius and window before `at`, or None.

    Within the hour it is a repeat. An older one may be followed up, or the trouble is back and counts anew: the page
    asks, because only the caller knows.
    """
    measures = measures_without_writing(family_id)
    if measures is None:
        return None
    given = {
        "caller_id": caller_id, "family_id": family_id, "at": at, "since": at - timedelta(days=measures.window_days),
        "x_dm": x_dm, "y_dm": y_dm, "reach": (10 * measures.radius_m) ** 2,
    }  # fmt: skip
    found = db.session.connection().execute(_REPEATED, given).first()
    return None if found is None else Repeat(*found, is_within_the_hour=at - found.requested_datetime <= HOUR)
