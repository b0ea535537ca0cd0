"""Made-up cities for the planner: few of everything, so that crews collide."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import strategies as st

from tracker.scheduling.planning.facts import (
    Awaited,
    BreakFacts,
    Facts,
    OrderFacts,
    ResourceFacts,
    ShiftFacts,
    Standing,
    Stop,
    WeatherFacts,
)

FIRST_DAY = date(2026, 6, 15)
DAY_SLOTS = 96
SKILLS = ("tree", "tow", "rodent")
CENTERS = (1, 2)
_spots = st.tuples(st.integers(-8, 8), st.integers(-8, 8)).map(lambda spot: (spot[0] * 5_000, spot[1] * 5_000))


@st.composite
def _shifts(draw: st.DrawFn, days: int, with_breaks: bool) -> tuple[ShiftFacts, ...]:
    working = draw(st.sets(st.integers(0, days - 1), max_size=days))
    made = []
    for offset in sorted(working):
        start = offset * DAY_SLOTS + draw(st.integers(24, 40))
        end = start + draw(st.integers(4, 40))
        pauses: tuple[BreakFacts, ...] = ()
        if with_breaks and end - start > 12 and draw(st.booleans()):
            middle = (start + end) // 2
            pauses = (BreakFacts(middle - draw(st.integers(1, 4)), middle + draw(st.integers(1, 4)), 2),)
        made.append(ShiftFacts(FIRST_DAY + timedelta(days=offset), start, end, pauses))
    return tuple(made)


@st.composite
def _stops(draw: st.DrawFn, resource: ResourceFacts) -> list[Stop]:
    made: list[Stop] = []
    for shift in resource.shifts:
        free_from = shift.start
        while draw(st.booleans()) and free_from + 2 < shift.end:
            start = draw(st.integers(free_from, shift.end - 2))
            end = draw(st.integers(start + 1, shift.end))
            made.append(Stop(resource.id, start, end, *draw(_spots), f"stop {len(made)}"))
            free_from = end
    return made


@st.composite
def worlds(draw: st.DrawFn, with_breaks: bool = False) -> Facts:
    """A few days, crews with shifts and bookings, and more orders than they can take."""
    days = draw(st.integers(1, 4))
    resources, stops = [], []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        skills = draw(st.frozensets(st.sampled_from(SKILLS), max_size=2))
        center = draw(st.sampled_from([None, *CENTERS]))
        shifts = draw(_shifts(days, with_breaks))
        resource = ResourceFacts(number, f"crew-{number}", skills, center, *draw(_spots), shifts)
        resources.append(resource)
        stops += draw(_stops(resource))
    orders = []
    for number in range(1, draw(st.integers(0, 12)) + 1):
        due = draw(st.integers(-1, days))
        orders.append(
            OrderFacts(
                id=number,
                address=f"{number} Elm St",
                priority=draw(st.integers(1, 3)),
                due_on=FIRST_DAY + timedelta(days=due),
                due_slot=(due + 1) * DAY_SLOTS,
                skill=draw(st.sampled_from(SKILLS)),
                slots=draw(st.integers(1, 20)),
                x_dm=(spot := draw(_spots))[0],
                y_dm=spot[1],
                center_id=draw(st.sampled_from([None, *CENTERS])),
                earliest=draw(st.sampled_from([0, 0, 30, 120])),
                title=f"Work {number}",
            )
        )
    dates = tuple(FIRST_DAY + timedelta(days=offset) for offset in range(days))
    return Facts(dates, tuple(orders), tuple(resources), tuple(stops))


@st.composite
def rich_worlds(draw: st.DrawFn) -> Facts:
    """The same with everything else: teams, breaks, loads, promises, lending, weather, turns and movable bookings."""
    plain = draw(worlds(with_breaks=True).filter(lambda world: len(world.resources) >= 1))
    resources = [_rich(draw, one) for one in plain.resources]
    if len(resources) >= 2 and draw(st.booleans()):
        one, two = resources[:2]
        shifts = draw(_shifts(len(plain.days), with_breaks=True))
        skills = one.skills | two.skills
        members = frozenset({one.id, two.id})
        resources.append(ResourceFacts(9, "team-9", skills, None, *draw(_spots), shifts, people=2, members=members))
    weather = ()
    if draw(st.integers(0, 3)) == 0:
        weather = (WeatherFacts(FIRST_DAY, FIRST_DAY, "Snow storm", frozenset({"tow"})),)
    orders = [_rich_order(draw, order, len(plain.orders)) for order in plain.orders]
    stops = tuple(replace(one, waits_for=draw(_few_ids)) for one in plain.stops)
    rich = replace(plain, resources=tuple(resources), weather=weather, stops=stops)
    return replace(rich, orders=tuple(_stand_some(draw, orders, rich)))


_few_ids = st.sampled_from([(), (), (), (1,), (2, 3)])


def _rich(draw: st.DrawFn, resource: ResourceFacts) -> ResourceFacts:
    return replace(
        resource,
        shifts=resource.shifts or (ShiftFacts(FIRST_DAY, 28, 60, (BreakFacts(42, 46, 2),)),),
        skills=resource.skills | {"tree"},
        people=draw(st.integers(1, 2)),
        capacity=draw(st.sampled_from([None, 2, 4])),
        lends_to_priority=draw(st.sampled_from([0, 0, 1])),
        lends_within_days=draw(st.sampled_from([0, 0, 1])),
    )


def _rich_order(draw: st.DrawFn, order: OrderFacts, many: int) -> OrderFacts:
    firsts = draw(st.sets(st.integers(1, many + 1), max_size=2)) if draw(st.integers(0, 4)) == 0 else set()
    return replace(
        order,
        latest=draw(st.sampled_from([None, None, None, 40, 130, 240])),
        needs=draw(st.sampled_from([frozenset(), frozenset(), frozenset(), frozenset({"tow"})])),
        people=draw(st.sampled_from([1, 1, 1, 1, 2, 3])),
        load=draw(st.integers(0, 3)),
        waits_for=tuple(Awaited(first, f"Work {first}", draw(st.integers(0, 9)) == 9) for first in sorted(firsts)),
    )


def _stand_some(draw: st.DrawFn, orders: list[OrderFacts], facts: Facts) -> list[OrderFacts]:
    """Some of the orders are booked already, wherever somebody thought fit, but never in two places at once."""
    taken = {(part, slot) for stop in facts.stops for part in _parts(stop.resource_id, facts)
             for slot in range(stop.start, stop.end)}  # fmt: skip
    made = []
    for order in orders:
        shifts = [(one, shift) for one in facts.resources for shift in one.shifts]
        if shifts and draw(st.booleans()):
            resource, shift = draw(st.sampled_from(shifts))
            start = draw(st.integers(shift.start, shift.end))
            mine = {(part, slot) for part in resource.parts for slot in range(start, start + order.slots)}
            if not mine & taken:
                taken |= mine
                order = replace(order, standing=Standing(100 + order.id, resource.id, start))
        made.append(order)
    return made


def _parts(resource_id: int, facts: Facts) -> frozenset[int]:
    return next(one.parts for one in facts.resources if one.id == resource_id)
