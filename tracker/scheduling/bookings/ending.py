"""What became of work: done, could not be done, not wanted any more, asked for again. Every verb flushes."""

from ...clock import utc_now
from ...errors import Conflict
from ...staff.models import User
from ..orders.models import WorkOrder
from ..orders.ordering import say_of_order
from ..orders.work_status import WorkStatus, check_change
from .booking import release_booking, standing_booking
from .locking import lock_row


def finish_order(order: WorkOrder, actor: User | None, *, note: str = "") -> WorkOrder:
    """The work is done. A booking that had not begun gives its time back."""
    _end(order, WorkStatus.DONE, note)
    say_of_order(order, "work_done", f"Done: «{order.title}». {note}".strip(), actor)
    return order


def could_not_do(order: WorkOrder, actor: User | None, *, reason: str) -> WorkOrder:
    """The work was tried, or looked at, and could not be done; `reason` says why."""
    _end(order, WorkStatus.NOT_DONE, reason)
    say_of_order(order, "work_not_done", f"Could not be done: «{order.title}». {reason}", actor)
    return order


def cancel_order(order: WorkOrder, actor: User | None, *, reason: str) -> WorkOrder:
    """The work is not wanted any more. A booking that had not begun gives its time back."""
    _end(order, WorkStatus.CANCELLED, reason)
    say_of_order(order, "work_cancelled", f"Work order cancelled: «{order.title}». {reason}", actor)
    return order


def request_again(order: WorkOrder, actor: User | None) -> WorkOrder:
    """Ask again for work that was not done, or take back «done» or «cancelled»."""
    lock_row(order)
    check_change(order.status, WorkStatus.REQUESTED)
    if order.status.is_booked:
        raise Conflict("This work order is booked. Cancel its booking instead.")
    order.status, order.reason = WorkStatus.REQUESTED, ""
    say_of_order(order, "work_requested_again", f"Asked for again: «{order.title}».", actor)
    return order


def _end(order: WorkOrder, status: WorkStatus, reason: str) -> None:
    lock_row(order)
    check_change(order.status, status)
    booking = standing_booking(order)
    if booking is not None and booking.starts_at > utc_now():
        release_booking(booking)
    order.status, order.reason = status, reason
