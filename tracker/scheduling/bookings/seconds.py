"""What becomes of work that waits for other work when that could not be done, is not wanted any more, or is done."""

from ...extensions import db
from ...staff.models import User
from ..orders.dependencies import seconds_of
from ..orders.models import WorkOrder
from ..orders.ordering import say_of_order
from ..orders.work_status import WorkStatus
from .booking import give_back
from .waiting import booked_too_early


def tell_seconds(order: WorkOrder, what: str, actor: User | None) -> None:
    """Whatever waits for the order, which «could not be done», gives its time back and says why it waits."""
    for booking in booked_too_early(order):
        give_back(booking, actor, reason=f"{_waits_for(order)}, which {what}")
    for second in seconds_of(order.id):
        if second.status is WorkStatus.REQUESTED:
            second.reason = f"{_waits_for(order)}, which {what}"
            say_of_order(second, "work_waits", f"«{second.title}» waits for «{order.title}», which {what}", actor)


def clear_reasons(order: WorkOrder) -> None:
    """What waited for the order no longer says that it failed."""
    for second in seconds_of(order.id):
        if second.status is WorkStatus.REQUESTED and second.reason.startswith(f"{_waits_for(order)},"):
            second.reason = ""
    db.session.flush()


def _waits_for(order: WorkOrder) -> str:
    return f"It waits for «{order.title}»"
