"""Hold an appointment and its order until the transaction ends, always in this order, and what is held for it."""

from datetime import timedelta

from sqlalchemy import select

from ...clock import local_date, utc_now
from ...config import Settings
from ...extensions import db
from ...places.city import city_zone, the_city
from ..bookings.booking import let_go
from ..bookings.models import Booking
from ..bookings.waiting import lock_with_neighbors
from ..orders.models import WorkOrder
from ..orders.work_status import WorkStatus
from .models import Appointment, AppointmentStatus
from .refusals import NotOpen, TooLate
from .room import Bounds

CHANGEABLE = (
    AppointmentStatus.OFFERED, AppointmentStatus.HELD, AppointmentStatus.CONFIRMED, AppointmentStatus.TO_MOVE,
)  # fmt: skip


def lock_appointment(appointment: Appointment) -> WorkOrder:
    """Lock the order, then the appointment, and read both anew; returns the order."""
    order = appointment.order
    lock_with_neighbors(order)  # cancelling comes to want what waits for it, and rows are locked by ascending id
    db.session.execute(select(Appointment.id).where(Appointment.id == appointment.id).with_for_update())
    db.session.refresh(appointment)
    return order


def find_held(order: WorkOrder) -> Booking | None:
    """What is held for the order, perhaps not any more when it is looked at again; None when nothing is."""
    query = select(Booking).where(
        Booking.work_order_id == order.id, Booking.held_until.is_not(None), Booking.cancelled_at.is_(None)
    )
    return db.session.scalars(query.order_by(Booking.id).execution_options(populate_existing=True)).first()


def held_booking(order: WorkOrder) -> Booking | None:
    """The same, locked, so that it is either still held or gone. Resources are locked before it, never after."""
    found = find_held(order)
    if found is None:
        return None
    db.session.execute(select(Booking.id).where(Booking.id == found.id).with_for_update())
    return find_held(order)


def drop_hold(appointment: Appointment, order: WorkOrder) -> None:
    """Give back what is held; what was agreed before stands. The order is locked."""
    held = held_booking(order)
    if held is not None:
        let_go(held)
    appointment.held_starts_at = appointment.held_ends_at = None
    if appointment.status is AppointmentStatus.HELD:
        appointment.status = AppointmentStatus.OFFERED


def bounds_of(appointment: Appointment) -> Bounds:
    """Between when the work may begin apart from what is agreed with the resident.

    A bound of the order that is not the agreed window's own was set since, and counts.
    """
    order = appointment.order
    earliest_at, latest_at = order.earliest_at, order.latest_at
    if appointment.status is not AppointmentStatus.CONFIRMED:
        return earliest_at, latest_at
    return (
        appointment.order_earliest_at if earliest_at == appointment.window_starts_at else earliest_at,
        appointment.order_latest_at if latest_at == appointment.window_ends_at else latest_at,
    )


def restore_bounds(appointment: Appointment, order: WorkOrder) -> None:
    """Nothing is agreed any more: the order says again what it said before, but for what was set since."""
    order.earliest_at, order.latest_at = bounds_of(appointment)


def check_changeable(appointment: Appointment, order: WorkOrder) -> None:
    """Raise `NotOpen` when the appointment has ended or its work is under way or over."""
    if appointment.status not in CHANGEABLE:
        raise NotOpen(f"This appointment has ended: it is «{appointment.status.label}». Look at the work order.")
    if order.status.is_under_way:
        raise NotOpen("The crew is on its way or there already. Call it.")
    if not order.status.is_open and order.status is not WorkStatus.NOT_DONE:
        raise NotOpen(f"The work is {order.status.label}: there is nothing to agree upon any more.")


def may_change_herself(appointment: Appointment, settings: Settings) -> bool:
    """Whether the resident herself may still move or cancel: what is not agreed always, else until some days before."""
    if appointment.status is not AppointmentStatus.CONFIRMED or appointment.window_starts_at is None:
        return appointment.status in CHANGEABLE
    zone = city_zone(the_city())
    last = local_date(appointment.window_starts_at, zone) - timedelta(days=settings.change_days)
    return local_date(utc_now(), zone) <= last


def check_in_time(appointment: Appointment, settings: Settings) -> None:
    """Raise `TooLate` where the resident may not change it herself any more."""
    if not may_change_herself(appointment, settings):
        raise TooLate("It is too late to change this online. Call the city.")
