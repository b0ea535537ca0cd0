"""A person says where an address is."""

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.factories import make_city, make_user
from tests.places.houses import degrees, put_address
from tracker.errors import Invalid
from tracker.places.addresses import normalize_address
from tracker.places.gazetteer import confirm_address, learn_addresses, place_addresses
from tracker.places.models import AddressSource
from tracker.places.projection import cell_of
from tracker.staff.log import history_of


def test_a_confirmed_address_places_calls_from_then_on_and_the_log_says_who(database: SQLAlchemy) -> None:
    make_city()
    actor, address = make_user(), normalize_address("12 Elm Street")
    kept = confirm_address(address, *degrees(400, 90), actor=actor)
    assert (kept.source, kept.x_dm, kept.y_dm, kept.cell) == (AddressSource.STAFF, 400, 90, cell_of(400, 90))
    match = place_addresses([address], learned=False)[address.key]
    assert (match.address_id, match.score, match.reason) == (kept.id, 100.0, "a person said where it is")
    (entry,) = history_of("address", kept.id)
    assert (entry.verb, entry.actor) == ("confirmed_position", actor)


def test_a_person_overrides_every_other_source(database: SQLAlchemy) -> None:
    make_city()
    known = put_address("12 Elm Street", 5)
    kept = confirm_address(normalize_address("12 ELM ST"), *degrees(400, 90), actor=make_user())
    assert kept is known
    assert (kept.x_dm, kept.source) == (400, AddressSource.STAFF)
    assert learn_addresses([]) == 0


@pytest.mark.parametrize("text", ["100 block of Elm St", "Elm Street", ""])
def test_what_is_no_single_place_cannot_be_confirmed(database: SQLAlchemy, text: str) -> None:
    make_city()
    with pytest.raises(Invalid, match="number or cross street"):
        confirm_address(normalize_address(text), *degrees(0, 0), actor=make_user())


def test_a_point_outside_the_city_is_refused(database: SQLAlchemy) -> None:
    make_city()
    with pytest.raises(Invalid, match="outside Testville"):
        confirm_address(normalize_address("12 Elm Street"), 10.0, 10.0, actor=make_user())
