"""Square cells over the calls, so that a call looks only at its neighborhood.

Only cells that hold a call exist. They are numbered along rows, so the neighbors in one row
are one run of numbers, and a run of neighboring cells is a run of memory.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tracker.cases.grouping.arrays import Ints
from tracker.cases.grouping.compiled import entry

DIGIT_BITS = 11  # 2,048 counters stay in the first-level cache
DIGITS = 1 << DIGIT_BITS
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


def lay_cells(x: Ints, y: Ints, side: int) -> Cells:
    """Lay cells of `side` decimetres over the n >= 1 positions (decimetres, shape (n,))."""
    side = max(side, 1)
    left, bottom = int(x.min()), int(y.min())
    stride = (int(x.max()) - left) // side + 1 + 2 * MARGIN
    key_of_call = (y - bottom) // side * stride + ((x - left) // side + MARGIN)
    of_call, keys = _number_cells(key_of_call)
    runs = np.empty((keys.size, RUNS, 2), np.int32)
    find_runs(keys, stride, runs)
    return Cells(of_call, keys, runs, left, bottom, side, stride)


def _number_cells(key_of_call: Ints) -> tuple[NDArray[np.int32], Ints]:
    """Number the distinct keys in ascending order, by a radix sort of the calls."""
    order = np.arange(key_of_call.size, dtype=np.int32)
    sorted_calls = np.empty_like(order)
    for shift in range(0, int(key_of_call.max()).bit_length(), DIGIT_BITS):
        sort_by_digit(key_of_call, order, sorted_calls, shift, np.zeros(DIGITS + 1, np.int64))
        order, sorted_calls = sorted_calls, order
    of_call, keys = sorted_calls, np.empty_like(key_of_call)
    cells = number_sorted(key_of_call, order, of_call, keys)
    return of_call, keys[:cells].copy()


@entry
def sort_by_digit(
    key_of_call: Ints, order: NDArray[np.int32], target: NDArray[np.int32], shift: int, starts: Ints
) -> None:
    """Write to `target` the calls of `order` sorted, stably, by one digit of their keys.

    `starts`, zeros of shape (DIGITS + 1,), becomes where each digit's calls go.
    """
    for call in range(key_of_call.size):
        starts[((key_of_call[call] >> shift) & (DIGITS - 1)) + 1] += 1
    for digit in range(DIGITS):
        starts[digit + 1] += starts[digit]
    for j in range(order.size):
        digit = (key_of_call[order[j]] >> shift) & (DIGITS - 1)
        target[starts[digit]] = order[j]
        starts[digit] += 1


@entry
def number_sorted(key_of_call: Ints, order: NDArray[np.int32], of_call: NDArray[np.int32], keys: Ints) -> int:
    """Write each call's number of its key, and the keys; give the count of keys."""
    cells, previous = 0, -1
    for j in range(order.size):
        key = key_of_call[order[j]]
        if key != previous:
            previous = key
            keys[cells] = key
            cells += 1
        of_call[order[j]] = cells - 1
    return cells


@entry
def find_runs(keys: Ints, stride: int, runs: NDArray[np.int32]) -> None:
    """Write each cell's runs of neighbors; every bound only ever moves forward."""
    for run in range(RUNS):
        inner = run < INNER_RUNS
        reach = 1 if inner else 2
        row = (run - 1 if inner else run - INNER_RUNS - 2) * stride
        first, end = 0, 0
        for cell in range(keys.size):
            while first < keys.size and keys[first] < keys[cell] + row - reach:
                first += 1
            while end < keys.size and keys[end] <= keys[cell] + row + reach:
                end += 1
            runs[cell, run, 0], runs[cell, run, 1] = first, end
