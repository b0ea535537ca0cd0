"""What becomes of an agreed time: kept, nobody was there, or the city cannot keep it. Every verb flushes.

For others: `keeps_window` says whether a booking would still keep what was agreed, `ask_to_move` that it cannot.
"""

from datetime import datetime

from ...clock import utc_now
from ...errors import Conflict
from ...extensions import db
from ...staff.models import User
from ..bookings.booking import cancel_booking, move_booking, standing_booking
from ..bookings.ending import could_not_do
from ..bookings.models import Booking
from ..orders.work_status import WorkStatus, check_change
from ..resources.models import CityResource
from .agreeing import end_appointment
from .finding import appointment_of
from .locking import drop_hold, lock_appointment, restore_bounds
from .log_words import agreed_window, say_window, tell_log
from .models import Appointment, AppointmentStatus
from .refusals import NotOpen

NOBODY_HOME = "Nobody was home."


def keeps_window(appointment: Appointment, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether work from `starts_at` to `ends_at` keeps what was agreed: it begins within the window.

    Where nothing is agreed, or it has to be moved anyway, everything does.
    """
    window = agreed_window(appointment)
    if appointment.status is not AppointmentStatus.CONFIRMED or window is None:
        return True
    return window.starts_at <= starts_at <= window.ends_at and starts_at < ends_at


def ask_to_move(
    appointment: Appointment, reason: str, actor: User | None = None, *, release: bool = True
) -> Appointment:  # fmt: skip
    """The city cannot keep the agreed time: the resident is told why and asked to choose anew.

    `reason` is read by her. The booking is given back, unless it stays for other work's sake (`release=False`). Where
    nothing was agreed yet only what is held is given back. Said twice, it is told once.
    """
    order = lock_appointment(appointment)
    if appointment.status is AppointmentStatus.TO_MOVE or not appointment.is_live:
        return appointment
    drop_hold(appointment, order)
    window = agreed_window(appointment)
    if appointment.status is not AppointmentStatus.CONFIRMED or window is None:
        db.session.flush()
        return appointment
    restore_bounds(appointment, order)
    appointment.status, appointment.reason, appointment.reminded_at = AppointmentStatus.TO_MOVE, reason, None
    standing = standing_booking(order)
    if standing is not None and release:
        cancel_booking(standing, actor, reason=reason or "The appointment could not be kept.")
    elif order.status is WorkStatus.CONFIRMED:
        check_change(order.status, WorkStatus.PLANNED)
        order.status = WorkStatus.PLANNED
    text = f"The appointment for «{order.title}» cannot be kept ({say_window(window)}). {reason}".strip()
    tell_log(appointment, "appointment_to_move", text, actor)
    return appointment


def move_out_of_window(
    booking: Booking, resource: CityResource, starts_at: datetime, actor: User, *, reason: str, seen: str = ""
) -> Booking:
    """Move a booking although a resident was promised another time: she is told why, and asked to choose anew.

    Raises as `move_booking` does; then nothing has changed once the caller has rolled back.
    """
    appointment = appointment_of(booking.work_order)
    if appointment is not None:
        ask_to_move(appointment, reason, actor, release=False)
    return move_booking(booking, resource, starts_at, actor, seen=seen)


def record_kept(appointment: Appointment, actor: User | None) -> Appointment:
    """Somebody came in the window, and the resident was there. Said twice, it changes nothing."""
    lock_appointment(appointment)
    if appointment.status is AppointmentStatus.KEPT:
        return appointment
    _check_has_begun(appointment)
    come_to_keep(appointment, actor)
    return appointment


def record_no_show(appointment: Appointment, actor: User | None) -> Appointment:
    """A crew came in the window and nobody was there: the work could not be done. Said twice, it changes nothing."""
    order = lock_appointment(appointment)
    if appointment.status is AppointmentStatus.NO_SHOW:
        return appointment
    _check_has_begun(appointment)
    if order.status is WorkStatus.DONE:
        raise Conflict("This work is done, so somebody was there. Take «done» back first.")
    come_in_vain(appointment, actor)
    if order.status.is_open:
        could_not_do(order, actor, reason=NOBODY_HOME)
    return appointment


def come_to_keep(appointment: Appointment, actor: User | None) -> None:
    """The same as the crew says it, who was there, whatever the clock says."""
    order = lock_appointment(appointment)
    end_appointment(appointment, order, AppointmentStatus.KEPT)
    tell_log(appointment, "appointment_kept", f"The appointment for «{order.title}» was kept.", actor)


def come_in_vain(appointment: Appointment, actor: User | None) -> None:
    """Nobody was there, as the crew says it; what becomes of the work it says itself."""
    order = lock_appointment(appointment)
    end_appointment(appointment, order, AppointmentStatus.NO_SHOW)
    tell_log(appointment, "appointment_no_show", f"A crew came for «{order.title}», and nobody was there.", actor)


def note_called(appointment: Appointment, actor: User) -> Appointment:
    """Somebody has called her about what nothing else could tell her."""
    lock_appointment(appointment)
    if appointment.to_call:
        appointment.to_call = ""
        tell_log(appointment, "appointment_called", "The resident was called about the appointment.", actor)
    return appointment


def need_call(appointment: Appointment, about: str) -> None:
    """She has to be called: nothing else reaches her. Flushes."""
    appointment.to_call = about
    db.session.flush()


def _check_has_begun(appointment: Appointment) -> None:
    window = agreed_window(appointment)
    if appointment.status is not AppointmentStatus.CONFIRMED or window is None:
        raise NotOpen(f"This appointment is «{appointment.status.label}», so nobody was expected. Reload the page.")
    if utc_now() < window.starts_at:
        raise NotOpen(f"Its window has not begun yet: {say_window(window)}. Say it when somebody was there.")
