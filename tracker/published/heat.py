"""Where problems were solved: a coarse grid, fixed on the ground, of the public points of solved cases. Pure.

It is made of all of them and follows no filter: two grids of different filters would tell by subtraction what each
leaves out.
"""

import math
from dataclasses import dataclass

import numpy as np

from .circles import DEGREE_M
from .mercator import Floats
from .small_counts import FEW_BELOW

CELL_M = 500


@dataclass(frozen=True, slots=True)
class Cell:
    """The middle of a square in degrees, and how many cases were solved in it."""

    lat: float
    long: float
    count: int


def grid_of(lat: Floats, long: Floats, about_lat: float) -> list[Cell]:
    """The squares of `CELL_M` meters with at least three points, shape (n,) each; `about_lat` is the city's middle."""
    high = CELL_M / DEGREE_M
    wide = high / max(math.cos(math.radians(about_lat)), 1e-6)
    squares = np.column_stack((np.floor(lat / high), np.floor(long / wide)))
    found, counts = np.unique(squares, axis=0, return_counts=True)
    return [
        Cell(round((row + 0.5) * high, 5), round((column + 0.5) * wide, 5), count)
        for (row, column), count in zip(found.tolist(), counts.tolist(), strict=True)
        if count >= FEW_BELOW
    ]
