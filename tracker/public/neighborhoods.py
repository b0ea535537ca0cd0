"""The table of neighborhoods: how many cases are open and how many were solved in each.

Each of them stands in the list and on the map, so their number is said as it is; it follows no filter.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..published.filters import Filters
from ..published.snapshot import Snapshot

_QUESTION = "neighborhoods"
_SHORTEST_SCALE = 3
"""A single case fills no bar."""


@dataclass(frozen=True, slots=True)
class Count:
    """A number, and its bar from 0 to 100."""

    number: int
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
        _with_bars([int(np.count_nonzero(found == area_id)) for area_id in ids])
        for found in (is_open, snapshot.solved.neighborhood_ids)
    ]
    names = [*((area.code, area.name) for area in areas), ("", "")]
    lines = [
        NeighborhoodLine(code, name, opened, solved)
        for (code, name), opened, solved in zip(names, *columns, strict=True)
    ]
    nothing_outside = lines[-1].open.number == 0 and lines[-1].solved.number == 0
    return lines[:-1] if nothing_outside else lines


def _with_bars(counts: Sequence[int]) -> list[Count]:
    longest = max(*counts, _SHORTEST_SCALE)
    return [Count(count, round(100 * count / longest)) for count in counts]
