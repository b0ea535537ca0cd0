"""A slow, obvious reading of a proposal: slot by slot and pair by pair, with arithmetic of its own."""

import math
from itertools import combinations

from tracker.scheduling.planning.facts import Facts, OrderFacts, ResourceFacts
from tracker.scheduling.planning.proposal import Proposal, Proposed

Place = tuple[int, int]
Visit = tuple[int, int, Place]


def quarter_hours(one: Place, two: Place) -> int:
    """Straight line times 1.3 at 25 km/h, in started quarter hours."""
    km = 1.3 * math.dist(one, two) / 10_000
    return math.ceil(math.ceil(km / 25 * 60) / 15)


def visits_of(resource: ResourceFacts, facts: Facts, proposal: Proposal) -> list[Visit]:
    """Everything the resource would do: what is booked and what is proposed."""
    orders = {order.id: order for order in facts.orders}
    fixed = [(stop.start, stop.end, (stop.x_dm, stop.y_dm)) for stop in facts.stops if stop.resource_id == resource.id]
    new = [
        (booked.start, booked.end, (orders[booked.order_id].x_dm, orders[booked.order_id].y_dm))
        for booked in proposal.booked
        if booked.resource_id == resource.id
    ]
    return fixed + new


def check_booking(booked: Proposed, order: OrderFacts, resource: ResourceFacts) -> None:
    """Skill, center, length, shift with the way there and back, earliest and lateness are as they should be."""
    assert order.skill in resource.skills
    assert resource.center_id in (None, order.center_id)
    assert booked.end - booked.start == order.slots
    assert booked.start >= order.earliest
    assert booked.is_late == (booked.end > order.due_slot)
    assert booked.reason
    way = quarter_hours((resource.x_dm, resource.y_dm), (order.x_dm, order.y_dm))
    own = [shift for shift in resource.shifts if shift.day == booked.day]
    assert any(shift.start + way <= booked.start and booked.end + way <= shift.end for shift in own)


def check_no_overlap(facts: Facts, proposal: Proposal) -> None:
    """No proposed booking shares a slot with another visit, and the way from or to each of them fits in between."""
    new = {(booked.resource_id, booked.start) for booked in proposal.booked}
    for resource in facts.resources:
        for one, two in combinations(sorted(visits_of(resource, facts, proposal)), 2):
            if (resource.id, one[0]) not in new and (resource.id, two[0]) not in new:
                continue  # both stood before; the planner does not judge them
            assert not set(range(one[0], one[1])) & set(range(two[0], two[1]))
            assert one[1] + quarter_hours(one[2], two[2]) <= two[0] or _stop_between(
                resource, facts, proposal, one, two
            )


def _stop_between(resource: ResourceFacts, facts: Facts, proposal: Proposal, one: Visit, two: Visit) -> bool:
    """Whether another visit lies between, so that the direct way is not driven."""
    return any(one[1] <= other[0] and other[1] <= two[0] for other in visits_of(resource, facts, proposal))


def check_proposal(facts: Facts, proposal: Proposal) -> None:
    """Every order is booked once or left out once with a reason, and every booking can be done."""
    orders = {order.id: order for order in facts.orders}
    resources = {resource.id: resource for resource in facts.resources}
    seen = [booked.order_id for booked in proposal.booked] + [left.order_id for left in proposal.left_out]
    assert sorted(seen) == sorted(orders)
    assert all(left.reason.strip() for left in proposal.left_out)
    for booked in proposal.booked:
        check_booking(booked, orders[booked.order_id], resources[booked.resource_id])
    check_no_overlap(facts, proposal)


def could_stand_alone(order: OrderFacts, facts: Facts) -> bool:
    """Whether some crew could do the order in the calendar as it stood before the run: every slot is tried."""
    empty = Proposal()
    for resource in facts.resources:
        if order.skill not in resource.skills or resource.center_id not in (None, order.center_id):
            continue
        taken = sorted(visits_of(resource, facts, empty))
        for shift in resource.shifts:
            for start in range(max(shift.start, order.earliest), shift.end):
                if _fits(order, resource, taken, shift.start, shift.end, start):
                    return True
    return False


def _fits(order: OrderFacts, resource: ResourceFacts, taken: list[Visit], opens: int, closes: int, start: int) -> bool:
    end, place, base = start + order.slots, (order.x_dm, order.y_dm), (resource.x_dm, resource.y_dm)
    before = [(opens, opens, base), *(visit for visit in taken if opens < visit[1] and visit[0] < start)]
    after = [*(visit for visit in taken if start <= visit[0] < closes), (closes, closes, base)]
    last, following = before[-1], after[0]
    return last[1] + quarter_hours(last[2], place) <= start and end + quarter_hours(place, following[2]) <= following[0]
