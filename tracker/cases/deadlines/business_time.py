"""Working time: how long after an instant so many working hours are over, and how many lie between two. Pure.

What counts is time that really passes while the office is open: on the day when clocks go forward a span over the gap
is an hour shorter, in autumn an hour longer. Ignored are breaks, unless the hours say so by two spans a day; half
holidays (write down other hours, or a stretch that stands still); and stretches without an end, which the caller leaves
out: nobody knows yet what they will have cost.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ...clock import from_local, local_date

Stretch = tuple[datetime, datetime]
"""From the first instant up to the second, which lies outside."""

ZERO = timedelta(0)
LONGEST_LOOK = 7_320
"""Days, twenty years: further on nothing is looked for."""


class OpenTooSeldom(ValueError):
    """So much working time does not come within `LONGEST_LOOK`."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """When the city works: spans in minutes after local midnight by weekday (0 is Monday), and the days off."""

    zone: ZoneInfo
    hours: Mapping[int, Sequence[tuple[int, int]]]
    holidays: frozenset[date] = field(default_factory=frozenset)
    known: dict[date, tuple[Stretch, ...]] = field(default_factory=dict, compare=False, repr=False)
    """The spans of days that were asked for before: many cases are reckoned by one calendar."""

    def is_working_day(self, day: date) -> bool:
        """Whether the office is open at all on this date."""
        return day not in self.holidays and bool(self.hours.get(day.weekday()))


def add_working_time(
    start: datetime, hours: timedelta, calendar: WorkCalendar, standing_still: Sequence[Stretch] = ()
) -> datetime:
    """The first instant at which `hours` of working time have passed since `start`, in UTC; no time gives `start`.

    Raises `ValueError` for negative `hours`, `OpenTooSeldom` when the office is hardly ever open.
    """
    if hours < ZERO:
        raise ValueError("working time is added, never taken away")
    left, last = hours, start
    if not left:
        return start
    for begin, end in _open_pieces(start, None, calendar, standing_still):
        if end - begin >= left:
            return begin + left
        left, last = left - (end - begin), end
    raise OpenTooSeldom(f"the office is open too seldom: by {last:%Y-%m-%d} there are still {left} to go")


def working_time_between(
    start: datetime, end: datetime, calendar: WorkCalendar, standing_still: Sequence[Stretch] = ()
) -> timedelta:
    """The working time from `start` to `end`; none when `end` lies before `start`."""
    pieces = _open_pieces(start, end, calendar, standing_still)
    return sum((until - begin for begin, until in pieces), ZERO)


def working_days_between(start: datetime, end: datetime, calendar: WorkCalendar) -> int:
    """How many working days come after the day of `start` up to the day of `end`, on the city's clocks."""
    first, last = local_date(start, calendar.zone), local_date(end, calendar.zone)
    days = range(1, min((last - first).days, LONGEST_LOOK) + 1)
    return sum(calendar.is_working_day(first + timedelta(days=n)) for n in days)


def end_of_work(day: date, calendar: WorkCalendar) -> datetime | None:
    """When the office closes on this date; None when it does not open."""
    spans = _spans_of(day, calendar)
    return spans[-1][1] if spans else None


def merge_stretches(stretches: Sequence[Stretch]) -> list[Stretch]:
    """The same time in order, nothing of it twice and no stretch without length."""
    merged: list[Stretch] = []
    for begin, end in sorted(stretch for stretch in stretches if stretch[0] < stretch[1]):
        if merged and begin <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((begin, end))
    return merged


def _open_pieces(
    start: datetime, end: datetime | None, calendar: WorkCalendar, standing_still: Sequence[Stretch]
) -> Iterator[Stretch]:
    """The working time from `start` on in pieces, in order, without what stands still."""
    first, still = local_date(start, calendar.zone), merge_stretches(standing_still)
    done = start
    for number in range(LONGEST_LOOK):
        for opens, closes in _spans_of(first + timedelta(days=number), calendar):
            if end is not None and opens >= end:
                return
            begin, until = max(opens, done), closes if end is None else min(closes, end)
            if begin < until:
                yield from _without((begin, until), still)
                done = until
        if end is not None and first + timedelta(days=number) > local_date(end, calendar.zone):
            return


def _spans_of(day: date, calendar: WorkCalendar) -> tuple[Stretch, ...]:
    """The opening hours of a date as instants, looked up if they were asked for before."""
    spans = calendar.known.get(day)
    if spans is None:
        spans = calendar.known[day] = () if day in calendar.holidays else tuple(_open_spans(day, calendar))
    return spans


def _open_spans(day: date, calendar: WorkCalendar) -> Iterator[Stretch]:
    """Never backwards, however the clocks are moved in between."""
    midnight = datetime.combine(day, time.min)
    for opens, closes in sorted(calendar.hours.get(day.weekday(), ())):
        begin = from_local(midnight + timedelta(minutes=opens), calendar.zone)
        end = from_local(midnight + timedelta(minutes=closes), calendar.zone)
        if begin < end:
            yield begin, end


def _without(piece: Stretch, still: Sequence[Stretch]) -> Iterator[Stretch]:
    """The parts of a piece that lie in none of the merged stretches."""
    begin, end = piece
    for stops, goes_on in still:
        if goes_on <= begin:
            continue
        if stops >= end:
            break
        if begin < stops:
            yield begin, stops
        begin = max(begin, goes_on)
    if begin < end:
        yield begin, end
