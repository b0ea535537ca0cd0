"""Calls by the service center in which their masked place lies: polygons, which no index knows."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Select, or_

from ..calls.models import ServiceRequest
from ..extensions import db
from ..formatters import fold
from ..places.areas import AreaIndex
from ..places.models import AreaKind
from .call_search import Box
from .masked_places import in_box

_AT_ONCE = 2_000


def center_names() -> list[str]:
    """The names of the city's service centers."""
    return [area.name for area in AreaIndex.load(AreaKind.SERVICE_CENTER).areas]


def ids_within(query: Select[Any], names: Sequence[str], *, limit: int, offset: int) -> list[int]:
    """Of the ids that a query finds in its order, those in one of these centers: `limit` after the first `offset`.

    The engine keeps to the boxes about the polygons, so that nearly all that it hands over lies within.
    """
    index = AreaIndex.load(AreaKind.SERVICE_CENTER)
    meant = {fold(name) for name in names}
    areas = [(area.id, polygon) for area, polygon in zip(index.areas, index.polygons, strict=True)
             if fold(area.name) in meant]  # fmt: skip
    if not areas:
        return []
    edges = [shapely.bounds(polygon).tolist() for _, polygon in areas]
    boxes = [in_box(ServiceRequest, Box(south, west, north, east)) for west, south, east, north in edges]
    query = query.add_columns(ServiceRequest.public_lat, ServiceRequest.public_long).where(or_(*boxes))
    wanted, passed = offset + limit, 0
    found: list[int] = []
    while len(found) < wanted:
        rows = db.session.execute(query.limit(_AT_ONCE).offset(passed)).all()
        lat, long = (np.array([row[place] for row in rows], dtype=np.float64) for place in (1, 2))
        inside = np.isin(index.locate(lat, long), [area_id for area_id, _ in areas])
        found += [rows[place][0] for place in np.flatnonzero(inside).tolist()]
        passed += len(rows)
        if len(rows) < _AT_ONCE:
            break
    return found[offset:wanted]
