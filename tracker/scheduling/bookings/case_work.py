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
from ..orders.chains import cases_behind, survivors_of
from ..orders.models import RecurringOrder, WorkOrder
from ..orders.recurring import end_recurring, recurring_of, say_every
from ..orders.work_status import BOOKED, OPEN
from .ending import cancel_order
from .models import Booking

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
    homes, zone = survivors_of(ids), city_zone(the_city())
    query = (
        select(Booking)
        .join(WorkOrder, WorkOrder.id == Booking.work_order_id)
        .options(joinedload(Booking.work_order), joinedload(Booking.resource))
        .where(WorkOrder.case_id.in_(homes), WorkOrder.status.in_(BOOKED))
        .where(Booking.cancelled_at.is_(None), Booking.held_until.is_(None))
        .order_by(Booking.id.desc())
        .limit(ROWS)
    )
    steps: dict[int, list[NextStep]] = {}
    told: set[int] = set()
    for booking in db.session.scalars(query):
        order = booking.work_order
        if order.id not in told:  # the newest is the one that stands
            told.add(order.id)
            step = dated_step(order.title, booking.resource.name, local_date(booking.starts_at, zone), today)
            steps.setdefault(homes[order.case_id], []).append(step)
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
