"""The planner: who does which order when. Pure: facts in, proposal out, the same for the same facts.

First everything booked stays where it is, and the rest is placed around it. Only when some work has no place then is
everything that may be moved planned anew, and that plan is taken only when it leaves less important work out and no
booked work. What it moved for nothing goes back. What waits for other work is planned in a later turn, when the end of
the first is known. At the end `checking.py`, which knows nothing of all this, looks at every visit.
"""

from collections.abc import Sequence
from dataclasses import replace

from .checking import find_faults
from .dependencies import Waiting
from .facts import Facts, OrderFacts, Stop
from .left_out import why_full, why_impossible, why_waiting
from .moving import ghost_of, left_by_priority, may_go_back, standing_stop, stands_ill, stands_well
from .nearest_first import urgency
from .placing import fill_in, place_by_routes, split_by_teams
from .proposal import NOT_REACHED, LeftOut, Proposal, Proposed
from .timelines import Timelines
from .travel import STRAIGHT, Roads
from .wording import say_moved, say_moves, say_routed

PAGE_SECONDS = 10.0
"""How long a page's plan may look for better routes."""
COMMAND_SECONDS = 30.0
"""How long the command's may."""
PATIENCE = 4_000
"""After so many tries in a row that found nothing better the search ends, long before its time with few orders."""


def propose(
    facts: Facts, *, limit: int, seconds: float = PAGE_SECONDS, patience: int = PATIENCE, roads: Roads = STRAIGHT
) -> Proposal:
    """Place the orders, looking for room for at most `limit` of those not booked yet, for at most about `seconds`.

    Bookings that may be moved (`OrderFacts.standing`) are moved only where that makes room; each keeps a place.
    """
    return _Planning(_in_order(facts), seconds, patience, roads).propose(limit)


class _Planning:
    """One run."""

    def __init__(self, facts: Facts, seconds: float, patience: int, roads: Roads) -> None:
        self.ghosts = {order.id: ghost_of(order) for order in facts.orders if stands_ill(order, facts)}
        self.facts = replace(facts, stops=(*facts.stops, *self.ghosts.values()))
        self.seconds, self.patience, self.roads = seconds, patience, roads
        self.waiting = Waiting(facts.orders, facts.stops)
        self.proposal = Proposal()
        self.firm: list[OrderFacts] = []

    def propose(self, limit: int) -> Proposal:
        """The whole run."""
        orders = self._possible(limit)
        stays = [order for order in orders if order.standing is not None and stands_well(order, self.facts)]
        share = self.seconds / 2 if stays else self.seconds
        lines, placed = self._place(orders, stays, share)
        if stays and len(placed) < len(self.firm) + len(orders):
            again, moved = self._place(orders, [], share)
            if self._is_better(orders, stays, placed, moved):
                lines, placed = again, self._put_back(again, stays, moved)
        orders += self.firm
        self._drop_faults(lines, orders, placed)
        for number in self.ghosts.keys() & placed.keys():
            lines.remove(self.ghosts[number])
        self._tell(lines, orders, placed)
        return self.proposal

    def _possible(self, limit: int) -> list[OrderFacts]:
        """The orders that somebody could do, most urgent first; the others are left out with their reason."""
        found: list[OrderFacts] = []
        fresh = 0
        for order in self.facts.orders:
            if order.standing is None and fresh >= limit:
                self.proposal.left_out.append(LeftOut(order.id, NOT_REACHED))
                continue
            reason = self.waiting.why_in_vain(order) or why_impossible(order, self.facts, self.roads)
            if reason is None:
                found.append(order)
                fresh += order.standing is None
            elif stands_well(order, self.facts):
                self.firm.append(order)
            else:
                self._leave_out(order, reason)
        return found

    def _place(
        self, orders: Sequence[OrderFacts], stays: Sequence[OrderFacts], seconds: float
    ) -> tuple[Timelines, dict[int, Stop]]:
        """Everybody's time with the orders in it, and the stop of each that has one; `stays` keep their own."""
        lines = Timelines(self.facts, self.roads)
        placed: dict[int, Stop] = {}
        for order in (*self.firm, *stays):
            placed[order.id] = standing_stop(order)
            lines.add(placed[order.id])
        for turn in self.waiting.turns([order for order in orders if order.id not in placed]):
            bounded = [self.waiting.bounded(order, placed) for order in turn]
            ready = [order for order in bounded if order is not None]
            self._place_turn(lines, ready, seconds * len(turn) / len(orders))
            found = lines.placed()
            placed |= {order.id: found[order.id] for order in ready if order.id in found}
        return lines, placed

    def _place_turn(self, lines: Timelines, orders: Sequence[OrderFacts], seconds: float) -> None:
        for group, resources in split_by_teams(orders, self.facts.resources):
            share = seconds * len(group) / len(orders)
            place_by_routes(lines, group, resources, seconds=share, patience=self.patience)
        has_place = lines.placed()
        fill_in(lines, [order for order in orders if order.id not in has_place])

    def _is_better(
        self, orders: Sequence[OrderFacts], stays: Sequence[OrderFacts], old: dict[int, Stop], new: dict[int, Stop]
    ) -> bool:
        """Whether `new` keeps all that is booked and leaves out less urgent work, or less of it."""
        if any(order.id not in new for order in stays):
            return False
        return left_by_priority(orders, new) < left_by_priority(orders, old)

    def _put_back(self, lines: Timelines, stays: Sequence[OrderFacts], placed: dict[int, Stop]) -> dict[int, Stop]:
        """What was moved for nothing goes back where it stands."""
        for order in stays:
            here, there = placed[order.id], standing_stop(order)
            bounded = self.waiting.bounded(order, placed)
            if here == there or bounded is None:
                continue
            lines.remove(here)
            if may_go_back(bounded, here, lines):
                here = there
            lines.add(here)
            placed[order.id] = here
        return placed

    def _drop_faults(self, lines: Timelines, orders: Sequence[OrderFacts], placed: dict[int, Stop]) -> None:
        """What the checker objects to is left out, with what it said, until it objects to nothing."""
        while faults := find_faults(self.facts, self.roads, [placed[one.id] for one in orders if one.id in placed]):
            for number, fault in faults.items():
                lines.remove(placed.pop(number))
                self.proposal.left_out.append(LeftOut(number, f"{fault} Book it by hand."))

    def _tell(self, lines: Timelines, orders: Sequence[OrderFacts], placed: dict[int, Stop]) -> None:
        told = {left.order_id for left in self.proposal.left_out}
        for order in orders:
            if order.id not in placed:
                if order.id not in told:
                    self._leave_out(order, self._why_out(order, placed))
            elif order.standing is not None and placed[order.id] == standing_stop(order):
                self.proposal.kept.append(order.id)
            else:
                self.proposal.booked.append(self._proposed(lines, order, placed[order.id]))
        moves = [one for one in self.proposal.booked if one.moves_booking_id is not None]
        if moves:
            self.proposal.notes.append(say_moves(len(moves)))
        self.proposal.distance_km = lines.distance_km()

    def _leave_out(self, order: OrderFacts, reason: str) -> None:
        if order.standing is not None:
            reason = f"It is booked where it cannot be done as things stand, and has nowhere to go. {reason}"
        self.proposal.left_out.append(LeftOut(order.id, reason))

    def _why_out(self, order: OrderFacts, placed: dict[int, Stop]) -> str:
        missing = self.waiting.missing(order, placed)
        if missing is not None:
            return why_waiting(missing, self.facts)
        bounded = self.waiting.bounded(order, placed) or order
        return why_impossible(bounded, self.facts, self.roads) or why_full(order, self.facts)

    def _proposed(self, lines: Timelines, order: OrderFacts, stop: Stop) -> Proposed:
        shift, before = lines.came_from(stop)
        is_late = stop.end > order.due_slot
        reason = say_routed(order, lines.resources[stop.resource_id], before, is_late, self.roads)
        booking_id = None
        if order.standing is not None:
            booking_id = order.standing.booking_id
            reason = say_moved(reason, must=not stands_well(order, self.facts))
        return Proposed(order.id, stop.resource_id, shift.day, stop.start, stop.end, is_late, reason, booking_id)


def _in_order(facts: Facts) -> Facts:
    """The same facts in an order of their own, so that nothing depends on how they were given."""
    return replace(
        facts,
        orders=tuple(sorted(facts.orders, key=urgency)),
        resources=tuple(sorted(facts.resources, key=lambda one: (one.code, one.id))),
        stops=tuple(sorted(facts.stops, key=lambda one: (one.start, one.end, one.resource_id, one.order_id or 0))),
    )
