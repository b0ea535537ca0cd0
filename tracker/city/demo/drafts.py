"""Calls while they are drawn: when, what and where, as columns; words and channels come later."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .geometry import Ints, Points
from .town import Town

NOT_PLANTED = -1


@dataclass(frozen=True, slots=True)
class Drafts:
    """Columns of shape (n,): seconds in the year, index of the service, index of the spot, number of the problem."""

    at: NDArray[np.float64]
    service: Ints
    spot: Ints
    problem: Ints  # NOT_PLANTED: background


@dataclass(frozen=True, slots=True)
class Spots:
    """Where calls can lie, shape (n, 2) in metres: every house first, then every crossing."""

    points: Points
    houses: int


def list_spots(town: Town) -> Spots:
    """The spots of a town."""
    crossings = np.array([(crossing.x, crossing.y) for crossing in town.network.crossings])
    return Spots(np.vstack([town.houses.spots, crossings]), len(town.houses.spots))


def join_drafts(parts: list[Drafts]) -> Drafts:
    """All parts as one, in the order of time."""
    columns = [np.concatenate([getattr(part, name) for part in parts]) for name in ("at", "service", "spot", "problem")]
    order = np.argsort(columns[0], kind="stable")
    return Drafts(*(column[order] for column in columns))
