"""The scheduling floor's pages share one blueprint; its views are in the `*_views.py` files beside it."""

from datetime import datetime

from flask import Blueprint

from ..places.city import city_zone, the_city
from .bookings.conflicts import say_span
from .bookings.models import Booking

blueprint = Blueprint("scheduling", __name__, url_prefix="/staff")


@blueprint.app_template_global()
def booking_time(booking: Booking) -> str:
    """When a booking is, on the city's clocks, for templates."""
    return say_span(booking.starts_at, booking.ends_at, city_zone(the_city()))


@blueprint.app_template_global()
def city_time(instant: datetime) -> str:
    """An instant on the city's clocks: «24 Nov 2026, 09:00»."""
    return f"{instant.astimezone(city_zone(the_city())):%d %b %Y, %H:%M}"
