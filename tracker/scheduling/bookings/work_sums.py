"""What work really took and cost: noted with its booking, and summed up for orders and cases."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import joinedload

from ...errors import Invalid
from ...extensions import db
from ..orders.chains import cases_behind
from ..orders.entry import LONGEST_MINUTES
from ..orders.models import WorkOrder
from .costs import cost_cents, minutes_between
from .models import Booking
from .taking_time import parts_of

MOST = 2_000
"""More bookings than this no case has; beyond it the sum says that it is not whole."""


@dataclass(slots=True)
class WorkSum:
    """What was worked so far: of one order or of many. `cents` are those that are known."""

    planned_minutes: int = 0
    minutes: int = 0
    cents: int = 0
    without_cost: int = 0
    """Bookings with work whose cost is not known."""
    bookings: int = 0

    def add(self, planned: int, minutes: int, cents: int | None) -> None:
        """Count one booking."""
        self.bookings += 1
        self.planned_minutes += planned
        self.minutes += minutes
        self.cents += cents or 0
        self.without_cost += cents is None


@dataclass(slots=True)
class CaseSum:
    """The same of a case, by order (id, title), and together."""

    orders: dict[tuple[int, str], WorkSum] = field(default_factory=dict)
    total: WorkSum = field(default_factory=WorkSum)
    is_whole: bool = True


def note_work(booking: Booking, minutes: int) -> None:
    """Keep how long the work took at the place, and what that cost by what an hour costs now."""
    if not 0 < minutes <= LONGEST_MINUTES:
        raise Invalid("Say how many minutes it took: at least one, at most a week.")
    booking.worked_minutes = minutes
    way = minutes_between(booking.left_at, booking.arrived_at)
    per_hour = [part.cost_cents_per_hour for part in parts_of(booking.resource)]
    booking.cost_cents = cost_cents(minutes, way, per_hour)
    db.session.flush()


def work_of_orders(order_ids: Collection[int]) -> dict[int, WorkSum]:
    """What was worked on each of these orders so far (a page of them): one query."""
    sums: dict[int, WorkSum] = {}
    for booking in _worked(Booking.work_order_id.in_(list(order_ids))):
        sums.setdefault(booking.work_order_id, WorkSum()).add(*_figures(booking))
    return sums


def work_of_cases(case_id: int) -> CaseSum:
    """What was worked on a case so far, those that were merged into it included."""
    found = CaseSum()
    rows = _worked(WorkOrder.case_id.in_(cases_behind([case_id])))
    found.is_whole = len(rows) < MOST
    for booking in rows:
        key = (booking.work_order_id, booking.work_order.title)
        found.orders.setdefault(key, WorkSum()).add(*_figures(booking))
        found.total.add(*_figures(booking))
    return found


def _worked(condition: ColumnElement[bool]) -> list[Booking]:
    query = select(Booking).join(WorkOrder, WorkOrder.id == Booking.work_order_id)
    query = query.options(joinedload(Booking.work_order)).where(condition, Booking.worked_minutes.is_not(None))
    return list(db.session.scalars(query.order_by(Booking.id).limit(MOST)))


def _figures(booking: Booking) -> tuple[int, int, int | None]:
    planned = int((booking.ends_at - booking.starts_at).total_seconds() // 60)
    return planned, booking.worked_minutes or 0, booking.cost_cents
