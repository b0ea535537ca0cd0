"""What the planner is told: orders, resources with their shifts, and what is booked already. Times are slots."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, tzinfo

from ..resources.lending import may_serve


@dataclass(frozen=True, slots=True)
class Awaited:
    """An order that has to be done first; `is_lost`: nobody knows when it will be."""

    order_id: int
    title: str
    is_lost: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """A booking that may be moved: where the order stands now."""

    booking_id: int
    resource_id: int
    start: int


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
    latest: int | None = None
    """The last slot in which it may begin: a promise, which no lateness excuses. None: whenever."""
    needs: frozenset[str] = frozenset()
    """Further skills and equipment beside its own skill."""
    people: int = 1
    load: int = 0
    title: str = ""
    waits_for: tuple[Awaited, ...] = ()
    """What has to be done before it begins; what is done already is not among them."""
    standing: Standing | None = None
    """Where it is booked, if that may be moved; None: it has no place yet."""
    follower: int | None = None
    """The priority of the most urgent order that waits for it, when that is more urgent than its own."""

    @property
    def urgency(self) -> int:
        """Its priority, or that of what waits for it; who may do it goes by its own."""
        return self.priority if self.follower is None else min(self.priority, self.follower)

    @property
    def all_skills(self) -> frozenset[str]:
        """Everything that whoever does it must be able to do or bring along."""
        return self.needs | {self.skill}


@dataclass(frozen=True, slots=True)
class BreakFacts:
    """A break of `slots` somewhere between the slots `start` and `end` (not included)."""

    start: int
    end: int
    slots: int


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """One unbroken stretch of work: slots `start` to `end` (not included); `day` is the local date it begins on."""

    day: date
    start: int
    end: int
    breaks: tuple[BreakFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class ResourceFacts:
    """A crew, vehicle, person, equipment or team; skills and people with its members'. `center_id` None: whole city."""

    id: int
    code: str
    skills: frozenset[str]
    center_id: int | None
    x_dm: int
    y_dm: int
    shifts: tuple[ShiftFacts, ...]
    name: str = ""
    people: int = 1
    capacity: int | None = None
    """How much load it carries in a shift; None: as much as there is."""
    lends_to_priority: int = 0
    lends_within_days: int = 0
    members: frozenset[int] = frozenset()
    """Whose time a booking of this team takes beside its own."""

    @property
    def parts(self) -> frozenset[int]:
        """Everybody whose time a booking takes."""
        return self.members | {self.id}

    def is_able(self, order: OrderFacts) -> bool:
        """Whether it has the skills, the people and the room for the load."""
        has_room = self.capacity is None or order.load <= self.capacity
        return order.all_skills <= self.skills and order.people <= self.people and has_room

    def serves(self, order: OrderFacts, day: date, today: date) -> bool:
        """Whether it may work for the order's district on that day."""
        return may_serve(self, order.center_id, order.priority, day, today)


@dataclass(frozen=True, slots=True)
class WeatherFacts:
    """Days on which only work that needs one of `kept_skills` goes on."""

    first_day: date
    last_day: date
    reason: str
    kept_skills: frozenset[str]

    def stops(self, order: OrderFacts, day: date) -> bool:
        """Whether the order may not be done on that day."""
        return self.first_day <= day <= self.last_day and not order.all_skills & self.kept_skills


@dataclass(frozen=True, slots=True)
class Stop:
    """A resource's time at a place that stays as it is: slots `start` to `end` (not included)."""

    resource_id: int
    start: int
    end: int
    x_dm: int
    y_dm: int
    name: str
    """Where, for a person."""
    order_id: int | None = None
    load: int = 0
    waits_for: tuple[int, ...] = ()
    """Orders that have to be done before it begins."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything one run of the planner knows. `days` are the local dates it may use, in order.

    No order is among `orders` and `stops` at once. A draft's pinned visit is a stop.
    """

    days: tuple[date, ...]
    orders: tuple[OrderFacts, ...]
    resources: tuple[ResourceFacts, ...]
    stops: tuple[Stop, ...]
    today: date | None = None
    """Lending counts from it; None: from the first of `days`."""
    weather: tuple[WeatherFacts, ...] = ()
    zone: tzinfo = UTC
    """The city's clocks, for words."""

    def may_do(self, resource: ResourceFacts, order: OrderFacts, day: date) -> bool:
        """Whether skills, people, load, district and weather allow it on that day."""
        return (
            resource.is_able(order)
            and resource.serves(order, day, self.today or self.days[0])
            and not is_stopped(self.weather, order, day)
        )


def is_stopped(weather: Collection[WeatherFacts], order: OrderFacts, day: date) -> bool:
    """Whether some weather stops the order on that day."""
    return any(one.stops(order, day) for one in weather)
