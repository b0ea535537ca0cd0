"""Sinks: positions that a geocoder uses as «don't know». A call on one is placed from its text or stays unlocated."""

from sqlalchemy import select

from ..change_marks import Kept, Marks, current_marks
from ..errors import Invalid
from ..extensions import db
from .city import city_projection, is_in_bounds, the_city
from .models import Sink


def sink_positions(marks: Marks | None = None) -> frozenset[tuple[int, int]]:
    """(x, y) of every sink, in decimetres of the city's plane; `marks` are those of this transaction, if known."""
    return _kept.get(marks or current_marks())


def _read_positions() -> frozenset[tuple[int, int]]:
    return frozenset((x, y) for x, y in db.session.execute(select(Sink.x_dm, Sink.y_dm)))


_kept = Kept(_read_positions)


def find_sink(x_dm: int, y_dm: int) -> Sink | None:
    """The sink at this very position, or None."""
    return db.session.scalars(select(Sink).where(Sink.x_dm == x_dm, Sink.y_dm == y_dm)).one_or_none()


def add_sink(lat: float, long: float, note: str = "") -> Sink:
    """Name a point (degrees) a sink; naming it again gives the one there is. Raises `Invalid` outside the city."""
    city = the_city()
    if not is_in_bounds(city, lat, long):
        raise Invalid(f"A sink at {lat}, {long} would lie outside {city.name}: check latitude and longitude.")
    x, y = city_projection(city).to_decimetres(lat, long)
    sink = find_sink(x, y)
    if sink is None:
        sink = Sink(lat=lat, long=long, x_dm=x, y_dm=y, note=note)
        db.session.add(sink)
        db.session.flush()
    return sink
