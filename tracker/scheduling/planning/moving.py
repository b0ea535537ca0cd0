"""What is booked and may be moved: whether it stands well, whether moving was worth it, what goes back. Pure."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from .facts import Facts, OrderFacts, Stop
from .nearest_first import visit_of
from .timelines import Gap, Timelines

STAY_M = 3_000
"""A booking goes back to where it stands when that is no longer a detour than this beyond its other place."""


def standing_stop(order: OrderFacts) -> Stop:
    """Where a booked order stands, as a stop."""
    if order.standing is None:
        raise ValueError(f"order {order.id} is not booked")
    return visit_of(order, order.standing.resource_id, order.standing.start)


def stands_well(order: OrderFacts, facts: Facts) -> bool:
    """Whether the resource still works then, and may do it: ways between bookings are not judged."""
    if order.standing is None:
        return False
    start, end = order.standing.start, order.standing.start + order.slots
    if order.latest is not None and start > order.latest:
        return False
    for resource in facts.resources:
        if resource.id == order.standing.resource_id:
            return any(
                shift.start <= start and end <= shift.end and facts.may_do(resource, order, shift.day)
                for shift in resource.shifts
            )
    return False


def stands_ill(order: OrderFacts, facts: Facts) -> bool:
    """Whether it is booked where it cannot be done, so that it has to move."""
    return order.standing is not None and not stands_well(order, facts)


def ghost_of(order: OrderFacts) -> Stop:
    """The time of a booking that has to move: nobody else's before it has moved."""
    return replace(standing_stop(order), order_id=None)


def left_by_priority(orders: Sequence[OrderFacts], placed: Collection[int]) -> tuple[int, ...]:
    """How many orders of each priority have no place, the most urgent priority first: less is better."""
    left = [order.priority for order in orders if order.id not in placed]
    return tuple(left.count(priority) for priority in sorted({order.priority for order in orders}))


def may_go_back(order: OrderFacts, here: Stop, lines: Timelines) -> bool:
    """Whether a booked order, taken out of `lines`, could stand where it stood, and that costs little."""
    stood = standing_stop(order)
    there = _gap_at(stood.resource_id, stood.start, lines)
    if there is None or not lines.fits_at(order, there, stood.start):
        return False
    now = _gap_at(here.resource_id, here.start, lines)
    return now is None or lines.detour_m(order, there) <= lines.detour_m(order, now) + STAY_M


def _gap_at(resource_id: int, start: int, lines: Timelines) -> Gap | None:
    resource = lines.resources[resource_id]
    gaps = (gap for shift in resource.shifts for gap in lines.gaps(resource, shift))
    return next((gap for gap in gaps if gap.before.end <= start < gap.after.start), None)
