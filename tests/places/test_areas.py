"""Which area a point lies in."""

import numpy as np
import shapely
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapely.geometry import mapping, shape
from sqlalchemy import select

from tests.factories import make_area, make_city, square
from tracker.extensions import db
from tracker.places.areas import AreaIndex
from tracker.places.models import Area, AreaKind

corner = st.integers(0, 6)
boxes = st.lists(st.tuples(corner, corner, corner, corner), max_size=6)
points = st.lists(st.tuples(st.integers(-1, 14), st.integers(-1, 14)), max_size=30)


def locate(kind: AreaKind, *spots: tuple[float, float]) -> list[int]:
    lat, long = np.array(spots, dtype=np.float64).reshape(-1, 2).T
    return AreaIndex.load(kind).locate(lat, long).tolist()


def test_a_city_without_areas_has_none_anywhere(database: SQLAlchemy) -> None:
    assert locate(AreaKind.BEAT, (42.0, -71.0)) == [0]
    assert locate(AreaKind.BEAT) == []


def test_areas_of_another_kind_are_not_looked_at(database: SQLAlchemy) -> None:
    center = make_area(kind=AreaKind.SERVICE_CENTER, geometry=square(1.0, 1.0, 0.5))
    beat = make_area(kind=AreaKind.BEAT, geometry=square(1.0, 1.0, 0.5))
    assert locate(AreaKind.SERVICE_CENTER, (1.0, 1.0), (3.0, 3.0)) == [center.id, 0]
    assert locate(AreaKind.BEAT, (1.0, 1.0)) == [beat.id]


def test_on_a_border_the_lowest_code_wins_whatever_came_first(database: SQLAlchemy) -> None:
    east = make_area(code="b", geometry=square(0.0, 1.0, 0.5))
    west = make_area(code="a", geometry=square(0.0, 0.0, 0.5))
    assert locate(AreaKind.SERVICE_CENTER, (0.0, 0.5), (0.0, 0.6), (0.5, 1.5)) == [west.id, east.id, east.id]


def test_holes_and_several_parts_count_as_drawn(database: SQLAlchemy) -> None:
    ring = shapely.box(0, 0, 3, 3) - shapely.box(1, 1, 2, 2)
    area = make_area(geometry=mapping(shapely.MultiPolygon([ring, shapely.box(5, 5, 6, 6)])))
    assert locate(AreaKind.SERVICE_CENTER, (0.5, 0.5), (1.5, 1.5), (5.5, 5.5), (4, 4)) == [area.id, 0, area.id, 0]


def test_an_area_drawn_anew_is_noticed_even_if_it_keeps_its_id(database: SQLAlchemy) -> None:
    area = make_area(geometry=square(0.0, 0.0, 0.5))
    first = AreaIndex.load(AreaKind.SERVICE_CENTER)
    assert AreaIndex.load(AreaKind.SERVICE_CENTER) is first
    area.geometry = square(5.0, 5.0, 0.5)
    db.session.flush()
    assert locate(AreaKind.SERVICE_CENTER, (0.0, 0.0), (5.0, 5.0)) == [0, area.id]


def test_an_area_is_found_by_its_id(database: SQLAlchemy) -> None:
    area = make_area(name="Riverside")
    index = AreaIndex.load(AreaKind.SERVICE_CENTER)
    found = index.find(area.id)
    assert found is not None and (found.name, found.lat) == ("Riverside", area.point_lat)
    assert index.find(0) is None


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(boxes, points)
def test_locating_agrees_with_asking_every_polygon_in_the_order_of_codes(
    database: SQLAlchemy, drawn: list[tuple[int, int, int, int]], spots: list[tuple[int, int]]
) -> None:
    db.session.rollback()
    make_city()
    for number, (west, south, width, height) in enumerate(drawn):
        box = shapely.box(west, south, west + width + 1, south + height + 1)
        make_area(code=f"{number * 7 % 10}{number}", geometry=mapping(box))
    rows = sorted(db.session.scalars(select(Area)), key=lambda area: area.code)
    asked = [shapely.Point(long, lat) for lat, long in spots]
    expected = [next((area.id for area in rows if shape(area.geometry).covers(spot)), 0) for spot in asked]
    assert locate(AreaKind.SERVICE_CENTER, *spots) == expected
