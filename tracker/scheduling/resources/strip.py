"""Four weeks of a resource's working time as a small calendar. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from .availability import Span
from .shifts import WorkingTime, day_start

WEEKS = 4


@dataclass(frozen=True, slots=True)
class StripDay:
    """One day: from when to when it works («07:00», «15:00»), and whether an exception touches it."""

    day: date
    spans: tuple[tuple[str, str], ...]
    is_off: bool
    is_extra: bool


def monday_of(day: date) -> date:
    """The Monday of the week that `day` lies in."""
    return day - timedelta(days=day.weekday())


def read_strip(
    stretches: Iterable[WorkingTime], monday: date, zone: ZoneInfo,
    off: Iterable[Span] = (), extra: Iterable[Span] = (),
) -> list[list[StripDay]]:  # fmt: skip
    """Weeks of seven days from a Monday; a shift stands on the day on which it begins."""
    spans: dict[date, list[tuple[str, str]]] = {}
    for one in stretches:
        ends = tuple(f"{at.astimezone(zone):%H:%M}" for at in (one.starts_at, one.ends_at))
        spans.setdefault(one.day, []).append((ends[0], "24:00" if ends[1] == "00:00" else ends[1]))
    off, extra = list(off), list(extra)
    days = [
        StripDay(day, tuple(spans.get(day, ())), _touches(off, day, zone), _touches(extra, day, zone))
        for day in (monday + timedelta(days=number) for number in range(7 * WEEKS))
    ]
    return [days[number : number + 7] for number in range(0, len(days), 7)]


def _touches(spans: list[Span], day: date, zone: ZoneInfo) -> bool:
    begin, end = day_start(day, zone), day_start(day + timedelta(days=1), zone)
    return any(span.starts_at < end and begin < span.ends_at for span in spans)
