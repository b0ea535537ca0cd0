"""Tell the work that waits for other work what became of that."""

from sqlalchemy import select

from ...extensions import db
from ...staff.models import User
from .models import OrderDependency, WorkOrder
from .ordering import say_of_order
from .work_status import OPEN


def tell_waiting(first: WorkOrder, text: str, actor: User | None) -> list[WorkOrder]:
    """Write `text` as the reason of every open order that waits for `first`, and say it in its case's log."""
    query = (
        select(WorkOrder)
        .join(OrderDependency, OrderDependency.order_id == WorkOrder.id)
        .where(OrderDependency.first_id == first.id, WorkOrder.status.in_(OPEN))
        .order_by(WorkOrder.id)
        .with_for_update(of=WorkOrder)
        .execution_options(populate_existing=True)
    )
    told = list(db.session.scalars(query))
    for order in told:
        order.reason = text
        say_of_order(order, "work_it_waits_for", f"«{order.title}»: {text}", actor, first_id=first.id)
    return told
