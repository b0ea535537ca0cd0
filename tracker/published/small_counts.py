"""Counts of a table whose sum is known, so that none below three can be read or worked out. Pure.

A count of one or two says more about who called than about a neighborhood. Leaving it out is not enough: whoever knows
the sum, which stands above the list, gets it by subtraction. So as many others are kept back as it takes until every
small count could still be either one or two.
"""

from collections.abc import Sequence
from enum import Enum

FEW_BELOW = 3
_SMALLEST, _LARGEST = 1, FEW_BELOW - 1
_LEAST_KEPT = 2
"""Kept back beside any small count: with a single one, how it was chosen would often tell how large it is."""


class Hidden(Enum):
    """Why a count is not said: it is small itself, or a small one beside it could be worked out from it."""

    FEW = "few"
    KEPT_BACK = "kept back"


def hide_small(counts: Sequence[int]) -> list[int | Hidden]:
    """Each count as it may be said, in the same order; zeros are said, because they are about nobody."""
    small = [place for place, count in enumerate(counts) if 0 < count < FEW_BELOW]
    others = sorted((count, place) for place, count in enumerate(counts) if count >= FEW_BELOW)
    kept = min(_LEAST_KEPT, len(others)) if small else 0
    # Twice as many at a time: one by one would tell, by where it stopped, what it stopped at.
    while small and kept < len(others) and not _is_safe([counts[place] for place in small], others, kept):
        kept = min(2 * kept, len(others))
    said: list[int | Hidden] = list(counts)
    for places, why in ((small, Hidden.FEW), ([place for _, place in others[:kept]], Hidden.KEPT_BACK)):
        for place in places:
            said[place] = why
    return said


def _is_safe(small: list[int], others: list[tuple[int, int]], kept: int) -> bool:
    """Whether each small count could be the smallest and the largest, for somebody who knows the sum of the hidden.

    She knows this rule too, hence that what is kept back is smaller than all that is said.
    """
    rest = sum(small) + sum(count for count, _ in others[:kept])
    most_kept = others[kept][0] - 1 if kept < len(others) else rest
    least = _LARGEST + _SMALLEST * (len(small) - 1) + FEW_BELOW * kept
    most = _SMALLEST + _LARGEST * (len(small) - 1) + most_kept * kept
    return least <= rest <= most
