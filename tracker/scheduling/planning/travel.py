"""How far and how long it is from one stop to the next: as the crow flies with a street factor, or from a table."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..bookings.slots import SLOT_MINUTES, slots_needed

STREET_FACTOR = 1.3
"""Road over straight line. On a grid of streets the mean over all directions is 4 / pi = 1.27; rounded up."""
SPEED_KM_H = 25
"""Door to door in a city, parking included."""


class Spot(Protocol):
    """Anything with a position on the city's plane."""

    @property
    def x_dm(self) -> int:
        """Decimetres east of the city's origin."""

    @property
    def y_dm(self) -> int:
        """Decimetres north of the city's origin."""


class Roads(Protocol):
    """What the planner asks about ways."""

    def metres(self, start: Spot, goal: Spot) -> float:
        """How far it is by road."""

    def slots(self, start: Spot, goal: Spot) -> int:
        """Whole quarter hours that the way takes."""


def road_m(start: Spot, goal: Spot) -> float:
    """Metres by road: the straight line times `STREET_FACTOR`."""
    return STREET_FACTOR * math.hypot(goal.x_dm - start.x_dm, goal.y_dm - start.y_dm) / 10


def travel_slots(start: Spot, goal: Spot) -> int:
    """Whole quarter hours that the way takes; 0 only between stops at the same spot."""
    minutes = road_m(start, goal) * 60 / (SPEED_KM_H * 1000)
    return slots_needed(math.ceil(minutes))


class StraightRoads:
    """Ways without asking a map."""

    def metres(self, start: Spot, goal: Spot) -> float:
        """The straight line times the street factor."""
        return road_m(start, goal)

    def slots(self, start: Spot, goal: Spot) -> int:
        """The same at `SPEED_KM_H`."""
        return travel_slots(start, goal)


STRAIGHT = StraightRoads()


@dataclass(frozen=True, slots=True)
class TableRoads:
    """Ways as a road service says them: a row and a column for each known position. NaN: it knows no way."""

    rows: Mapping[tuple[int, int], int]
    """Positions in decimetres to rows."""
    table_m: NDArray[np.float64]
    table_s: NDArray[np.float64]

    def metres(self, start: Spot, goal: Spot) -> float:
        """What the table says; where it says nothing, the straight line with the street factor."""
        known = self._look(self.table_m, start, goal)
        return road_m(start, goal) if known is None else known

    def slots(self, start: Spot, goal: Spot) -> int:
        """The same for time. Started quarter hours count, as work begins on quarter hours."""
        known = self._look(self.table_s, start, goal)
        return travel_slots(start, goal) if known is None else math.ceil(known / (60 * SLOT_MINUTES))

    def _look(self, table: NDArray[np.float64], start: Spot, goal: Spot) -> float | None:
        row, column = self.rows.get((start.x_dm, start.y_dm)), self.rows.get((goal.x_dm, goal.y_dm))
        if row is None or column is None or math.isnan(table[row, column]):
            return None
        return float(table[row, column])
