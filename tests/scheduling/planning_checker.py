"""A slow, obvious reading of a proposal: slot by slot and pair by pair, with arithmetic of its own."""

import math
from itertools import combinations

from tracker.scheduling.planning.facts import BreakFacts, Facts, OrderFacts, ResourceFacts
from tracker.scheduling.planning.proposal import Proposal, Proposed
from tracker.scheduling.planning.travel import Roads, Spot

Place = tuple[int, int]
Visit = tuple[int, int, Place, int]
"""Begin, end, place, and whose time the booking is."""


class Crow:
    """Straight line times 1.3 at 25 km/h, in started quarter hours."""

    def metres(self, one: Spot, two: Spot) -> float:
        return 0.13 * math.dist((one.x_dm, one.y_dm), (two.x_dm, two.y_dm))

    def slots(self, one: Spot, two: Spot) -> int:
        return math.ceil(math.ceil(self.metres(one, two) / 1000 / 25 * 60) / 15)


CROW = Crow()


class At:
    """A place of the plane."""

    def __init__(self, place: Place) -> None:
        self.x_dm, self.y_dm = place


def everything(facts: Facts, proposal: Proposal) -> list[tuple[Visit, int | None]]:
    """All that stands, stays and is proposed, each with its order."""
    orders = {order.id: order for order in facts.orders}
    found = [((s.start, s.end, (s.x_dm, s.y_dm), s.resource_id), s.order_id) for s in facts.stops]
    moved = {one.order_id for one in proposal.booked}
    for order in facts.orders:
        if order.standing is not None and order.id not in moved:
            begin = order.standing.start
            visit = (begin, begin + order.slots, (order.x_dm, order.y_dm), order.standing.resource_id)
            found.append((visit, order.id))
    for one in proposal.booked:
        order = orders[one.order_id]
        found.append(((one.start, one.end, (order.x_dm, order.y_dm), one.resource_id), one.order_id))
    return found


def parts_of(resource_id: int, facts: Facts) -> set[int]:
    """Whose time a booking of the resource takes."""
    members = [set(one.members) for one in facts.resources if one.id == resource_id]
    return {resource_id}.union(*members)


def check_booking(booked: Proposed, order: OrderFacts, resource: ResourceFacts, facts: Facts) -> None:
    """Skill, people, center, length, shift, window and lateness are as they should be."""
    assert order.skill in resource.skills
    assert order.needs <= resource.skills
    assert order.people <= resource.people
    today = facts.today or facts.days[0]
    lent = order.priority <= resource.lends_to_priority or (booked.day - today).days < resource.lends_within_days
    assert resource.center_id in (None, order.center_id) or lent
    for one in facts.weather:
        if one.first_day <= booked.day <= one.last_day:
            assert order.all_skills & one.kept_skills
    assert booked.end - booked.start == order.slots
    assert booked.start >= order.earliest
    assert order.latest is None or booked.start <= order.latest
    assert booked.is_late == (booked.end > order.due_slot)
    assert booked.reason
    assert booked.moves_booking_id == (order.standing.booking_id if order.standing else None)
    assert any(shift.day == booked.day and shift.start <= booked.start and booked.end <= shift.end
               for shift in resource.shifts)  # fmt: skip


def check_bases(facts: Facts, proposal: Proposal, roads: Roads) -> None:
    """Whoever goes to a new visit first comes from the base in time; whoever goes there last gets back."""
    orders = {order.id: order for order in facts.orders}
    for resource in facts.resources:
        visits = [one for one, _ in everything(facts, proposal) if resource.id in parts_of(one[3], facts)]
        for booked in (one for one in proposal.booked if one.resource_id == resource.id):
            (shift,) = (one for one in resource.shifts if one.start <= booked.start < one.end)
            inside = [one for one in visits if one[0] < shift.end and one[1] > shift.start]
            if booked.start == min(one[0] for one in inside):
                assert shift.start + roads.slots(resource, orders[booked.order_id]) <= booked.start
            if booked.end == max(one[1] for one in inside):
                assert booked.end + roads.slots(orders[booked.order_id], resource) <= shift.end


def check_no_overlap(facts: Facts, proposal: Proposal, roads: Roads) -> None:
    """Nobody is in two places: a new visit shares no slot with another, and the way from one to the next fits."""
    new = {one.order_id for one in proposal.booked}
    visits = everything(facts, proposal)
    for person in {part for resource in facts.resources for part in resource.parts}:
        own = sorted((one for one in visits if person in parts_of(one[0][3], facts)), key=lambda one: one[0][:3])
        for (one, first), (two, second) in combinations(own, 2):
            if first not in new and second not in new:
                continue  # both stood before; the planner does not judge them
            assert not set(range(one[0], one[1])) & set(range(two[0], two[1]))
            is_next = not any(one[1] <= other[0] and other[1] <= two[0] for other, _ in own if other not in (one, two))
            assert not is_next or one[1] + roads.slots(At(one[2]), At(two[2])) <= two[0]


def check_loads(facts: Facts, proposal: Proposal) -> None:
    """Nobody carries more in a shift than there is room for, where something was added."""
    loads = {order.id: order.load for order in facts.orders} | {s.order_id: s.load for s in facts.stops if s.order_id}
    new = {one.order_id for one in proposal.booked}
    for resource in facts.resources:
        for shift in resource.shifts:
            inside = [number for visit, number in everything(facts, proposal)
                      if visit[3] == resource.id and visit[0] < shift.end and visit[1] > shift.start]  # fmt: skip
            added = [number for number in inside if number in new and loads.get(number)]
            if resource.capacity is not None and added:
                assert sum(loads.get(number, 0) for number in inside) <= resource.capacity


def check_breaks(facts: Facts, proposal: Proposal) -> None:
    """A new visit that touches a break's window leaves room for the break."""
    for resource in facts.resources:
        parts = parts_of(resource.id, facts)
        taken = [visit for visit, _ in everything(facts, proposal) if parts & parts_of(visit[3], facts)]
        for pause in (pause for shift in resource.shifts for pause in shift.breaks):
            for one in proposal.booked:
                if one.resource_id == resource.id and one.start < pause.end and pause.start < one.end:
                    assert rests(pause, taken)


def rests(pause: BreakFacts, taken: list[Visit]) -> bool:
    """Whether there is a run of free slots, or one visit covers the window."""
    busy = {slot for visit in taken for slot in range(visit[0], visit[1])}
    covered = any(visit[0] <= pause.start and pause.end <= visit[1] for visit in taken)
    firsts = range(pause.start, pause.end - pause.slots + 1)
    return covered or any(not busy & set(range(first, first + pause.slots)) for first in firsts)


def check_turns(facts: Facts, proposal: Proposal) -> None:
    """Nothing is proposed before what it waits for, nor after what waits for it."""
    when = {number: visit for visit, number in everything(facts, proposal) if number is not None}
    waits = [(order.id, first.order_id) for order in facts.orders for first in order.waits_for]
    waits += [(stop.order_id, first) for stop in facts.stops for first in stop.waits_for if stop.order_id]
    new = {one.order_id for one in proposal.booked}
    ill = {left.order_id for left in proposal.left_out}  # what has to move and has nowhere to go
    for later, first in waits:
        if later in ill:
            continue
        if later in new:
            assert first in when
        if (later in new or first in new) and later in when and first in when:
            assert when[first][1] <= when[later][0]


def check_proposal(facts: Facts, proposal: Proposal, roads: Roads = CROW) -> None:
    """Every order is booked once, kept, or left out once with a reason, and every booking can be done."""
    orders = {order.id: order for order in facts.orders}
    resources = {resource.id: resource for resource in facts.resources}
    seen = [one.order_id for one in (*proposal.booked, *proposal.left_out)] + proposal.kept
    assert sorted(seen) == sorted(orders)
    assert all(left.reason.strip() for left in proposal.left_out)
    assert all(orders[number].standing for number in proposal.kept)
    for booked in proposal.booked:
        check_booking(booked, orders[booked.order_id], resources[booked.resource_id], facts)
    check_bases(facts, proposal, roads)
    check_no_overlap(facts, proposal, roads)
    check_loads(facts, proposal)
    check_breaks(facts, proposal)
    check_turns(facts, proposal)


def could_stand_alone(order: OrderFacts, facts: Facts) -> bool:
    """Whether some crew could do the order in the calendar as it stood before the run: every slot is tried."""
    empty = Proposal()
    for resource in facts.resources:
        if order.skill not in resource.skills or resource.center_id not in (None, order.center_id):
            continue
        taken = sorted(visit for visit, _ in everything(facts, empty) if visit[3] == resource.id)
        for shift in resource.shifts:
            for start in range(max(shift.start, order.earliest), shift.end):
                if _fits(order, resource, taken, shift.start, shift.end, start):
                    return True
    return False


def _fits(order: OrderFacts, resource: ResourceFacts, taken: list[Visit], opens: int, closes: int, start: int) -> bool:
    end, base = start + order.slots, (resource.x_dm, resource.y_dm)
    before = [(opens, opens, base, 0), *(visit for visit in taken if opens < visit[1] and visit[0] < start)]
    after = [*(visit for visit in taken if start <= visit[0] < closes), (closes, closes, base, 0)]
    last, following = before[-1], after[0]
    there, on = CROW.slots(At(last[2]), order), CROW.slots(order, At(following[2]))
    return last[1] + there <= start and end + on <= following[0]
