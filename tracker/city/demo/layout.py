"""From the plan and the patterns to the city's street lines: cut at main streets, water and parks, ends joined up."""

from dataclasses import dataclass

import numpy as np

from .geometry import Flags, Points, headings, is_inside, reach
from .land import Land
from .patterns import PATTERNS, Pattern, Strand, lattice_strands
from .plan import DRIVE_OFFSET, LAKESHORE, PARKS, RIVER, Line, cell_ring, main_lines

CLEARANCE_M, LONGEST_JOIN_M, SHORTEST_M, OVERSHOOT_M = 42.0, 95.0, 75.0, 4.0
WIDEST_BREAK_M = 260.0


@dataclass(frozen=True, slots=True)
class Road:
    """A named-to-be street: its pieces in order, whether it is a main street, and the cell's pattern (locals)."""

    pieces: list[Points]
    name: str = ""
    pattern: Pattern | None = None
    is_cross: bool = False


def draw_roads(rng: np.random.Generator) -> list[Road]:
    """Every street of the city, main streets first."""
    mains = main_lines()
    roads = [Road([line.points], line.name) for line in mains]
    land = _take_land(mains)
    for cell, pattern in PATTERNS.items():
        roads += _draw_cell(cell, pattern, mains, land, rng)
    return roads


def _draw_cell(
    cell: tuple[int, int], pattern: Pattern, mains: list[Line], land: Land, rng: np.random.Generator
) -> list[Road]:
    ring = cell_ring(*cell)
    low, high = ring.min(axis=0) - 150, ring.max(axis=0) + 150
    near = [part for line in mains for part in _within(line.points, low, high)]
    roads = []
    for strand in lattice_strands(pattern, ring, rng):
        runs = _runs(strand, _is_free(strand.points, ring, land))
        pieces = [_join_ends(strand.points[first:last], near) for first, last in runs]
        for group in _split_at_breaks(pieces):
            roads.append(Road(group, "", pattern, strand.is_cross))
    return roads


def _within(points: Points, low: Points, high: Points) -> list[Points]:
    inside = ((points >= low) & (points <= high)).all(axis=1)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], inside, [False]]).astype(int)))
    return [points[first:last] for first, last in zip(edges[::2], edges[1::2], strict=True) if last - first > 1]


def _take_land(mains: list[Line]) -> Land:
    """The land that local streets keep off: main streets, the river, the shore and the parks."""
    land = Land()
    land.take_along([line.points for line in mains], CLEARANCE_M)
    land.take_along([RIVER, LAKESHORE], DRIVE_OFFSET + 30)
    for middle, half in PARKS.values():
        land.take_ellipse(middle, half)
    return land


def _is_free(points: Points, ring: Points, land: Land) -> Flags:
    free = land.is_free(points)
    open_spots = np.flatnonzero(free)
    free[open_spots] = is_inside(points[open_spots], ring)
    return free


def _runs(strand: Strand, free: Flags) -> list[tuple[int, int]]:
    """Stretches of the strand that are free and not left out, each at least `SHORTEST_M` long."""
    kept = np.concatenate([[False], free & (strand.block >= 0), [False]])
    edges = np.flatnonzero(np.diff(kept.astype(int)))
    runs = []
    for first, last in zip(edges[::2], edges[1::2], strict=True):
        first, last = _lengthen(strand, free, first, last)
        if last - first > 1 and np.hypot(*np.diff(strand.points[first:last], axis=0).T).sum() >= SHORTEST_M:
            runs.append((first, last))
    return runs


def _lengthen(strand: Strand, free: Flags, first: int, last: int) -> tuple[int, int]:
    """One sample more at an end where a lattice block begins to be left out, so that it meets the street there."""
    if first > 0 and free[first - 1]:
        first -= 1
    if last < len(free) and free[last]:
        last += 1
    return first, last


def _join_ends(points: Points, mains: list[Points]) -> Points:
    """Lead both ends on to the main street before them, a little over it so that the crossing is found."""
    ahead = headings(points)
    begin, end = reach(points[0], -ahead[0], mains), reach(points[-1], ahead[-1], mains)
    if begin <= LONGEST_JOIN_M:
        points = np.vstack([points[0] - ahead[0] * (begin + OVERSHOOT_M), points])
    if end <= LONGEST_JOIN_M:
        points = np.vstack([points, points[-1] + ahead[-1] * (end + OVERSHOOT_M)])
    return points


def _split_at_breaks(pieces: list[Points]) -> list[list[Points]]:
    """Pieces of one line that lie close together are one street; beyond a wide break another street begins."""
    groups: list[list[Points]] = []
    for piece in pieces:
        if groups and np.hypot(*(piece[0] - groups[-1][-1][-1])) <= WIDEST_BREAK_M:
            groups[-1].append(piece)
        else:
            groups.append([piece])
    return groups
