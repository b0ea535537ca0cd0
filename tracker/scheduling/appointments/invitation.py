"""An agreed time for the resident's own calendar, as iCalendar."""

from flask_babel import gettext
from icalendar import Calendar, Event

from .models import Appointment
from .windows import Window


def invitation(appointment: Appointment, window: Window, city: str, place: str) -> bytes:
    """The window as one event; a later one of the same appointment replaces it."""
    event = Event()
    event.add("uid", f"{appointment.token_hash[:32]}@appointments")
    event.add("dtstamp", appointment.confirmed_at or appointment.offered_at)
    event.add("sequence", int((appointment.confirmed_at or appointment.offered_at).timestamp()))
    event.add("dtstart", window.starts_at)
    event.add("dtend", window.ends_at)
    event.add("summary", gettext("%(city)s comes: %(what)s", city=city, what=appointment.order.title))
    if place:
        event.add("location", place)
    calendar = Calendar()
    calendar.add("prodid", "-//Neighborhood Case Tracker//Appointments//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
