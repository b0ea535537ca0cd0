"""What the planner is asked for a draft, and its answer as the rows that the draft keeps."""

import time
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...batches import in_chunks
from ...cases.models import CaseStatus
from ...extensions import db
from ..bookings.booking import mark_of
from ..bookings.closures import Closure, closure_in_the_way
from ..bookings.slots import next_slot, slot_at, slot_start
from ..bookings.weather import closures_between, say_closed
from ..orders.models import WorkOrder
from ..orders.work_status import WorkStatus
from .facts import Facts, Stop
from .gathering import gather_facts
from .models import PlanDraft, PlannedLeftOut, PlannedVisit
from .planner import PAGE_SECONDS, propose
from .plans import ORDERS_PER_RUN, SHUT, requested_orders
from .proposal import Proposal, Proposed
from .standing import standing_bookings

TAKEN_OUT = "Taken out of this plan by hand. Try it by hand, or plan it another time."
_PROMISED = "Nobody can come in the time that was promised. Agree on another one, or send somebody by hand."


@dataclass(frozen=True, slots=True)
class Gathered:
    """What one proposal begins with; nothing in it reads the database."""

    facts: Facts
    shut: frozenset[int]
    """Orders whose case is not open."""
    skills: dict[int, frozenset[str]]
    promised: dict[int, tuple[int | None, int | None]]
    """By order the first and the last slot in which it may begin, where something is promised."""
    closures: tuple[Closure, ...]

    @property
    def looked_for(self) -> int:
        """How many orders are looked for places for."""
        return len(self.facts.orders)


@dataclass(frozen=True, slots=True)
class Outcome:
    """A proposal as the draft keeps it: rows without the draft's own number."""

    visits: list[dict[str, Any]]
    left_out: list[dict[str, Any]]
    figures: dict[str, float]


def gather_for_draft(draft: PlanDraft) -> Gathered:
    """What the draft is about: its orders that wait, less what is pinned in it or was taken out of it."""
    query = select(PlannedVisit).options(joinedload(PlannedVisit.order).joinedload(WorkOrder.case))
    pinned = list(db.session.scalars(query.where(PlannedVisit.draft_id == draft.id, PlannedVisit.is_pinned)))
    left = select(PlannedLeftOut.order_id).where(PlannedLeftOut.draft_id == draft.id)
    out = set(db.session.scalars(left.where(PlannedLeftOut.reason == TAKEN_OUT)))
    settled = out | {visit.order_id for visit in pinned}
    orders = [order for order in _orders_of(draft) if order.id not in settled]
    live = [order for order in orders if order.case.status in (CaseStatus.OPEN, CaseStatus.MERGED)]
    facts = gather_facts(live, draft.first_day, draft.days)
    starts, ends = _span(facts)
    not_before = {order.id: next_slot(order.earliest_at) for order in live if order.earliest_at}
    return Gathered(
        facts=replace(
            facts,
            orders=tuple(replace(one, earliest=max(one.earliest, not_before.get(one.id, 0))) for one in facts.orders),
            stops=(*facts.stops, *(_stop(visit) for visit in pinned)),
        ),
        shut=frozenset(order.id for order in orders if order not in live),
        skills={order.id: order.all_skills for order in live},
        promised={
            order.id: (_slot(order.earliest_at), _slot(order.latest_at))
            for order in live
            if order.earliest_at or order.latest_at
        },
        closures=tuple(closures_between(slot_start(starts), slot_start(ends))) if ends > starts else (),
    )


def propose_for_draft(gathered: Gathered) -> tuple[Proposal, float]:
    """Ask the planner; with it the seconds that it took."""
    began = time.perf_counter()
    return propose(gathered.facts, limit=ORDERS_PER_RUN, seconds=PAGE_SECONDS), time.perf_counter() - began


def outcome_of(gathered: Gathered, answer: tuple[Proposal, float]) -> Outcome:
    """The answer as rows; what breaks a promise or falls on a storm day is left out, whoever proposed it."""
    proposal, seconds = answer
    left_out = [{"order_id": left.order_id, "reason": left.reason} for left in proposal.left_out]
    left_out += [{"order_id": order_id, "reason": SHUT} for order_id in sorted(gathered.shut)]
    standing = standing_bookings(booked.order_id for booked in proposal.booked)
    visits = []
    for booked in proposal.booked:
        why_not = _why_not(booked, gathered)
        if why_not:
            left_out.append({"order_id": booked.order_id, "reason": why_not})
            continue
        stands = standing.get(booked.order_id)
        if stands is not None and (stands.resource_id, slot_at(stands.starts_at)) == (booked.resource_id, booked.start):
            continue  # it stays where it is
        visits.append({
            "order_id": booked.order_id, "resource_id": booked.resource_id, "starts_at": slot_start(booked.start),
            "ends_at": slot_start(booked.end), "is_late": booked.is_late, "is_pinned": False,
            "moves": mark_of(stands) if stands is not None else "", "reason": booked.reason,
        })  # fmt: skip
    return Outcome(visits, left_out, {"seconds": round(seconds, 1), "orders": len(visits) + len(left_out)})


def _why_not(booked: Proposed, gathered: Gathered) -> str:
    first, last = gathered.promised.get(booked.order_id, (None, None))
    if (first is not None and booked.start < first) or (last is not None and booked.start > last):
        return _PROMISED
    skills = gathered.skills.get(booked.order_id, frozenset())
    closure = closure_in_the_way(gathered.closures, skills, slot_start(booked.start), slot_start(booked.end))
    return say_closed(closure) if closure is not None else ""


def _orders_of(draft: PlanDraft) -> list[WorkOrder]:
    if draft.only_orders is None:
        return list(requested_orders())
    query = select(WorkOrder).options(joinedload(WorkOrder.case)).where(WorkOrder.status == WorkStatus.REQUESTED)
    chunks = in_chunks(draft.only_orders)
    return [order for some in chunks for order in db.session.scalars(query.where(WorkOrder.id.in_(some)))]


def _slot(instant: datetime | None) -> int | None:
    return None if instant is None else slot_at(instant)


def _span(facts: Facts) -> tuple[int, int]:
    shifts = [shift for resource in facts.resources for shift in resource.shifts]
    return min((one.start for one in shifts), default=0), max((one.end for one in shifts), default=0)


def _stop(visit: PlannedVisit) -> Stop:
    order = visit.order
    start, end = slot_at(visit.starts_at), slot_at(visit.ends_at)
    return Stop(visit.resource_id, start, end, order.x_dm, order.y_dm, order.address, order.id, order.load)
