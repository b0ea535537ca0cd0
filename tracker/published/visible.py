"""Which cases the public may see, and on which day: one condition, used by map, list and status page alike.

Whether a case still counts as alive is decided by whole days on the city's clocks. By the minute, somebody who watched
the map would learn the time of the last call from the moment at which its case leaves the map.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from flask import has_request_context, request
from sqlalchemy import ColumnElement, and_, false, func, or_, select

from ..calls.as_of import as_of
from ..calls.models import ServiceType
from ..cases.alive import alive_at
from ..cases.models import NOT_SOLVED, CaseStatus, ProblemCase
from ..clock import from_local, local_date
from ..extensions import db
from ..places.city import city_zone
from ..places.models import City

IS_PUBLIC_TYPE = (
    ServiceType.is_public.is_(True), ServiceType.is_confidential.is_(False), ServiceType.is_test.is_(False),
)  # fmt: skip
"""What a service type has to be for strangers to hear of its calls."""
IS_MASKED = (
    ProblemCase.is_public.is_(True), ProblemCase.public_label.is_not(None), ProblemCase.public_lat.is_not(None),
    ProblemCase.public_long.is_not(None),
)  # fmt: skip
"""What a case has to be to be seen by strangers at all, be it only after some days."""
_DAY = timedelta(days=1)
_DAY_ASKED, _FAMILIES_ASKED = "tracker.public_day", "tracker.families_by_delay"
Answer = TypeVar("Answer")


def public_day(city: City) -> date:
    """The day as of which the public sees the city: that of its newest call, or today."""
    return _once(_DAY_ASKED, lambda: local_date(as_of(city), city_zone(city)))


def _once(name: str, ask: Callable[[], Answer]) -> Answer:
    """What `ask` finds. Whoever only reads asks half a dozen times in a request, and it cannot change meanwhile."""
    if not has_request_context() or request.method not in ("GET", "HEAD"):
        return ask()
    if name not in request.environ:
        request.environ[name] = ask()
    found: Answer = request.environ[name]
    return found


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins on the city's clocks."""
    return from_local(datetime.combine(day, time()), zone)


def is_for_the_public(day: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """Public by its calls' types, masked, of a family that has a public type at all, and no longer held back."""
    return and_(*IS_MASKED, has_waited(ProblemCase.opened_at, day, zone))


def has_waited(instant: Any, day: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """What happened to a case at `instant` is no longer held back: as long as the slowest public type of its family."""
    waited = [
        and_(ProblemCase.family_id.in_(ids), instant < start_of_day(day - delay + _DAY, zone))
        if delay
        else ProblemCase.family_id.in_(ids)
        for delay, ids in families_by_delay()
    ]
    return or_(false(), *waited)


def is_on_the_map(day: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """Open and alive on the day, or closed and still watched then."""
    midnight = start_of_day(day, zone)
    watched = and_(ProblemCase.status == CaseStatus.CLOSED, ProblemCase.monitored_until >= midnight)
    return and_(is_for_the_public(day, zone), or_(alive_at(midnight), watched))


def is_solved_lately(day: date, zone: ZoneInfo, within: timedelta) -> ColumnElement[bool]:
    """Closed because the calls had stopped or fallen, and confirmed by its watch; on the day or so long before it."""
    return and_(
        is_for_the_public(day, zone),
        ProblemCase.status == CaseStatus.CLOSED,
        or_(ProblemCase.outcome_kind.is_(None), ProblemCase.outcome_kind.not_in(NOT_SOLVED)),
        ProblemCase.confirmed_at >= start_of_day(day - within, zone),
        ProblemCase.confirmed_at < start_of_day(day + _DAY, zone),
    )


def families_by_delay() -> list[tuple[timedelta, list[int]]]:
    """Families with a public type, by how long the slowest of these is held back; shortest first."""
    return _once(_FAMILIES_ASKED, _read_delays)


def _read_delays() -> list[tuple[timedelta, list[int]]]:
    slowest = (
        select(ServiceType.family_id, func.max(ServiceType.publish_after_days))
        .where(*IS_PUBLIC_TYPE)
        .group_by(ServiceType.family_id)
    )
    families: dict[int, list[int]] = defaultdict(list)
    for family_id, days in db.session.execute(slowest):
        families[days].append(family_id)
    return [(timedelta(days=days), ids) for days, ids in sorted(families.items())]
