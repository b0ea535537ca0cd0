"""What is offered while an address is typed."""

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.factories import make_city
from tests.places.houses import put_address, put_block
from tests.statements import asked_statements, plan_of
from tracker.extensions import db
from tracker.places.gazetteer import suggest_addresses
from tracker.places.models import AddressSource


@pytest.fixture
def town(database: SQLAlchemy) -> None:
    make_city()
    put_block("Elm Street", 100, 12)
    put_block("Elmwood Road", 100, 2)
    put_block("N Kensington Street", 10, 3, x_dm=5_000)
    put_address("Elm Street & Oak Avenue", 5)
    put_address("Ash Court & Elm Street", 6)
    put_address("1 Birch Road", 7, source=AddressSource.LEARNED)


def offered(text: str, limit: int = 8) -> list[str]:
    return [address.display for address in suggest_addresses(text, limit=limit)]


@pytest.mark.parametrize("text", ["", "   ", "?", "zzzz", "&", "77"])
def test_text_that_begins_no_address_gives_nothing(town: None, text: str) -> None:
    assert offered(text) == []


@pytest.mark.parametrize("text", ["101 Elm St", "101 elm street", "101 ELM  S", "101 elm street apt 4"])
def test_the_address_that_is_typed_comes_first(town: None, text: str) -> None:
    assert offered(text)[0] == "101 Elm St"


def test_a_number_and_the_beginning_of_a_street_give_every_street_that_begins_so(town: None) -> None:
    assert offered("101 elm") == ["101 Elm St", "101 Elmwood Rd"]


def test_a_street_gives_its_intersections_first_and_then_its_houses_in_order(town: None) -> None:
    assert offered("elm st", limit=3) == ["Elm St & Oak Ave", "101 Elm St", "103 Elm St"]


def test_an_intersection_is_found_in_either_order_from_beginnings(town: None) -> None:
    for text in ("elm & o", "oak & elm", "oak ave and elm street", "Elm Street / Oak", "oak & e"):
        assert offered(text)[0] == "Elm St & Oak Ave", text


def test_one_slip_in_the_street_is_forgiven(town: None) -> None:
    assert offered("12 n kensingtn st") == []
    assert offered("13 n kensingtn st") == ["13 N Kensington St"]
    assert offered("n kensingtom st") == ["11 N Kensington St", "13 N Kensington St", "15 N Kensington St"]


def test_learned_addresses_are_offered_at_once(town: None) -> None:
    assert offered("1 bir") == ["1 Birch Rd"]


def test_no_more_than_the_limit_is_offered(town: None) -> None:
    assert len(offered("elm")) == 8
    assert len(offered("elm", limit=2)) == 2


@pytest.mark.parametrize("text", ["elm", "101 elm", "elm & oak", "101 elmm st"])
def test_every_look_up_goes_by_an_index(town: None, text: str) -> None:
    with asked_statements() as asked:
        suggest_addresses(text)
    for statement in asked:
        if db.engine.dialect.name == "sqlite":
            assert not [line for line in plan_of(statement) if "SCAN addresses" in line]
