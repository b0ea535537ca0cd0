"""How much work waits, is planned and is late: the scheduler's figures."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from ..extensions import db
from ..scheduling.orders.models import WorkOrder
from ..scheduling.orders.work_status import BOOKED, WorkStatus


@dataclass(frozen=True, slots=True)
class WorkCounts:
    """Work orders: waiting for a booking, planned, waiting and due within a week, waiting and past their day."""

    waiting: int
    planned: int
    due_soon: int
    late: int


def count_work(today: date) -> WorkCounts:
    """Count the city's work orders as of a day."""

    def count(*conditions: object) -> int:
        query = select(func.count()).select_from(WorkOrder).where(*conditions)  # type: ignore[arg-type]  # conditions
        return db.session.scalar(query) or 0

    waiting = WorkOrder.status == WorkStatus.REQUESTED
    soon = WorkOrder.due_on.between(today, today + timedelta(days=7))
    return WorkCounts(
        waiting=count(waiting),
        planned=count(WorkOrder.status.in_(BOOKED)),
        due_soon=count(waiting, soon),
        late=count(waiting, WorkOrder.due_on < today),
    )
