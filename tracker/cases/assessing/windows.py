"""Which stretches of time an assessment compares: chosen by rule, so that nobody can pick the ones that please. Pure.

What made the case is never its own baseline: places are picked in a bad spell, and a bad spell ends by itself
(regression to the mean). So the selection window is left out, and so is everything between it and the end of the
response. The baseline is the same season of an earlier year wherever the family's calls reach back that far.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

DAY = timedelta(days=1)
SEASON = timedelta(days=364)
"""52 weeks: the same season, the same weekdays, and exactly the same length."""
EARLIEST_VERDICT_DAYS = 28
"""With less than four weeks after the response it is too early to tell."""
WANTED_BASELINE_DAYS = 364
BIN_DAYS = 28


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` up to, and without, `end`."""

    start: datetime
    end: datetime

    @property
    def days(self) -> float:
        """Its length."""
        return (self.end - self.start) / DAY

    def overlaps(self, other: "Span") -> bool:
        """Whether they share an instant."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Moments:
    """What the choice depends on. `founded_at`: the first of the calls that made the case. `ended_at`: when the
    response was over, None while it goes on. `data_from`: the city's first call of the family."""

    opened_at: datetime
    window_days: int
    founded_at: datetime | None
    response_at: datetime | None
    ended_at: datetime | None
    monitored_until: datetime | None
    as_of: datetime
    data_from: datetime


@dataclass(frozen=True, slots=True)
class Windows:
    """The chosen stretches. `years_back` is 0 for a baseline that lies directly before the selection."""

    selection: Span
    response: Span | None
    before: Span | None
    after: Span | None
    years_back: int

    @property
    def is_early(self) -> bool:
        """Whether too little time has passed since the response for a verdict."""
        return self.after is None or self.after.days < EARLIEST_VERDICT_DAYS


def choose_windows(moments: Moments) -> Windows:
    """Selection, response, after and before, in the order in which each rules the next out."""
    as_of = moments.as_of
    opened = min(moments.opened_at, as_of)
    selection = Span(_selection_start(moments, opened), opened)
    ended = None if moments.ended_at is None else min(max(moments.ended_at, opened), as_of)
    after = _after(ended, moments)
    before, years_back = _before(selection, after, moments.data_from)
    return Windows(selection, _response(opened, ended, moments), before, after, years_back)


def _selection_start(moments: Moments, opened: datetime) -> datetime:
    """The rule's window before the opening, and the calls that made it where they began up to one window earlier."""
    window = timedelta(days=moments.window_days)
    start = opened - window
    if moments.founded_at is not None and start - window <= moments.founded_at < start:
        return moments.founded_at
    return start


def _response(opened: datetime, ended: datetime | None, moments: Moments) -> Span | None:
    """From the first thing that was done until it was over, or until now."""
    end = ended or moments.as_of
    if moments.response_at is None:
        return None
    start = max(moments.response_at, opened)
    return Span(start, end) if start < end else None


def _after(ended: datetime | None, moments: Moments) -> Span | None:
    """From the end of the response to the end of the watch, or to now; a watch too short to tell does not end it."""
    if ended is None or ended >= moments.as_of:
        return None
    end, watched = moments.as_of, moments.monitored_until
    if watched is not None and watched - ended >= EARLIEST_VERDICT_DAYS * DAY:
        end = min(end, watched)
    return Span(ended, end)


def _before(selection: Span, after: Span | None, data_from: datetime) -> tuple[Span | None, int]:
    """The baseline and how many years back it lies; without an `after` yet, the year before the selection."""
    length = SEASON if after is None else after.end - after.start
    if after is not None:
        years = max(1, -((selection.start - after.end) // SEASON))
        shifted = Span(after.start - years * SEASON, after.end - years * SEASON)
        if shifted.start >= data_from:
            return shifted, years
    start = max(selection.start - length, data_from)
    return (Span(start, selection.start), 0) if start < selection.start else (None, 0)


@dataclass(frozen=True, slots=True)
class Bin:
    """A piece of the time line that lies in one window whole: `window` is before, gap, selection, response or after."""

    span: Span
    window: str


def cut_bins(windows: Windows) -> list[Bin]:
    """The time line from the baseline's start to the end, in pieces of about four weeks that no window cuts."""
    start = windows.before.start if windows.before else windows.selection.start
    pieces: list[tuple[datetime, datetime, str]] = []
    if windows.before is not None:
        pieces += [(start, windows.before.end, "before"), (windows.before.end, windows.selection.start, "gap")]
    pieces.append((windows.selection.start, windows.selection.end, "selection"))
    end = windows.selection.end
    if windows.response is not None:
        pieces += [(end, windows.response.start, "gap"), (windows.response.start, windows.response.end, "response")]
        end = windows.response.end
    if windows.after is not None:
        pieces += [(end, windows.after.start, "gap"), (windows.after.start, windows.after.end, "after")]
    return [Bin(span, window) for first, last, window in pieces for span in _slices(first, last)]


def _slices(start: datetime, end: datetime) -> list[Span]:
    if start >= end:
        return []
    number = max(1, round((end - start) / DAY / BIN_DAYS))
    edges = [*(start + (end - start) * step / number for step in range(number)), end]
    return [Span(edges[step], edges[step + 1]) for step in range(number)]
