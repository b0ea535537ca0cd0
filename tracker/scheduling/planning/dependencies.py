"""Work that waits for other work: in which turn it is planned, within which bounds, and why it waits in vain. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from .facts import OrderFacts, Stop


class Waiting:
    """Who waits for whom, among the orders of a run and what stands."""

    def __init__(self, orders: Sequence[OrderFacts], stops: Iterable[Stop]) -> None:
        self.orders = {order.id: order for order in orders}
        self.stops = tuple(stops)
        self.fixed = {stop.order_id: stop for stop in self.stops if stop.order_id is not None}
        self.followers: dict[int, list[int]] = defaultdict(list)
        for order in orders:
            for first in order.waits_for:
                self.followers[first.order_id].append(order.id)

    def why_in_vain(self, order: OrderFacts) -> str | None:
        """Why what it waits for will never be done, as things stand; None when it may be."""
        for first in order.waits_for:
            if first.is_lost:
                lost = f"Waits for «{first.title}», which could not be done or was cancelled"
                return f"{lost}. Ask for that again, or let this go ahead."
            if first.order_id not in self.orders and first.order_id not in self.fixed:
                unknown = f"Waits for «{first.title}», which is not booked on these days"
                return f"{unknown}. Plan more days, or book that first."
        circle = self._circle(order)
        if circle:
            told = ", which waits for ".join(f"«{self.orders[number].title}»" for number in circle)
            return f"Waits for {told}: each waits for the other, so none can begin. Take one of them out of the circle."
        return None

    def turns(self, orders: Sequence[OrderFacts]) -> list[list[OrderFacts]]:
        """The orders by turn, what waits for one of them in a later turn; each as urgent as what waits for it."""
        found: list[list[OrderFacts]] = []
        left = {order.id: order for order in orders}
        while left:
            ready = [one for one in left.values() if not any(first.order_id in left for first in one.waits_for)]
            ready = ready or list(left.values())  # a circle, which `why_in_vain` has left out before
            found.append(ready)
            left = {number: order for number, order in left.items() if order not in ready}
        return self._pressed(found)

    def _pressed(self, turns: list[list[OrderFacts]]) -> list[list[OrderFacts]]:
        """The same with each order as urgent as the most urgent of what waits for it, and early enough for that."""
        known = dict(self.orders)
        for turn in reversed(turns):
            for order in turn:
                for number in self.followers[order.id]:
                    known[order.id] = _pressed_by(known[number], known[order.id])
        return [[known[order.id] for order in turn] for turn in turns]

    def bounded(self, order: OrderFacts, placed: Mapping[int, Stop]) -> OrderFacts | None:
        """The order after what it waits for, and before what waits for it; None: one of the first has no place."""
        known = {**self.fixed, **placed}
        if any(first.order_id not in known for first in order.waits_for):
            return None
        earliest = max([order.earliest, *(known[first.order_id].end for first in order.waits_for)])
        begins = [placed[number].start for number in self.followers[order.id] if number in placed]
        begins += [stop.start for stop in self.stops if order.id in stop.waits_for]
        latest = min((begin - order.slots for begin in begins), default=None)
        return replace(order, earliest=earliest, latest=_sooner(order.latest, latest))

    def missing(self, order: OrderFacts, placed: Mapping[int, Stop]) -> str | None:
        """The title of what it waits for and which has no place; None when everything has."""
        known = {**self.fixed, **placed}
        return next((first.title for first in order.waits_for if first.order_id not in known), None)

    def _circle(self, order: OrderFacts) -> list[int]:
        """The orders that it waits for in turn, itself the last, when it is among them."""
        came: dict[int, int] = {}
        line = [order.id]
        for number in line:
            for first in self.orders[number].waits_for:
                if first.order_id in came or first.order_id not in self.orders:
                    continue
                came[first.order_id] = number
                line.append(first.order_id)
        if order.id not in came:
            return []
        path = [order.id]
        while came[path[0]] != order.id:
            path.insert(0, came[path[0]])
        return path


def _pressed_by(follower: OrderFacts, order: OrderFacts) -> OrderFacts:
    latest = None if follower.latest is None else follower.latest - order.slots
    return replace(
        order,
        follower=min(order.urgency, follower.urgency),
        due_on=min(order.due_on, follower.due_on),
        due_slot=min(order.due_slot, follower.due_slot),
        latest=_sooner(order.latest, latest),
    )


def _sooner(one: int | None, two: int | None) -> int | None:
    return min((slot for slot in (one, two) if slot is not None), default=None)
