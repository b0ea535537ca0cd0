"""On which days and at which hours calls come: the table, and the sentence that says where it peaks. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time

import numpy as np
from numpy.typing import NDArray

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
HOURS = 3
BANDS = 24 // HOURS
FEWEST = 10
"""Calls with a time, below which nothing is said about peaks."""
_CHANCE = 0.05
_MIDNIGHT = time()


@dataclass(frozen=True, slots=True)
class Times:
    """Calls by band of hours and weekday (`grid[band][weekday]`), and per weekday with those of unknown hour."""

    grid: list[list[int]]
    weekdays: list[int]
    timed: int
    untimed: int
    sentence: str

    @property
    def levels(self) -> list[list[int]]:
        """How dark each cell is: 0 for none, then in four steps of the fullest."""
        most = max(map(max, self.grid)) or 1
        return [[-(-4 * count // most) for count in row] for row in self.grid]

    @property
    def bands(self) -> list[tuple[int, int]]:
        """The bands as (from, to) in hours, the night first."""
        return [(start, start + HOURS) for start in range(0, 24, HOURS)]


def count_times(calls: Iterable[tuple[datetime, bool]]) -> Times:
    """Count calls, given as (instant on the city's clocks, whether it was imported).

    An imported call at exactly midnight is one whose file held only a date: its weekday counts, its hour is unknown.
    """
    grid, weekdays, untimed = [[0] * 7 for _ in range(BANDS)], [0] * 7, 0
    for local, is_imported in calls:
        weekday = local.weekday()
        weekdays[weekday] += 1
        if is_imported and local.time() == _MIDNIGHT:
            untimed += 1
        else:
            grid[local.hour // HOURS][weekday] += 1
    timed = sum(weekdays) - untimed
    return Times(grid, weekdays, timed, untimed, f"{_peak_words(grid, timed, untimed)}{_untimed_words(timed, untimed)}")


def _untimed_words(timed: int, untimed: int) -> str:
    if not untimed or not timed:
        return ""
    return f" Of {untimed:,} more only the date is known: they count on their weekday, not at an hour."


def _peak_words(grid: list[list[int]], timed: int, untimed: int) -> str:
    if not timed:
        return "The times of these calls are not known: only their dates." if untimed else "There are no calls."
    if timed < FEWEST:
        return f"Too few calls to tell when it peaks: {timed} with a time, at least {FEWEST} are wanted."
    peak = find_peak(grid)
    if peak is None:
        return "No time stands out: the calls are spread over the week as chance would spread them."
    days, hours, count, share = peak
    return (
        f"It peaks {days}{hours}: {count:,} of {timed:,} calls ({100 * count / timed:.0f} %)"
        f" in {100 * share:.0f} % of the week."
    )


def _runs(length: int, longest: int, *, is_ring: bool) -> tuple[list[tuple[int, int]], NDArray[np.int64]]:
    """Runs of neighbors as (first, how many), the whole last, and a matrix with a row of ones and zeros for each."""
    runs = [
        (first, many)
        for many in range(1, longest + 1)
        for first in range(length if is_ring else length - many + 1)
    ]  # fmt: skip
    runs.append((0, length))
    rows = np.zeros((len(runs), length), dtype=np.int64)
    for row, (first, many) in zip(rows, runs, strict=True):
        row[np.arange(first, first + many) % length] = 1
    return runs, rows


_DAY_RUNS, _DAY_ROWS = _runs(7, 5, is_ring=True)
_HOUR_RUNS, _HOUR_ROWS = _runs(BANDS, 3, is_ring=False)
_SHARES = np.outer(_HOUR_ROWS.sum(1), _DAY_ROWS.sum(1)) / (7 * BANDS)


def find_peak(grid: list[list[int]]) -> tuple[str, str, int, float] | None:
    """The days and hours that stand out most, how many calls lie there, and their share of the week; None for none.

    Of all runs of up to five days and up to nine hours that one whose likelihood ratio against an even week is the
    greatest, as in Kulldorff's scan statistic (1997). It counts only if chance alone would put so many calls into any
    of the runs less than once in twenty weeks like this: by Chernoff's bound, times the number of runs.
    """
    counts = _HOUR_ROWS @ np.array(grid) @ _DAY_ROWS.T
    total = int(counts[-1, -1])
    shares = counts / total
    with np.errstate(divide="ignore", invalid="ignore"):
        inside = np.where(shares > 0, shares * np.log(shares / _SHARES), 0.0)
        outside = np.where(shares < 1, (1 - shares) * np.log((1 - shares) / (1 - _SHARES)), 0.0)
    evidence = np.where(shares > _SHARES, total * (inside + outside), 0.0)
    hour, day = divmod(int(evidence.argmax()), len(_DAY_RUNS))
    if evidence.size * np.exp(-evidence[hour, day]) > _CHANCE:
        return None
    days, hours = _day_words(*_DAY_RUNS[day]), _hour_words(*_HOUR_RUNS[hour])
    return days, hours, int(counts[hour, day]), float(_SHARES[hour, day])


def _day_words(first: int, many: int) -> str:
    names = [WEEKDAYS[(first + step) % 7] for step in range(many)]
    if many == 7:
        return "every day"
    if many == 1:
        return f"on {names[0]}s"
    return f"on {names[0]}s and {names[1]}s" if many == 2 else f"from {names[0]} to {names[-1]}"


def _hour_words(first: int, many: int) -> str:
    return "" if many == BANDS else f", {first * HOURS:02}:00 to {(first + many) * HOURS:02}:00"
