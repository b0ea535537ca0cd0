"""How far and how long it is from one stop to the next, without asking a map."""

import math
from typing import Protocol

from ..bookings.slots import slots_needed

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


def road_m(start: Spot, goal: Spot) -> float:
    """Metres by road: the straight line times `STREET_FACTOR`."""
    return STREET_FACTOR * math.hypot(goal.x_dm - start.x_dm, goal.y_dm - start.y_dm) / 10


def travel_slots(start: Spot, goal: Spot) -> int:
    """Whole quarter hours that the way takes; 0 only between stops at the same spot."""
    minutes = road_m(start, goal) * 60 / (SPEED_KM_H * 1000)
    return slots_needed(math.ceil(minutes))
