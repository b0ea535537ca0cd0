"""Calls in time as a bar chart: which bars, how high, with which labels. Pure; templates draw it as SVG."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

WIDTH, HEIGHT = 640, 180
_LEFT, _RIGHT, _TOP, _BOTTOM = 36, 6, 28, 34
_DAILY_UP_TO, _WEEKLY_UP_TO = 62, 460
"""Days that are still shown day by day, or week by week; longer spans go by month."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar in the chart's own units, with what it stands for: `count` calls from `first` to `last`, inclusive."""

    x: float
    y: float
    width: float
    height: float
    count: int
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Mark:
    """An upright line at a date that means something: the case was opened, closed, recurred."""

    x: float
    label: str
    day: date


@dataclass(frozen=True, slots=True)
class Chart:
    """A bar chart of `width` x `height` units; `unit` says what a bar stands for; `ticks` are (x, label)."""

    width: int
    height: int
    base: float
    left: float
    unit: str
    bars: list[Bar]
    ticks: list[tuple[float, str]]
    levels: list[tuple[float, int]]
    marks: list[Mark]


def chart_calls(days: Sequence[date], marks: Iterable[tuple[date, str]] = ()) -> Chart | None:
    """Bars for calls on these city-local dates; None without calls. Marks outside the calls' span widen it."""
    if not days:
        return None
    noted = list(marks)
    first, last = min([*days, *(day for day, _ in noted)]), max([*days, *(day for day, _ in noted)])
    unit, starts = _bins(first, last)
    counts: Counter[int] = Counter()
    for day, count in Counter(days).items():  # each day's bar is looked for once
        counts[_bin_of(day, starts)] += count
    most = max(counts.values())
    step = (WIDTH - _LEFT - _RIGHT) / len(starts)
    base, rise = HEIGHT - _BOTTOM, (HEIGHT - _BOTTOM - _TOP) / most
    ends = [*(start - timedelta(days=1) for start in starts[1:]), last]
    bars = [
        Bar(
            round(_LEFT + number * step + step * 0.1, 1), round(base - counts[number] * rise, 1),
            round(max(step * 0.8, 1), 1), round(counts[number] * rise, 1), counts[number], start, end,
        )
        for number, (start, end) in enumerate(zip(starts, ends, strict=True))
        if counts[number]
    ]  # fmt: skip
    lines = [Mark(round(_LEFT + (_bin_of(day, starts) + 0.5) * step, 1), label, day) for day, label in noted]
    levels = [(base, 0), (round(base - most * rise, 1), most)]
    return Chart(WIDTH, HEIGHT, base, _LEFT, unit, bars, _ticks(starts, last, step), levels, lines)


def _bins(first: date, last: date) -> tuple[str, list[date]]:
    """The first days of the bars, and what a bar is called."""
    span = (last - first).days + 1
    if span <= _DAILY_UP_TO:
        return "day", [first + timedelta(days=number) for number in range(span)]
    if span <= _WEEKLY_UP_TO:
        monday = first - timedelta(days=first.weekday())
        return "week", [monday + timedelta(days=7 * number) for number in range((last - monday).days // 7 + 1)]
    months = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return "month", [date(month // 12, month % 12 + 1, 1) for month in months]


def _bin_of(day: date, starts: Sequence[date]) -> int:
    """The number of the bar that holds a day: the last one that starts no later."""
    low, high = 0, len(starts)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if starts[middle] <= day else (low, middle)
    return low


def _ticks(starts: Sequence[date], last: date, step: float) -> list[tuple[float, str]]:
    """The first and the last day, and the middle where there is room for it."""
    ends: list[tuple[float, date]] = [(_LEFT, starts[0]), (WIDTH - _RIGHT, last)]
    if len(starts) >= 5:
        middle = len(starts) // 2
        ends.insert(1, (_LEFT + (middle + 0.5) * step, starts[middle]))
    return [(round(x, 1), f"{day:%-d %b %Y}") for x, day in ends]
