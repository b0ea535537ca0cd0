"""Why an order has no place in the plan, in words that say what to do."""

from collections.abc import Sequence
from datetime import date

from ..bookings.slots import SLOT_MINUTES, slot_start
from .facts import Facts, OrderFacts, ResourceFacts, ShiftFacts, is_stopped
from .travel import STRAIGHT, Roads
from .wording import say_skills

Places = Sequence[tuple[ResourceFacts, ShiftFacts]]


def why_impossible(order: OrderFacts, facts: Facts, roads: Roads = STRAIGHT) -> str | None:
    """Why nobody could do it on any of the days even if all were free; None when somebody could."""
    able = [resource for resource in facts.resources if resource.is_able(order)]
    if not able:
        return _nobody_able(order, facts)
    today = facts.today or facts.days[0]
    near = [one for one in able if any(one.serves(order, day, today) for day in facts.days)]
    if not near:
        nobody = f"No resource with {_the_skills(order)} serves this center"
        return f"{nobody}; {_count(able)} elsewhere could. Let one serve the whole city."
    places = [(one, shift) for one in near for shift in one.shifts if one.serves(order, shift.day, today)]
    if not places:
        return f"{_count(near)} could do it, but none has a shift {say_span(facts)}. Plan more days."
    return _no_shift_fits(order, facts, places, roads)


def why_full(order: OrderFacts, facts: Facts) -> str:
    """Why a possible order found no room: everybody who could do it is taken."""
    able = [resource for resource in facts.resources if any(facts.may_do(resource, order, day) for day in facts.days)]
    could = f"{_count(able)} with {_the_skills(order)} could do it, but "
    if order.latest is not None:
        until = _say_slot(order.latest, facts)
        return f"{could}there is no room in which it begins by {until}, as promised. Move other work, or the promise."
    if order.load and all(one.capacity is not None for one in able):
        return f"{could}there is no room {say_span(facts)}, in time or for its load of {order.load}. Plan more days."
    return f"{could}there is no room {say_span(facts)}. Plan more days."


def why_waiting(title: str, facts: Facts) -> str:
    """Why an order has no place whose turn does not come."""
    return f"Waits for «{title}», which has no place {say_span(facts)}. Plan more days, or find a place for that first."


def say_span(facts: Facts) -> str:
    """«from Mon 15 Jun to Tue 16 Jun»."""
    first, last = facts.days[0], facts.days[-1]
    return f"on {_say_day(first)}" if first == last else f"from {_say_day(first)} to {_say_day(last)}"


def _nobody_able(order: OrderFacts, facts: Facts) -> str:
    skilled = [resource for resource in facts.resources if order.all_skills <= resource.skills]
    if not skilled:
        each = all(any(skill in one.skills for one in facts.resources) for skill in order.all_skills)
        if order.needs - {order.skill} and each:
            return f"No resource has {say_skills(order)} together. Make a team of those who have, or split the work."
        return f"No resource has {_the_skills(order)}. Add it to a resource, or change the order."
    many = [resource for resource in skilled if resource.people >= order.people]
    if not many:
        most = max(resource.people for resource in skilled)
        return f"It needs {order.people} people, and with {_the_skills(order)} come {most} at most. Make a team."
    most = max(resource.capacity or 0 for resource in many)
    return f"Its load of {order.load} is more than anybody with {_the_skills(order)} carries, {most}. Split the work."


def _no_shift_fits(order: OrderFacts, facts: Facts, places: Places, roads: Roads) -> str | None:
    """The first thing that no shift of those who could do it allows."""
    dry = [(one, shift) for one, shift in places if not is_stopped(facts.weather, order, shift.day)]
    if not dry:
        told = next(one for one in facts.weather if one.stops(order, places[0][1].day))
        only = ", ".join(f"«{skill}»" for skill in sorted(told.kept_skills)) or "nothing"
        days = f"{_say_day(told.first_day)} to {_say_day(told.last_day)}"
        return f"{told.reason}: from {days} only this goes on: {only}. Plan later days."
    if all(_room(order, one, shift, roads) < order.slots for one, shift in dry):
        return _too_long(order, dry, roads)
    if all(_room_from_earliest(order, one, shift, roads) < order.slots for one, shift in dry):
        return f"It cannot begin early enough for any shift {say_span(facts)}. Plan more days."
    if order.latest is not None and not any(_can_begin(order, one, shift, roads) for one, shift in dry):
        until = _say_slot(order.latest, facts)
        return f"Nobody with {_the_skills(order)} works so that it begins by {until}, as promised. Move the promise."
    return None


def _room(order: OrderFacts, resource: ResourceFacts, shift: ShiftFacts, roads: Roads) -> int:
    """Slots left at the place when the way there and back lies inside the shift."""
    return shift.end - shift.start - roads.slots(resource, order) - roads.slots(order, resource)


def _begin(order: OrderFacts, resource: ResourceFacts, shift: ShiftFacts, roads: Roads) -> int:
    return max(shift.start + roads.slots(resource, order), order.earliest)


def _room_from_earliest(order: OrderFacts, resource: ResourceFacts, shift: ShiftFacts, roads: Roads) -> int:
    return shift.end - roads.slots(order, resource) - _begin(order, resource, shift, roads)


def _can_begin(order: OrderFacts, resource: ResourceFacts, shift: ShiftFacts, roads: Roads) -> bool:
    begin = _begin(order, resource, shift, roads)
    is_promised = order.latest is None or begin <= order.latest
    return is_promised and _room_from_earliest(order, resource, shift, roads) >= order.slots


def _too_long(order: OrderFacts, places: Places, roads: Roads) -> str:
    longest = max(_room(order, resource, shift, roads) for resource, shift in places) * SLOT_MINUTES
    needs = order.slots * SLOT_MINUTES
    room = f"leaves {longest} minutes at the place" if longest > 0 else "is not even enough for the way"
    return f"It takes {needs} minutes, and the longest shift, less the way there and back, {room}. Split the work."


def _the_skills(order: OrderFacts) -> str:
    return f"the skill{'s' if order.needs - {order.skill} else ''} {say_skills(order)}"


def _count(resources: Sequence[ResourceFacts]) -> str:
    return "1 resource" if len(resources) == 1 else f"{len(resources)} resources"


def _say_day(day: date) -> str:
    return f"{day:%a %d %b}"


def _say_slot(slot: int, facts: Facts) -> str:
    return f"{slot_start(slot).astimezone(facts.zone):%a %d %b, %H:%M}"
