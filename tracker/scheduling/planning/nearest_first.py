"""Nearest crew first, one order after the other: what the planner is compared with, and how it fills what is left.

Orders are taken by priority, then due date, then age. Each gets the first day on which a qualified crew has room before
the order is due, and on that day the crew that comes from nearest (from its base, or from the booking before the gap).
When nobody has room in time, the first day after the due date is taken and the proposal says so: late work beats none.
Every crew starts from its base and is back there when its shift ends. It never moves what is booked.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from .facts import Facts, OrderFacts, Stop
from .left_out import why_full, why_impossible
from .proposal import NOT_REACHED, LeftOut, Proposal, Proposed
from .timelines import Gap, Timelines
from .travel import STRAIGHT, Roads
from .wording import say_nearest


@dataclass(frozen=True, slots=True)
class Opening:
    """A gap in which the order can begin at the slot `start`."""

    gap: Gap
    start: int


def propose_nearest(facts: Facts, *, limit: int, roads: Roads = STRAIGHT) -> Proposal:
    """Place the orders, looking for room for at most `limit` of them; orders out are `booked` plus `left_out`."""
    lines = Timelines(facts, roads)
    proposal = Proposal()
    looked_at = 0
    for order in sorted(facts.orders, key=urgency):
        reason = why_impossible(order, facts, roads)
        if reason is None and looked_at >= limit:
            reason = NOT_REACHED
        if reason is not None:
            proposal.left_out.append(LeftOut(order.id, reason))
            continue
        looked_at += 1
        found = nearest_opening(order, lines)
        if found is None:
            proposal.left_out.append(LeftOut(order.id, why_full(order, facts)))
        else:
            lines.add(stop_at(order, found))
            proposal.booked.append(_proposed(order, found, roads))
    proposal.distance_km = lines.distance_km()
    return proposal


def urgency(order: OrderFacts) -> tuple[int, object, int]:
    """Most urgent first: by priority, then due date, then age."""
    return (order.urgency, order.due_on, order.id)


def nearest_opening(order: OrderFacts, lines: Timelines) -> Opening | None:
    """The nearest opening on the first day that has one in time; else on the first day that has one at all."""
    return _first(order, lines, order.due_slot) or _first(order, lines, None)


def stop_at(order: OrderFacts, opening: Opening) -> Stop:
    """The order as a stop of that resource."""
    return visit_of(order, opening.gap.resource.id, opening.start)


def visit_of(order: OrderFacts, resource_id: int, start: int) -> Stop:
    """The order as a stop of a resource from that slot on."""
    end = start + order.slots
    return Stop(resource_id, start, end, order.x_dm, order.y_dm, order.address, order.id, order.load)


def openings_on(order: OrderFacts, lines: Timelines, day: object) -> Iterator[Opening]:
    """Every gap of that day in which the order has room, with the first slot for it."""
    for resource in lines.facts.resources:
        if not resource.is_able(order):
            continue
        for shift in resource.shifts:
            if shift.day != day or not lines.facts.may_do(resource, order, shift.day):
                continue
            for gap in lines.gaps(resource, shift):
                start = lines.earliest_start(order, gap)
                if start is not None:
                    yield Opening(gap, start)


def _first(order: OrderFacts, lines: Timelines, finish_by: int | None) -> Opening | None:
    """The nearest opening on the first day that has one whose work ends by the slot `finish_by`."""
    for day in lines.facts.days:
        openings = [
            one for one in openings_on(order, lines, day) if finish_by is None or one.start + order.slots <= finish_by
        ]
        if openings:
            return min(
                openings,
                key=lambda one: (lines.roads.metres(one.gap.before, order), one.start, one.gap.resource.code),
            )
    return None


def _proposed(order: OrderFacts, opening: Opening, roads: Roads) -> Proposed:
    end = opening.start + order.slots
    is_late = end > order.due_slot
    reason = say_nearest(order, opening.gap.before, is_late, roads)
    return Proposed(order.id, opening.gap.resource.id, opening.gap.shift.day, opening.start, end, is_late, reason)
