"""The table of neighborhoods: how many cases are open and how many were solved in each, small counts kept back.

It follows no filter: two tables of different filters would tell by subtraction what each keeps back.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..published.filters import Filters
from ..published.small_counts import FEW_BELOW, Hidden, hide_small
from ..published.snapshot import Snapshot

_QUESTION = "neighborhoods"


@dataclass(frozen=True, slots=True)
class Count:
    """A number as it may be said (None where it may not), whether it is a few, and its bar from 0 to 100."""

    number: int | None
    is_few: bool
    bar: int


@dataclass(frozen=True, slots=True)
class NeighborhoodLine:
    """A neighborhood of the masked points, by name; without one it is everything outside of all of them."""

    code: str
    name: str
    open: Count
    solved: Count


def neighborhood_lines(snapshot: Snapshot) -> list[NeighborhoodLine]:
    """Each neighborhood by name, and last what lies in none; empty for a city without neighborhoods."""
    lines: list[NeighborhoodLine] | None = snapshot.answers.get(_QUESTION)
    if lines is None:
        lines = snapshot.answers[_QUESTION] = _count(snapshot) if snapshot.neighborhoods else []
    return lines


def _count(snapshot: Snapshot) -> list[NeighborhoodLine]:
    areas = sorted(snapshot.neighborhoods, key=lambda area: area.name.casefold())
    ids = [*(area.id for area in areas), 0]
    is_open = snapshot.neighborhood_ids[snapshot.select(Filters())]
    columns = [
        _as_said([int(np.count_nonzero(found == area_id)) for area_id in ids])
        for found in (is_open, snapshot.solved.neighborhood_ids)
    ]
    names = [*((area.code, area.name) for area in areas), ("", "")]
    lines = [
        NeighborhoodLine(code, name, opened, solved)
        for (code, name), opened, solved in zip(names, *columns, strict=True)
    ]
    nothing_outside = lines[-1].open.number == 0 and lines[-1].solved.number == 0
    return lines[:-1] if nothing_outside else lines


def _as_said(counts: Sequence[int]) -> list[Count]:
    said = hide_small(counts)
    largest = max((one for one in said if isinstance(one, int)), default=0)
    longest = max(largest, FEW_BELOW)
    return [
        Count(one, False, round(100 * one / longest))
        if isinstance(one, int)
        else Count(None, one is Hidden.FEW, round(100 / longest) if one is Hidden.FEW else 0)
        for one in said
    ]
