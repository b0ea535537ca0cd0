"""Everybody's time while a plan is made: what stands where, and when more work would fit. The one judge of that."""

from bisect import insort
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from .facts import BreakFacts, Facts, OrderFacts, ResourceFacts, ShiftFacts, Stop
from .travel import Roads


@dataclass(frozen=True, slots=True)
class Gap:
    """Free time of a resource in one of its shifts, from the stop (or its base) before to the one after."""

    resource: ResourceFacts
    shift: ShiftFacts
    before: Stop
    after: Stop

    @property
    def key(self) -> tuple[int, str, int]:
        """Their order: by time, then by name, so that nothing depends on the order of the facts."""
        return (self.before.end, self.resource.code, self.resource.id)


class Timelines:
    """The stops of each resource; a team's stops are its members' too. Times are slots."""

    def __init__(self, facts: Facts, roads: Roads) -> None:
        self.facts, self.roads = facts, roads
        self.resources = {one.id: one for one in facts.resources}
        self._stops: dict[int, list[Stop]] = defaultdict(list)
        self._gaps: dict[tuple[int, int], list[Gap]] = {}
        for stop in facts.stops:
            self.add(stop)

    def add(self, stop: Stop) -> None:
        """Take the time of the resource and of its members."""
        for part in self._parts(stop.resource_id):
            insort(self._stops[part], stop, key=_order_of)
        self._gaps.clear()

    def remove(self, stop: Stop) -> None:
        """Give it back."""
        for part in self._parts(stop.resource_id):
            self._stops[part].remove(stop)
        self._gaps.clear()

    def stops_of(self, resource: ResourceFacts) -> list[Stop]:
        """Everything that takes time of the resource or of one of its members, in order."""
        if not resource.members:
            return self._stops[resource.id]
        return sorted({stop for part in resource.parts for stop in self._stops[part]}, key=_order_of)

    def placed(self) -> dict[int, Stop]:
        """The stop of each order that has one."""
        return {stop.order_id: stop for own in self._stops.values() for stop in own if stop.order_id is not None}

    def gaps(self, resource: ResourceFacts, shift: ShiftFacts) -> list[Gap]:
        """The free times of that shift, however short, in order; each begins where the stop before it leaves off."""
        key = (resource.id, shift.start)
        if key not in self._gaps:
            self._gaps[key] = list(self._gaps_between(resource, shift))
        return self._gaps[key]

    def _gaps_between(self, resource: ResourceFacts, shift: ShiftFacts) -> Iterator[Gap]:
        last, *others = self._route(resource, shift, self.stops_of(resource))
        for stop in others:
            if stop.start >= last.end:
                yield Gap(resource, shift, last, stop)
            last = stop if stop.end >= last.end else last

    def earliest_start(self, order: OrderFacts, gap: Gap) -> int | None:
        """The first slot in the gap at which the order could begin, ways and breaks included; None: there is none."""
        if not self._has_capacity(order, gap):
            return None
        start = max(gap.before.end + self.roads.slots(gap.before, order), order.earliest)
        last = gap.after.start - self.roads.slots(order, gap.after) - order.slots
        last = last if order.latest is None else min(last, order.latest)
        while start <= last:
            later = self._pushed(order, gap, start)
            if later == start:
                return start
            start = later
        return None

    def fits_at(self, order: OrderFacts, gap: Gap, start: int) -> bool:
        """Whether the order could begin in the gap at exactly that slot."""
        here = self.earliest_start(order, gap)
        if here is None or here > start:
            return False
        last = gap.after.start - self.roads.slots(order, gap.after) - order.slots
        last = last if order.latest is None else min(last, order.latest)
        return start <= last and self._pushed(order, gap, start) == start

    def detour_m(self, order: OrderFacts, gap: Gap) -> float:
        """How much longer the way becomes."""
        metres = self.roads.metres
        return metres(gap.before, order) + metres(order, gap.after) - metres(gap.before, gap.after)

    def distance_km(self) -> float:
        """Kilometers by road over every shift with at least one stop of its own, from base to base."""
        total = 0.0
        for resource in self.facts.resources:
            own = [stop for stop in self._stops[resource.id] if stop.resource_id == resource.id]
            for shift in resource.shifts:
                route = self._route(resource, shift, own)
                if len(route) > 2:
                    total += sum(self.roads.metres(one, two) for one, two in pairwise(route))
        return total / 1000

    def load_in(self, resource: ResourceFacts, shift: ShiftFacts) -> int:
        """How much load the resource carries in the shift already."""
        own = (stop for stop in self._stops[resource.id] if stop.resource_id == resource.id)
        return sum(stop.load for stop in own if stop.start < shift.end and stop.end > shift.start)

    def came_from(self, stop: Stop) -> tuple[ShiftFacts, Stop]:
        """The shift that a stop lies in, and the stop (or the base) that its resource comes from."""
        resource = self.resources[stop.resource_id]
        shift = next(shift for shift in resource.shifts if shift.start <= stop.start and stop.end <= shift.end)
        route = self._route(resource, shift, self._stops[resource.id])
        return shift, route[route.index(stop) - 1]

    def _parts(self, resource_id: int) -> frozenset[int]:
        known = self.resources.get(resource_id)
        return known.parts if known else frozenset({resource_id})

    def _route(self, resource: ResourceFacts, shift: ShiftFacts, stops: Sequence[Stop]) -> list[Stop]:
        """The stops in that shift between leaving the base and being back; work outside the shift delays or ends it."""
        inside = [stop for stop in stops if stop.start < shift.end and stop.end > shift.start]
        leaves, back = shift.start, shift.end
        for stop in stops:
            if stop.end <= shift.start:
                leaves = max(leaves, stop.end + self.roads.slots(stop, resource))
            elif stop.start >= shift.end:
                back = min(back, stop.start - self.roads.slots(resource, stop))
        return [_base(resource, leaves), *inside, _base(resource, back)]

    def _has_capacity(self, order: OrderFacts, gap: Gap) -> bool:
        carries = gap.resource.capacity
        return carries is None or not order.load or self.load_in(gap.resource, gap.shift) + order.load <= carries

    def _pushed(self, order: OrderFacts, gap: Gap, start: int) -> int:
        """`start` when everybody who comes is free then and keeps the break; else the next slot worth trying."""
        for part in sorted(gap.resource.members):
            for stop in self._stops[part]:
                if stop.start < start + order.slots + self.roads.slots(order, stop) and (
                    start < stop.end + self.roads.slots(stop, order)
                ):
                    return stop.end + self.roads.slots(stop, order)
        new = Stop(gap.resource.id, start, start + order.slots, order.x_dm, order.y_dm, order.address)
        for part in sorted(gap.resource.parts):
            resource = self.resources.get(part)
            if resource is not None and not self._keeps_breaks(resource, new):
                return start + 1
        return start

    def _keeps_breaks(self, resource: ResourceFacts, new: Stop) -> bool:
        """Whether the resource has room for its breaks with the new stop, or lacked it already, elsewhere."""
        for shift in resource.shifts:
            if not shift.breaks or new.end <= shift.start or shift.end <= new.start:
                continue
            stops = self.stops_of(resource)
            after = self._route(resource, shift, _with(stops, new))
            for pause in shift.breaks:
                touches = new.start < pause.end and pause.start < new.end
                if not self._rests(pause, after) and (
                    touches or self._rests(pause, self._route(resource, shift, stops))
                ):
                    return False
        return True

    def _rests(self, pause: BreakFacts, stops: Sequence[Stop]) -> bool:
        """Whether the break fits into its window beside the ways; work that covers the whole window has it in it."""
        last: Stop | None = None
        for stop in stops:
            if stop.start <= pause.start and pause.end <= stop.end:
                return True
            if self._rests_between(pause, last, stop):
                return True
            last = stop if last is None or stop.end >= last.end else last
        return self._rests_between(pause, last, None)

    def _rests_between(self, pause: BreakFacts, before: Stop | None, after: Stop | None) -> bool:
        begin = pause.start if before is None else max(before.end, pause.start)
        end = pause.end if after is None else min(after.start, pause.end)
        if end - begin < pause.slots:
            return False
        if before is None or after is None:
            return True
        return after.start - before.end >= pause.slots + self.roads.slots(before, after)


def _base(resource: ResourceFacts, slot: int) -> Stop:
    return Stop(resource.id, slot, slot, resource.x_dm, resource.y_dm, "its base")


def _order_of(stop: Stop) -> tuple[int, int, int, int]:
    return (stop.start, stop.end, stop.resource_id, stop.order_id or 0)


def _with(stops: Sequence[Stop], new: Stop) -> list[Stop]:
    both = [*stops]
    insort(both, new, key=_order_of)
    return both
