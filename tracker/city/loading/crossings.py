"""Crossings: where segments of differently named streets end at one point, an intersection is a known place."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from ...places.addresses import AddressKind, normalize_address, street_key
from ...places.models import AddressSource
from ...places.projection import Projection
from ..contents import CityFacts, StreetFacts
from .addresses import position_columns, store_addresses

SNAP_DM = 10
"""Ends within the same metre of the plane's grid meet: maps round their last digit differently."""


def load_crossings(streets: Sequence[StreetFacts], city: CityFacts) -> int:
    """Insert or update the intersections of the streets; returns how many there are."""
    return store_addresses(_crossing_rows(streets, city))


def find_crossings(streets: Sequence[StreetFacts], plane: Projection) -> Iterator[tuple[str, str, float, float]]:
    """(street name, other street name, lat, long) for each pair of differently named streets that share an end."""
    ends: dict[tuple[int, int], dict[str, tuple[str, float, float]]] = defaultdict(dict)
    for street in streets:
        key = street_key(street.name)
        for long, lat in (street.coordinates[0], street.coordinates[-1]):
            x_dm, y_dm = plane.to_decimetres(lat, long)
            ends[round(x_dm / SNAP_DM), round(y_dm / SNAP_DM)].setdefault(key, (street.name, lat, long))
    for meeting in ends.values():
        for (name, lat, long), (other, _, _) in combinations(meeting.values(), 2):
            yield name, other, lat, long


def _crossing_rows(streets: Sequence[StreetFacts], city: CityFacts) -> Iterator[dict[str, Any]]:
    plane = Projection(city.origin_lat, city.origin_long)
    localities = frozenset(city.localities)
    for name, other, lat, long in find_crossings(streets, plane):
        place = normalize_address(f"{name} & {other}", localities=localities)
        if place.kind is AddressKind.INTERSECTION and len(place.key) <= 200 and len(place.street) <= 120:
            yield {
                "key": place.key,
                "display": place.display,
                "number": None,
                "street_key": place.street,
                "zipcode": "",
                "source": AddressSource.STREET,
                **position_columns(plane, lat, long),
            }
