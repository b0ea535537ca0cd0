"""What the arguments of a question are held against."""

from ..places.city import city_zone, the_city
from ..published.facts import public_day, public_kinds
from ..published.within_centers import center_names
from .asking import Known


def what_is_known() -> Known:
    """The public services, the centers, the day as of which the public sees the city, and its clocks."""
    city = the_city()
    codes = [kind.service_code for kind in public_kinds().values()]
    return Known(codes, center_names(), public_day(city), city_zone(city))
