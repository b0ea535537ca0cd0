"""Which area a point lies in: prepared polygons behind bounding boxes, for one point and for millions."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape
from sqlalchemy import select

from ..change_marks import Kept, Marks, current_marks
from ..extensions import db
from .models import Area, AreaKind

Floats = NDArray[np.float64]
_FEW = 5


@dataclass(frozen=True, slots=True)
class NamedArea:
    """An area as people know it, with the point (degrees) that stands for it in public."""

    id: int
    code: str
    name: str
    lat: float
    long: float


@dataclass(frozen=True, slots=True)
class AreaIndex:
    """The polygons of one kind, in the order of their codes."""

    areas: tuple[NamedArea, ...]
    polygons: tuple[shapely.Geometry, ...]
    boxes: tuple[tuple[float, float, float, float], ...]
    """West, south, east and north of each polygon."""

    @classmethod
    def load(cls, kind: AreaKind, marks: Marks | None = None) -> "AreaIndex":
        """The index of the areas as they stand in the database; `marks` are those of this transaction, if known."""
        return _indexes[kind].get(marks or current_marks())

    def locate(self, lat: Floats, long: Floats) -> NDArray[np.int64]:
        """The id of the area that holds each point, 0 for none; degrees, shape (n,) in and out.

        A point on a border belongs to every area that touches it; of several the lowest code wins.
        """
        if len(lat) <= _FEW:
            return np.array(self.locate_each(lat.tolist(), long.tolist()), dtype=np.int64)
        found = np.zeros(len(lat), dtype=np.int64)
        for area, polygon, (west, south, east, north) in zip(self.areas, self.polygons, self.boxes, strict=True):
            near = np.flatnonzero((found == 0) & (lat >= south) & (lat <= north) & (long >= west) & (long <= east))
            if near.size:
                found[near[shapely.intersects_xy(polygon, long[near], lat[near])]] = area.id
        return found

    def locate_each(self, lat: Sequence[float], long: Sequence[float]) -> list[int]:
        """The same for lists: of a few points without arrays, which would cost ten times as much."""
        if len(lat) > _FEW:
            found: list[int] = self.locate(np.array(lat), np.array(long)).tolist()
            return found
        return [self.locate_one(*point) for point in zip(lat, long, strict=True)]

    def locate_one(self, lat: float, long: float) -> int:
        """The same for one point."""
        for area, polygon, (west, south, east, north) in zip(self.areas, self.polygons, self.boxes, strict=True):
            if south <= lat <= north and west <= long <= east and shapely.intersects_xy(polygon, long, lat):
                return area.id
        return 0

    def find(self, area_id: int) -> NamedArea | None:
        """The area with this id, or None."""
        return next((area for area in self.areas if area.id == area_id), None)


def _reader(kind: AreaKind) -> Callable[[], AreaIndex]:
    return lambda: _build(kind)


def _build(kind: AreaKind) -> AreaIndex:
    rows = sorted(db.session.scalars(select(Area).where(Area.kind == kind)), key=lambda area: area.code)
    polygons = tuple(shape(area.geometry) for area in rows)
    for polygon in polygons:
        shapely.prepare(polygon)
    named = tuple(NamedArea(row.id, row.code, row.name, row.point_lat, row.point_long) for row in rows)
    return AreaIndex(named, polygons, tuple(polygon.bounds for polygon in polygons))


_indexes = {kind: Kept(_reader(kind)) for kind in AreaKind}
