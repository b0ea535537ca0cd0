"""Which cases the public may see, and on which day: one condition, used by map, list and status page alike.

Whether a case still counts as alive is decided by whole days on the city's clocks. By the minute, somebody who watched
the map would learn the time of the last call from the moment at which its case leaves the map.
"""

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, false, or_

from ..cases.alive import alive_at
from ..cases.models import NOT_SOLVED, CaseStatus, ProblemCase
from ..clock import from_local
from .facts import current_facts
from .kinds import among

IS_MASKED = (
    ProblemCase.is_public.is_(True), ProblemCase.public_label.is_not(None), ProblemCase.public_lat.is_not(None),
    ProblemCase.public_long.is_not(None),
)  # fmt: skip
"""What a case has to be to be seen by strangers at all, be it only after some days."""
_DAY = timedelta(days=1)


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins on the city's clocks."""
    return from_local(datetime.combine(day, time()), zone)


def is_for_the_public(day: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """Public by its calls' types, masked, of a family that has a public type at all, and no longer held back."""
    return and_(*IS_MASKED, has_waited(ProblemCase.opened_at, day, zone))


def has_waited(instant: Any, day: date, zone: ZoneInfo) -> ColumnElement[bool]:
    """What happened to a case at `instant` is no longer held back: as long as the slowest public type of its family."""
    waited = [
        and_(among(ProblemCase.family_id, ids), instant < start_of_day(day - delay + _DAY, zone))
        if delay
        else among(ProblemCase.family_id, ids)
        for delay, ids in current_facts().families_by_delay
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
