"""The middle of many places: where a block is, said so that one misplaced address does not drag it away."""

import numpy as np
from numpy.typing import NDArray


def middle_of_extent(x: NDArray[np.int64], y: NDArray[np.int64]) -> tuple[float, float]:
    """(x, y) half-way between the ends of the places' extent, decimetres; `x` and `y` of shape (n,), n at least 1.

    Of every eight values the lowest and the highest do not count, on each axis by itself: a block of eight or more
    stays where it is when one of its addresses was placed wrongly.
    """
    return _middle(x), _middle(y)


def _middle(values: NDArray[np.int64]) -> float:
    ordered = np.sort(values)
    dropped = len(ordered) // 8
    return (int(ordered[dropped]) + int(ordered[-1 - dropped])) / 2
