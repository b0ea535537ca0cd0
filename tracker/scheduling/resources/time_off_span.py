"""From when to when somebody is off or works besides, as entered and as said, on the city's clocks. Pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ...clock import from_local
from ...errors import Invalid
from .availability import Span
from .shifts import day_start

_DAY = timedelta(days=1)
LONGEST_OFF = timedelta(days=3 * 366)
LONGEST_EXTRA = timedelta(hours=24)


def read_span(first_day: date, start: time | None, last_day: date | None, end: time | None, zone: ZoneInfo) -> Span:
    """The span between two days; without times it is whole days, without a last day it is one day.

    Both times are read off the clock on the wall, so that a day on which the clocks are moved has 23 or 25 hours.
    Raises `Invalid` when it ends before it begins.
    """
    last = last_day or first_day
    starts_at = day_start(first_day, zone) if start is None else from_local(datetime.combine(first_day, start), zone)
    ends_at = day_start(last + _DAY, zone) if end is None else from_local(datetime.combine(last, end), zone)
    if ends_at <= starts_at:
        hint = " If it ends on the next day, give its last day too." if last == first_day and last_day is None else ""
        raise Invalid(f"That ends before it begins. Check the days and the times.{hint}")
    return Span(starts_at, ends_at)


def check_off(span: Span, now: datetime) -> None:
    """Raise `Invalid` when time off is over already, or so long that a day was mistyped."""
    if span.ends_at <= now:
        raise Invalid("That time is past. Enter time off that is still to come, or still goes on.")
    if span.ends_at - span.starts_at > LONGEST_OFF:
        raise Invalid("That is more than three years. Check the last day; who leaves for good is taken out of service.")


def check_extra(span: Span, now: datetime) -> None:
    """Raise `Invalid` when an extra shift is over already, or longer than a day."""
    if span.ends_at <= now:
        raise Invalid("That time is past. Enter an extra shift that is still to come.")
    if span.ends_at - span.starts_at > LONGEST_EXTRA:
        raise Invalid("An extra shift lasts at most 24 hours. Enter each day's shift by itself, or change the shifts.")


def say_off_span(span: Span, zone: ZoneInfo) -> str:
    """«Thu 03 Dec 2026, all day», «Thu 03 Dec 2026 to Sat 05 Dec 2026», or with times where it has some."""
    start, end = span.starts_at.astimezone(zone), span.ends_at.astimezone(zone)
    last = (span.ends_at - timedelta(microseconds=1)).astimezone(zone).date()
    if span.starts_at == day_start(start.date(), zone) and span.ends_at == day_start(last + _DAY, zone):
        return f"{start:%a %d %b %Y}" + (", all day" if last == start.date() else f" to {last:%a %d %b %Y}")
    shown_end = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%a %d %b %Y, %H:%M}"
    return f"{start:%a %d %b %Y}, {start:%H:%M} to {shown_end}"
