"""Square cells over the calls, so that a call looks only at its neighborhood.

Only cells that hold a call exist. They are numbered along rows, so the neighbors in one row
are one run of numbers, and a run of neighboring cells is a run of memory.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tracker.cases.grouping.compiled import compiled, entry

DIGIT_BITS = 11  # 2,048 counters stay in the first-level cache
MARGIN = 2  # columns that a neighborhood reaches to the left and to the right
INNER_RUNS, RUNS = 3, 8  # the first three runs are the 3 x 3 neighborhood, the other five the 5 x 5


class Cells(NamedTuple):
    """The cells that n calls lie in, c of them."""

    of_call: NDArray[np.int32]  # (n,) number of the cell
    keys: NDArray[np.int64]  # (c,) row * stride + column + MARGIN, ascending
    runs: NDArray[np.int32]  # (c, RUNS, 2) first and end of each run of neighbors
    left: int  # of the first column, decimetres
    bottom: int  # of the first row
    side: int
    stride: int  # keys from one row to the next


def lay_cells(x: NDArray[np.int64], y: NDArray[np.int64], side: int) -> Cells:
    """Lay cells of `side` decimetres over the n >= 1 positions (decimetres, shape (n,))."""
    of_call, keys, runs, left, bottom, stride = _lay_cells(x, y, max(side, 1))
    return Cells(of_call, keys, runs, left, bottom, max(side, 1), stride)


@entry
def _lay_cells(
    x: NDArray[np.int64], y: NDArray[np.int64], side: int
) -> tuple[NDArray[np.int32], NDArray[np.int64], NDArray[np.int32], int, int, int]:
    left, bottom = x.min(), y.min()
    stride = (x.max() - left) // side + 1 + 2 * MARGIN
    rows = (y.max() - bottom) // side + 1
    key_of_call = np.empty(x.size, np.int64)
    for i in range(x.size):
        key_of_call[i] = (y[i] - bottom) // side * stride + (x[i] - left) // side + MARGIN
    of_call, keys = _number_cells(key_of_call, rows * stride)
    return of_call, keys, _find_runs(keys, stride), left, bottom, stride


@compiled
def _number_cells(key_of_call: NDArray[np.int64], end: int) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Number the distinct keys in ascending order, by a radix sort of the calls."""
    count = key_of_call.size
    order = np.arange(count).astype(np.int32)
    spare = np.empty(count, np.int32)
    shift = 0
    while end >> shift > 0:
        _sort_by_digit(key_of_call, order, spare, shift)
        order, spare = spare, order
        shift += DIGIT_BITS
    of_call, keys = spare, np.empty(count, np.int64)
    cells, previous = 0, np.int64(-1)
    for j in range(count):
        key = key_of_call[order[j]]
        if key != previous:
            keys[cells] = previous = key
            cells += 1
        of_call[order[j]] = cells - 1
    return of_call, keys[:cells].copy()


@compiled
def _sort_by_digit(
    key_of_call: NDArray[np.int64],
    order: NDArray[np.int32],
    target: NDArray[np.int32],
    shift: int,
) -> None:
    """Write to `target` the calls of `order` sorted, stably, by one digit of their keys."""
    mask = (1 << DIGIT_BITS) - 1
    starts = np.zeros(mask + 2, np.int64)
    for key in key_of_call:
        starts[((key >> shift) & mask) + 1] += 1
    for digit in range(mask):
        starts[digit + 1] += starts[digit]
    for call in order:
        digit = (key_of_call[call] >> shift) & mask
        target[starts[digit]] = call
        starts[digit] += 1


@compiled
def _find_runs(keys: NDArray[np.int64], stride: int) -> NDArray[np.int32]:
    """Find each cell's runs of neighbors; every bound only ever moves forward."""
    cells = keys.size
    runs = np.empty((cells, RUNS, 2), np.int32)
    for run in range(RUNS):
        inner = run < INNER_RUNS
        reach = 1 if inner else 2
        row = (run - 1 if inner else run - INNER_RUNS - 2) * stride
        first, end = 0, 0
        for cell in range(cells):
            while first < cells and keys[first] < keys[cell] + row - reach:
                first += 1
            while end < cells and keys[end] <= keys[cell] + row + reach:
                end += 1
            runs[cell, run, 0], runs[cell, run, 1] = first, end
    return runs
