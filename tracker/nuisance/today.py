"""The day on which people act here: by the real clock, on the city's clocks."""

from datetime import date

from ..clock import local_date, utc_now
from ..places.city import city_zone, the_city


def city_today() -> date:
    """Today in the city; raises `NotFound` when no city is loaded."""
    return local_date(utc_now(), city_zone(the_city()))
