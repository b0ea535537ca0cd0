"""A polygon is mended when that leaves it what it was, and refused when nobody can tell what it means."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from shapely.geometry import shape

from tests.city.folders import write_geojson
from tracker.city.contents import AreaFacts, Bounds
from tracker.city.polygons import read_areas
from tracker.errors import ProfileError

WORLD = Bounds(-90, -180, 90, 180)
SQUARE = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]
TOUCHING = [[0, 0], [1, 0], [1, 1], [0.5, 1], [0.6, 0.5], [0.4, 0.5], [0.5, 1], [0, 1], [0, 0]]
SLIP = [[0, 0], [1, 0], [1, 1], [0.5, 1], [0.499, 1.001], [0.501, 1.001], [0.499, 1], [0, 1], [0, 0]]
BOW_TIE = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
LOPSIDED_BOW_TIE = [[0, 0], [2, 1], [2, 0], [0, 0.5], [0, 0]]
FAR = [[3, 3], [4, 3], [4, 4], [3, 4], [3, 3]]


def read_one(tmp_path: Path, kind: str, coordinates: list[Any]) -> AreaFacts:
    """What is read from a file with this polygon alone."""
    properties = {"kind": "neighborhood", "code": "mill", "name": "Old Mill"}
    feature = {"type": "Feature", "properties": properties, "geometry": {"type": kind, "coordinates": coordinates}}
    write_geojson(tmp_path, "areas.geojson", {"type": "FeatureCollection", "features": [feature]})
    (area,) = read_areas(tmp_path / "areas.geojson", WORLD)
    return area


def test_a_whole_polygon_stays_as_it_is_drawn(tmp_path: Path) -> None:
    area = read_one(tmp_path, "Polygon", [SQUARE])
    assert area.mended == ""
    assert area.geometry == {"type": "Polygon", "coordinates": [SQUARE]}


@pytest.mark.parametrize(("ring", "area", "fault"), [(TOUCHING, 0.95, "touches itself"), (SLIP, 1.0, "crosses itself")])
def test_a_slip_of_the_pen_is_mended_and_named(tmp_path: Path, ring: list[Any], area: float, fault: str) -> None:
    found = read_one(tmp_path, "Polygon", [ring])
    assert found.mended.startswith('areas.geojson: feature 1 ("mill"): the polygon ' + fault)
    mended = shape(found.geometry)
    assert mended.is_valid
    assert mended.area == pytest.approx(area, rel=1e-3)


@pytest.mark.parametrize(
    ("kind", "coordinates"),
    [
        ("Polygon", [BOW_TIE]),
        ("Polygon", [LOPSIDED_BOW_TIE]),
        ("Polygon", [SQUARE, FAR]),  # a hole outside
        ("MultiPolygon", [[SQUARE], [SQUARE]]),
        ("MultiPolygon", [[SQUARE], [[[0.2, 0.2], [0.4, 0.2], [0.4, 0.4], [0.2, 0.4], [0.2, 0.2]]]]),
        ("MultiPolygon", [[SQUARE], [[[0.9, 0], [2, 0], [2, 1], [0.9, 1], [0.9, 0]]]]),
    ],
)
def test_a_polygon_that_could_mean_two_things_is_refused(tmp_path: Path, kind: str, coordinates: list[Any]) -> None:
    with pytest.raises(ProfileError, match=r'feature 1 \("mill"\): .*mend it in your map program'):
        read_one(tmp_path, kind, coordinates)


@pytest.mark.samples
def test_the_published_neighborhoods_of_boston_are_mended(tmp_path: Path) -> None:
    beside = Path(__file__).resolve().parents[3] / "shared" / "data"
    path = Path(os.environ.get("TRACKER_SAMPLE_DATA") or beside) / "areas" / "neighborhoods_boston.geojson"
    if not path.is_file():
        pytest.skip("neighborhoods_boston.geojson is not beside the checkout")
    collection = json.loads(path.read_text(encoding="utf-8"))
    for feature in collection["features"]:
        name = feature["properties"]["name"]
        feature["properties"] = {"kind": "neighborhood", "code": name, "name": name}
    write_geojson(tmp_path, "areas.geojson", collection)
    areas = read_areas(tmp_path / "areas.geojson", WORLD)
    assert {area.name for area in areas if area.mended} == {"Hyde Park", "East Boston", "Downtown", "Beacon Hill"}
    assert all(shape(area.geometry).is_valid for area in areas)
