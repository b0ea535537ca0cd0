"""Small cities in decimetres: houses, intersections and areas where a test wants them."""

from typing import Any

from tests.factories import make_address, make_area
from tracker.places.addresses import normalize_address
from tracker.places.city import city_projection, the_city
from tracker.places.models import Address, AddressSource, Area, AreaKind


def put_address(text: str, x_dm: int, y_dm: int = 0, source: AddressSource = AddressSource.POINT) -> Address:
    """A known address at a point of the city's plane, its columns as the gazetteer would fill them."""
    address = normalize_address(text)
    lat, long = degrees(x_dm, y_dm)
    return make_address(key=address.key, display=address.display, number=address.number, street_key=address.street,
                        lat=lat, long=long, source=source)  # fmt: skip


def put_block(street: str, hundred: int, houses: int, *, x_dm: int = 0, y_dm: int = 0) -> list[Address]:
    """`houses` neighboring houses of a hundred block, 15 m apart, on one line."""
    return [put_address(f"{hundred + 2 * i + 1} {street}", x_dm + 150 * i, y_dm) for i in range(houses)]


def put_neighborhood(name: str, west: int, east: int, *, code: str = "n1", reach: int = 20_000) -> Area:
    """A neighborhood between two lines (x in decimetres) that reaches far to the north and south."""
    corners = [(west, -reach), (east, -reach), (east, reach), (west, reach), (west, -reach)]
    ring = [[long, lat] for lat, long in (degrees(x, y) for x, y in corners)]
    lat, long = degrees((west + east) // 2, 0)
    geometry: dict[str, Any] = {"type": "Polygon", "coordinates": [ring]}
    return make_area(
        kind=AreaKind.NEIGHBORHOOD, code=code, name=name, geometry=geometry, point_lat=lat, point_long=long
    )


def degrees(x_dm: float, y_dm: float) -> tuple[float, float]:
    """(lat, long) of a point of the city's plane."""
    return city_projection(the_city()).to_degrees(x_dm, y_dm)
