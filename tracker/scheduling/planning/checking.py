"""Look at a finished plan as somebody would who knows nothing of how it was made. Pure.

Quarter hour by quarter hour and visit by visit: what is in the way of a visit that was placed? What stood before is not
judged, only what was placed beside it.
"""

from collections.abc import Sequence

from .facts import BreakFacts, Facts, OrderFacts, ResourceFacts, Stop
from .travel import Roads


def find_faults(facts: Facts, roads: Roads, placed: Sequence[Stop]) -> dict[int, str]:
    """What is wrong with the placed visits, by order, in words; nothing when all can be done."""
    orders = {order.id: order for order in facts.orders}
    resources = {resource.id: resource for resource in facts.resources}
    new = [visit for visit in placed if not _stays(visit, orders)]
    faults: dict[int, str] = {}
    for visit in new:
        order, resource = orders[visit.order_id or 0], resources[visit.resource_id]
        others = [one for one in (*facts.stops, *placed) if one is not visit]
        fault = (
            _fault_of_place(order, resource, visit, facts)
            or _fault_of_base(visit, others, resource, resources, roads)
            or _fault_of_others(visit, others, resources, roads)
            or _fault_of_load(visit, others, resource)
            or _fault_of_breaks(visit, others, resource, resources)
            or _fault_of_turn(order, visit, others)
        )
        if fault:
            faults[visit.order_id or 0] = fault
    return faults


def _stays(visit: Stop, orders: dict[int, OrderFacts]) -> bool:
    standing = orders[visit.order_id or 0].standing
    return standing is not None and (standing.resource_id, standing.start) == (visit.resource_id, visit.start)


def _fault_of_place(order: OrderFacts, resource: ResourceFacts, visit: Stop, facts: Facts) -> str | None:
    own = [shift for shift in resource.shifts if shift.start <= visit.start and visit.end <= shift.end]
    if not order.all_skills <= resource.skills or order.people > resource.people:
        return "The plan gave it to somebody who cannot do it."
    if not any(facts.may_do(resource, order, shift.day) for shift in own):
        return "The plan put it where nobody may do it."
    if visit.end - visit.start != order.slots or visit.start < order.earliest:
        return "The plan put it too early, or gave it too little time."
    if order.latest is not None and visit.start > order.latest:
        return "The plan put it too late."
    return None


def _fault_of_base(
    visit: Stop, others: Sequence[Stop], resource: ResourceFacts, resources: dict[int, ResourceFacts], roads: Roads
) -> str | None:
    """Whoever goes there first comes from the base, and whoever goes there last gets back to it."""
    beside = [one for one in others if resource.id in _parts(one, resources)]
    for shift in resource.shifts:
        if not (shift.start <= visit.start and visit.end <= shift.end):
            continue
        inside = [one for one in beside if one.start < shift.end and one.end > shift.start]
        is_first = not any(one.start < visit.start for one in inside)
        is_last = not any(one.start > visit.start for one in inside)
        if is_first and shift.start + roads.slots(resource, visit) > visit.start:
            return "The plan left no time for the way from the base."
        if is_last and visit.end + roads.slots(visit, resource) > shift.end:
            return "The plan left no time for the way back to the base."
    return None


def _fault_of_others(
    visit: Stop, others: Sequence[Stop], resources: dict[int, ResourceFacts], roads: Roads
) -> str | None:
    mine = set(range(visit.start, visit.end))
    for part in _parts(visit, resources):
        beside = sorted((one for one in others if part in _parts(one, resources)), key=lambda one: (one.start, one.end))
        if any(mine & set(range(one.start, one.end)) for one in beside):
            return "The plan took a time that is taken."
        before = [one for one in beside if one.end <= visit.start]
        after = [one for one in beside if one.start >= visit.end]
        if before and max(before, key=_end).end + roads.slots(max(before, key=_end), visit) > visit.start:
            return "The plan left no time for the way to it."
        if after and visit.end + roads.slots(visit, after[0]) > after[0].start:
            return "The plan left no time for the way from it."
    return None


def _fault_of_load(visit: Stop, others: Sequence[Stop], resource: ResourceFacts) -> str | None:
    for shift in resource.shifts:
        if shift.start <= visit.start < shift.end and resource.capacity is not None and visit.load:
            own = [one for one in others if one.resource_id == resource.id]
            load = visit.load + sum(one.load for one in own if one.start < shift.end and one.end > shift.start)
            if load > resource.capacity:
                return "The plan loaded more than there is room for."
    return None


def _fault_of_breaks(
    visit: Stop, others: Sequence[Stop], resource: ResourceFacts, resources: dict[int, ResourceFacts]
) -> str | None:
    taken = [visit, *(one for one in others if resource.parts & _parts(one, resources))]
    for shift in resource.shifts:
        for pause in shift.breaks:
            touches = visit.start < pause.end and pause.start < visit.end
            if touches and not _rests(pause, taken):
                return "The plan left no time for a break."
    return None


def _rests(pause: BreakFacts, taken: Sequence[Stop]) -> bool:
    if any(one.start <= pause.start and pause.end <= one.end for one in taken):
        return True
    busy = {slot for one in taken for slot in range(one.start, one.end)}
    free = [slot not in busy for slot in range(pause.start, pause.end)]
    return any(all(free[first : first + pause.slots]) for first in range(len(free) - pause.slots + 1))


def _fault_of_turn(order: OrderFacts, visit: Stop, others: Sequence[Stop]) -> str | None:
    stops = {one.order_id: one for one in others if one.order_id is not None}
    for first in order.waits_for:
        if first.order_id not in stops or stops[first.order_id].end > visit.start:
            return f"The plan put it before «{first.title}», for which it waits."
    if any(order.id in one.waits_for and one.start < visit.end for one in others):
        return "The plan put it after what waits for it."
    return None


def _parts(stop: Stop, resources: dict[int, ResourceFacts]) -> frozenset[int]:
    known = resources.get(stop.resource_id)
    return known.parts if known else frozenset({stop.resource_id})


def _end(stop: Stop) -> int:
    return stop.end
