"""Which area a point lies in: prepared polygons behind bounding boxes, for one point and for millions."""

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape
from sqlalchemy import String, select, type_coerce

from ..extensions import db
from .models import Area, AreaKind

Floats = NDArray[np.float64]
Fingerprint = tuple[tuple[object, ...], ...]

_loaded: dict[AreaKind, tuple[Fingerprint, "AreaIndex"]] = {}
"""The latest index per kind in this process, with the rows that it was made from."""


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

    @classmethod
    def load(cls, kind: AreaKind) -> "AreaIndex":
        """The index of the areas as they stand in the database; made anew only when one of them has changed."""
        fingerprint = _read_fingerprint(kind)
        known = _loaded.get(kind)
        if known is None or known[0] != fingerprint:
            known = _loaded[kind] = (fingerprint, cls._build(kind))
        return known[1]

    @classmethod
    def _build(cls, kind: AreaKind) -> "AreaIndex":
        rows = sorted(db.session.scalars(select(Area).where(Area.kind == kind)), key=lambda area: area.code)
        polygons = tuple(shape(area.geometry) for area in rows)
        for polygon in polygons:
            shapely.prepare(polygon)
        named = tuple(NamedArea(row.id, row.code, row.name, row.point_lat, row.point_long) for row in rows)
        return cls(named, polygons)

    def locate(self, lat: Floats, long: Floats) -> NDArray[np.int64]:
        """The id of the area that holds each point, 0 for none; degrees, shape (n,) in and out.

        A point on a border belongs to every area that touches it; of several the lowest code wins.
        """
        found = np.zeros(len(lat), dtype=np.int64)
        for area, polygon in zip(self.areas, self.polygons, strict=True):
            west, south, east, north = shapely.bounds(polygon).tolist()
            near = np.flatnonzero((found == 0) & (lat >= south) & (lat <= north) & (long >= west) & (long <= east))
            if near.size:
                found[near[shapely.intersects_xy(polygon, long[near], lat[near])]] = area.id
        return found

    def find(self, area_id: int) -> NamedArea | None:
        """The area with this id, or None."""
        return next((area for area in self.areas if area.id == area_id), None)


def _read_fingerprint(kind: AreaKind) -> Fingerprint:
    """All that the index is made from, as text: comparing it costs far less than parsing it again."""
    geometry = type_coerce(Area.geometry, String)
    columns = (Area.id, Area.code, Area.name, Area.point_lat, Area.point_long, geometry)
    query = select(*columns).where(Area.kind == kind).order_by(Area.id)
    return tuple(tuple(row) for row in db.session.execute(query))
