"""What the planner is asked for a draft, and its answer as the rows that the draft keeps."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...batches import in_chunks
from ...config import Settings
from ...extensions import db
from ...places.city import city_projection, the_city
from ..bookings.booking import mark_of
from ..bookings.closures import Closure, closure_in_the_way
from ..bookings.slots import slot_at, slot_start
from ..bookings.standing import standing_bookings
from ..bookings.weather import closures_between, say_closed
from ..orders.models import WorkOrder
from ..orders.work_status import WorkStatus
from .facts import Facts, OrderFacts, Standing, Stop
from .gathering import gather_facts
from .models import PlanDraft, PlannedLeftOut, PlannedVisit
from .plans import ALIVE, SHUT, PlanQuestion, find_plan, requested_orders
from .proposal import LeftOut, Proposal, Proposed

TAKEN_OUT = "Taken out of this plan by hand. Try it by hand, or plan it another time."


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one proposal begins with; nothing in it reads the database."""

    question: PlanQuestion
    closures: tuple[Closure, ...]

    @property
    def looked_for(self) -> int:
        """How many orders are looked for places for."""
        return sum(order.standing is None for order in self.question.facts.orders)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A proposal as the draft keeps it: rows without the draft's own number; `notes` are for whoever asked."""

    visits: list[dict[str, Any]]
    left_out: list[dict[str, Any]]
    figures: dict[str, float]
    notes: str


def gather_for_draft(draft: PlanDraft) -> Gathered:
    """What the draft is about: its orders that wait, less what is pinned in it or was taken out of it.

    A plan of everything may move what is planned; one for certain orders leaves all else where it is.
    """
    query = select(PlannedVisit).options(joinedload(PlannedVisit.order).joinedload(WorkOrder.case))
    pinned = list(db.session.scalars(query.where(PlannedVisit.draft_id == draft.id, PlannedVisit.is_pinned)))
    left = select(PlannedLeftOut.order_id).where(PlannedLeftOut.draft_id == draft.id)
    out = set(db.session.scalars(left.where(PlannedLeftOut.reason == TAKEN_OUT)))
    settled = out | {visit.order_id for visit in pinned}
    orders = [order for order in _orders_of(draft) if order.id not in settled]
    live = [order for order in orders if order.case.status in ALIVE]
    facts = gather_facts(live, draft.first_day, draft.days, moving=draft.only_orders is None)
    starts, ends = _span(facts)
    shut = tuple(LeftOut(order.id, SHUT) for order in orders if order.case.status not in ALIVE)
    return Gathered(
        PlanQuestion(_settle(facts, pinned, out), shut, city_projection(the_city())),
        tuple(closures_between(slot_start(starts), slot_start(ends))) if ends > starts else (),
    )


def propose_for_draft(gathered: Gathered) -> tuple[Proposal, float]:
    """Ask the planner; with it the seconds that it took."""
    settings: Settings = current_app.config["SETTINGS"]
    began = time.perf_counter()
    return find_plan(gathered.question, seconds=settings.plan_seconds), time.perf_counter() - began


def outcome_of(gathered: Gathered, answer: tuple[Proposal, float]) -> Outcome:
    """The answer as rows; what would fall on a storm day is left out, whoever proposed it."""
    proposal, seconds = answer
    left_out = [{"order_id": left.order_id, "reason": left.reason} for left in proposal.left_out]
    standing = standing_bookings(booked.order_id for booked in proposal.booked)
    facts = {order.id: order for order in gathered.question.facts.orders}
    visits = []
    for booked in proposal.booked:
        stands, closure = standing.get(booked.order_id), _closure(booked, facts, gathered)
        if closure is not None:
            left_out.append({"order_id": booked.order_id, "reason": say_closed(closure)})
            continue
        visits.append({
            "order_id": booked.order_id, "resource_id": booked.resource_id, "starts_at": slot_start(booked.start),
            "ends_at": slot_start(booked.end), "is_late": booked.is_late, "is_pinned": False,
            "moves": mark_of(stands) if stands is not None and booked.moves_booking_id == stands.id else "",
            "reason": booked.reason,
        })  # fmt: skip
    figures = {"seconds": round(seconds, 1), "visits": len(visits), "left_out": len(left_out)}
    return Outcome(visits, left_out, figures, " ".join(proposal.notes))


def _closure(booked: Proposed, facts: dict[int, OrderFacts], gathered: Gathered) -> Closure | None:
    skills = facts[booked.order_id].all_skills
    return closure_in_the_way(gathered.closures, skills, slot_start(booked.start), slot_start(booked.end))


def _settle(facts: Facts, pinned: Sequence[PlannedVisit], out: set[int]) -> Facts:
    """The pinned visits are stops, wherever their orders are booked; what was taken out stays where it is booked."""
    held = {visit.order_id for visit in pinned}
    stays = [_stop_at(order, order.standing) for order in facts.orders if order.id in out and order.standing]
    return replace(
        facts,
        orders=tuple(order for order in facts.orders if order.id not in held | out),
        stops=(
            *(stop for stop in facts.stops if stop.order_id not in held), *(_stop(visit) for visit in pinned),
            *stays,
        ),
    )  # fmt: skip


def _stop_at(order: OrderFacts, stands: Standing) -> Stop:
    end = stands.start + order.slots
    return Stop(stands.resource_id, stands.start, end, order.x_dm, order.y_dm, order.address, order.id, order.load)


def _orders_of(draft: PlanDraft) -> list[WorkOrder]:
    if draft.only_orders is None:
        return list(requested_orders())
    query = select(WorkOrder).options(joinedload(WorkOrder.case)).where(WorkOrder.status == WorkStatus.REQUESTED)
    chunks = in_chunks(draft.only_orders)
    return [order for some in chunks for order in db.session.scalars(query.where(WorkOrder.id.in_(some)))]


def _span(facts: Facts) -> tuple[int, int]:
    shifts = [shift for resource in facts.resources for shift in resource.shifts]
    return min((one.start for one in shifts), default=0), max((one.end for one in shifts), default=0)


def _stop(visit: PlannedVisit) -> Stop:
    order = visit.order
    start, end = slot_at(visit.starts_at), slot_at(visit.ends_at)
    return Stop(visit.resource_id, start, end, order.x_dm, order.y_dm, order.address, order.id, order.load)
