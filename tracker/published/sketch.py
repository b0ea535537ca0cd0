"""The streets around a masked place, drawn on the server: a picture that needs no script, and prints.

Drawn are the city's own streets, or the public points of its blocks where it has given no streets. Nothing that people
reported is on it; so what is drawn depends on the masked place alone.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import numpy as np
from flask import current_app
from numpy.typing import NDArray
from sqlalchemy import func, select

from ..cases.site_plan import Line, Point, Sheet, SitePlan, draw_plan
from ..clock import utc_now
from ..extensions import db
from ..places.city import city_projection
from ..places.models import City, PointKind, PublicPoint, Street
from .words import names_a_block

_FINE = (3_000, 100)
"""About a block or a crossing: half a sheet to north and south in decimetres, the ring around the point in meters."""
_COARSE = (8_000, 400)
"""The same about the point of a neighborhood or of a square."""
_LONGEST = timedelta(minutes=10)
_MOST_KEPT = 2_000
_LETTER_WIDTH, _LETTER_HEIGHT = 14, 30
"""What a letter of a street's name takes up of the sheet."""
_NEWEST = select(*(select(func.max(table.id)).scalar_subquery() for table in (Street, PublicPoint)))
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Lines:
    """Every street of the city in decimetres of its plane, with the box of each; and the points of blocks."""

    streets: list[tuple[str, list[Point]]]
    boxes: Ints
    """Shape (n, 4): west, south, east, north."""
    points: Ints
    """Shape (m, 2); empty where there are streets."""


@dataclass(slots=True)
class _Shelf:
    """The lines of one application, and the sketches made from them."""

    lines: _Lines | None = None
    version: tuple[Any, ...] = ()
    at: datetime | None = None
    sketches: dict[tuple[float, float, tuple[int, int]], SitePlan | None] = field(default_factory=dict)
    lock: Lock = field(default_factory=Lock)


def sketch_place(label: str, lat: float, long: float, city: City) -> SitePlan | None:
    """The sheet about a public point and its label; None where there is nothing to draw."""
    size = _FINE if names_a_block(label) else _COARSE
    shelf: _Shelf = current_app.extensions.setdefault("public-sketches", _Shelf())
    with shelf.lock:
        lines = _current_lines(shelf, city)
        if (lat, long, size) not in shelf.sketches:
            if len(shelf.sketches) >= _MOST_KEPT:
                shelf.sketches.clear()
            shelf.sketches[lat, long, size] = _draw(lines, city_projection(city).to_decimetres(lat, long), *size)
        return shelf.sketches[lat, long, size]


def _current_lines(shelf: _Shelf, city: City) -> _Lines:
    """Read anew when streets or points were added, and now and then in any case."""
    now = utc_now()
    found = db.session.connection().execute(_NEWEST).one()
    version = (*found, city.origin_lat, city.origin_long)
    if shelf.lines is None or shelf.at is None or version != shelf.version or abs(now - shelf.at) > _LONGEST:
        shelf.lines, shelf.version, shelf.at = _read_lines(city), version, now
        shelf.sketches.clear()
    return shelf.lines


def _read_lines(city: City) -> _Lines:
    project = city_projection(city).to_decimetres
    rows: Any = db.session.execute(select(Street.name, Street.geometry).order_by(Street.id))
    streets: list[tuple[str, list[Point]]] = [
        (name, [project(lat, long) for long, lat in geometry["coordinates"]]) for name, geometry in rows
    ]
    boxes = [
        (min(x for x, _ in points), min(y for _, y in points), max(x for x, _ in points), max(y for _, y in points))
        for _, points in streets
    ]
    points = np.zeros((0, 2), dtype=np.int64) if streets else _read_points(city)
    return _Lines(streets, np.array(boxes, dtype=np.int64).reshape(-1, 4), points)


def _read_points(city: City) -> Ints:
    fine = PublicPoint.kind.in_((PointKind.BLOCK, PointKind.INTERSECTION))
    rows = db.session.execute(select(PublicPoint.lat, PublicPoint.long).where(fine)).all()
    lat, long = np.array(rows, dtype=np.float64).reshape(-1, 2).T
    return np.column_stack(city_projection(city).many_to_decimetres(lat, long))


def _draw(lines: _Lines, middle: tuple[int, int], half_dm: int, about_m: int) -> SitePlan | None:
    sheet = Sheet(*middle, half_dm)
    half = np.array((sheet.half_width_dm, half_dm))
    near = (lines.boxes[:, :2] <= middle + half).all(axis=1) & (lines.boxes[:, 2:] >= middle - half).all(axis=1)
    streets = [lines.streets[number] for number in np.flatnonzero(near).tolist()]
    around = (np.abs(lines.points - np.array(middle)) <= half).all(axis=1)
    known = [(int(x), int(y)) for x, y in lines.points[around].tolist()]
    if not streets and not known:
        return None
    plan = draw_plan(sheet, about_m, (), known, streets)
    return replace(plan, lines=_with_room(plan.lines, (plan.width, plan.height)))


def _with_room(lines: list[Line], size: tuple[int, int]) -> list[Line]:
    """The same lines with names only where there is room in letters that a phone can show."""
    named: list[tuple[float, float, float]] = []
    kept = []
    for line in lines:
        at, half = line.label_at, _LETTER_WIDTH * len(line.name) / 2
        if at is not None and _has_room(at, half, named, size):
            named.append((*at, half))
        else:
            at = None
        kept.append(replace(line, label_at=at))
    return kept


def _has_room(at: Point, half: float, named: list[tuple[float, float, float]], size: tuple[int, int]) -> bool:
    x, y = at
    inside = half < x < size[0] - half and 2 * _LETTER_HEIGHT < y < size[1] - 2 * _LETTER_HEIGHT
    in_ring = abs(x - size[0] / 2) < half + _LETTER_HEIGHT and abs(y - size[1] / 2) < 2 * _LETTER_HEIGHT
    free = all(abs(y - top) >= _LETTER_HEIGHT or abs(x - left) >= half + other for left, top, other in named)
    return inside and not in_ring and free
