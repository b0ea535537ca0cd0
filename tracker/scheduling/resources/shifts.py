"""Recurring shifts on the city's clocks, and the stretches of time they stand for on a given date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from ...clock import from_local

DAY_MINUTES = 24 * 60
SHIFTS_BEGIN = date(2000, 1, 3)
"""A Monday before everything: from it on a shift repeats where nothing else is said."""


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

    @property
    def every_weeks(self) -> int:
        """Every so many weeks, counted from the week that `starts_on` lies in."""

    @property
    def starts_on(self) -> date:
        """The first day on which it may begin."""

    @property
    def ends_on(self) -> date | None:
        """The last one; None: until further notice."""

    @property
    def break_minutes(self) -> int:
        """How long the break in it is; 0: none."""

    @property
    def break_from(self) -> int | None:
        """From when on the break may be, in minutes as above."""

    @property
    def break_until(self) -> int | None:
        """When it is over at the latest."""


@dataclass(frozen=True, slots=True)
class Break:
    """A break of `minutes` that lies somewhere between two instants (UTC)."""

    starts_at: datetime
    ends_at: datetime
    minutes: int


@dataclass(frozen=True, slots=True)
class WorkingTime:
    """One unbroken stretch of work in UTC, `ends_at` not included; `day` is the local date it begins on."""

    day: date
    starts_at: datetime
    ends_at: datetime
    breaks: tuple[Break, ...] = ()


def day_start(day: date, zone: ZoneInfo) -> datetime:
    """The UTC instant at which a local date begins."""
    return from_local(datetime.combine(day, time()), zone)


def lasts_minutes(start_minute: int, end_minute: int) -> int:
    """Minutes from start to end on an ordinary day; an end at or before the start is on the next day."""
    return (end_minute - start_minute) if end_minute > start_minute else end_minute + DAY_MINUTES - start_minute


def falls_on(shift: WeeklyShift, day: date) -> bool:
    """Whether the shift begins on that local date."""
    if day.weekday() != shift.weekday or day < shift.starts_on or (shift.ends_on is not None and day > shift.ends_on):
        return False
    weeks = (_monday(day) - _monday(shift.starts_on)).days // 7
    return weeks % shift.every_weeks == 0


def working_time_on(shift: WeeklyShift, day: date, zone: ZoneInfo) -> WorkingTime | None:
    """The stretch that `shift` stands for on the local date `day`; None when it does not fall on it.

    Both ends are clock readings (`from_local`), so an 8-hour night shift lasts 7 hours when the clocks go forward in it
    and 9 when they go back. A shift that lies wholly inside the hour that is left out in spring does not take place.
    """
    if not falls_on(shift, day):
        return None
    midnight = datetime.combine(day, time())
    starts = midnight + timedelta(minutes=shift.start_minute)
    ends = starts + timedelta(minutes=lasts_minutes(shift.start_minute, shift.end_minute))
    starts_at, ends_at = from_local(starts, zone), from_local(ends, zone)
    if ends_at <= starts_at:
        return None
    return WorkingTime(day, starts_at, ends_at, _breaks_of(shift, midnight, zone))


def working_times(shifts: Iterable[WeeklyShift], first_day: date, days: int, zone: ZoneInfo) -> list[WorkingTime]:
    """Every stretch that begins on `days` local dates from `first_day`, in order; those that touch become one."""
    shifts = list(shifts)
    dates = [first_day + timedelta(days=offset) for offset in range(days)]
    found = (working_time_on(shift, day, zone) for day in dates for shift in shifts)
    return join_touching(stretch for stretch in found if stretch is not None)


def join_touching(stretches: Iterable[WorkingTime]) -> list[WorkingTime]:
    """The stretches in order; those that touch or overlap become one, with the breaks of both."""
    joined: list[WorkingTime] = []
    for stretch in sorted(stretches, key=lambda one: (one.starts_at, one.ends_at)):
        if joined and stretch.starts_at <= joined[-1].ends_at:
            last = joined.pop()
            both = tuple(dict.fromkeys((*last.breaks, *stretch.breaks)))
            stretch = WorkingTime(last.day, last.starts_at, max(last.ends_at, stretch.ends_at), both)
        joined.append(stretch)
    return joined


def _breaks_of(shift: WeeklyShift, midnight: datetime, zone: ZoneInfo) -> tuple[Break, ...]:
    if not shift.break_minutes or shift.break_from is None or shift.break_until is None:
        return ()
    begin, end = (shift.break_from, shift.break_until)
    if begin < shift.start_minute:  # past midnight, in a night shift
        begin, end = begin + DAY_MINUTES, end + DAY_MINUTES
    ends = [from_local(midnight + timedelta(minutes=minute), zone) for minute in (begin, end)]
    return (Break(ends[0], ends[1], shift.break_minutes),)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
