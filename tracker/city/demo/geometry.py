"""Lines and polygons of the demo city in local metres (x east, y north): smoothing, cutting, distances, crossings."""

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Points: TypeAlias = NDArray[np.float64]
"""Shape (n, 2), metres."""
Flags: TypeAlias = NDArray[np.bool_]
Ints: TypeAlias = NDArray[np.int64]


def smooth(points: Points, step: float) -> Points:
    """A Catmull-Rom curve through `points`, sampled about every `step` metres; every given point stays a vertex."""
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    pieces = []
    for before, start, end, after in zip(padded[:-3], padded[1:-2], padded[2:-1], padded[3:], strict=True):
        count = max(1, int(np.hypot(*(end - start)) / step))
        t = (np.arange(count) / count)[:, None]
        pieces.append(
            start
            + 0.5 * t * (end - before)
            + t**2 * (before - 2.5 * start + 2 * end - 0.5 * after)
            + t**3 * (1.5 * (start - end) + 0.5 * (after - before))
        )
    return np.vstack([*pieces, points[-1:]])


def chainage(line: Points) -> NDArray[np.float64]:
    """Metres from the line's start to each of its vertices, shape (n,)."""
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])


def at_chainage(line: Points, metres: NDArray[np.float64]) -> Points:
    """The points that lie `metres` along the line."""
    along = chainage(line)
    return np.column_stack([np.interp(metres, along, line[:, axis]) for axis in (0, 1)])


def headings(line: Points) -> Points:
    """Unit vectors along the line at each vertex."""
    steps = np.gradient(line, axis=0)
    return steps / np.hypot(steps[:, 0], steps[:, 1])[:, None]


def offset(line: Points, metres: float) -> Points:
    """The line moved `metres` to its left (negative: right)."""
    ahead = headings(line)
    return line + metres * np.column_stack([-ahead[:, 1], ahead[:, 0]])


def is_inside(points: Points, ring: Points) -> Flags:
    """Which points lie within a ring (even-odd rule), shape (n,)."""
    x, y = points[:, :1], points[:, 1:]
    (x0, y0), (x1, y1) = ring.T, np.roll(ring, -1, axis=0).T
    straddles = (y0 > y) != (y1 > y)
    rise = np.where(y1 == y0, 1.0, y1 - y0)
    return np.asarray((straddles & (x < (x1 - x0) * (y - y0) / rise + x0)).sum(axis=1) % 2 == 1)


def segments(lines: list[Points]) -> tuple[Points, Points]:
    """Starts and ends of every segment of the lines."""
    return np.vstack([line[:-1] for line in lines]), np.vstack([line[1:] for line in lines])


def reach(point: Points, ahead: Points, lines: list[Points]) -> float:
    """Metres that a ray from `point` along the unit vector `ahead` runs until it meets a line; infinite when never."""
    start, end = segments(lines)
    span, gap = end - start, start - point
    turn = ahead[0] * span[:, 1] - ahead[1] * span[:, 0]
    turn = np.where(np.abs(turn) < 1e-9, np.nan, turn)
    far = (gap[:, 0] * span[:, 1] - gap[:, 1] * span[:, 0]) / turn
    share = (gap[:, 0] * ahead[1] - gap[:, 1] * ahead[0]) / turn
    met = far[(far > 0) & (share >= 0) & (share <= 1)]
    return float(met.min()) if met.size else np.inf


def near_pairs(points: Points, cell: float) -> tuple[Ints, Ints]:
    """Index pairs (each once) of points whose square cells of `cell` metres are equal or touch."""
    column, row = np.floor(points / cell).astype(np.int64).T
    keys = column * 1_000_003 + row
    order = np.argsort(keys, kind="stable")
    ordered = keys[order]
    left, right = [], []
    for step in (0, 1, 1_000_002, 1_000_003, 1_000_004):
        low = np.searchsorted(ordered, keys + step, "left")
        count = np.searchsorted(ordered, keys + step, "right") - low
        one = np.repeat(np.arange(len(points)), count)
        inner = np.arange(count.sum()) - np.repeat(np.cumsum(count) - count, count)
        other = order[np.repeat(low, count) + inner]
        kept = one < other if step == 0 else np.full(one.size, True)
        left.append(one[kept])
        right.append(other[kept])
    return np.concatenate(left), np.concatenate(right)
