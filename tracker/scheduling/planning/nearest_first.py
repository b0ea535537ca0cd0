"""The first planner, kept to compare with: who does which order when. Pure: the same proposal for the same facts.

Orders are taken by priority, then due date, then age. Each gets the first day on which a qualified crew has room before
the order is due, and on that day the crew that comes from nearest (from its base, or from the booking before the gap).
When nobody has room in time, the first day after the due date is taken and the proposal says so: late work beats none.
Every crew starts from its base and is back there when its shift ends; travel is `travel.py`'s. An order that cannot be
placed keeps its reason in words. This is nearest-crew-first, not an optimum; it never moves what is booked.
"""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from .facts import Facts, OrderFacts, ResourceFacts, ShiftFacts, Stop
from .left_out import why_full, why_impossible
from .proposal import NOT_REACHED, LeftOut, Proposal, Proposed
from .travel import road_m, travel_slots


@dataclass(frozen=True, slots=True)
class _Opening:
    """A place for the order in a crew's shift: where the crew comes from, and when the work would start."""

    way_m: float
    start: int
    resource: ResourceFacts
    day: date
    comes_from: str

    @property
    def rank(self) -> tuple[float, int, str]:
        """Nearest first, then earliest, then by name, so that the outcome never depends on the order of the facts."""
        return (self.way_m, self.start, self.resource.code)


def propose_nearest(facts: Facts, *, limit: int) -> Proposal:
    """Place the orders, looking for room for at most `limit` of them; orders out are `booked` plus `left_out`."""
    planner = _Planner(facts)
    proposal = Proposal()
    looked_at = 0
    for order in sorted(facts.orders, key=lambda order: (order.priority, order.due_on, order.id)):
        reason = why_impossible(order, facts)
        if reason is None and looked_at >= limit:
            reason = NOT_REACHED
        if reason is not None:
            proposal.left_out.append(LeftOut(order.id, reason))
            continue
        looked_at += 1
        found = planner.place(order)
        if found is None:
            proposal.left_out.append(LeftOut(order.id, why_full(order, facts)))
        else:
            proposal.booked.append(found)
    proposal.distance_km = planner.distance_km()
    return proposal


class _Planner:
    """The calendar of every crew while the orders are being placed."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.stops: dict[int, list[Stop]] = defaultdict(list)
        for stop in facts.stops:
            insort(self.stops[stop.resource_id], stop, key=_start_of)

    def place(self, order: OrderFacts) -> Proposed | None:
        """Book the best opening into the calendar, or return None when there is none."""
        opening = self._first(order, order.due_slot)
        is_late = opening is None
        opening = opening or self._first(order, None)
        if opening is None:
            return None
        resource, end = opening.resource, opening.start + order.slots
        insort(
            self.stops[resource.id],
            Stop(resource.id, opening.start, end, order.x_dm, order.y_dm, order.address),
            key=_start_of,
        )
        reason = _why_here(order, opening, is_late)
        return Proposed(order.id, resource.id, opening.day, opening.start, end, is_late, reason)

    def _first(self, order: OrderFacts, finish_by: int | None) -> _Opening | None:
        """The nearest opening on the first day that has one whose work ends by the slot `finish_by`."""
        for day in self.facts.days:
            qualified = [resource for resource in self.facts.resources if self.facts.may_do(resource, order, day)]
            openings = [
                opening
                for resource in qualified
                for shift in resource.shifts
                if shift.day == day
                for opening in self._openings(order, resource, shift)
                if finish_by is None or opening.start + order.slots <= finish_by
            ]
            if openings:
                return min(openings, key=lambda opening: opening.rank)
        return None

    def _openings(self, order: OrderFacts, resource: ResourceFacts, shift: ShiftFacts) -> Iterator[_Opening]:
        for before, after in pairwise(self._route(resource, shift)):
            start = max(before.end + travel_slots(before, order), order.earliest)
            if start + order.slots + travel_slots(order, after) <= after.start:
                yield _Opening(road_m(before, order), start, resource, shift.day, before.name)

    def _route(self, resource: ResourceFacts, shift: ShiftFacts) -> list[Stop]:
        """The crew's stops in that shift, between leaving its base and being back there."""
        leave = Stop(resource.id, shift.start, shift.start, resource.x_dm, resource.y_dm, "its base")
        back = Stop(resource.id, shift.end, shift.end, resource.x_dm, resource.y_dm, "its base")
        inside = [stop for stop in self.stops[resource.id] if stop.start < shift.end and stop.end > shift.start]
        return [leave, *inside, back]

    def distance_km(self) -> float:
        """Kilometers by road over every shift with at least one stop."""
        routes = [self._route(resource, shift) for resource in self.facts.resources for shift in resource.shifts]
        return sum(_length_m(route) for route in routes if len(route) > 2) / 1000


def _length_m(route: list[Stop]) -> float:
    return sum(road_m(before, after) for before, after in pairwise(route))


def _start_of(stop: Stop) -> int:
    return stop.start


def _why_here(order: OrderFacts, opening: _Opening, is_late: bool) -> str:
    far = f"{opening.way_m / 1000:.1f} km from {opening.comes_from}"
    way = far if opening.way_m else f"at the same place as {opening.comes_from}"
    if is_late:
        due = f"{order.due_on:%a %d %b %Y}"
        return f"Late: nobody with «{order.skill}» had room by {due}. First day with room; nearest, {way}."
    return f"Nearest with «{order.skill}» and room on the first possible day: {way}."
