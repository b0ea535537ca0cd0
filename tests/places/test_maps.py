"""The basemap: the same bytes for the same city, nothing but a script, and no text that could run."""

import json
import re
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import delete, update

from tests.factories import ORIGIN, make_address, make_area, make_city, make_point, make_street
from tracker.places.maps import draw_basemap, fingerprint_basemap
from tracker.places.models import AddressSource, AreaKind, City, PointKind, Street

NASTY = "</script>${alert(1)}`'\"\\"


@pytest.fixture
def city(database: SQLAlchemy) -> City:
    return make_city()


def line(*points: tuple[float, float]) -> dict[str, Any]:
    """A street's line through points given as steps of a thousandth of a degree from the origin (east, north)."""
    coordinates = [[ORIGIN[1] + east / 1000, ORIGIN[0] + north / 1000] for east, north in points]
    return {"type": "LineString", "coordinates": coordinates}


def features(script: bytes, layer: str) -> list[dict[str, Any]]:
    """The GeoJSON features that a layer of the script is made from."""
    found = re.search(rf"geo_json_{layer}_add\((\{{.*\}})\);", script.decode())
    assert found, f"no layer {layer}"
    data: dict[str, Any] = json.loads(found[1])
    return list(data["features"])


def test_the_same_city_gives_the_same_bytes_whatever_the_order_of_its_rows(city: City, database: SQLAlchemy) -> None:
    segments = [("Elm St", line((0, 0), (1, 0))), ("Elm St", line((1, 0), (2, 0))), ("Oak St", line((0, 0), (0, 1)))]
    for name, geometry in segments:
        make_street(name=name, geometry=geometry)
    first = draw_basemap(city)
    assert draw_basemap(city) == first
    database.session.execute(delete(Street))
    for name, geometry in reversed(segments):
        make_street(name=name, geometry=geometry)
    assert draw_basemap(city) == first


def test_a_street_is_one_line_without_points_that_nobody_sees(city: City) -> None:
    make_street(name="Elm St", geometry=line((0, 0), (1, 0.000001)))
    make_street(name="Elm St", geometry=line((1, 0.000001), (2, 0)))
    (street,) = features(draw_basemap(city).script, "streets")
    west, east = street["geometry"]["coordinates"]
    assert sorted([west[0], east[0]]) == pytest.approx([ORIGIN[1], ORIGIN[1] + 0.002])
    assert street["properties"] == {"name": "Elm St"}


def test_only_folium_s_script_is_kept(city: City) -> None:
    make_street()
    script = draw_basemap(city).script.decode()
    assert "<" not in script and "style>" not in script and "http" not in script
    assert '"maxZoom": 19' in script and '"preferCanvas": true' in script
    assert "window.cityMap = {map: map_city, layers: {streets: geo_json_streets}};" in script


def test_a_name_of_the_profile_stays_a_text_in_the_script(city: City) -> None:
    make_street(name=NASTY)
    make_area(kind=AreaKind.NEIGHBORHOOD, name=NASTY)
    script = draw_basemap(city).script
    assert b"</script" not in script
    assert features(script, "streets")[0]["properties"]["name"] == NASTY
    assert features(script, "neighborhoods")[0]["properties"]["name"] == NASTY


def test_main_streets_lie_above_the_others_and_areas_below(city: City) -> None:
    make_street(name="Main St", priority="main")
    make_street()
    make_area()
    make_area(kind=AreaKind.NEIGHBORHOOD)
    script = draw_basemap(city).script.decode()
    order = [script.index(f"var geo_json_{name} ") for name in ("centers", "neighborhoods", "streets", "main_streets")]
    assert order == sorted(order)


def test_tiles_take_the_place_of_the_streets(city: City) -> None:
    make_street()
    script = draw_basemap(
        city, tile_url="https://tiles.example/{z}/{x}/{y}.png", attribution="The mappers"
    ).script.decode()
    assert "tile_layer_tiles" in script and "The mappers" in script and "geo_json_streets" not in script


def test_a_city_without_streets_shows_its_public_points_and_never_an_address(city: City) -> None:
    make_point(kind=PointKind.BLOCK, lat=42.36123, long=-71.06321)
    make_point(kind=PointKind.INTERSECTION, lat=42.36523, long=-71.06121)
    make_point(kind=PointKind.GRID, lat=42.37, long=-71.07)
    make_address(lat=42.351234, long=-71.051234, source=AddressSource.LEARNED)
    script = draw_basemap(city).script
    (points,) = features(script, "blocks")
    assert sorted(points["geometry"]["coordinates"]) == [[-71.06321, 42.36123], [-71.06121, 42.36523]]
    assert b"42.3512" not in script


def test_the_fingerprint_tells_when_it_must_be_drawn_anew(city: City, database: SQLAlchemy) -> None:
    make_street()
    before = fingerprint_basemap()
    assert fingerprint_basemap() == before
    database.session.execute(update(Street).values(name="Another St"))
    assert fingerprint_basemap() != before
