"""The city itself, its areas, sinks and streets."""

from collections.abc import Sequence

from shapely.geometry import shape
from sqlalchemy import delete, insert, select

from ...calls.models import ServiceRequest
from ...errors import Conflict
from ...extensions import db
from ...places.addresses import street_key
from ...places.city import find_city
from ...places.models import Address, Area, AreaKind, City, Sink, Street
from ...places.projection import Projection
from ..checks import check_same_city
from ..contents import AreaFacts, CityFacts, SinkFacts, StreetFacts
from ..polygons import refuse_overlaps


def load_city(facts: CityFacts) -> City:
    """The city's row, made or brought up to date."""
    city = find_city()
    check_same_city(city.slug if city else None, facts.slug)
    if city is None:
        city = City(slug=facts.slug)
        db.session.add(city)
    else:
        _keep_what_calls_stand_on(city, facts)
    city.name, city.time_zone, city.localities = facts.name, facts.time_zone, list(facts.localities)
    city.origin_lat, city.origin_long = facts.origin_lat, facts.origin_long
    city.phone_prefix, bounds = facts.phone_prefix, facts.bounds
    city.jurisdiction_id, city.contact = facts.jurisdiction_id, facts.contact
    city.data_license = facts.data_license
    city.south, city.west, city.north, city.east = bounds.south, bounds.west, bounds.north, bounds.east
    db.session.flush()
    return city


def _keep_what_calls_stand_on(city: City, facts: CityFacts) -> None:
    """Positions count from the origin, and days from the time zone: neither moves under calls or addresses."""
    moved = (city.origin_lat, city.origin_long) != (facts.origin_lat, facts.origin_long)
    for model, what in ((ServiceRequest, "calls"), (Address, "addresses")):
        if moved and db.session.scalar(select(model.id).limit(1)) is not None:
            raise Conflict(
                f"city.toml: the origin of {city.name} cannot change once {what} are measured from it. "
                f"Keep lat = {city.origin_lat} and long = {city.origin_long}, or use a new instance"
            )
    if moved:
        db.session.execute(delete(Sink))  # the profile brings them again, measured anew
    if city.time_zone != facts.time_zone and db.session.scalar(select(ServiceRequest.id).limit(1)) is not None:
        raise Conflict(
            f"city.toml: the time zone of {city.name} cannot change once calls are loaded. "
            f'Keep "{city.time_zone}", or load the city into a new instance'
        )


def load_areas(areas: Sequence[AreaFacts]) -> int:
    """Insert or update areas by kind and code; raises `ProfileError` when one overlaps a center that stays."""
    existing = {(area.kind, area.code): area for area in db.session.scalars(select(Area))}
    for facts in areas:
        area = existing.get((facts.kind, facts.code))
        if area is None:
            area = existing[facts.kind, facts.code] = Area(kind=facts.kind, code=facts.code)
            db.session.add(area)
        area.name, area.geometry = facts.name, facts.geometry
        area.point_lat, area.point_long = facts.point_lat, facts.point_long
    if areas:
        stay = [area for (kind, _), area in existing.items() if kind is AreaKind.SERVICE_CENTER]
        centers = [(area.code, shape(area.geometry)) for area in stay]
        refuse_overlaps(centers, "areas.geojson, with the centers loaded before")
    db.session.flush()
    return len(areas)


def load_sinks(sinks: Sequence[SinkFacts], plane: Projection) -> int:
    """Insert sinks or update their notes; one is the same when it lies on the same decimetre."""
    existing = {(sink.x_dm, sink.y_dm): sink for sink in db.session.scalars(select(Sink))}
    for facts in sinks:
        place = plane.to_decimetres(facts.lat, facts.long)
        sink = existing.get(place)
        if sink is None:
            sink = existing[place] = Sink(lat=facts.lat, long=facts.long, x_dm=place[0], y_dm=place[1])
            db.session.add(sink)
        sink.note = facts.note
    return len(sinks)


def load_streets(streets: Sequence[StreetFacts] | None) -> int:
    """Replace the city's streets; None leaves them."""
    if streets is None:
        return 0
    db.session.execute(delete(Street))
    rows = [
        {
            "name": street.name,
            "key": street_key(street.name)[:120],
            "from_number": street.from_number,
            "to_number": street.to_number,
            "priority": street.priority,
            "geometry": {"type": "LineString", "coordinates": [list(point) for point in street.coordinates]},
        }
        for street in streets
    ]
    if rows:
        db.session.execute(insert(Street), rows)
    return len(rows)
