"""What the worker does for appointments: holds that expired, reminders, and what others did to their work meanwhile.

Each verb yields after a portion for the caller to commit, finds its own work, and does nothing twice.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from ...clock import utc_now
from ...config import Settings
from ...extensions import db
from ...places.city import city_zone, the_city
from ..bookings.models import Booking
from ..orders.models import WorkOrder
from ..orders.work_status import WorkStatus, check_change
from ..planning.models import PlanDraft, PlannedVisit
from .agreeing import end_appointment
from .calling_off import let_hold_go
from .keeping import ask_to_move, keeps_window
from .locking import lock_appointment
from .log_words import agreed_window, tell_log
from .models import Appointment, AppointmentStatus
from .reminder_times import reminded_before

AT_ONCE = 100
PATIENCE = timedelta(minutes=10)
"""So long after its booking was cancelled an agreed time may still be kept by another one: plans are made anew."""
DECIDED_BEFORE = timedelta(hours=2)
"""So long before its window begins a plan that would keep it has to be taken: else the resident is told."""


def let_expired_go(now: datetime) -> Iterator[int]:
    """Give back the time of every hold that has expired; yields the id of each order."""
    query = select(Booking.id).where(Booking.held_until <= now, Booking.cancelled_at.is_(None))
    for booking_id in list(db.session.scalars(query.order_by(Booking.held_until).limit(AT_ONCE))):
        booking = db.session.get_one(Booking, booking_id)
        if let_hold_go(booking, until=now):
            yield booking.work_order_id
        else:
            db.session.rollback()


def remind(now: datetime, settings: Settings) -> Iterator[int]:
    """Have everybody reminded whose window begins tomorrow (or today, when nobody could yesterday), each once."""
    until = reminded_before(now, city_zone(the_city()), settings.reminder_hour)
    query = select(Appointment.id).where(
        Appointment.status == AppointmentStatus.CONFIRMED, Appointment.reminded_at.is_(None),
        Appointment.window_starts_at > now, Appointment.window_starts_at < until,
    )  # fmt: skip
    for appointment_id in list(db.session.scalars(query.order_by(Appointment.window_starts_at).limit(AT_ONCE))):
        appointment = db.session.get_one(Appointment, appointment_id)
        lock_appointment(appointment)
        if appointment.reminded_at is not None or appointment.status is not AppointmentStatus.CONFIRMED:
            db.session.rollback()
            continue
        appointment.reminded_at = utc_now()
        text = f"The resident is reminded of the appointment for «{appointment.order.title}»."
        tell_log(appointment, "appointment_reminded", text, None)
        yield appointment_id


def settle(now: datetime) -> Iterator[int]:
    """See to appointments whose work ended or lost its time without anybody saying so here; yields each one's id."""
    last = 0
    while True:
        query = select(Appointment).options(joinedload(Appointment.order)).where(Appointment.ended_at.is_(None))
        some = list(db.session.scalars(query.where(Appointment.id > last).order_by(Appointment.id).limit(AT_ONCE)))
        if not some:
            return
        last, times = some[-1].id, _times_of([one.order_id for one in some], now)
        for number in [one.id for one in some if _needs_settling(one, times[one.order_id], now)]:
            appointment = db.session.get_one(Appointment, number)
            order = lock_appointment(appointment)
            own = _times_of([order.id], now)[order.id]
            if appointment.is_live and _needs_settling(appointment, own, now):
                _settle(appointment, order, own)
            yield number


@dataclass(slots=True)
class _Times:
    """When a booking stands for an order, if one does, whether one was cancelled only just now, and what drafts say."""

    standing: Booking | None = None
    was_cancelled_now: bool = False
    drafted: list[tuple[datetime, datetime]] = field(default_factory=list)
    """When somebody would come by the plans that are still looked at."""


def _times_of(order_ids: list[int], now: datetime) -> dict[int, _Times]:
    found = {order_id: _Times() for order_id in order_ids}
    query = select(Booking).where(
        Booking.work_order_id.in_(order_ids), Booking.held_until.is_(None),
        or_(Booking.cancelled_at.is_(None), Booking.cancelled_at > now - PATIENCE),
    )  # fmt: skip
    for booking in db.session.scalars(query.order_by(Booking.id).execution_options(populate_existing=True)):
        if booking.cancelled_at is None:
            found[booking.work_order_id].standing = booking
        else:
            found[booking.work_order_id].was_cancelled_now = True
    visits = select(PlannedVisit.order_id, PlannedVisit.starts_at, PlannedVisit.ends_at)
    visits = visits.join(PlanDraft, PlanDraft.id == PlannedVisit.draft_id).where(PlanDraft.ended_at.is_(None))
    for visit in db.session.execute(visits.where(PlannedVisit.order_id.in_(order_ids))):
        found[visit.order_id].drafted.append((visit.starts_at, visit.ends_at))
    return found


def _needs_settling(appointment: Appointment, times: _Times, now: datetime) -> bool:
    status = appointment.order.status
    is_agreed = appointment.status is AppointmentStatus.CONFIRMED
    if not status.is_open:
        return is_agreed or status is not WorkStatus.NOT_DONE
    if not is_agreed or status.is_under_way:
        return False
    if times.standing is None or not status.is_booked:
        return not times.was_cancelled_now and not _may_be_kept(appointment, times, now)
    return status is WorkStatus.PLANNED or not _is_kept(appointment, times.standing)


def _may_be_kept(appointment: Appointment, times: _Times, now: datetime) -> bool:
    """Whether a plan that somebody still looks at would keep it, and there is time left to take that plan."""
    window = agreed_window(appointment)
    if window is None or now > window.starts_at - DECIDED_BEFORE:
        return False
    return any(keeps_window(appointment, *visit) for visit in times.drafted)


def _is_kept(appointment: Appointment, standing: Booking) -> bool:
    return keeps_window(appointment, standing.starts_at, standing.ends_at)


def _settle(appointment: Appointment, order: WorkOrder, times: _Times) -> None:
    if order.status is WorkStatus.NOT_DONE:
        ask_to_move(appointment, "")
    elif not order.status.is_open:
        _end_with_its_work(appointment, order)
    elif order.status is WorkStatus.PLANNED and times.standing is not None and _is_kept(appointment, times.standing):
        check_change(order.status, WorkStatus.CONFIRMED)
        order.status = WorkStatus.CONFIRMED  # moved within its window, or booked anew in it
        db.session.flush()
    else:
        ask_to_move(appointment, "", release=False)


def _end_with_its_work(appointment: Appointment, order: WorkOrder) -> None:
    """Done at an agreed time, it was kept; else nobody has to come any more, and the resident is told."""
    was_kept = order.status is WorkStatus.DONE and appointment.status is AppointmentStatus.CONFIRMED
    end_appointment(appointment, order, AppointmentStatus.KEPT if was_kept else AppointmentStatus.CANCELLED)
    if was_kept:
        tell_log(appointment, "appointment_kept", f"The appointment for «{order.title}» was kept.", None)
    else:
        text = f"The appointment for «{order.title}» ended with its work, which is {order.status.label}."
        tell_log(appointment, "appointment_cancelled", text, None, by_city=True)
