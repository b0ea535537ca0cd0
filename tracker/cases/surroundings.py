"""What lies around on a plan: known addresses and the streets that they lie on."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from ..extensions import db
from ..places.city import city_projection
from ..places.models import Address, City, Street
from ..places.projection import cells_around
from .site_plan import Point, Sheet

_KNOWN_SHOWN = 400
_SEGMENTS = 3_000
_WIDE_DM = 8_000
"""A sheet that is wider than that to either side shows streets about its spots only, and no single address."""
_ABOUT_DM, _SPOTS, _STREETS = 1_000, 20, 60

Streets = list[tuple[str, list[Point]]]


def surroundings(
    sheet: Sheet, city: City, spots: Sequence[tuple[int, int]] = ()
) -> tuple[list[tuple[int, int]], Streets]:
    """The known addresses on a sheet, and the streets about them as named lines; both in decimetres of the plane.

    On a wide sheet these are the streets about `spots`, and no addresses.
    """
    if sheet.half_width_dm > _WIDE_DM:
        return [], _streets_on(_keys_about(spots), city)
    known, keys = _addresses_on(sheet)
    return known, _streets_on(keys, city)


def _addresses_on(sheet: Sheet) -> tuple[list[tuple[int, int]], set[str]]:
    cells = cells_around(sheet.x_dm, sheet.y_dm, min(round(sheet.half_width_dm), 10_000))
    query = select(Address.x_dm, Address.y_dm, Address.street_key, Address.key).where(
        Address.cell.in_(cells),
        Address.x_dm.between(sheet.x_dm - sheet.half_width_dm, sheet.x_dm + sheet.half_width_dm),
        Address.y_dm.between(sheet.y_dm - sheet.half_dm, sheet.y_dm + sheet.half_dm),
    )
    rows = list(db.session.execute(query.limit(_KNOWN_SHOWN)))
    keys = {side for row in rows for side in (row.street_key, *row.key.split(" & ")) if side}
    return [(row.x_dm, row.y_dm) for row in rows], keys


def _keys_about(spots: Sequence[tuple[int, int]]) -> set[str]:
    cells = {cell for x, y in spots[:_SPOTS] for cell in cells_around(x, y, _ABOUT_DM)}
    query = select(Address.street_key).where(Address.cell.in_(cells), Address.street_key.is_not(None)).distinct()
    return {key for key in db.session.scalars(query.limit(_STREETS)) if key}


def _streets_on(keys: set[str], city: City) -> Streets:
    """The streets that the addresses around lie on, as lines of the city's plane."""
    if not keys:
        return []
    projection = city_projection(city)
    query = select(Street.name, Street.geometry).where(Street.key.in_(sorted(keys))).limit(_SEGMENTS)
    return [
        (name, [projection.to_decimetres(lat, long) for long, lat in _coordinates(geometry)])
        for name, geometry in db.session.execute(query)
    ]


def _coordinates(geometry: dict[str, Any]) -> list[list[float]]:
    points: list[list[float]] = geometry["coordinates"]
    return points
