"""Read `areas.geojson`: polygons that are whole, lie within the bounds, and service centers that do not overlap.

Published borders often touch or cross themselves in one point, where a line was drawn twice. Such a polygon is mended,
and its record says so; one of which nobody can tell what it means (a bow-tie, parts that overlap) is refused.
"""

import json
import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import MultiPolygon, Polygon, shape
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from ..errors import ProfileError
from ..places.models import AreaKind
from .checks import refuse_twins
from .contents import AreaFacts, Bounds
from .entries import read_properties
from .keys import AREA
from .reading import read_features, shown

SLIVER = 1e-3
"""Centers may share this part of the smaller one: real borders were drawn twice and never meet exactly."""
MENDED = 1e-3
"""A mend may change this part of a polygon's area. A slip of the pen changes millionths, a bow-tie half."""
_FAULTS = {
    "Self-intersection": "the polygon crosses itself",
    "Ring Self-intersection": "the polygon touches itself",
    "Hole lies outside shell": "a hole lies outside its polygon",
    "Holes are nested": "a hole lies within another hole",
    "Nested shells": "one polygon lies within another",
    "Duplicate Rings": "a ring occurs twice",
    "Interior is disconnected": "the holes cut the polygon apart",
    "Too few points in geometry component": "a ring has too few points",
}


def read_areas(path: Path, bounds: Bounds) -> tuple[AreaFacts, ...]:
    """The areas of the file, checked. Raises `ProfileError` that names the feature."""
    areas, polygons, places = [], [], []
    for number, (properties, geometry) in enumerate(read_features(path), 1):
        where = f"{path.name}: feature {number} ({shown(properties.get('code', properties.get('name')))})"
        values = read_properties(properties, AREA, where)
        polygon, mended = _mend(_read_polygon(geometry, where), where)
        _check_extent(polygon, bounds, where)
        point = polygon.representative_point()
        geometry = json.loads(shapely.to_geojson(polygon)) if mended else geometry
        geometry = {"type": geometry["type"], "coordinates": geometry["coordinates"]}
        areas.append(AreaFacts(geometry=geometry, point_lat=point.y, point_long=point.x, mended=mended, **values))
        polygons.append(polygon)
        places.append(where)
    refuse_twins(
        ((where, f"{area.kind} {area.code}") for where, area in zip(places, areas, strict=True)), "the kind and code"
    )
    pairs = zip(areas, polygons, strict=True)
    refuse_overlaps(
        [(area.code, polygon) for area, polygon in pairs if area.kind is AreaKind.SERVICE_CENTER], path.name
    )
    return tuple(areas)


def _read_polygon(geometry: dict[str, Any], where: str) -> Polygon | MultiPolygon:
    kind = geometry.get("type")
    if kind not in ("Polygon", "MultiPolygon"):
        raise ProfileError(f"{where}: is a {shown(kind)}; areas are Polygon or MultiPolygon")
    try:
        _check_numbers(geometry["coordinates"] if kind == "MultiPolygon" else [geometry["coordinates"]])
        polygon = shape(geometry)
    except (ShapelyError, ValueError, TypeError, LookupError, AttributeError, OverflowError) as error:
        raise ProfileError(f"{where}: its coordinates are not those of a {kind}; export it once more") from error
    if not isinstance(polygon, Polygon | MultiPolygon) or polygon.is_empty:
        raise ProfileError(f"{where}: the polygon has no points")
    if not all(math.isfinite(edge) for edge in polygon.bounds):
        raise ProfileError(f"{where}: a coordinate is not a number")
    return polygon


def _mend(polygon: Polygon | MultiPolygon, where: str) -> tuple[Polygon | MultiPolygon, str]:
    """The polygon, made valid when that leaves its area as it was, and what was mended ("" when nothing was).

    Raises `ProfileError` when mending would make another polygon of it.
    """
    if shapely.is_valid(polygon):
        return polygon, ""
    fault = f"{where}: {_explain(polygon)}"
    whole = shapely.make_valid(polygon, method="structure", keep_collapsed=False)
    if not isinstance(whole, Polygon | MultiPolygon) or abs(whole.area - polygon.area) >= MENDED * polygon.area:
        raise ProfileError(f"{fault}; mend it in your map program («fix geometries»)")
    return whole, f"{fault}; mended, which changes its area by less than {MENDED:.1%}"


def _check_numbers(polygons: list[list[list[list[float]]]]) -> None:
    """Raise `TypeError` where a position holds anything but numbers: shapely reads "40" and true as numbers."""
    for part in (part for polygon in polygons for ring in polygon for position in ring for part in position):
        if type(part) not in (int, float):
            raise TypeError(part)


def _explain(polygon: Polygon | MultiPolygon) -> str:
    """`Self-intersection[-77.61 43.15]` as a sentence."""
    text = explain_validity(polygon)
    found = re.fullmatch(r"(.*?)\[(\S+) (\S+)\]", text)
    if not found:
        return text
    return f"{_FAULTS.get(found[1], found[1])} near {float(found[2]):.6g}, {float(found[3]):.6g}"


def _check_extent(polygon: Polygon | MultiPolygon, bounds: Bounds, where: str) -> None:
    west, south, east, north = polygon.bounds
    if bounds.holds(south, west) and bounds.holds(north, east):
        return
    if bounds.holds(west, south) and bounds.holds(east, north):
        raise ProfileError(f"{where}: latitude and longitude look swapped; GeoJSON wants the longitude first")
    raise ProfileError(
        f"{where}: reaches outside the bounds in city.toml; widen them or cut the polygon, which spans "
        f"south {south:.5f} west {west:.5f} north {north:.5f} east {east:.5f}"
    )


def refuse_overlaps(centers: Sequence[tuple[str, BaseGeometry]], where: str) -> None:
    """Refuse two service centers (code, polygon) that share more than a sliver; raises `ProfileError`."""
    tree = shapely.STRtree([polygon for _, polygon in centers])
    for position, (code, polygon) in enumerate(centers):
        for other in tree.query(polygon):
            if other <= position:
                continue
            shared = polygon.intersection(centers[other][1])
            if shared.area > SLIVER * min(polygon.area, centers[other][1].area):
                point = shared.representative_point()
                raise ProfileError(
                    f"{where}: the service centers {shown(code)} and {shown(centers[other][0])} overlap near "
                    f"{point.x:.5f}, {point.y:.5f}; every place has one center"
                )
