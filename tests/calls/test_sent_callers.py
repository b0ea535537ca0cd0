"""Callers that files send: known by any spelling of their number, found afterwards by the desk's look-up."""

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests import factories as make
from tests.statements import asked_statements
from tracker.calls.callers import callers_named, find_callers, find_or_make_caller
from tracker.calls.models import Caller
from tracker.calls.sent_callers import find_or_make_callers
from tracker.extensions import db
from tracker.words import read_wanted


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> None:
    make.make_city()


def test_a_sent_caller_is_found_by_number_and_by_name() -> None:
    sent = ("+15855550142", "Ann Lee")
    caller = find_or_make_callers([sent])[sent]
    wanted = read_wanted("ann")
    assert wanted is not None
    assert find_callers("(585) 555-0142") == [caller] == callers_named(wanted)
    assert find_or_make_caller("Ann Lee", "585 555 0142") is caller


def test_known_people_are_recognized_however_their_number_is_spelled() -> None:
    known = find_or_make_caller("Ann Lee", "585-555-0142")
    sent = [("+1 585 555 0142", "ANN LEE"), ("5855550142", "Ben Roe"), ("5855550142", "")]
    found = find_or_make_callers(sent)
    assert found[sent[0]] is known
    assert found[sent[1]].name == "Ben Roe" and found[sent[1]] is not known
    assert found[sent[2]] is known
    assert len(db.session.scalars(select(Caller)).all()) == 2


def test_a_number_that_cannot_be_read_is_kept_as_it_was_sent() -> None:
    sent = ("sip:desk", "Ann Lee")
    caller = find_or_make_callers([sent])[sent]
    assert (caller.phone, caller.phone_digits) == ("sip:desk", "")


def test_many_are_looked_up_by_one_question(database: SQLAlchemy) -> None:
    database.session.commit()
    with asked_statements() as asked:
        find_or_make_callers([(f"585 555 {number:04}", f"Caller {number}") for number in range(60)])
    looks = [one.text for one in asked if one.text.startswith("SELECT")]
    assert len([one for one in looks if "FROM callers" in one]) == 1
    assert len(looks) <= 3  # also the marks, and the city if not kept yet
