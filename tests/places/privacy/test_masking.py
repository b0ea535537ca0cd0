"""What the public is told about single places."""

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.factories import make_city
from tests.places.houses import degrees, put_address, put_block, put_neighborhood
from tracker.places.addresses import NormalizedAddress, normalize_address
from tracker.places.models import PointKind
from tracker.places.privacy import Mask, PlaceToMask, build_public_points, mask_places


def mask(text: str, x_dm: int, y_dm: int = 0, *, normalized: NormalizedAddress | None = None) -> Mask:
    key = normalize_address(text).key
    (found,) = mask_places([PlaceToMask(key, normalized, *degrees(x_dm, y_dm))])
    return found


@pytest.fixture
def elm_street(database: SQLAlchemy) -> None:
    """Eight houses in the 100 block, two in the 900 block, one intersection, one neighborhood to the east."""
    make_city()
    put_neighborhood("Riverside", 10_000, 15_000)
    put_block("Elm Street", 100, 8)
    put_block("Elm Street", 900, 2, x_dm=8_000)
    put_address("Elm Street & Oak Avenue", 525, 30)
    build_public_points()


def test_nothing_to_mask_needs_no_city(database: SQLAlchemy) -> None:
    assert mask_places([]) == []


def test_every_number_of_a_block_has_the_same_mask_known_or_not(elm_street: None) -> None:
    masks = {
        mask(f"{number} Elm St{unit}", x)
        for number, x in ((101, 0), (115, 1_050), (188, 700))
        for unit in ("", " Apt 4")
    }
    (one,) = masks
    assert (one.label, one.kind, one.is_approximate) == ("100 block of Elm St", PointKind.BLOCK, False)


def test_a_block_text_has_the_blocks_mask(elm_street: None) -> None:
    assert mask("100 block of Elm St", 300) == mask("101 Elm St", 0)


def test_text_that_was_read_already_is_not_read_again(elm_street: None) -> None:
    read = normalize_address("103 Elm Street")
    assert mask("", 150, normalized=read) == mask("103 Elm St", 150)


def test_a_call_without_text_takes_the_block_of_the_nearest_house_within_100_m(elm_street: None) -> None:
    assert mask("", 450, 1_000).label == "100 block of Elm St"
    assert mask("", 525, 1_000).kind is PointKind.GRID, "the nearest house is 100.3 m away"
    assert mask("ELM ST", 150, 20).label == "100 block of Elm St"


def test_of_two_houses_equally_near_the_first_key_gives_the_block(elm_street: None) -> None:
    put_block("Ash Court", 100, 8, y_dm=400)
    build_public_points()
    assert mask("", 0, 200).label == "100 block of Ash Ct"
    assert mask("", 0, 199).label == "100 block of Elm St"


def test_a_sparse_block_shows_the_neighborhood_or_the_grid_and_no_street(elm_street: None) -> None:
    assert mask("901 Elm St", 8_000).kind is PointKind.GRID
    assert mask("905 Elm St", 12_000) == mask("", 14_999, 3)
    assert mask("905 Elm St", 12_000).label == "Riverside"
    assert mask("905 Elm St", 12_000).is_approximate


def test_an_intersection_shows_itself_but_not_for_a_far_call(elm_street: None) -> None:
    assert mask("Oak Avenue & Elm Street", 525, 30).label == "Elm St & Oak Ave"
    assert mask("Oak Avenue & Elm Street", 525, 3_500).kind is PointKind.GRID


def test_the_same_street_name_in_another_part_of_the_city_is_another_street(elm_street: None) -> None:
    assert mask("101 Elm St", 25_000).is_approximate


def test_many_places_have_the_masks_that_each_has_alone(elm_street: None) -> None:
    places = [PlaceToMask(f"{100 * n + 1} ELM ST", None, *degrees(50 * n, 10)) for n in range(60)]
    assert mask_places(places) == [mask_places([place])[0] for place in places]
