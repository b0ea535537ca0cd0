"""Read `streets.geojson`: street segments as lines with the house numbers along them."""

from pathlib import Path
from typing import Any

from ..errors import ProfileError
from .checks import check_inside
from .contents import Bounds, StreetFacts
from .entries import read_properties
from .keys import STREET
from .reading import read_features, shown


def read_streets(path: Path, bounds: Bounds) -> tuple[StreetFacts, ...]:
    """The segments of the file, checked. Raises `ProfileError` that names the feature."""
    return tuple(
        _read_street(f"{path.name}: feature {number} ({shown(properties.get('name'))})", properties, geometry, bounds)
        for number, (properties, geometry) in enumerate(read_features(path), 1)
    )


def _read_street(where: str, properties: dict[str, Any], geometry: dict[str, Any], bounds: Bounds) -> StreetFacts:
    values = read_properties(properties, STREET, where)
    first, last = values["from_number"], values["to_number"]
    if (first is None) != (last is None):
        raise ProfileError(f"{where}: give both from_number and to_number, or neither")
    if first is not None and first > last:
        raise ProfileError(f"{where}: from_number {first} is more than to_number {last}; exchange them")
    if geometry.get("type") != "LineString":
        raise ProfileError(f"{where}: is a {shown(geometry.get('type'))}; a street segment is a LineString")
    return StreetFacts(coordinates=_read_line(geometry.get("coordinates"), bounds, where), **values)


def _read_line(coordinates: object, bounds: Bounds, where: str) -> tuple[tuple[float, float], ...]:
    if not isinstance(coordinates, list) or len(coordinates) < 2:
        raise ProfileError(f"{where}: a line has at least two points")
    line = tuple(_read_point(point, where) for point in coordinates)
    for long, lat in line:
        check_inside(lat, long, bounds, where)
    return line


def _read_point(point: object, where: str) -> tuple[float, float]:
    if not isinstance(point, list) or len(point) < 2:
        raise ProfileError(f"{where}: {shown(point)} is no point; GeoJSON wants [longitude, latitude]")
    long, lat = point[:2]
    for part in (long, lat):
        if isinstance(part, bool) or not isinstance(part, int | float) or not abs(part) <= 180:
            raise ProfileError(f"{where}: {shown(point)} is no point in degrees; GeoJSON wants [longitude, latitude]")
    return float(long), float(lat)
