"""The dates of one deadline: when it is soon, due, and told to a supervisor. Pure.

Seconds are ignored, of the start and of whatever stands still: a deadline is said to the minute, and is that minute.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from .business_time import LONGEST_LOOK, OpenTooSeldom, Stretch, WorkCalendar, add_working_time
from .defaults import Measure

ZERO = timedelta(0)


@dataclass(frozen=True, slots=True)
class Dates:
    """Three instants in order."""

    warn_at: datetime
    due_at: datetime
    escalate_at: datetime


def reckon_dates(
    started_at: datetime, measure: Measure, extra: timedelta, calendar: WorkCalendar, still: Sequence[Stretch] = ()
) -> Dates:
    """Count the measure from the start on; `extra` is working time that a supervisor has added."""
    started_at, still = _cut(started_at), to_the_minute(still)
    whole = timedelta(hours=measure.working_hours) + extra
    warned = max(whole - timedelta(hours=measure.warn_before_hours), ZERO)
    due_at = _after(started_at, whole, calendar, still)
    return Dates(
        warn_at=_after(started_at, warned, calendar, still),
        due_at=due_at,
        escalate_at=_after(due_at, timedelta(hours=measure.grace_hours), calendar, still),
    )


def _after(start: datetime, hours: timedelta, calendar: WorkCalendar, still: Sequence[Stretch]) -> datetime:
    """What does not come within the longest look is due at its end: no work on a case fails for want of a date."""
    try:
        return add_working_time(start, hours, calendar, still)
    except OpenTooSeldom:
        return start + timedelta(days=LONGEST_LOOK)


def to_the_minute(stretches: Iterable[Stretch]) -> list[Stretch]:
    """The stretches without their seconds."""
    return [(_cut(begin), _cut(end)) for begin, end in stretches]


def _cut(at: datetime) -> datetime:
    return at.replace(second=0, microsecond=0)


def city_clock(now: datetime, stretches: Sequence[tuple[datetime, datetime | None]]) -> datetime:
    """Where the clock of deadlines stands: at `now`, or at the beginning of the emergency that lasts."""
    running = [begin for begin, end in stretches if begin <= now and (end is None or now < end)]
    return min([*running, now])
