"""What became of the demo's booked work, day by day: done, not to be done, or just under way."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...clock import local_date, told_as_of
from ...extensions import db
from ...places.city import city_zone, the_city
from ...scheduling.bookings.models import Booking
from ...scheduling.bookings.on_the_day import arrive, could_not, finish, set_out
from ...scheduling.bookings.why_not import WhyNot
from ...scheduling.resources.models import CrewMember
from ...scheduling.resources.shifts import day_start
from ...staff.models import User

WORDS = Path(__file__).with_name("crews.toml")
_DAY, _MINUTE = timedelta(days=1), timedelta(minutes=1)
_PACE = (70, 85, 90, 100, 100, 105, 115, 80, 95)
"""Percent of the planned minutes that work took, one booking after the other."""
_IN_VAIN_EVERY = 17


@dataclass(frozen=True, slots=True)
class _Event:
    at: datetime
    booking: Booking
    verb: str


@cache
def crew_words() -> dict[str, Any]:
    """What crews and residents say, as it is written down."""
    return tomllib.loads(WORDS.read_text("utf-8"))


def tell_days(first: date, last: date, until: datetime, office: User) -> None:
    """Say of all that was booked on these days what its crew told, as far as it had happened at `until`. Flushes."""
    drivers = _drivers()
    for event in sorted(_events(first, last), key=lambda one: (one.at, one.booking.id)):
        booking = event.booking
        if event.at > until or booking.cancelled_at is not None:
            continue  # not yet, or what it waited for could not be done
        with told_as_of(event.at):
            _tell(event, drivers.get(booking.resource_id, office))


def _drivers() -> dict[int, User]:
    query = select(CrewMember.resource_id, User).join(User, User.id == CrewMember.user_id).order_by(User.id.desc())
    return {row.resource_id: row.User for row in db.session.execute(query)}


def _events(first: date, last: date) -> Iterator[_Event]:
    zone = city_zone(the_city())
    query = select(Booking).options(joinedload(Booking.work_order), joinedload(Booking.resource))
    query = query.where(Booking.starts_at >= day_start(first, zone), Booking.starts_at < day_start(last + _DAY, zone))
    query = query.where(Booking.cancelled_at.is_(None), Booking.held_until.is_(None)).order_by(Booking.id)
    booked = db.session.scalars(query).all()
    newest = max(booked, key=lambda one: (one.starts_at, one.id), default=None)
    for number, booking in enumerate(booked, 1):
        arrived = booking.starts_at + number % 5 * _MINUTE
        took = booking.work_order.minutes * _PACE[number % len(_PACE)] // 100
        set_out_at = max(booking.starts_at - (5 + number % 9) * _MINUTE, day_start(first, zone))
        in_vain = number % _IN_VAIN_EVERY == 0 or booking is newest
        ended = arrived + 12 * _MINUTE if in_vain else min(arrived + took * _MINUTE, booking.ends_at)
        yield _Event(set_out_at, booking, "set_out")
        yield _Event(arrived, booking, "arrive")
        yield _Event(ended, booking, "could_not" if in_vain else "finish")


def _tell(event: _Event, who: User) -> None:
    booking, at = event.booking, event.at
    if event.verb == "set_out":
        set_out(booking, who, at=at)
    elif event.verb == "arrive":
        arrive(booking, who, at=at)
    elif event.verb == "finish":
        finish(booking, who, at=at)
    else:
        said = crew_words()["in_the_way"]
        one = said[booking.id % len(said)]
        again = local_date(at, city_zone(the_city())) + 4 * _DAY
        could_not(booking, who, at=at, why=WhyNot(one["why"]), words=one["words"], next_try_on=again)
