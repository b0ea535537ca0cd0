"""Give orders their time: by routes through everybody's gaps, then one by one where they cost least."""

from collections.abc import Sequence
from datetime import date

from ..routes import find_routes
from .facts import OrderFacts, ResourceFacts, Stop
from .modelling import Model
from .nearest_first import Opening, openings_on, urgency, visit_of
from .timelines import Gap, Timelines

_MOST_CELLS = 12_000_000
"""Distances that one search may hold, every profile counted: about 200 MB."""


def place_by_routes(
    lines: Timelines, orders: Sequence[OrderFacts], resources: Sequence[ResourceFacts], *, seconds: float, patience: int
) -> None:
    """Give as many of the orders as possible a time of these resources, on short ways; the others get none.

    Some days at a time when all of them at once would be too large.
    """
    left = list(orders)
    days = list(lines.facts.days)
    whole = len(days)
    while days and left:
        model, used = _largest(lines, left, resources, days)
        if model.orders and model.gaps:
            share = seconds * used / whole
            routes = find_routes(model.problem(), seconds=share, patience=patience)
            placed: set[int] = set()
            for gap, route in zip(model.gaps, routes, strict=True):
                placed |= _lay(lines, gap, [model.orders[visit] for visit in route])
            left = [order for order in left if order.id not in placed]
        days = days[used:]


def split_by_teams(
    orders: Sequence[OrderFacts], resources: Sequence[ResourceFacts]
) -> list[tuple[list[OrderFacts], list[ResourceFacts]]]:
    """Which orders to place with whom, in this turn: first what only teams can do whose members also work otherwise.

    One search cannot know that a member is in two places at once; the time that a team got is then simply taken.
    """
    known = [part for resource in resources for part in resource.parts]
    teams = [one for one in resources if any(known.count(member) > 1 for member in one.members)]
    others = [one for one in resources if one not in teams]
    for_teams = [order for order in orders if not any(one.is_able(order) for one in others)]
    for_others = [order for order in orders if order not in for_teams]
    return [(group, able) for group, able in ((for_teams, teams), (for_others, others)) if group]


def fill_in(lines: Timelines, orders: Sequence[OrderFacts]) -> list[OrderFacts]:
    """Put each order, most urgent first, where it costs least beside what stands; returns those without room."""
    without: list[OrderFacts] = []
    for order in sorted(orders, key=urgency):
        found = least_detour(order, lines)
        if found is None:
            without.append(order)
        else:
            lines.add(visit_of(order, found.gap.resource.id, found.start))
    return without


def least_detour(order: OrderFacts, lines: Timelines) -> Opening | None:
    """The opening with the shortest detour on the first day that has one in time, else on the first that has one."""
    late: Opening | None = None
    for day in lines.facts.days:
        openings = list(openings_on(order, lines, day))
        in_time = [one for one in openings if one.start + order.slots <= order.due_slot]
        if in_time:
            return min(in_time, key=lambda one: _rank(order, one, lines))
        if openings and late is None:
            late = min(openings, key=lambda one: _rank(order, one, lines))
    return late


def _rank(order: OrderFacts, opening: Opening, lines: Timelines) -> tuple[float, int, str]:
    return (round(lines.detour_m(order, opening.gap)), opening.start, opening.gap.resource.code)


def _largest(
    lines: Timelines, orders: Sequence[OrderFacts], resources: Sequence[ResourceFacts], days: Sequence[date]
) -> tuple[Model, int]:
    """The model of as many of the days as one search may hold, at least of one, and how many they are."""
    used = len(days)
    while True:
        some = set(days[:used])
        gaps = [
            gap
            for resource in resources
            for shift in resource.shifts
            if shift.day in some
            for gap in lines.gaps(resource, shift)
            if gap.before.end < gap.after.start
        ]
        model = Model(lines, orders, gaps)
        if used == 1 or model.profiles * (len(orders) + len(gaps)) ** 2 <= _MOST_CELLS:
            return model, used
        used = (used + 1) // 2


def _lay(lines: Timelines, gap: Gap, orders: Sequence[OrderFacts]) -> set[int]:
    """Book the orders one after the other from the gap's beginning; what a break leaves no room for waits.

    The least urgent one goes when something more urgent would have to wait.
    """
    tried = list(orders)
    while True:
        stops, waiting = _lay_all(lines, gap, tried)
        least = max(tried, key=urgency, default=None)
        if not waiting or least is None or least in waiting:
            return {stop.order_id for stop in stops if stop.order_id is not None}
        for stop in stops:
            lines.remove(stop)
        tried.remove(least)


def _lay_all(lines: Timelines, gap: Gap, orders: Sequence[OrderFacts]) -> tuple[list[Stop], list[OrderFacts]]:
    before, stops, waiting = gap.before, list[Stop](), list[OrderFacts]()
    for order in orders:
        start = lines.earliest_start(order, Gap(gap.resource, gap.shift, before, gap.after))
        if start is None:
            waiting.append(order)
            continue
        before = visit_of(order, gap.resource.id, start)
        lines.add(before)
        stops.append(before)
    return stops, waiting
