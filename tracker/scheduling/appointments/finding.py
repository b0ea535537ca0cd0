"""Find appointments: of an order, by the secret of a resident's link, and those that staff have to look after."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import joinedload

from ...clock import local_date, utc_now
from ...config import Settings
from ...errors import NotFound
from ...extensions import db
from ...places.city import city_zone, the_city
from ...secret_links import hash_of, secret_of
from ..orders.models import WorkOrder
from ..resources.shifts import day_start
from .models import Appointment, AppointmentStatus

SHOWN_AFTER = timedelta(days=30)
"""So long after its end a resident's link still shows what became of it."""


class Wanted(StrEnum):
    """What of the list of appointments somebody wants to see."""

    TODAY = "today"
    COMING = "coming"
    TO_CONFIRM = "to_confirm"
    TO_MOVE = "to_move"
    TO_CALL = "to_call"
    ENDED = "ended"


def appointment_of(order: WorkOrder) -> Appointment | None:
    """The order's appointment that has not ended; an order has at most one."""
    query = select(Appointment).where(Appointment.order_id == order.id, Appointment.ended_at.is_(None))
    return db.session.scalars(query).first()


def appointments_of(order: WorkOrder) -> list[Appointment]:
    """Every appointment the order ever had, the newest first; at most 20."""
    query = select(Appointment).where(Appointment.order_id == order.id).order_by(Appointment.id.desc()).limit(20)
    return list(db.session.scalars(query))


def no_shows_of(order: WorkOrder) -> int:
    """How often nobody was there when the crew came."""
    query = select(func.count()).select_from(Appointment)
    query = query.where(Appointment.order_id == order.id, Appointment.status == AppointmentStatus.NO_SHOW)
    return db.session.scalar(query) or 0


def get_appointment(appointment_id: int) -> Appointment:
    """The appointment with its order and case; raises `NotFound`."""
    with_case = joinedload(Appointment.order).joinedload(WorkOrder.case)
    appointment = db.session.get(Appointment, appointment_id, options=[with_case])
    if appointment is None:
        raise NotFound("There is no such appointment. Look for it in the list of appointments.")
    return appointment


def find_by_secret(secret: str) -> Appointment | None:
    """The appointment whose link holds this secret, for as long as the link shows anything; else None."""
    query = select(Appointment).options(joinedload(Appointment.order).joinedload(WorkOrder.case))
    appointment = db.session.scalars(query.where(Appointment.token_hash == hash_of(secret))).first()
    if appointment is None or (appointment.ended_at is not None and appointment.ended_at < utc_now() - SHOWN_AFTER):
        return None
    return appointment


def known_secret(appointment: Appointment, settings: Settings) -> str:
    """The secret of a resident's link as it stands; empty after the installation's key has changed."""
    secret = secret_of(settings.secret_key, "appointment", appointment.id)
    return secret if appointment.token_hash == hash_of(secret) else ""


def link_secret(appointment: Appointment, settings: Settings) -> str:
    """The secret of a resident's link; after the installation's key has changed a new one, which replaces the old."""
    secret = secret_of(settings.secret_key, "appointment", appointment.id)
    if appointment.token_hash != hash_of(secret):
        appointment.token_hash = hash_of(secret)
        db.session.flush()
    return secret


def find_appointments(wanted: Wanted) -> Select[Appointment]:
    """The query for a part of the list, the next one first; of what has ended the newest."""
    query = select(Appointment).join(WorkOrder, WorkOrder.id == Appointment.order_id)
    query = query.options(joinedload(Appointment.order).joinedload(WorkOrder.case)).where(_is_wanted(wanted, utc_now()))
    if wanted is Wanted.ENDED:
        return query.order_by(Appointment.window_starts_at.desc(), Appointment.id.desc())
    return query.order_by(Appointment.window_starts_at, Appointment.id)


def count_wanted() -> dict[Wanted, int]:
    """How many there are of each, but of what has ended."""
    now = utc_now()
    return {
        wanted: db.session.scalar(select(func.count()).select_from(Appointment).where(_is_wanted(wanted, now))) or 0
        for wanted in Wanted
        if wanted is not Wanted.ENDED
    }


def _is_wanted(wanted: Wanted, now: datetime) -> ColumnElement[bool]:
    status = Appointment.status
    if wanted is Wanted.TO_CALL:
        return Appointment.to_call != ""
    if wanted is Wanted.TO_CONFIRM:
        return status.in_((AppointmentStatus.OFFERED, AppointmentStatus.HELD))
    if wanted is Wanted.TO_MOVE:
        return status == AppointmentStatus.TO_MOVE
    if wanted is Wanted.ENDED:
        return status.in_((AppointmentStatus.KEPT, AppointmentStatus.NO_SHOW, AppointmentStatus.CANCELLED))
    zone = city_zone(the_city())
    today = local_date(now, zone)
    begin, end = day_start(today, zone), day_start(today + timedelta(days=1), zone)
    if wanted is Wanted.COMING:
        return (status == AppointmentStatus.CONFIRMED) & (Appointment.window_starts_at >= end)
    of_today = (AppointmentStatus.CONFIRMED, AppointmentStatus.KEPT, AppointmentStatus.NO_SHOW)
    # what nobody has said anything about since stays on the list
    return status.in_(of_today) & (Appointment.window_starts_at < end) & (
        (Appointment.window_starts_at >= begin) | (status == AppointmentStatus.CONFIRMED)
    )  # fmt: skip
