"""Where addresses lie by their text: exactly, along the streets, by nearly the same name."""

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.factories import make_city, make_street
from tests.places.houses import degrees, put_address, put_block
from tests.statements import asked_statements, plan_of
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.places.addresses import normalize_address
from tracker.places.gazetteer import Match, place_addresses
from tracker.places.models import AddressSource, Street


def place(text: str, *, learned: bool = False) -> Match | None:
    address = normalize_address(text)
    return place_addresses([address], learned=learned).get(address.key)


def draw_street(name: str, key: str, first: tuple[int, int], last: tuple[int, int], **columns: int | None) -> Street:
    """A straight segment between two points of the plane, decimetres."""
    line = [[long, lat] for lat, long in (degrees(*first), degrees(*last))]
    return make_street(name=name, key=key, geometry={"type": "LineString", "coordinates": line}, **columns)


@pytest.fixture
def town(database: SQLAlchemy) -> None:
    """Elm Street from 0 to 99 going east, numbers 101 to 199; Oak Avenue crosses it in the middle."""
    make_city()
    draw_street("Elm Street", "ELM ST", (0, 0), (1_000, 0), from_number=100, to_number=200)
    draw_street("Elm Street", "ELM ST", (1_000, 0), (2_000, 0), from_number=None, to_number=None)
    draw_street("Oak Avenue", "OAK AVE", (1_000, 0), (1_000, 900), from_number=99, to_number=1)


def test_nothing_is_placed_by_a_city_that_knows_no_address(database: SQLAlchemy) -> None:
    make_city()
    assert place("12 Elm St") is None
    assert place_addresses([], learned=True) == {}


def test_without_a_city_the_command_to_run_is_named(database: SQLAlchemy) -> None:
    with pytest.raises(NotFound, match="load-city"):
        place("12 Elm St")


def test_a_known_address_is_placed_exactly_and_says_who_knows(town: None) -> None:
    address = put_address("150 Elm Street", 321, 17)
    match = place("150 ELM STREET, Apt 3")
    assert match == Match(address.id, address.lat, address.long, 321, 17, 100.0, "a known address")


def test_a_number_is_reckoned_along_its_street_whichever_way_it_runs(town: None) -> None:
    elm, oak = place("125 Elm St"), place("50 Oak Ave")
    assert elm and oak
    assert (elm.x_dm, elm.y_dm, elm.score, elm.address_id) == (250, 0, 90.0, None)
    assert (oak.x_dm, oak.y_dm) == (1_000, 450)
    assert (elm.lat, elm.long) == pytest.approx(degrees(250, 0))


def test_a_number_that_no_segment_has_is_not_placed(town: None) -> None:
    assert place("999 Elm St") is None
    assert place("Elm St") is None


def test_a_segment_with_one_number_places_it_in_its_middle(town: None) -> None:
    draw_street("Ash Court", "ASH CT", (0, 50), (100, 50), from_number=7, to_number=7)
    match = place("7 Ash Court")
    assert match and (match.x_dm, match.y_dm) == (50, 50)


def test_two_streets_are_placed_where_their_lines_meet(town: None) -> None:
    match = place("Oak Avenue and Elm Street")
    assert match and (match.x_dm, match.y_dm, match.score) == (1_000, 0, 90.0)
    assert match.reason == "where the two streets meet"
    draw_street("Ash Court", "ASH CT", (0, 50), (100, 50), from_number=None, to_number=None)
    assert place("Ash Court & Elm Street") is None


def test_a_block_goes_to_the_middle_of_its_houses_else_of_its_street(town: None) -> None:
    by_line = place("100 block of Elm St")
    assert by_line and (by_line.x_dm, by_line.score) == (490, 90.0)
    put_block("Elm Street", 100, 3, x_dm=600)
    by_houses = place("100 block of Elm St")
    assert by_houses and by_houses.x_dm == 750
    assert by_houses.reason == "the middle of the block, from 3 known addresses"


def test_a_misspelled_street_is_read_as_the_nearest_one_if_it_has_the_number(town: None) -> None:
    put_address("12 Kensington Street", 700)
    match = place("12 Kensingtn Street")
    assert match and match.x_dm == 700
    assert 88 <= match.score < 100
    assert match.reason == "read as 12 Kensington St: a known address"
    assert place("14 Kensingtn Street") is None
    assert place("12 Kennington Avenue West") is None


def test_a_misspelled_intersection_is_read_street_by_street(town: None) -> None:
    put_address("Kensington Street & Oak Avenue", 1_234)
    match = place("Oak Avenue & Kensingtn Street")
    assert match and match.x_dm == 1_234
    assert match.reason.startswith("read as Kensington St & Oak Ave")


def test_a_misspelled_number_on_a_line_is_worth_no_more_than_the_line(town: None) -> None:
    draw_street("Kensington Street", "KENSINGTON ST", (0, 50), (1_000, 50), from_number=1, to_number=99)
    match = place("50 Kensingtonn Street")
    assert match and match.score == 90.0


def test_learned_addresses_place_only_where_they_are_asked_for(town: None) -> None:
    put_address("901 Birch Road", 55, source=AddressSource.LEARNED)
    assert place("901 Birch Road") is None
    assert place("901 Birch Road", learned=True) is not None
    assert place("901 Birchh Road") is None
    assert place("900 block of Birch Road") is None
    assert place("900 block of Birch Road", learned=True) is not None


def test_a_learned_misspelling_does_not_hide_the_street_that_is_meant(town: None) -> None:
    put_address("12 Kensington Street", 700)
    put_address("3 Kensingtn Street", 9, source=AddressSource.LEARNED)
    match = place("12 Kensingtn Street")
    assert match and match.x_dm == 700


def test_many_addresses_are_placed_with_few_queries(town: None) -> None:
    put_block("Elm Street", 100, 40)
    texts = [f"{number} Elm Street" for number in range(100, 1_600)]
    with asked_statements() as asked:
        found = place_addresses([normalize_address(text) for text in texts], learned=True)
    assert len(found) == 101
    assert len(asked) < 20


def test_a_small_request_never_reads_all_addresses(town: None) -> None:
    with asked_statements() as asked:
        place("12 Elmm Street", learned=True)
    lines = [
        line
        for one in asked
        if "addresses" in one.text and db.engine.dialect.name == "sqlite"
        for line in plan_of(one)
    ]
    assert not [line for line in lines if "SCAN addresses" in line]
