"""An agreed time for the resident's own calendar."""

from flask_babel import gettext

from ..ical import Entry, Standing, write_calendar
from .models import Appointment
from .windows import Window


def invitation(appointment: Appointment, window: Window, city: str, place: str) -> bytes:
    """The window as one event; a later one of the same appointment replaces it."""
    agreed_at = appointment.confirmed_at or appointment.offered_at
    summary = gettext("%(city)s comes: %(what)s", city=city, what=appointment.order.title)
    entry = Entry(
        uid=f"{appointment.token_hash[:32]}@appointments", starts_at=window.starts_at, ends_at=window.ends_at,
        changed_at=agreed_at, sequence=int(agreed_at.timestamp()), standing=Standing.CONFIRMED, summary=summary,
        location=place,
    )  # fmt: skip
    return write_calendar(city, [entry])
