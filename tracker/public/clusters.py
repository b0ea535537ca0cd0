"""Group the cases in view: places that stand alone, and circles with a count where they stand close. Pure.

A grid per zoom, fixed on the ground, so that a circle does not jump while the map is dragged.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..published.mercator import TILE_PX, Floats

CELL_PX = 80
FEW = 120
"""So many cases in view are shown place by place from however far."""
NEAR_ZOOM = 15
MOST_SINGLE = 300
"""Cases shown place by place in an answer, at most, and from `NEAR_ZOOM` on as many; it bounds the answer's size."""

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Clusters:
    """`places`: indexes of the cases at each place that stands alone."""

    places: list[list[int]]
    circles: list[tuple[float, float, int]]
    """(lat, long, count): the mean of the masked points of the cases, degrees, and how many they are."""


def gather(index: Ints, x: Floats, y: Floats, lat: Floats, long: Floats, zoom: int) -> Clusters:
    """Divide the cases `index` (shape (k,)) by the grid of `zoom`; the other arrays hold all cases, shape (n,).

    A cell whose cases all share one masked point is a place; any other is a circle. The first `MOST_SINGLE` cases at
    places are listed; places beyond that become circles too.
    """
    if not index.size:
        return Clusters([], [])
    spot = _number(lat[index], long[index])
    apart = index.size <= (MOST_SINGLE if zoom >= NEAR_ZOOM else FEW)
    cells_across = 2.0**zoom * TILE_PX / CELL_PX
    cell = spot if apart else _number(np.floor(x[index] * cells_across), np.floor(y[index] * cells_across))
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(cell[order]) > 0])
    return _sort_out(index[order], starts, _are_of_one_spot(spot[order], starts), lat, long)


def _number(first: Floats, second: Floats) -> Ints:
    """Equal pairs get equal numbers, in order of the pairs."""
    _, numbers = np.unique(first + 1j * second, return_inverse=True)
    return numbers.astype(np.int64).reshape(-1)


def _are_of_one_spot(spot: Ints, starts: Ints) -> list[bool]:
    """Of each group, which begins at its place in `starts`, whether all of its cases share one masked point."""
    alike: list[bool] = (np.minimum.reduceat(spot, starts) == np.maximum.reduceat(spot, starts)).tolist()
    return alike


def _sort_out(index: Ints, starts: Ints, are_of_one_spot: list[bool], lat: Floats, long: Floats) -> Clusters:
    places: list[list[int]] = []
    circles: list[tuple[float, float, int]] = []
    bounds = [*starts.tolist(), index.size]
    sums = [np.add.reduceat(axis[index], starts).tolist() for axis in (lat, long)]
    listed = 0
    for start, end, is_of_one_spot, north, east in zip(bounds, bounds[1:], are_of_one_spot, *sums, strict=False):
        size = end - start
        if is_of_one_spot and listed + size <= MOST_SINGLE:
            listed += size
            places.append(index[start:end].tolist())
        elif is_of_one_spot:
            circles.append((float(lat[index[start]]), float(long[index[start]]), size))
        else:
            circles.append((north / size, east / size, size))
    return Clusters(places, circles)
