"""Months of the calendar as they stand in an address, «2026-05», and as spans of ordinals of days. Pure."""

import re
from datetime import date

import numpy as np
from numpy.typing import NDArray

_WRITTEN = re.compile(r"(2\d{3}|19\d{2})-(0[1-9]|1[0-2])", re.ASCII)


def read_month(written: str) -> date | None:
    """The first day of a month; None for anything that is no month."""
    match = _WRITTEN.fullmatch(written)
    return date(int(match[1]), int(match[2]), 1) if match else None


def write_month(day: date) -> str:
    """The month in which a day lies, as it stands in an address."""
    return f"{day.year:04}-{day.month:02}"


def span_of(first: date) -> tuple[int, int]:
    """The ordinals from the first day of its month up to the first of the next, which is not in it."""
    return first.replace(day=1).toordinal(), next_month(first).toordinal()


def next_month(day: date) -> date:
    """The first day of the month after."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def latest_months(day: date, count: int) -> list[date]:
    """The first days of the last `count` months up to that of `day`, oldest first."""
    numbers = range(day.year * 12 + day.month - count, day.year * 12 + day.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def count_by_month(ordinals: NDArray[np.int64], months: list[date]) -> list[int]:
    """How many of the days, shape (n,), lie in each of the months, which follow one another."""
    edges = [*(month.toordinal() for month in months), next_month(months[-1]).toordinal()]
    # `side="left"` on sorted days: the first of a month belongs to it.
    places = np.searchsorted(np.sort(ordinals), np.array(edges), side="left")
    return [int(count) for count in np.diff(places).tolist()]
