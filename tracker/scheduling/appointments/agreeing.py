"""Agree upon a time with a resident: offer, confirm, cancel. Every verb flushes, never commits, and tells the log.

The case's log says which window, never who: name, phone and e-mail stand on the appointment alone.
"""

import secrets

from ...clock import utc_now
from ...config import Settings
from ...errors import Conflict, Invalid
from ...extensions import db
from ...places.city import city_zone, the_city
from ...secret_links import hash_of, secret_of
from ...staff.models import User
from ..bookings.booking import cancel_booking, give_back, release_booking, standing_booking
from ..bookings.ending import request_again
from ..bookings.taking_time import check_time
from ..bookings.waiting import booked_too_early, check_firsts, lock_with_neighbors
from ..bookings.weather import check_weather, hold_weather
from ..orders.models import WorkOrder
from ..orders.work_status import WorkStatus, check_change
from .contacting import Resident
from .finding import appointment_of
from .locking import (
    bounds_of,
    check_changeable,
    check_in_time,
    drop_hold,
    find_held,
    held_booking,
    lock_appointment,
    restore_bounds,
)
from .log_words import held_window, say_window, tell_log
from .models import Appointment, AppointmentStatus
from .refusals import HoldOver
from .reminder_times import reminder_at
from .room import begins_in
from .windows import Window


def offer_appointment(
    order: WorkOrder, resident: Resident, actor: User, settings: Settings, *, on_phone: bool = False, key: str = ""
) -> Appointment:
    """Ask a resident to choose a time; work that could not be done is asked for again first.

    `on_phone`: she is on the line, so that nothing has to be sent to her. Raises `Conflict` when an appointment stands
    already or the work is under way or over.
    """
    lock_with_neighbors(order)
    if appointment_of(order) is not None:
        raise Conflict("There is an appointment for this work already. Change that one.")
    if order.status is WorkStatus.NOT_DONE:
        request_again(order, actor)
    if order.status.is_under_way or not order.status.is_open:
        raise Conflict(f"This work order is «{order.status.label}», so there is no time to agree upon.")
    appointment = Appointment(
        order=order, status=AppointmentStatus.OFFERED, offered_by_id=actor.id, token_hash=hash_of(secrets.token_hex()),
        name=resident.name, email=resident.email, phone=resident.phone, language=resident.language, note=resident.note,
    )  # fmt: skip
    db.session.add(appointment)
    db.session.flush()
    appointment.token_hash = hash_of(secret_of(settings.secret_key, "appointment", appointment.id))
    text = f"A time for «{order.title}» is agreed upon with a resident."
    tell_log(appointment, "appointment_offered", text, actor, on_phone=on_phone, key=key)
    return appointment


def confirm_appointment(
    appointment: Appointment, actor: User | None, settings: Settings, *, on_phone: bool = False
) -> Appointment:
    """What is held is agreed: it is booked, what was agreed before is given back. Sent twice, it changes nothing.

    Raises `HoldOver` when the time went to somebody else meanwhile, or nothing can be done then any more; nobody wanted
    it, she may still have it. What waits for the work and would begin before its new end gives its time back.
    """
    hold_weather()
    lock_with_neighbors(appointment.order)
    order = lock_appointment(appointment)
    if appointment.held_starts_at is None and appointment.status is AppointmentStatus.CONFIRMED:
        return appointment
    check_changeable(appointment, order)
    if actor is None:
        check_in_time(appointment, settings)
    window = held_window(appointment)
    if window is None:
        raise HoldOver("No window is held. Choose one first.")
    is_first = appointment.window_starts_at is None
    _book_held(order, window, actor)
    appointment.order_earliest_at, appointment.order_latest_at = bounds_of(appointment)
    order.earliest_at, order.latest_at = window.starts_at, window.ends_at
    appointment.window_starts_at, appointment.window_ends_at = window.starts_at, window.ends_at
    appointment.held_starts_at = appointment.held_ends_at = None
    appointment.status, appointment.confirmed_at, appointment.reason = AppointmentStatus.CONFIRMED, utc_now(), ""
    is_soon = utc_now() >= reminder_at(window.starts_at, city_zone(the_city()), settings.reminder_hour)
    appointment.reminded_at = utc_now() if is_soon else None  # it is told now anyway
    verb = "appointment_confirmed" if is_first else "appointment_changed"
    text = f"Agreed with the resident for «{order.title}»: {say_window(window)}."
    tell_log(appointment, verb, text, actor, on_phone=on_phone)
    return appointment


def cancel_appointment(
    appointment: Appointment, actor: User | None, settings: Settings, *, word: str = "", on_phone: bool = False
) -> Appointment:
    """Nobody has to come at that time: the time is given back and the work waits to be planned anew.

    `word` is why, in the words of whoever cancels; it is kept with the appointment and not in the log.
    """
    order = lock_appointment(appointment)
    if appointment.status is AppointmentStatus.CANCELLED:
        return appointment
    check_changeable(appointment, order)
    if actor is None:
        check_in_time(appointment, settings)
    who, was_agreed = "The city" if actor else "The resident", appointment.status is AppointmentStatus.CONFIRMED
    end_appointment(appointment, order, AppointmentStatus.CANCELLED)
    appointment.reason = word
    standing = standing_booking(order)
    if standing is not None and was_agreed:
        cancel_booking(standing, actor, reason=f"{who} cancelled the appointment.")
    text = f"{who} cancelled the appointment for «{order.title}»."
    tell_log(appointment, "appointment_cancelled", text, actor, on_phone=on_phone, by_city=actor is not None)
    return appointment


def end_appointment(appointment: Appointment, order: WorkOrder, status: AppointmentStatus) -> None:
    """It is over: nothing is held or promised any more. The order is locked."""
    drop_hold(appointment, order)
    restore_bounds(appointment, order)
    appointment.status, appointment.ended_at = status, utc_now()
    if status is not AppointmentStatus.CANCELLED:
        appointment.to_call = ""
    db.session.flush()


def _book_held(order: WorkOrder, window: Window, actor: User | None) -> None:
    """Book what is held and give back what stood before; raises `HoldOver` when the window is not ours any more."""
    _check_still_possible(order)
    held, standing = held_booking(order), standing_booking(order)
    if held is not None and (held.starts_at <= utc_now() or not begins_in(held, window)):
        raise HoldOver("That time is past. Choose another window.")
    if held is None and (standing is None or not begins_in(standing, window)):
        raise HoldOver("The time was held until somebody else wanted it, and is gone. Choose another window.")
    if order.status is WorkStatus.NOT_DONE:
        request_again(order, actor)
    if held is not None:
        if standing is not None:
            release_booking(standing)
        held.held_until, held.booked_at = None, utc_now()
        held.booked_by_id, held.reason = actor.id if actor else None, "Agreed with the resident."
    for status in (WorkStatus.PLANNED, WorkStatus.CONFIRMED):
        if order.status not in (status, WorkStatus.CONFIRMED):
            check_change(order.status, status)
            order.status = status
    order.reason = ""
    db.session.flush()
    if held is not None:
        for early in booked_too_early(order, held.ends_at):
            give_back(early, actor, reason=f"It waits for «{order.title}», for which another time was agreed.")


def _check_still_possible(order: WorkOrder) -> None:
    """Raise `HoldOver`, in words, when what is held could not be booked now: a storm, work before it, a crew off.

    It locks resources, so it comes before the booking is locked.
    """
    held = find_held(order)
    if held is None:
        return
    try:
        check_weather(order.all_skills, held.starts_at, held.ends_at)
        check_firsts(order, held.starts_at)
        check_time(held.resource, held.starts_at, held.ends_at, own_id=held.id)
    except (Conflict, Invalid) as refusal:
        raise HoldOver(str(refusal)) from refusal
