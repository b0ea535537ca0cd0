"""Book work, move it, cancel its booking. Every verb flushes, never commits, and tells the case's log."""

from datetime import datetime, timedelta

from sqlalchemy import select

from ...clock import utc_now
from ...errors import Conflict, Invalid
from ...extensions import db
from ...formatters import plural
from ...places.city import city_zone, the_city
from ...staff.models import User
from ..orders.models import WorkOrder
from ..orders.ordering import say_of_order
from ..orders.work_status import WorkStatus, check_change
from ..resources.models import CityResource
from ..resources.teams import all_skills, people_of
from .conflicts import say_span
from .locking import lock_row
from .models import Booking
from .slots import SLOT_MINUTES, slot_at, slots_needed
from .taking_time import check_time, free_time, take_time


def book_order(
    order: WorkOrder, resource: CityResource, starts_at: datetime, actor: User | None, *, reason: str = ""
) -> Booking:
    """Give the order the resource's time from `starts_at`, for its minutes rounded up to quarter hours.

    Raises `Conflict` when the order may not be planned any more or the time is taken (naming by what), and `Invalid`
    when the resource lacks the skill, is retired, does not work then, or the time is past.
    """
    lock_row(order)
    check_change(order.status, WorkStatus.PLANNED)
    check_able(order, resource)
    _check_promise(order, starts_at)
    ends_at = end_of(order, starts_at)
    check_time(resource, starts_at, ends_at)
    booking = Booking(work_order_id=order.id, reason=reason, booked_by_id=actor.id if actor else None)
    take_time(booking, resource, starts_at, ends_at)
    order.status, order.reason = WorkStatus.PLANNED, ""
    say_of_order(order, "work_booked", f"«{order.title}» booked: {_when(booking)}.", actor, booking_id=booking.id)
    return booking


def mark_of(booking: Booking) -> str:
    """Where a booking stands, as a form keeps it to notice that somebody moved the booking meanwhile."""
    return f"{booking.id}.{booking.resource_id}.{slot_at(booking.starts_at)}"


def move_booking(
    booking: Booking, resource: CityResource, starts_at: datetime, actor: User | None, *, seen: str = ""
) -> Booking:
    """Move a standing booking to another time or resource; raises as `book_order` does, and then it stays.

    `seen`: its `mark_of` when the person looked; raises `Conflict` when somebody has moved it since.
    """
    order = _lock_standing(booking)
    if seen not in ("", mark_of(booking)):
        raise Conflict(f"Somebody moved this booking meanwhile, to {_when(booking)}. Send it again if you know better.")
    check_able(order, resource)
    _check_promise(order, starts_at)
    ends_at = end_of(order, starts_at)
    check_time(resource, starts_at, ends_at, own_id=booking.id)
    before = _when(booking)
    take_time(booking, resource, starts_at, ends_at)
    booking.reason = "Moved by hand." if actor else booking.reason
    text = f"«{order.title}» moved from {before} to {_when(booking)}."
    say_of_order(order, "booking_moved", text, actor, booking_id=booking.id)
    return booking


def cancel_booking(booking: Booking, actor: User | None, *, reason: str) -> WorkOrder:
    """Give the time back and ask for the work again. The row stays, with the instant at which it was cancelled.

    Of what was only held for somebody just the time is given back: the order stands as it stood.
    """
    order = booking.work_order
    lock_row(order)
    if let_go(booking):
        return order
    _lock_standing(booking)
    check_change(order.status, WorkStatus.REQUESTED)
    release_booking(booking)
    order.status, order.reason = WorkStatus.REQUESTED, reason
    say_of_order(
        order, "booking_cancelled", f"Booking of «{order.title}» cancelled ({_when(booking)}): {reason}", actor,
        booking_id=booking.id,
    )
    return order


def standing_booking(order: WorkOrder) -> Booking | None:
    """The booking that stands for an order: its newest that was not cancelled; None when it is not booked.

    What is only held for somebody who decides does not stand.
    """
    if not order.status.is_booked:
        return None
    query = select(Booking).where(
        Booking.work_order_id == order.id, Booking.cancelled_at.is_(None), Booking.held_until.is_(None)
    )
    return db.session.scalars(query.order_by(Booking.id.desc()).limit(1)).first()


def _lock_standing(booking: Booking) -> WorkOrder:
    order = booking.work_order
    lock_row(order)
    db.session.refresh(booking)
    if standing_booking(order) is not booking:
        raise Conflict(f"This booking stands no longer: the work order is {order.status.label}. Look at it again.")
    return order


def let_go(booking: Booking) -> bool:
    """Give back what is only held; False when it is booked by now. Lock its order first."""
    db.session.refresh(booking)
    if booking.held_until is None:
        return False
    if booking.cancelled_at is None:
        release_booking(booking)
    return True


def release_booking(booking: Booking) -> None:
    """Give a booking's time back; the row stays, with the instant at which it was cancelled."""
    booking.cancelled_at = utc_now()
    free_time(booking)


def check_able(order: WorkOrder, resource: CityResource) -> None:
    """Raise `Invalid`, in words, when the resource lacks a skill or the people that the work needs."""
    missing = sorted(order.all_skills - all_skills(resource))
    if missing:
        named = " and ".join(f"«{skill}»" for skill in missing)
        raise Invalid(f"{resource.name} does not have {named}, which this work needs.")
    if people_of(resource) < order.people:
        came = plural(people_of(resource), "person", "people")
        raise Invalid(f"This work needs {order.people} people; with {resource.name} comes {came}. Choose a team.")


def _check_promise(order: WorkOrder, starts_at: datetime) -> None:
    """Work that was promised for a time is not booked for another; whoever breaks the promise tells the resident."""
    earliest, latest = order.earliest_at, order.latest_at
    if (earliest is None or starts_at >= earliest) and (latest is None or starts_at <= latest):
        return
    zone = city_zone(the_city())
    bounds = [
        f"{word} {instant.astimezone(zone):%a %d %b, %H:%M}"
        for word, instant in (("not before", earliest), ("not after", latest))
        if instant is not None
    ]
    told = "; or say on the work order's page that the appointment cannot be kept" if earliest and latest else ""
    raise Conflict(f"This work is to begin {' and '.join(bounds)}. Choose such a time{told}.")


def end_of(order: WorkOrder, starts_at: datetime) -> datetime:
    """When work that begins at `starts_at` ends: its minutes rounded up to quarter hours."""
    return starts_at + timedelta(minutes=slots_needed(order.minutes) * SLOT_MINUTES)


def _when(booking: Booking) -> str:
    zone = city_zone(the_city())
    return f"{booking.resource.name}, {say_span(booking.starts_at, booking.ends_at, zone)}"
