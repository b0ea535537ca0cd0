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
    spot = _number(_columns(lat[index], long[index]))
    apart = index.size <= (MOST_SINGLE if zoom >= NEAR_ZOOM else FEW)
    cells_across = 2.0**zoom * TILE_PX / CELL_PX
    cell = spot if apart else _number(_columns(np.floor(x[index] * cells_across), np.floor(y[index] * cells_across)))
    order = np.argsort(cell, kind="stable")
    starts = np.flatnonzero(np.r_[True, np.diff(cell[order]) > 0])
    groups = np.split(order, starts[1:])
    return _sort_out(groups, index, spot, lat, long)


def _columns(first: Floats, second: Floats) -> Floats:
    return np.column_stack((first, second))


def _number(pairs: Floats) -> Ints:
    """Equal pairs get equal numbers, in order of the pairs."""
    _, numbers = np.unique(pairs, axis=0, return_inverse=True)
    return numbers.astype(np.int64).reshape(-1)


def _sort_out(groups: list[Ints], index: Ints, spot: Ints, lat: Floats, long: Floats) -> Clusters:
    places: list[list[int]] = []
    circles: list[tuple[float, float, int]] = []
    listed = 0
    for group in groups:
        members = index[group]
        if (spot[group] == spot[group[0]]).all() and listed + group.size <= MOST_SINGLE:
            listed += group.size
            places.append(members.tolist())
        else:
            circles.append((float(lat[members].mean()), float(long[members].mean()), int(group.size)))
    return Clusters(places, circles)
