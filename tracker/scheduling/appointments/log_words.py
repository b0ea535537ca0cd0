"""What the case's log says of an appointment: which window, and never who."""

from collections.abc import Iterable
from datetime import datetime

from ...clock import local_date
from ...places.city import city_zone, the_city
from ...staff.models import User
from ..bookings.conflicts import say_span
from ..orders.ordering import say_of_order
from .models import Appointment, AppointmentStatus
from .windows import Window


def held_window(appointment: Appointment) -> Window | None:
    """The window that is held; None when none is."""
    return _window(appointment.held_starts_at, appointment.held_ends_at)


def agreed_window(appointment: Appointment) -> Window | None:
    """The window that was agreed last; None when none was."""
    return _window(appointment.window_starts_at, appointment.window_ends_at)


def other_windows(appointment: Appointment, windows: Iterable[Window]) -> list[Window]:
    """The windows but for the one that is held or agreed already."""
    own = {appointment.held_starts_at}
    if appointment.status is AppointmentStatus.CONFIRMED:
        own.add(appointment.window_starts_at)
    return [window for window in windows if window.starts_at not in own]


def _window(starts_at: datetime | None, ends_at: datetime | None) -> Window | None:
    if starts_at is None or ends_at is None:
        return None
    return Window(local_date(starts_at, city_zone(the_city())), starts_at, ends_at)


def say_window(window: Window) -> str:
    """«Tue 16 Jun 2026, 08:00 to 10:00»."""
    return say_span(window.starts_at, window.ends_at, city_zone(the_city()))


def tell_log(appointment: Appointment, verb: str, text: str, actor: User | None, **data: object) -> None:
    """Append to the case's log what happened, with the window: whoever tells the resident reads it there."""
    window = agreed_window(appointment)
    told = {"starts_at": window.starts_at.isoformat(), "ends_at": window.ends_at.isoformat()} if window else {}
    say_of_order(appointment.order, verb, text, actor, appointment_id=appointment.id, **told, **data)
