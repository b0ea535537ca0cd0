"""What a case has to know of its crews' work: what comes next, and what is still open when it ends."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...cases.models import ProblemCase
from ...cases.next_steps import NextStep, dated_step, step_source
from ...cases.open_work import MOST, OpenWork, open_work_source
from ...clock import local_date
from ...extensions import db
from ...places.city import city_zone, the_city
from ...staff.models import User
from ..orders.chains import cases_behind, chains_behind
from ..orders.models import RecurringOrder, WorkOrder
from ..orders.recurring import end_recurring, recurring_of, say_every
from ..orders.work_status import BOOKED, OPEN
from ..resources.models import CityResource
from .ending import cancel_order
from .models import Booking
from .standing import still_stands

ROWS = 2_000


@open_work_source
def open_work_of_crews(case: ProblemCase) -> list[OpenWork]:
    """Open work orders of the case and of those merged into it, and what comes again."""
    query = select(WorkOrder).options(joinedload(WorkOrder.case))
    query = query.where(WorkOrder.case_id.in_(cases_behind([case.id])), WorkOrder.status.in_(OPEN))
    orders = db.session.scalars(query.order_by(WorkOrder.due_on, WorkOrder.id).limit(MOST))
    return [*(_order(order) for order in orders), *(_recurring(one) for one in recurring_of(case.id))]


@step_source
def crew_steps(ids: Sequence[int], today: date) -> dict[int, list[NextStep]]:
    """What crews are booked for, by the case in which its own goes on."""
    behind, zone = chains_behind(ids), city_zone(the_city())
    query = (
        select(WorkOrder.id, behind.c.home, WorkOrder.title, CityResource.name, Booking.starts_at)
        .join(behind, behind.c.id == WorkOrder.case_id)
        .join(Booking, Booking.work_order_id == WorkOrder.id)
        .join(CityResource, CityResource.id == Booking.resource_id)
        .where(WorkOrder.status.in_(BOOKED), still_stands())
        .order_by(behind.c.depth.desc(), Booking.id.desc())
        .limit(ROWS)
    )
    steps: dict[int, list[NextStep]] = {}
    told: set[int] = set()
    for order_id, home, title, crew, starts_at in db.session.execute(query):
        if order_id not in told:  # of a case that is asked about and went into another one asked about, once
            told.add(order_id)
            steps.setdefault(home, []).append(dated_step(title, crew, local_date(starts_at, zone), today))
    return steps


def _order(order: WorkOrder) -> OpenWork:
    words = f"work order «{order.title}» ({order.status.label}, due {order.due_on:%-d %b %Y})"

    def call_off(reason: str, actor: User) -> None:
        cancel_order(order, actor, reason=reason)

    return OpenWork(words, call_off)


def _recurring(recurring: RecurringOrder) -> OpenWork:
    words = f"«{recurring.title}», which comes again {say_every(recurring)}"

    def call_off(reason: str, actor: User) -> None:
        end_recurring(recurring, actor, reason=reason)

    return OpenWork(words, call_off)
