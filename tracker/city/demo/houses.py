"""Address points: plots on both sides of every block, odd on the left, even on the right, set back from the street."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .geometry import Flags, Ints, Points, at_chainage, chainage
from .land import Land
from .network import Block
from .plan import RIVER, RIVER_HALF_WIDTH

CORNER_M, SETBACK_M = 13.0, 15.0
UNIT_SHARE, UNITS_AT_MOST = 0.016, 13


@dataclass(frozen=True, slots=True)
class Houses:
    """Every address of the city as columns of shape (n,); `spots` has shape (n, 2), metres."""

    spots: Points
    number: Ints
    block: Ints
    units: Ints  # dwellings with a unit of their own; 0: none


def build_houses(blocks: list[Block], rng: np.random.Generator) -> Houses:
    """Plots along every block that has room for them, with a few gaps where nobody lives."""
    spots, numbers, owners = [], [], []
    for index, block in enumerate(blocks):
        length = float(chainage(block.line)[-1])
        count = min(int((length - 2 * CORNER_M) / block.lot), 48)
        if count < 1:
            continue
        slots = (np.arange(2 * count) % count + 0.5 + rng.uniform(-0.18, 0.18, 2 * count)) / count
        odd = np.arange(2 * count) < count
        spots.append(_beside(block, CORNER_M + slots * (length - 2 * CORNER_M), np.where(odd, 1.0, -1.0), rng))
        numbers.append(block.hundred + 2 * (slots * 49).astype(np.int64) + odd)
        owners.append(np.full(2 * count, index))
    kept = _is_dry(np.vstack(spots)) & (rng.random(sum(map(len, numbers))) > 0.06)
    number = np.concatenate(numbers)[kept]
    units = np.where(rng.random(number.size) < UNIT_SHARE, rng.integers(2, UNITS_AT_MOST, number.size), 0)
    return Houses(np.vstack(spots)[kept], number, np.concatenate(owners)[kept], units)


def _is_dry(spots: Points) -> Flags:
    """Nobody lives on a bridge."""
    land = Land()
    land.take_along([RIVER], RIVER_HALF_WIDTH)
    return land.is_free(spots)


def _beside(block: Block, along: NDArray[np.float64], side: NDArray[np.float64], rng: np.random.Generator) -> Points:
    """Points `along` metres from the block's start, set back to the left (side 1) or right (-1), shape (n, 2)."""
    low, high = at_chainage(block.line, np.concatenate([along - 2, along + 2])).reshape(2, along.size, 2)
    ahead = (high - low) / np.hypot(*(high - low).T)[:, None]
    back = side * (SETBACK_M + rng.uniform(-2.5, 4.0, along.size))
    return np.asarray((low + high) / 2 + back[:, None] * np.column_stack([-ahead[:, 1], ahead[:, 0]]))
