"""A month as a calendar sheet: for each day how much of the working time is booked, all resources together."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from ...clock import local_date
from ...extensions import db
from ..bookings.models import BookingSlot
from ..bookings.slots import SLOT_MINUTES, slot_at, slot_start
from ..resources.models import CityResource
from ..resources.shifts import WorkingTime, day_start
from ..resources.working import working_times_of
from .week import WEEK_DAYS, monday_of


@dataclass(frozen=True, slots=True)
class Load:
    """A day's booked and working minutes, and how many of the resources work on it."""

    day: date
    booked_minutes: int
    working_minutes: int
    at_work: int


@dataclass(frozen=True, slots=True)
class Month:
    """Whole weeks about a month; `first` is its first day."""

    first: date
    weeks: list[list[Load]]


def first_of(day: date) -> date:
    """The first day of the month that `day` lies in."""
    return day.replace(day=1)


def next_month(first: date) -> date:
    """The first day of the month after."""
    return first_of(first + timedelta(days=31))


def read_month(resources: Sequence[CityResource], first: date, zone: ZoneInfo) -> Month:
    """The month of these resources, in a fixed number of queries.

    Both figures are of the calendar's day: nights are cut.
    """
    begin = monday_of(first)
    end = monday_of(next_month(first) - timedelta(days=1)) + timedelta(days=WEEK_DAYS)
    booked = _booked_minutes([resource.id for resource in resources], begin, end, zone)
    working, crews = _working_minutes(resources, begin, end, zone)
    days = [begin + timedelta(days=offset) for offset in range((end - begin).days)]
    loads = [Load(day, booked[day], working[day], len(crews[day])) for day in days]
    return Month(first, [loads[start : start + WEEK_DAYS] for start in range(0, len(loads), WEEK_DAYS)])


def _booked_minutes(ids: list[int], begin: date, end: date, zone: ZoneInfo) -> dict[date, int]:
    slots = range(slot_at(day_start(begin, zone)), slot_at(day_start(end, zone)))
    query = (
        select(BookingSlot.slot, func.count())
        .where(BookingSlot.resource_id.in_(ids), BookingSlot.slot >= slots.start, BookingSlot.slot < slots.stop)
        .group_by(BookingSlot.slot)
    )
    minutes: dict[date, int] = defaultdict(int)
    for slot, count in db.session.execute(query):
        minutes[local_date(slot_start(slot), zone)] += count * SLOT_MINUTES
    return minutes


def _working_minutes(
    resources: Sequence[CityResource], begin: date, end: date, zone: ZoneInfo
) -> tuple[dict[date, int], dict[date, set[int]]]:
    minutes: dict[date, int] = defaultdict(int)
    crews: dict[date, set[int]] = defaultdict(set)
    times = working_times_of(resources, begin - timedelta(days=1), (end - begin).days + 1)
    for resource_id, stretches in times.items():
        for stretch in stretches:
            for day, part in _by_day(stretch, zone):
                minutes[day] += part
                crews[day].add(resource_id)
    return minutes, crews


def _by_day(stretch: WorkingTime, zone: ZoneInfo) -> list[tuple[date, int]]:
    """A stretch's minutes by local date: a night has two."""
    found, day, since = [], stretch.day, stretch.starts_at
    while since < stretch.ends_at:
        until = min(stretch.ends_at, day_start(day + timedelta(days=1), zone))
        found.append((day, int((until - since) / timedelta(minutes=1))))
        day, since = day + timedelta(days=1), until
    return found
