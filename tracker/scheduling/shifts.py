"""Weekly shifts on the city's clocks, and the stretches of time they stand for on a given date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from ..clock import from_local

DAY_MINUTES = 24 * 60


class WeeklyShift(Protocol):
    """What a shift says, whether it is a table's row or a test's own."""

    @property
    def weekday(self) -> int:
        """0 is Monday; the day on which the shift begins."""

    @property
    def start_minute(self) -> int:
        """Minutes after local midnight, as the clock on the wall reads."""

    @property
    def end_minute(self) -> int:
        """As above; at or before the start (or past 24 h) the shift ends on the next day."""


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """One unbroken stretch of work in UTC, `ends_at` not included; `day` is the local date it begins on."""

    day: date
    starts_at: datetime
    ends_at: datetime


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which a local date begins."""
    return from_local(datetime.combine(day, time()), zone)


def lasts_minutes(start_minute: int, end_minute: int) -> int:
    """Minutes from start to end on an ordinary day; an end at or before the start is on the next day."""
    return (end_minute - start_minute) if end_minute > start_minute else end_minute + DAY_MINUTES - start_minute


def working_time_on(shift: WeeklyShift, day: date, zone: ZoneInfo) -> WorkingTime | None:
    """The stretch that `shift` stands for on the local date `day`; None when it does not fall on that weekday.

    Both ends are clock readings (`from_local`), so an 8-hour night shift lasts 7 hours when the clocks go forward in it
    and 9 when they go back. A shift that lies wholly inside the hour that is left out in spring does not take place.
    """
    if day.weekday() != shift.weekday:
        return None
    midnight = datetime.combine(day, time())
    starts = midnight + timedelta(minutes=shift.start_minute)
    ends = starts + timedelta(minutes=lasts_minutes(shift.start_minute, shift.end_minute))
    starts_at, ends_at = from_local(starts, zone), from_local(ends, zone)
    return WorkingTime(day, starts_at, ends_at) if ends_at > starts_at else None


def working_times(shifts: Iterable[WeeklyShift], first_day: date, days: int, zone: ZoneInfo) -> list[WorkingTime]:
    """Every stretch that begins on `days` local dates from `first_day`, in order; those that touch become one."""
    shifts = list(shifts)
    dates = [first_day + timedelta(days=offset) for offset in range(days)]
    found = [stretch for day in dates for shift in shifts if (stretch := working_time_on(shift, day, zone))]
    return _join_touching(sorted(found, key=lambda stretch: (stretch.starts_at, stretch.ends_at)))


def _join_touching(stretches: list[WorkingTime]) -> list[WorkingTime]:
    joined: list[WorkingTime] = []
    for stretch in stretches:
        if joined and stretch.starts_at <= joined[-1].ends_at:
            last = joined.pop()
            stretch = WorkingTime(last.day, last.starts_at, max(last.ends_at, stretch.ends_at))
        joined.append(stretch)
    return joined
