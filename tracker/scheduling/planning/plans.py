"""Make a plan: order what urgent cases need, propose bookings, write the accepted ones down."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...calls.as_of import as_of
from ...cases.models import CaseStatus
from ...cases.turns import take_turns
from ...errors import Invalid
from ...extensions import db
from ...places.city import city_projection, city_today, the_city
from ...places.projection import Projection
from ...staff.models import User
from ..bookings.slots import slot_start
from ..orders.models import WorkOrder
from ..orders.work_status import WorkStatus
from ..playbooks.ordering import create_orders_from_playbook
from ..playbooks.waiting_cases import cases_without_orders
from .accepting import Choice, accept_plan, note_left_out
from .facts import Facts
from .gathering import gather_facts
from .planner import COMMAND_SECONDS, PAGE_SECONDS, propose
from .proposal import LeftOut, Proposal
from .road_service import find_roads

ORDERS_PER_RUN = 500
"""How many orders one run creates from playbooks at most, and for how many it looks for room."""
LONGEST_PLAN_DAYS = 31
_FARTHEST_DAYS = 366
SHUT = "Its case is not open. Cancel the order, or reopen the case."
ALIVE = (CaseStatus.OPEN, CaseStatus.MERGED)
"""The work of such a case may be planned: that of a merged one goes on in another."""


@dataclass(frozen=True, slots=True)
class PlanQuestion:
    """What is planned, as it was read, so that the search for routes needs no transaction."""

    facts: Facts
    shut: tuple[LeftOut, ...]
    projection: Projection


@dataclass(frozen=True, slots=True)
class PlanResult:
    """One whole run: `orders` = `booked` + `unbooked`, `created` of them new; distance by road, in kilometers.

    `moved` bookings made room for them.
    """

    orders: int
    booked: int
    unbooked: int
    created: int
    distance_km: float
    left_out: tuple[LeftOut, ...]
    moved: int = 0
    notes: tuple[str, ...] = ()


def plan_day(
    first_day: date, days: int, actor: User | None = None, *, seconds: float = COMMAND_SECONDS,
    between: Callable[[], None] = lambda: None,
) -> PlanResult:  # fmt: skip
    """Order what urgent cases need, plan all requested work for `days` local dates from `first_day`, and book it.

    `between` is called before the routes are looked for, which takes up to `seconds`: whoever commits there keeps
    nobody waiting. What changes meanwhile is refused when it is booked. Raises `Invalid` for a day in the past or a
    span of less than 1 or more than `LONGEST_PLAN_DAYS` days.
    """
    check_days(first_day, days)
    created = order_missing_work(actor)
    question = ask_plan(first_day, days, moving=True)
    between()
    proposal = find_plan(question, seconds=seconds)
    accepted = accept_plan(choices_of(proposal), actor)
    moving = {one.order_id for one in proposal.booked if one.moves_booking_id is not None}
    standing = {order.id for order in question.facts.orders if order.standing is not None}
    left_out = tuple(left for left in (*proposal.left_out, *accepted.refused) if left.order_id not in moving | standing)
    note_left_out(left_out)
    return PlanResult(
        orders=len(accepted.booked) + len(left_out),
        booked=len(accepted.booked),
        unbooked=len(left_out),
        created=created,
        distance_km=round(proposal.distance_km, 1),
        left_out=left_out,
        moved=len(accepted.moved),
        notes=tuple(proposal.notes),
    )


def check_days(first_day: date, days: int) -> None:
    """Raise `Invalid` unless the days can be planned."""
    today = city_today()
    if first_day < today:
        raise Invalid(f"{first_day:%d %b %Y} is past. Plan from today, {today:%d %b %Y}, or later.")
    if first_day > today + timedelta(days=_FARTHEST_DAYS):
        raise Invalid(f"{first_day:%d %b %Y} is more than a year away. Plan nearer days.")
    if not 1 <= days <= LONGEST_PLAN_DAYS:
        raise Invalid(f"Plan between 1 and {LONGEST_PLAN_DAYS} days at once, not {days}.")


def order_missing_work(actor: User | None) -> int:
    """Give urgent cases without any order those of their playbook, at most `ORDERS_PER_RUN`; returns how many."""
    take_turns()  # every family's at once, always in the same order: two plans wait for each other and never cross
    created = 0
    for case in cases_without_orders(as_of(the_city())):
        if created >= ORDERS_PER_RUN:
            break
        created += len(create_orders_from_playbook(case, actor))
    return created


def propose_plan(first_day: date, days: int, *, seconds: float = PAGE_SECONDS, moving: bool = False) -> Proposal:
    """Where every requested order could go, or why nowhere; writes nothing. It may look for `seconds`.

    With `moving` it may move what is planned and not pinned, where that makes room.
    """
    check_days(first_day, days)
    return find_plan(ask_plan(first_day, days, moving=moving), seconds=seconds)


def ask_plan(first_day: date, days: int, *, moving: bool) -> PlanQuestion:
    """Read what the planner has to know of all requested work. Whose case is shut is not planned at all."""
    orders = requested_orders()
    live = [order for order in orders if order.case.status in ALIVE]
    shut = tuple(LeftOut(order.id, SHUT) for order in orders if order.case.status not in ALIVE)
    return PlanQuestion(gather_facts(live, first_day, days, moving=moving), shut, city_projection(the_city()))


def find_plan(question: PlanQuestion, *, seconds: float) -> Proposal:
    """The plan itself: it asks the road service, if one is set, and looks for routes. It reads no table."""
    roads, problem = find_roads(question.facts, current_app.config["SETTINGS"], question.projection)
    proposal = propose(question.facts, limit=ORDERS_PER_RUN, seconds=seconds, roads=roads)
    proposal.left_out += question.shut
    if problem:
        proposal.notes.append(problem)
    return proposal


def requested_orders() -> Sequence[WorkOrder]:
    """All work that waits to be planned, with its cases: most urgent first. A merged case's orders still stand."""
    query = (
        select(WorkOrder)
        .options(joinedload(WorkOrder.case))
        .where(WorkOrder.status == WorkStatus.REQUESTED)
        .order_by(WorkOrder.priority, WorkOrder.due_on, WorkOrder.id)
    )
    return db.session.scalars(query).all()


def choices_of(proposal: Proposal) -> list[Choice]:
    """The proposal as choices that `accept_plan` takes."""
    return [
        Choice(booked.order_id, booked.resource_id, slot_start(booked.start), booked.reason, booked.moves_booking_id)
        for booked in proposal.booked
    ]
