"""Public points on a real database: what stands behind them, and that they stay where they are."""

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests.factories import make_city, make_user
from tests.places.houses import degrees, put_address, put_block, put_neighborhood
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.places.addresses import normalize_address
from tracker.places.gazetteer import confirm_address
from tracker.places.models import Address, PointKind, PublicPoint
from tracker.places.privacy import build_public_points


def standing_points() -> dict[str, tuple[PointKind, str, float, float, int]]:
    rows = db.session.scalars(select(PublicPoint).order_by(PublicPoint.key))
    return {row.key: (row.kind, row.label, row.lat, row.long, row.address_count) for row in rows}


def point_of(address: Address) -> PublicPoint:
    point = db.session.get(PublicPoint, address.public_point_id)
    assert point is not None
    return point


def test_without_a_city_the_command_to_run_is_named(database: SQLAlchemy) -> None:
    with pytest.raises(NotFound, match="load-city"):
        build_public_points()


def test_a_city_without_addresses_has_no_points(database: SQLAlchemy) -> None:
    make_city()
    assert build_public_points() == 0


def test_a_block_of_eight_houses_has_a_point_in_its_middle(database: SQLAlchemy) -> None:
    make_city()
    houses = put_block("Elm Street", 100, 8)
    assert build_public_points() == 1
    point = point_of(houses[0])
    assert (point.kind, point.label, point.address_count) == (PointKind.BLOCK, "100 block of Elm St", 8)
    assert (point.lat, point.long) == pytest.approx(degrees(525, 0), abs=1e-5)
    assert {house.public_point_id for house in houses} == {point.id}


def test_one_misplaced_house_does_not_drag_the_point_away(database: SQLAlchemy) -> None:
    make_city()
    houses = put_block("Elm Street", 100, 9)
    put_address("199 Elm Street", 19_000, 19_000)
    build_public_points()
    assert (point_of(houses[0]).lat, point_of(houses[0]).long) == pytest.approx(degrees(675, 0), abs=3e-4)


def test_eight_units_of_one_house_are_one_house(database: SQLAlchemy) -> None:
    make_city()
    units = [put_address(f"101{letter} Elm Street", 100 * i) for i, letter in enumerate("ABCDEFGHJK")]
    build_public_points()
    assert {point_of(unit).kind for unit in units} == {PointKind.GRID}


def test_small_blocks_are_widened_along_their_street(database: SQLAlchemy) -> None:
    make_city()
    first = put_block("Elm Street", 100, 3)[0]
    put_block("Elm Street", 300, 5, x_dm=2_000)
    build_public_points()
    assert (point_of(first).kind, point_of(first).label) == (PointKind.WIDENED, "100 to 300 blocks of Elm St")


def test_a_lonely_house_stands_behind_its_neighborhood_or_a_square_of_500_m(database: SQLAlchemy) -> None:
    make_city()
    put_neighborhood("Riverside", 0, 5_000)
    inside, outside = put_address("5 Elm Street", 100), put_address("7 Elm Street", 9_000)
    build_public_points()
    assert (point_of(inside).kind, point_of(inside).label) == (PointKind.NEIGHBORHOOD, "Riverside")
    assert point_of(outside).kind is PointKind.GRID
    assert point_of(outside).label.endswith("(approximate)")
    assert (point_of(outside).lat, point_of(outside).long) == pytest.approx(degrees(7_500, 2_500), abs=1e-5)


def test_an_intersection_is_shown_only_among_eight_houses(database: SQLAlchemy) -> None:
    make_city()
    put_block("Elm Street", 100, 8)
    near, far = put_address("Elm Street & Oak Avenue", 525, 30), put_address("Elm Street & Far Road", 4_000)
    build_public_points()
    assert (point_of(near).kind, point_of(near).label) == (PointKind.INTERSECTION, "Elm St & Oak Ave")
    assert point_of(far).kind is PointKind.GRID


def test_seven_houses_are_too_few_for_an_intersection_and_the_eighth_may_be_150_m_away(database: SQLAlchemy) -> None:
    make_city()
    put_block("Elm Street", 100, 7)
    crossing = put_address("Elm Street & Oak Avenue", 0)
    far = put_address("8 Oak Avenue", 0, 1_501)
    build_public_points()
    assert point_of(crossing).kind is PointKind.GRID
    put_address("6 Oak Avenue", 0, 1_500)
    build_public_points()
    assert point_of(crossing).kind is PointKind.INTERSECTION
    assert point_of(far).kind is PointKind.GRID


def test_a_new_sparse_block_does_not_make_its_neighbor_coarser(database: SQLAlchemy) -> None:
    make_city()
    house = put_block("Elm Street", 100, 8)[0]
    build_public_points()
    new = put_block("Elm Street", 200, 3, x_dm=2_000)[0]
    build_public_points()
    assert (point_of(house).label, point_of(new).kind) == ("100 block of Elm St", PointKind.GRID)


def test_no_point_lies_on_a_house(database: SQLAlchemy) -> None:
    make_city()
    houses = put_block("Elm Street", 100, 9)
    crossing = put_address("Elm Street & Oak Avenue", 600)
    build_public_points()
    spots = {(round(house.lat, 5), round(house.long, 5)) for house in houses}
    for place in (houses[0], crossing):
        assert (point_of(place).lat, point_of(place).long) not in spots


def test_building_again_changes_nothing(database: SQLAlchemy) -> None:
    make_city()
    put_neighborhood("Riverside", 0, 5_000)
    put_block("Elm Street", 100, 9)
    put_address("Elm Street & Oak Avenue", 600)
    put_address("5 Oak Avenue", 100)
    build_public_points()
    before = standing_points()
    assert build_public_points() == len(before) == 3
    assert standing_points() == before


def test_a_point_never_moves_when_more_addresses_are_learned(database: SQLAlchemy) -> None:
    make_city()
    put_block("Elm Street", 100, 8)
    build_public_points()
    (before,) = standing_points().values()
    put_address("190 Elm Street", 9_000, 3_000)
    build_public_points()
    (after,) = standing_points().values()
    assert after[:4] == before[:4]
    assert (before[4], after[4]) == (8, 9)


def test_a_coarse_place_becomes_finer_and_its_old_point_goes(database: SQLAlchemy) -> None:
    make_city()
    house = put_block("Elm Street", 100, 4)[0]
    put_block("Elm Street", 200, 4, x_dm=2_000)
    build_public_points()
    assert point_of(house).label == "100 to 200 blocks of Elm St"
    for number in (150, 152, 154, 156, 250, 252, 254, 256):
        put_address(f"{number} Elm Street", number)
    build_public_points()
    assert point_of(house).label == "100 block of Elm St"
    assert len(standing_points()) == 2


def test_a_renamed_neighborhood_takes_its_point_along(database: SQLAlchemy) -> None:
    make_city()
    area = put_neighborhood("Riverside", 0, 5_000)
    house = put_address("5 Elm Street", 100)
    build_public_points()
    area.name = "Millside"
    build_public_points()
    assert point_of(house).label == "Millside"


def test_a_corrected_intersection_does_not_stay_in_the_wrong_place(database: SQLAlchemy) -> None:
    make_city()
    put_block("Elm Street", 100, 8)
    crossing = put_address("Elm Street & Oak Avenue", 525, 30)
    build_public_points()
    confirm_address(normalize_address("Elm & Oak Ave"), *degrees(100, 100), actor=make_user())
    assert point_of(crossing).kind is PointKind.INTERSECTION
    confirm_address(normalize_address(crossing.key), *degrees(100, 300), actor=make_user())
    build_public_points()
    assert (point_of(crossing).lat, point_of(crossing).long) == pytest.approx(degrees(100, 300), abs=1e-4)
