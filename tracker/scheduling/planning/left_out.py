"""Why an order has no place in the plan, in words that say what to do."""

from ..bookings.slots import SLOT_MINUTES
from .facts import Facts, OrderFacts, ResourceFacts, ShiftFacts
from .travel import travel_slots


def why_impossible(order: OrderFacts, facts: Facts) -> str | None:
    """Why no crew could do it on any of the days even if all were free; None when one could."""
    skilled = [resource for resource in facts.resources if resource.is_able(order)]
    if not skilled:
        return f"No resource has the skill «{order.skill}». Add it to a resource, or change the order."
    qualified = [resource for resource in skilled if any(facts.may_do(resource, order, day) for day in facts.days)]
    if not qualified:
        nobody = f"No resource with the skill «{order.skill}» serves this center"
        return f"{nobody}; {_count(skilled)} elsewhere could. Let one serve the whole city."
    shifts = [(resource, shift) for resource in qualified for shift in resource.shifts]
    if not shifts:
        return f"{_count(qualified)} could do it, but none has a shift {_span(facts)}. Plan more days."
    if all(_room(order, resource, shift) < order.slots for resource, shift in shifts):
        return _too_long(order, shifts)
    if all(_room_from_earliest(order, resource, shift) < order.slots for resource, shift in shifts):
        return f"It cannot begin early enough for any shift {_span(facts)}. Plan more days."
    return None


def why_full(order: OrderFacts, facts: Facts) -> str:
    """Why a possible order found no room: everybody who could do it is taken."""
    qualified = [
        resource for resource in facts.resources if any(facts.may_do(resource, order, day) for day in facts.days)
    ]
    who = f"{_count(qualified)} with the skill «{order.skill}»"
    return f"{who} could do it, but there is no room {_span(facts)}. Plan more days."


def _room(order: OrderFacts, resource: ResourceFacts, shift: ShiftFacts) -> int:
    """Slots left at the place when the way there and back lies inside the shift."""
    return shift.end - shift.start - travel_slots(resource, order) - travel_slots(order, resource)


def _room_from_earliest(order: OrderFacts, resource: ResourceFacts, shift: ShiftFacts) -> int:
    start = max(shift.start + travel_slots(resource, order), order.earliest)
    return shift.end - travel_slots(order, resource) - start


def _too_long(order: OrderFacts, shifts: list[tuple[ResourceFacts, ShiftFacts]]) -> str:
    longest = max(_room(order, resource, shift) for resource, shift in shifts) * SLOT_MINUTES
    needs = order.slots * SLOT_MINUTES
    room = f"leaves {longest} minutes at the place" if longest > 0 else "is not even enough for the way"
    return f"It takes {needs} minutes, and the longest shift, less the way there and back, {room}. Split the work."


def _count(resources: list[ResourceFacts]) -> str:
    return "1 resource" if len(resources) == 1 else f"{len(resources)} resources"


def _span(facts: Facts) -> str:
    first, last = facts.days[0], facts.days[-1]
    return f"on {first:%a %d %b}" if first == last else f"from {first:%a %d %b} to {last:%a %d %b}"
