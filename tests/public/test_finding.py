"""The search: to a public point, alike for every house of a block, and deaf to what only calls have taught."""

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.factories import ORIGIN, make_address, make_area, make_city, make_point
from tracker.places.models import AddressSource, AreaKind, PointKind
from tracker.published.finding import find_place

BLOCK = (ORIGIN[0] + 0.003, ORIGIN[1] + 0.004)


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> None:
    make_city()
    make_point(key="100-100 BLOCK ELM ST @0,0", label="100 block of Elm St", lat=BLOCK[0], long=BLOCK[1])
    make_point(key="200-400 BLOCK ELM ST @0,0", kind=PointKind.WIDENED, label="200 to 400 blocks of Elm St")
    make_point(key="ELM ST & OAK ST", kind=PointKind.INTERSECTION, label="Elm St & Oak St")


@pytest.mark.parametrize(
    "typed", ["123 Elm St", "123 elm street", "199 ELM ST.", "100 block of Elm St", " 101  Elm St "]
)
def test_every_house_of_a_block_leads_to_its_public_point(typed: str) -> None:
    found = find_place(typed)
    assert found is not None
    assert (found.label, found.lat, found.long) == ("100 block of Elm St", *BLOCK)


def test_a_house_that_somebody_called_about_answers_like_any_other_of_its_block() -> None:
    make_address(key="123 ELM ST", number=123, lat=42.350012, long=-71.060013, source=AddressSource.LEARNED)
    assert find_place("123 Elm St") == find_place("177 Elm St")


def test_an_address_that_only_calls_have_taught_is_not_found_by_itself() -> None:
    make_address(key="5 HIDDEN LN", number=5, street_key="HIDDEN LN", source=AddressSource.LEARNED)
    assert find_place("5 Hidden Ln") is None


def test_an_address_of_the_city_s_own_file_without_a_block_leads_to_a_coarse_point() -> None:
    make_address(key="5 LONELY LN", number=5, street_key="LONELY LN", lat=42.351234, long=-71.061234)
    found = find_place("5 Lonely Ln")
    assert found is not None and found.label.endswith("(approximate)")
    assert (found.lat, found.long) != (42.351234, -71.061234)


def test_a_block_between_two_others_leads_to_the_point_that_they_share() -> None:
    found = find_place("350 Elm St")
    assert found is not None and found.label == "200 to 400 blocks of Elm St"


def test_crossings_neighborhoods_and_streets_are_found_too() -> None:
    make_area(kind=AreaKind.NEIGHBORHOOD, name="East Bank")
    names = [found.label for text in ("Oak St and Elm St", "east bank", "Elm St") if (found := find_place(text))]
    assert names == ["Elm St & Oak St", "East Bank", "200 to 400 blocks of Elm St"]


@pytest.mark.parametrize("typed", ["", "   ", "nowhere", "%", "_", "1 % St", "\u202e", "x" * 5000, "9999 Elm St"])
def test_what_nothing_is_called_finds_nothing(typed: str) -> None:
    assert find_place(typed) is None
