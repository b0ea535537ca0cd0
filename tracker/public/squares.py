"""Squares of the map that are too large to tell where in them somebody stands. Pure.

Whoever asks what is near her is asked for nothing finer than the number of such a square; her browser finds the nearest
places in it by itself. A margin around it holds what is near to somebody at its edge.
"""

from dataclasses import dataclass

from ..errors import Invalid
from ..published.mercator import Bools, Floats

PER_DEGREE = 50
"""Squares to a degree: about 2.2 km from south to north, and in the middle latitudes some 1.6 km across."""
_MARGIN = 0.5
"""On each side, in squares."""


@dataclass(frozen=True, slots=True)
class Square:
    """The square `row` from the equator northward and `column` from Greenwich eastward."""

    row: int
    column: int

    def contains(self, lat: Floats, long: Floats) -> Bools:
        """Which points in degrees, shape (n,), lie in it or in its margin."""
        high = (lat * PER_DEGREE >= self.row - _MARGIN) & (lat * PER_DEGREE <= self.row + 1 + _MARGIN)
        return high & (long * PER_DEGREE >= self.column - _MARGIN) & (long * PER_DEGREE <= self.column + 1 + _MARGIN)


def read_square(written: str) -> Square:
    """The square of an address, «2117,-3553»; raises `Invalid`, for a finer place too."""
    try:
        row, column = (int(part) for part in written.split(","))
    except ValueError:
        raise Invalid("Give square=row,column in whole numbers, 50 to a degree.") from None
    if abs(row) > 90 * PER_DEGREE or abs(column) > 180 * PER_DEGREE:
        raise Invalid("There is no such square on Earth.")
    return Square(row, column)
