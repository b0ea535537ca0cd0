"""What located calls teach the gazetteer."""

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests.factories import make_city
from tests.places.houses import degrees, put_address
from tracker.extensions import db
from tracker.places.addresses import normalize_address
from tracker.places.gazetteer import LearnedAddress, learn_addresses
from tracker.places.models import Address, AddressSource
from tracker.places.projection import cell_of


def call(text: str, x_dm: int, y_dm: int = 0) -> LearnedAddress:
    return LearnedAddress(normalize_address(text), *degrees(x_dm, y_dm), x_dm, y_dm)


def known() -> dict[str, tuple[int, AddressSource]]:
    return {one.key: (one.x_dm, one.source) for one in db.session.scalars(select(Address))}


def test_a_learned_address_has_every_column(database: SQLAlchemy) -> None:
    make_city()
    assert learn_addresses([call("12 N Elm Street Apt 4, 02131", -700, 300)]) == 1
    address = db.session.scalars(select(Address)).one()
    assert (address.key, address.display, address.number) == ("12 N ELM ST", "12 N Elm St", 12)
    assert (address.street_key, address.zipcode, address.source) == ("N ELM ST", "02131", AddressSource.LEARNED)
    assert (address.x_dm, address.y_dm, address.cell) == (-700, 300, cell_of(-700, 300))
    assert (address.lat, address.long) == degrees(-700, 300)
    assert address.public_point_id is None


def test_an_address_lies_where_most_of_its_calls_lie_and_of_equals_where_the_first_does(database: SQLAlchemy) -> None:
    make_city()
    first = [call("1 Elm St", 5), call("1 Elm St", 9), call("1 ELM STREET", 9)]
    assert learn_addresses([*first, call("2 Elm St", 8), call("2 Elm St", 7)]) == 2
    assert known() == {"1 ELM ST": (9, AddressSource.LEARNED), "2 ELM ST": (8, AddressSource.LEARNED)}


def test_known_addresses_are_left_as_they_are(database: SQLAlchemy) -> None:
    make_city()
    put_address("1 Elm St", 100)
    assert learn_addresses([call("1 Elm St", 5), call("3 Elm St", 6)]) == 1
    assert learn_addresses([call("3 Elm St", 8)]) == 0
    assert known() == {"1 ELM ST": (100, AddressSource.POINT), "3 ELM ST": (6, AddressSource.LEARNED)}


def test_only_what_has_one_position_is_learned(database: SQLAlchemy) -> None:
    make_city()
    texts = ["100 block of Elm St", "Elm Street", "", "?", "7 " + "Q" * 190 + " Street"]
    assert learn_addresses([call(text, 5) for text in texts]) == 0
    assert learn_addresses([call("Elm St & Oak Ave", 5)]) == 1
    assert learn_addresses([]) == 0


def test_more_addresses_than_one_statement_holds_are_learned(database: SQLAlchemy) -> None:
    make_city()
    assert learn_addresses([call(f"{number} Elm St", number) for number in range(1, 2_502)]) == 2_501
