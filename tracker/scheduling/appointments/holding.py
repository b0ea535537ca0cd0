"""Hold a window for a resident while she decides. Every verb flushes and never commits."""

from datetime import datetime, timedelta

from ...clock import utc_now
from ...config import Settings
from ...errors import Conflict, Invalid
from ...extensions import db
from ...staff.models import User
from ..bookings.booking import end_of, standing_booking
from ..bookings.locking import lock_row
from ..bookings.models import Booking
from ..bookings.taking_time import check_time, parts_of, take_time
from ..orders.models import WorkOrder
from ..resources.models import CityResource
from .locking import bounds_of, check_changeable, check_in_time, drop_hold, find_held, held_booking, lock_appointment
from .log_words import say_window, tell_log
from .models import Appointment, AppointmentStatus
from .refusals import WindowTaken
from .room import begins_in, offered_windows, opening_of, openings_in, window_at
from .windows import Window

MOST_TRIED = 8
"""So many resources are tried for a window before it counts as taken."""
_NOT_OFFERED = "That window is not offered any more. Choose another."
_TAKEN = "Somebody else has just taken that time. Choose another window."


def hold_window(
    appointment: Appointment, starts_at: datetime, actor: User | None, settings: Settings
) -> Appointment:  # fmt: skip
    """Keep the window that begins at `starts_at` free for her while she decides; what was agreed before still stands.

    Without `actor` the resident herself chooses, of what her page offers her now. Raises `WindowTaken` when nobody has
    room in it any more.
    """
    order = lock_appointment(appointment)
    check_changeable(appointment, order)
    if actor is None:
        check_in_time(appointment, settings)
    window = window_at(starts_at, settings)
    if window is None or window.starts_at < utc_now():
        raise WindowTaken(_NOT_OFFERED)
    if actor is None and window not in offered_windows(order, settings, bounds_of(appointment)).windows:
        raise WindowTaken(_NOT_OFFERED)
    _keep_free(appointment, order, window, settings)
    appointment.held_starts_at, appointment.held_ends_at = window.starts_at, window.ends_at
    if appointment.status is AppointmentStatus.OFFERED:
        appointment.status = AppointmentStatus.HELD
    text = f"A window is held for «{order.title}»: {say_window(window)}."
    tell_log(appointment, "appointment_held", text, actor)
    return appointment


def release_hold(appointment: Appointment, actor: User | None) -> Appointment:
    """Give back what is held; what was agreed before stands."""
    order = lock_appointment(appointment)
    check_changeable(appointment, order)
    drop_hold(appointment, order)
    db.session.flush()
    return appointment


def _keep_free(appointment: Appointment, order: WorkOrder, window: Window, settings: Settings) -> None:
    """See to it that somebody has time in the window: by the booking that stands, what is held, or a new hold."""
    held, standing = find_held(order), standing_booking(order)
    if standing is not None and begins_in(standing, window):
        drop_hold(appointment, order)
        return
    if held is not None and held.held_until is not None and held.held_until > utc_now() and begins_in(held, window):
        return
    for _, resource in openings_in(order, window, bounds_of(appointment))[:MOST_TRIED]:
        if _hold_with(appointment, order, resource, window, settings):
            return
    raise WindowTaken(_TAKEN)


def _hold_with(
    appointment: Appointment, order: WorkOrder, resource: CityResource, window: Window, settings: Settings
) -> bool:
    """Hold the resource's time; False when it has none any more.

    It is locked before its day is read anew: nobody can put in a stop meanwhile from which the way would be too long.
    """
    until = utc_now() + timedelta(minutes=settings.hold_minutes)
    try:
        with db.session.begin_nested():
            for part in parts_of(resource):
                lock_row(part)
            opening = opening_of(order, resource, window, bounds_of(appointment))
            if opening is None:
                raise WindowTaken(_TAKEN)
            held, ends_at = held_booking(order), end_of(opening.starts_at, order.minutes)
            check_time(resource, opening.starts_at, ends_at, own_id=held.id if held else None)
            booking = held or Booking(work_order_id=order.id, reason="Held for a resident.")
            booking.held_until = until
            take_time(booking, resource, opening.starts_at, ends_at)
    except (Conflict, Invalid):
        return False
    return True
