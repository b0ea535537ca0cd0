"""The one city of this database: its clock and its plane."""

from zoneinfo import ZoneInfo

from sqlalchemy import select

from ..errors import NotFound
from ..extensions import db
from .models import City
from .projection import Projection


def find_city() -> City | None:
    """The city, or None before a profile was loaded. Asked for once per session: a page asks a dozen times."""
    session = db.session()
    city: City | None = session.info.get("city")  # held, or the session would forget it between two questions
    if city is None or city not in session:
        city = session.scalars(select(City).limit(1)).first()
        session.info["city"] = city
    return city


def the_city() -> City:
    """The city; raises `NotFound` with the command to run when no profile was loaded yet."""
    city = find_city()
    if city is None:
        raise NotFound("No city is loaded yet. Run: flask --app tracker load-city FOLDER (or --preset NAME)")
    return city


def city_zone(city: City) -> ZoneInfo:
    """The city's time zone."""
    return ZoneInfo(city.time_zone)


def city_projection(city: City) -> Projection:
    """The city's local plane."""
    return Projection(city.origin_lat, city.origin_long)


def is_in_bounds(city: City, lat: float, long: float) -> bool:
    """Whether a point in degrees lies within the city's bounds, edges included."""
    return city.south <= lat <= city.north and city.west <= long <= city.east
