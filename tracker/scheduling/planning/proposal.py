"""What a planner answers: bookings to make or move, and what is left out and why. Nothing of it is booked yet."""

from dataclasses import dataclass, field
from datetime import date

NOT_REACHED = "This run has looked at as many orders as it may; run the plan again for the rest."


@dataclass(frozen=True, slots=True)
class Proposed:
    """One proposed booking: slots `start` to `end` (not included) on the shift that begins on `day`."""

    order_id: int
    resource_id: int
    day: date
    start: int
    end: int
    is_late: bool
    reason: str
    moves_booking_id: int | None = None
    """The standing booking that it would move; None: the order was not booked. What stays is not proposed at all."""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An order without a place, and why."""

    order_id: int
    reason: str


@dataclass(slots=True)
class Proposal:
    """What the planner found: every order is in `booked`, `left_out` or `kept`, once.

    `distance_km` is by road, over every shift with a stop in it, from base to base.
    """

    booked: list[Proposed] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    """Orders whose booking stays where it stands."""
    distance_km: float = 0.0
    notes: list[str] = field(default_factory=list)
    """What a person should know of how it was made, in sentences."""
