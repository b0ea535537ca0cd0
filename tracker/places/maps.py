"""Draw the city's own basemap: the only file that imports folium.

Folium writes the script; its header and page are thrown away, because they hold inline styles and forbid zooming.
Every name in the script is fixed and every order stable, so the same city gives the same bytes and browsers may keep
them. No text of callers ever comes here: folium writes what it is given into a script.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import folium
import shapely
from shapely.geometry import mapping, shape
from sqlalchemy import String, func, select, type_coerce

from ..extensions import db
from .models import Area, AreaKind, City, PointKind, PublicPoint, Street

MAX_ZOOM = 19
START_ZOOM = 12
_SLACK_DEGREES = 2e-5
"""How far a simplified line may stray: about 2 m, less than a street's width on the screen at any zoom but the last."""
_GRID_DEGREES = 1e-5
_BEFORE = "window.L_NO_TOUCH = false;\nwindow.L_DISABLE_3D = window.L_DISABLE_3D || false;\n"

Feature = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Basemap:
    """A script that makes `window.cityMap` = {map, layers}, and the beginning of its SHA-256."""

    script: bytes
    digest: str


def draw_basemap(city: City, *, tile_url: str = "", attribution: str = "") -> Basemap:
    """Service centers, neighborhoods and streets as folium layers in a `<div id="map_city">`; or tiles below the areas.

    A city that has neither streets nor tiles gets a dot for each public point of a block or an intersection instead, so
    that its shape can be seen; those points are public already.
    """
    chart = folium.Map(
        location=[(city.south + city.north) / 2, (city.west + city.east) / 2],
        zoom_start=START_ZOOM, tiles=None, prefer_canvas=True, max_bounds=False,
    )  # fmt: skip
    chart.options["max_zoom"] = MAX_ZOOM
    chart._id = "city"
    if tile_url:
        tiles = folium.TileLayer(tiles=tile_url, attr=attribution or " ", max_zoom=MAX_ZOOM, control=False)
        _put(chart, "tiles", tiles)
    layers = _layers(with_streets=not tile_url)
    for name, features in layers.items():
        _put(chart, name, _draw_layer(features))
    handles = {name: f"geo_json_{name}" for name in layers} | ({"tiles": "tile_layer_tiles"} if tile_url else {})
    script = (_BEFORE + _render(chart) + _export(handles)).encode()
    return Basemap(script, hashlib.sha256(script).hexdigest()[:12])


def fingerprint_basemap() -> str:
    """A hash over the stored lines and polygons: equal as long as `draw_basemap` would draw the same city.

    Some ten milliseconds for a city of thousands of streets, where drawing takes a second.
    """
    text = hashlib.sha256()
    for query in (
        select(Area.kind, Area.code, Area.name, Area.point_lat, Area.point_long, type_coerce(Area.geometry, String)),
        select(Street.name, Street.priority, type_coerce(Street.geometry, String)),
        select(func.count(PublicPoint.id), func.max(PublicPoint.id)),
    ):
        for row in sorted(map(repr, db.session.execute(query))):
            text.update(row.encode())
    return text.hexdigest()


def _put(chart: folium.Map, name: str, layer: Any) -> None:
    """Add a layer under a name of ours: folium's own are drawn by chance, and the script would never be the same."""
    layer._id = name
    chart.add_child(layer, name=name)


def _draw_layer(features: Sequence[Feature]) -> folium.GeoJson:
    """One layer without any interaction; the page colors it for light and dark, then puts it on the map."""
    return folium.GeoJson(
        {"type": "FeatureCollection", "features": list(features)},
        style_function=lambda feature: {"color": "#8a979c", "weight": 1, "fillOpacity": 0.05},
        marker=folium.CircleMarker(radius=2, weight=0),
        smooth_factor=1.0, control=False, interactive=False, show=False,
    )  # fmt: skip


def _render(chart: folium.Map) -> str:
    figure: Any = chart.get_root()
    figure.render()
    return "\n".join(line.strip() for line in figure.script.render().splitlines() if line.strip())


def _export(handles: dict[str, str]) -> str:
    layers = ", ".join(f"{name}: {variable}" for name, variable in handles.items())
    return f"\nwindow.cityMap = {{map: map_city, layers: {{{layers}}}}};\n"


def _layers(*, with_streets: bool) -> dict[str, list[Feature]]:
    """Features by layer, lowest first; empty layers are left out."""
    layers = {"centers": _areas(AreaKind.SERVICE_CENTER), "neighborhoods": _areas(AreaKind.NEIGHBORHOOD)}
    if with_streets:
        streets = _streets()
        layers |= streets or {"blocks": _blocks()}
    return {name: features for name, features in layers.items() if features}


def _feature(number: int, name: str, geometry: shapely.Geometry, **properties: object) -> Feature:
    slim: Any = shapely.set_precision(shapely.simplify(geometry, _SLACK_DEGREES), _GRID_DEGREES)
    written = _round(mapping(slim))
    return {"type": "Feature", "id": number, "properties": {"name": name, **properties}, "geometry": written}


def _round(geometry: dict[str, Any]) -> dict[str, Any]:
    """Five decimals in text as well: 0.1 + 0.2 has seventeen."""
    return {"type": geometry["type"], "coordinates": _round_all(geometry["coordinates"])}


def _round_all(value: Any) -> Any:
    return round(value, 5) if isinstance(value, float) else [_round_all(part) for part in value]


def _areas(kind: AreaKind) -> list[Feature]:
    rows = sorted(db.session.scalars(select(Area).where(Area.kind == kind)), key=lambda area: area.code)
    return [
        _feature(number, area.name, shape(area.geometry), at=[round(area.point_lat, 5), round(area.point_long, 5)])
        for number, area in enumerate(rows)
    ]


def _streets() -> dict[str, list[Feature]]:
    """Every street as one feature with its segments joined, main streets above the others."""
    lines: dict[tuple[str, str], list[shapely.Geometry]] = {}
    rows = db.session.execute(select(Street.name, Street.priority, Street.geometry))
    for name, priority, geometry in rows:
        lines.setdefault((priority, name), []).append(shape(geometry))
    named: dict[str, list[tuple[str, list[shapely.Geometry]]]] = {"streets": [], "main_streets": []}
    for (priority, name), parts in sorted(lines.items(), key=lambda item: item[0]):
        named["main_streets" if priority == "main" else "streets"].append((name, parts))
    return {
        layer: [_feature(number, name, _join(parts)) for number, (name, parts) in enumerate(streets)]
        for layer, streets in named.items()
        if streets
    }


def _join(parts: Iterable[shapely.Geometry]) -> shapely.Geometry:
    """Segments that follow one another become one line; the order of the rows does not matter."""
    return shapely.line_merge(shapely.normalize(shapely.union_all(list(parts))))


def _blocks() -> list[Feature]:
    fine = (PointKind.BLOCK, PointKind.WIDENED, PointKind.INTERSECTION)
    query = select(PublicPoint.long, PublicPoint.lat).where(PublicPoint.kind.in_(fine))
    points = sorted(set(db.session.execute(query)))
    return [_feature(0, "", shapely.MultiPoint(points))] if points else []
