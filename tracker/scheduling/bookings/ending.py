"""What became of work: done, could not be done, not wanted any more, asked for again. Every verb flushes."""

from datetime import date

from ...clock import utc_now
from ...errors import Conflict, Invalid
from ...places.city import city_today
from ...staff.models import User
from ..orders.models import WorkOrder
from ..orders.ordering import say_of_order
from ..orders.work_status import WorkStatus, check_change
from .booking import release_booking, standing_booking
from .models import Booking
from .next_try import check_next_try, try_again
from .seconds import clear_reasons, tell_seconds
from .taking_time import free_rest
from .waiting import booked_too_early, lock_with_neighbors, refuse_early
from .why_not import WhyNot, say_why_not
from .work_sums import note_work


def finish_order(
    order: WorkOrder, actor: User | None, *, note: str = "", worked_minutes: int | None = None
) -> WorkOrder:
    """The work is done. A booking gives back what is left of its time.

    `worked_minutes` at the place, where somebody knows them, are kept with the booking, and what they cost.
    """
    booking = _end(order, WorkStatus.DONE, note)
    if worked_minutes is not None:
        if booking is None:
            raise Invalid("Nobody is booked for it, so nobody's minutes can be kept. Write them into the note.")
        note_work(booking, worked_minutes)
    say_of_order(order, "work_done", f"Done: «{order.title}». {note}".strip(), actor)
    clear_reasons(order)
    return order


def could_not_do(
    order: WorkOrder, actor: User | None, *, reason: str, kind: WhyNot | None = None,
    next_try_on: date | None = None,
) -> WorkOrder:  # fmt: skip
    """The work was tried, or looked at, and could not be done; `reason` says why, in words and if wished by its kind.

    With a day for the next try it is asked for again at once, not before that day. What waits for it and is booked
    gives its time back.
    """
    if kind in (None, WhyNot.OTHER) and not reason.strip():
        raise Invalid("Say in a few words what stood in the way.")
    words = say_why_not(kind, reason) if kind else reason.strip()
    if next_try_on is not None:
        check_next_try(next_try_on, city_today())
    _end(order, WorkStatus.NOT_DONE, words)
    after = f" Next try from {next_try_on:%a %d %b %Y} on." if next_try_on else ""
    say_of_order(order, "work_not_done", f"Could not be done: «{order.title}». {words}{after}", actor)
    tell_seconds(order, f"could not be done: {words}", actor)
    if next_try_on is not None:
        try_again(order, next_try_on, words, actor, tried_on=city_today())
    return order


def cancel_order(order: WorkOrder, actor: User | None, *, reason: str, frees: bool = True) -> WorkOrder:
    """The work is not wanted any more. A booking gives back what is left of its time.

    What waits for it and is booked gives its time back too; without `frees` raises `Conflict` naming it.
    """
    lock_with_neighbors(order)
    check_change(order.status, WorkStatus.CANCELLED)
    if not frees:
        refuse_early(booked_too_early(order))
    _end(order, WorkStatus.CANCELLED, reason)
    say_of_order(order, "work_cancelled", f"Work order cancelled: «{order.title}». {reason}", actor)
    tell_seconds(order, f"was cancelled: {reason}", actor)
    return order


def request_again(order: WorkOrder, actor: User | None) -> WorkOrder:
    """Ask again for work that was not done, or take back «done» or «cancelled».

    Raises `Conflict` when what waits for it is booked already: that would begin before it.
    """
    lock_with_neighbors(order)
    check_change(order.status, WorkStatus.REQUESTED)
    if order.status.is_booked:
        raise Conflict("This work order is booked. Cancel its booking instead.")
    early = booked_too_early(order)
    if early:
        raise Conflict(f"«{early[0].work_order.title}» waits for this and is booked. Cancel that booking first.")
    order.status, order.reason = WorkStatus.REQUESTED, ""
    say_of_order(order, "work_requested_again", f"Asked for again: «{order.title}».", actor)
    clear_reasons(order)
    return order


def _end(order: WorkOrder, status: WorkStatus, reason: str) -> Booking | None:
    """Returns the booking that stood for it, if one did."""
    lock_with_neighbors(order)
    check_change(order.status, status)
    booking = standing_booking(order)
    if booking is not None and booking.starts_at > utc_now():
        release_booking(booking)
    elif booking is not None:
        free_rest(booking, utc_now())  # when the crew ended is its own word, which may still come
    order.status, order.reason = status, reason
    return booking
