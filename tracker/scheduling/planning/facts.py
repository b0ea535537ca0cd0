"""What the planner is told: orders, resources with their shifts, and what is booked already. Times are slots."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """Work to be placed: `slots` quarter hours at a position in decimetres, not before the slot `earliest`."""

    id: int
    address: str
    """Where, for a person."""
    priority: int
    due_on: date
    due_slot: int
    """The first slot after the due date on the city's clocks: work that ends by it is in time."""
    skill: str
    slots: int
    x_dm: int
    y_dm: int
    center_id: int | None
    earliest: int


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """One unbroken stretch of work: slots `start` to `end` (not included); `day` is the local date it begins on."""

    day: date
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """A crew, vehicle, person or equipment; without `center_id` it serves the whole city."""

    id: int
    code: str
    skills: frozenset[str]
    center_id: int | None
    x_dm: int
    y_dm: int
    shifts: tuple[ShiftFacts, ...]

    def serves(self, center_id: int | None) -> bool:
        """Whether it works in that center's district (None: outside every district)."""
        return self.center_id is None or self.center_id == center_id

    def can_do(self, order: OrderFacts) -> bool:
        """Whether it has the skill and serves the place."""
        return order.skill in self.skills and self.serves(order.center_id)


@dataclass(frozen=True, slots=True)
class Stop:
    """A resource's time at a place: slots `start` to `end` (not included); `name` says where, for a person."""

    resource_id: int
    start: int
    end: int
    x_dm: int
    y_dm: int
    name: str


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything one run of the planner knows. `days` are the local dates it may use, in order."""

    days: tuple[date, ...]
    orders: tuple[OrderFacts, ...]
    resources: tuple[ResourceFacts, ...]
    stops: tuple[Stop, ...]
