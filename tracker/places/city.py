"""The one city of this database: its clock and its plane."""

from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, SessionTransaction, make_transient_to_detached
from sqlalchemy.orm.attributes import instance_state

from ..change_marks import Kept, Marks, current_marks
from ..clock import local_date, utc_now
from ..database import only_reading
from ..errors import NotFound
from ..extensions import db
from .models import City
from .projection import Projection


def find_city(marks: Marks | None = None) -> City | None:
    """The city, or None before a profile was loaded. `marks` are those of this transaction, if known.

    Asked for once per transaction, as a page asks a dozen times, and of the database only when it has changed. Who
    may write gets an object of her own session; all who only read share the copy.
    """
    session = db.session()
    asked: tuple[SessionTransaction | None, City] | None = session.info.get("city")
    if asked is not None and asked[0] is session.get_transaction() and _serves(asked[1], session):
        return asked[1]
    city = _kept.get(marks or current_marks())
    if city is not None and not only_reading.get():
        city = session.merge(city, load=False)
    session.info["city"] = city and (session.get_transaction(), city)
    return city


def _serves(city: City, session: Session) -> bool:
    return not instance_state(city).expired and (only_reading.get() or city in session)


def _read_city() -> City | None:
    """A copy that belongs to no session."""
    row = db.session.execute(select(*City.__table__.columns).limit(1)).mappings().first()
    if row is None:
        return None
    city = City(**row)
    make_transient_to_detached(city)
    return city


_kept = Kept(_read_city)


def the_city() -> City:
    """The city; raises `NotFound` with the command to run when no profile was loaded yet."""
    city = find_city()
    if city is None:
        raise NotFound("No city is loaded yet. Run: flask --app tracker load-city FOLDER (or --preset NAME)")
    return city


def city_zone(city: City) -> ZoneInfo:
    """The city's time zone."""
    return ZoneInfo(city.time_zone)


def city_today() -> date:
    """The day of people's work and of what they have to do: now on the city's clocks, whatever its newest call says."""
    return local_date(utc_now(), city_zone(the_city()))


def city_projection(city: City) -> Projection:
    """The city's local plane."""
    return Projection(city.origin_lat, city.origin_long)


def is_in_bounds(city: City, lat: float, long: float) -> bool:
    """Whether a point in degrees lies within the city's bounds, edges included."""
    return city.south <= lat <= city.north and city.west <= long <= city.east
