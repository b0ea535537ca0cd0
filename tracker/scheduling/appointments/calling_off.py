"""Appointments that the city cannot keep: a new time has to be found. Flushes, never commits."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...batches import in_chunks
from ...extensions import db
from ...staff.models import User
from ..bookings.booking import let_go
from ..bookings.models import Booking
from ..bookings.waiting import lock_with_neighbors
from ..orders.models import WorkOrder
from .finding import appointment_of
from .keeping import ask_to_move
from .locking import drop_hold, lock_appointment
from .models import Appointment, AppointmentStatus

AGREED = (AppointmentStatus.HELD, AppointmentStatus.CONFIRMED)
"""What somebody counts on."""


def call_off(appointments: Sequence[Appointment], actor: User | None, *, reason: str) -> int:
    """Every one of them has to be moved, for a reason in words for the resident, who is told; returns how many."""
    for appointment in appointments:
        ask_to_move(appointment, reason, actor)
    return len(appointments)


def drop_holds(booking_ids: Iterable[int]) -> int:
    """Give back what is only held for somebody, whatever made it impossible; returns how many.

    What was agreed before stands; who decides has to choose another window.
    """
    return sum(let_hold_go(db.session.get_one(Booking, number)) for number in booking_ids)


def let_hold_go(booking: Booking, until: datetime | None = None) -> bool:
    """Give one hold back; False when it is booked or gone by now, or kept longer than `until`."""
    order = booking.work_order
    lock_with_neighbors(order)
    db.session.refresh(booking)
    held_until = booking.held_until
    if held_until is None or booking.cancelled_at is not None or (until is not None and held_until > until):
        return False
    appointment = appointment_of(order)
    if appointment is None:
        let_go(booking)
    else:
        lock_appointment(appointment)
        drop_hold(appointment, order)
    db.session.flush()
    return True


def agreed_appointments(order_ids: Iterable[int]) -> list[Appointment]:
    """The appointments of these orders that somebody counts on."""
    query = (
        select(Appointment)
        .options(joinedload(Appointment.order).joinedload(WorkOrder.case))
        .where(Appointment.ended_at.is_(None), Appointment.status.in_(AGREED))
        .order_by(Appointment.id)
    )
    chunks = in_chunks(sorted(set(order_ids)))
    return [one for some in chunks for one in db.session.scalars(query.where(Appointment.order_id.in_(some)))]


def window_of(appointment: Appointment) -> tuple[datetime, datetime] | None:
    """When somebody comes, if that is agreed."""
    if appointment.window_starts_at is None or appointment.window_ends_at is None:
        return None
    return appointment.window_starts_at, appointment.window_ends_at
