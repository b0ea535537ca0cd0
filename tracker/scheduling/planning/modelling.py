"""The planner's own model: what orders are worth, what a place in somebody's day costs, as a routing problem.

A vehicle is one gap of one resource's shift, between two stops that stay or its base: so a day is a vehicle, several
bases are no different from one, and what is booked keeps its exact time. Every visit is optional and worth more than
any way, twice as much for each step of priority. Everything else that makes one place better than another is a cost in
metres: being late, being later than need be, and moving what is booked.
"""

from collections.abc import Sequence

import numpy as np

from ..bookings.slots import SLOT_MINUTES
from ..routes import FORBIDDEN, Matrix, RoutingProblem, Vehicle, Visit
from .facts import OrderFacts
from .timelines import Gap, Timelines
from .travel import Spot

LOWEST_PRIORITY = 5
_STANDING = 64
"""Work that is booked and may be moved keeps a place, whatever else has none."""
_LATE_DAY, _MOST_LATE, _WAITING_DAY, _MOVED = 10, 2, 200, 20
"""Parts of `base`, what the least urgent order is worth: a day late, late at all, a day's waiting, being moved."""
_FIXED_M = 1000


class Model:
    """Some orders and some gaps as a routing problem. Distances are metres; times minutes, whole quarter hours."""

    def __init__(self, lines: Timelines, orders: Sequence[OrderFacts], gaps: Sequence[Gap]) -> None:
        self.lines, self.gaps = lines, gaps
        self.rows: dict[tuple[int, int], int] = {}
        spots: list[Spot] = []
        every: list[Spot] = [*orders, *(gap.before for gap in gaps), *(gap.after for gap in gaps)]
        for spot in every:
            if self.rows.setdefault((spot.x_dm, spot.y_dm), len(spots)) == len(spots):
                spots.append(spot)
        roads = lines.roads
        self.distances = np.array([[round(roads.metres(a, b)) for b in spots] for a in spots], dtype=np.int64)
        slots = np.array([[roads.slots(a, b) for b in spots] for a in spots], dtype=np.int64)
        self.durations = slots * SLOT_MINUTES
        self.base = 2 * int(self.distances.max(initial=0)) + _FIXED_M
        costs = np.array([[self._cost(order, gap) for gap in gaps] for order in orders], dtype=np.int64)
        self.costs: Matrix = costs.reshape(len(orders), len(gaps))
        possible = (self.costs != FORBIDDEN).any(axis=1)
        self.orders = [order for order, is_possible in zip(orders, possible, strict=True) if is_possible]
        self.costs = self.costs[possible]

    @property
    def profiles(self) -> int:
        """How many different views of the distances the problem has."""
        return len({column.tobytes() for column in self.costs.T})

    def problem(self) -> RoutingProblem:
        """The routing problem: its vehicles are the gaps, its visits the orders."""
        vehicles = [self._vehicle(gap) for gap in self.gaps]
        visits = [self._visit(order) for order in self.orders]
        return RoutingProblem(self.distances, self.durations, vehicles, visits, self.costs)

    def worth(self, order: OrderFacts) -> int:
        """How many metres the crews would rather drive than leave it out."""
        worth = self.base << (LOWEST_PRIORITY - min(max(order.urgency, 1), LOWEST_PRIORITY))
        if order.due_on < self.lines.facts.days[0]:
            worth *= 2
        return worth * _STANDING if order.standing else worth

    def _row(self, spot: Spot) -> int:
        return self.rows[spot.x_dm, spot.y_dm]

    def _vehicle(self, gap: Gap) -> Vehicle:
        start, end = self._row(gap.before), self._row(gap.after)
        capacity = gap.resource.capacity
        if capacity is not None:
            capacity = max(0, capacity - self.lines.load_in(gap.resource, gap.shift))
        opens, closes = gap.before.end * SLOT_MINUTES, gap.after.start * SLOT_MINUTES
        longest = closes - opens - _resting(gap) * SLOT_MINUTES
        return Vehicle(start, end, opens, closes, max(0, longest), capacity, int(self.distances[start, end]))

    def _visit(self, order: OrderFacts) -> Visit:
        latest = max(gap.after.start for gap in self.gaps) if order.latest is None else order.latest
        return Visit(
            self._row(order),
            order.slots * SLOT_MINUTES,
            min(order.earliest, latest) * SLOT_MINUTES,
            latest * SLOT_MINUTES,
            order.load,
            self.worth(order),
        )

    def _cost(self, order: OrderFacts, gap: Gap) -> int:
        if not self._is_possible(order, gap):
            return FORBIDDEN
        day, facts = gap.shift.day, self.lines.facts
        urgent = LOWEST_PRIORITY + 1 - min(order.urgency, LOWEST_PRIORITY)
        cost = facts.days.index(day) * urgent * self.base // _WAITING_DAY if day in facts.days else 0
        late = max(0, (day - order.due_on).days)
        cost += min(late * self.base // _LATE_DAY, self.base // _MOST_LATE)
        if order.standing is not None:
            there = gap.before.end <= order.standing.start < gap.after.start
            is_own = gap.resource.id == order.standing.resource_id
            cost += ((not is_own) + (not (is_own and there))) * self.base // _MOVED
        return cost

    def _is_possible(self, order: OrderFacts, gap: Gap) -> bool:
        """Whether the order, alone, has room in the gap."""
        begin = max(gap.before.end + self.lines.roads.slots(gap.before, order), order.earliest)
        end = gap.after.start - self.lines.roads.slots(order, gap.after)
        in_time = begin + order.slots <= end and (order.latest is None or begin <= order.latest)
        return in_time and self.lines.facts.may_do(gap.resource, order, gap.shift.day)


def _resting(gap: Gap) -> int:
    """Slots of the breaks that have to lie in this gap, because most of their window does."""
    window = (gap.before.end, gap.after.start)
    return sum(
        pause.slots
        for pause in gap.shift.breaks
        if 2 * (min(window[1], pause.end) - max(window[0], pause.start)) > pause.end - pause.start
    )
