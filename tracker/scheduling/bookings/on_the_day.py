"""What becomes of a booking on its day: set out, arrived, finished, could not be done, called back, confirmed.

Each verb takes the instant at which it happened, which may lie well before the one at which we hear of it: phones wait
for a network. Told twice it is told once, and told out of order the times still fall into their places. Every verb
flushes, never commits, and tells the case's log.
"""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from ...clock import local_date, utc_now
from ...errors import Conflict, Invalid
from ...extensions import db
from ...places.city import city_zone, the_city
from ...staff.models import User
from ..orders.models import WorkOrder
from ..orders.ordering import say_of_order
from ..orders.work_status import WorkStatus, check_change
from ..resources.shifts import day_start
from .costs import cost_cents, minutes_between
from .models import Booking
from .next_try import check_next_try, try_again
from .seconds import clear_reasons, tell_seconds
from .taking_time import free_rest, parts_of
from .waiting import lock_with_neighbors
from .why_not import WhyNot, say_why_not

CLOCKS_DIFFER = timedelta(minutes=2)
MOST_MINUTES = 24 * 60
_SETS_OUT = timedelta(hours=3)
"""A night shift sets out for a booking after midnight on the evening before, so long ahead at most."""


def confirm_booking(booking: Booking, actor: User | None, *, why: str = "") -> Booking:
    """The booking is agreed: it stands as confirmed; said again, nothing changes."""
    order = _hold(booking)
    if order.status is not WorkStatus.CONFIRMED:
        check_change(order.status, WorkStatus.CONFIRMED)
        order.status = WorkStatus.CONFIRMED
        say_of_order(
            order, "work_confirmed", f"«{order.title}» is confirmed. {why}".strip(), actor, booking_id=booking.id
        )
    return booking


def set_out(booking: Booking, actor: User | None, *, at: datetime) -> Booking:
    """The crew is on its way."""
    order, at = _hold(booking), _check_at(booking, at)
    if booking.left_at is None:
        booking.left_at = at
        if booking.finished_at is None and order.status not in (WorkStatus.ON_SITE, WorkStatus.DONE):
            _become(order, WorkStatus.EN_ROUTE)
        _say(booking, "crew_set_out", f"{booking.resource.name} set out for «{order.title}»", actor, at)
    return booking


def arrive(booking: Booking, actor: User | None, *, at: datetime) -> Booking:
    """The crew is at the place."""
    order, at = _hold(booking), _check_at(booking, at)
    if booking.arrived_at is None:
        booking.arrived_at = at
        if booking.finished_at is None and order.status is not WorkStatus.DONE:
            _become(order, WorkStatus.ON_SITE)
        _say(booking, "crew_arrived", f"{booking.resource.name} arrived for «{order.title}»", actor, at)
    return booking


def finish(
    booking: Booking, actor: User | None, *, at: datetime, worked_minutes: int | None = None, note: str = ""
) -> Booking:
    """The work is done. What is left of its quarter hours is given back; work that waits for it is told.

    `worked_minutes`: at the place, as the crew says; None: from its arrival until now, if that was told.
    Raises `Conflict` when it was told before that the work could not be done.
    """
    order, at = _hold(booking), _check_at(booking, at)
    if booking.finished_at is not None and order.status is WorkStatus.DONE:
        return booking
    if booking.finished_at is not None:
        raise Conflict(f"It was told before that «{order.title}» could not be done. Tell the office that it is done.")
    _become(order, WorkStatus.DONE)
    order.reason = note.strip() or order.reason
    _end(booking, at, worked_minutes)
    _say(booking, "work_done", f"Done: «{order.title}»{_say_worked(booking)}", actor, at, order.reason)
    clear_reasons(order)
    return booking


def could_not(
    booking: Booking, actor: User | None, *, at: datetime, why: WhyNot, words: str = "",
    next_try_on: date | None = None, worked_minutes: int | None = None,
) -> Booking:  # fmt: skip
    """The crew was there, or on its way, and the work could not be done; work that waits for it is told.

    With `next_try_on` it is asked for again, not before that day; all else that was wanted of it stays. A promised
    time that lies before the next try is dropped, because nobody could keep it, and the log says so.
    """
    order, at = _hold(booking), _check_at(booking, at)
    if booking.finished_at is not None:
        if order.status is WorkStatus.DONE:
            raise Conflict(f"It was told before that «{order.title}» is done. Tell the office that it is not.")
        return booking
    if why is WhyNot.OTHER and not words.strip():
        raise Invalid("Say in a few words what stood in the way.")
    today = local_date(at, city_zone(the_city()))
    if next_try_on is not None:
        check_next_try(next_try_on, today)
    reason = say_why_not(why, words)
    _become(order, WorkStatus.NOT_DONE)
    order.reason = reason
    _end(booking, at, worked_minutes)
    tell_seconds(order, f"could not be done: {reason}", actor)
    _say(booking, "work_not_done", f"Could not be done: «{order.title}»", actor, at, reason, why=why.value)
    if next_try_on is not None:
        try_again(order, next_try_on, reason, actor, tried_on=today)
    return booking


def call_back(booking: Booking, actor: User | None, *, at: datetime, reason: str = "") -> Booking:
    """The crew turned back, or was sent elsewhere: the work stands as planned again, as if nobody had set out."""
    order, at = _hold(booking), _check_at(booking, at)
    if booking.finished_at is not None:
        raise Conflict(f"«{order.title}» is {order.status.label} already, so nobody can be called back from it.")
    if order.status.is_under_way:
        _become(order, WorkStatus.PLANNED)
        booking.left_at = booking.arrived_at = None
        what = f"{booking.resource.name} turned back from «{order.title}»"
        _say(booking, "crew_called_back", what, actor, at, reason)
    return booking


def _hold(booking: Booking) -> WorkOrder:
    """Lock the order and read both anew; raises `Conflict` when the booking is not, or no longer, the order's own."""
    order = booking.work_order
    lock_with_neighbors(order)
    db.session.refresh(booking)
    if booking.cancelled_at is not None or booking.held_until is not None:
        raise Conflict(f"This booking of «{order.title}» was cancelled. Tell the office if you did the work.")
    booked = Booking.work_order_id == order.id, Booking.cancelled_at.is_(None), Booking.held_until.is_(None)
    newest = select(Booking.id).where(*booked).order_by(Booking.id.desc()).limit(1)
    if booking.finished_at is None and db.session.scalar(newest) != booking.id:
        raise Conflict(f"«{order.title}» was booked anew meanwhile. Open the sheet again.")
    return order


def _check_at(booking: Booking, at: datetime) -> datetime:
    zone, now = city_zone(the_city()), utc_now()
    day = local_date(booking.starts_at, zone)
    if at > now + CLOCKS_DIFFER:
        raise Invalid("That would be in the future. Check the clock of the phone.")
    if at < min(day_start(day, zone), booking.starts_at - _SETS_OUT):
        raise Invalid(f"This booking is for {day:%a %d %b %Y}, and that was before its day.")
    return min(at, now)


def _become(order: WorkOrder, status: WorkStatus) -> None:
    if order.status is not status:
        check_change(order.status, status)
        order.status = status


def _end(booking: Booking, at: datetime, worked_minutes: int | None) -> None:
    if worked_minutes is not None and not 0 < worked_minutes <= MOST_MINUTES:
        raise Invalid("Work at a place takes a minute to a day. Say the minutes, or leave them out.")
    booking.finished_at = at
    booking.worked_minutes = worked_minutes or booking.worked_minutes  # the office may have said it already
    free_rest(booking, at)


def _reckon(booking: Booking) -> None:
    """Minutes and cost, as far as what was told so far shows them; told later, they are reckoned anew."""
    if booking.finished_at is None:
        return
    if booking.worked_minutes is None:
        booking.worked_minutes = minutes_between(booking.arrived_at, booking.finished_at)
    way = minutes_between(booking.left_at, booking.arrived_at)
    per_hour = [part.cost_cents_per_hour for part in parts_of(booking.resource)]
    booking.cost_cents = cost_cents(booking.worked_minutes, way, per_hour)


def _say_worked(booking: Booking) -> str:
    minutes = booking.worked_minutes or minutes_between(booking.arrived_at, booking.finished_at)
    return f", {minutes} min at the place" if minutes else ""


def _say(
    booking: Booking, verb: str, what: str, actor: User | None, at: datetime, more: str = "", **data: object
) -> None:
    """Reckon anew, and say it with the instant at which it happened."""
    _reckon(booking)
    when = f"{at.astimezone(city_zone(the_city())):%d %b %Y, %H:%M}"
    told = {"booking_id": booking.id, "happened_at": at.isoformat(), **data}
    say_of_order(booking.work_order, verb, f"{what} ({when}). {more}".strip(), actor, **told)
