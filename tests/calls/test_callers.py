"""Callers: a phone read however it is written, one row for one person, merges that can be undone exactly."""

import pytest
from flask_sqlalchemy import SQLAlchemy
from hypothesis import given
from hypothesis import strategies as st

from tests import factories as make
from tracker.calls.callers import change_caller, find_callers, find_or_make_caller, wish_call_back
from tracker.calls.merging import merge_callers, merges_into, undo_merge
from tracker.calls.models import Caller, ServiceRequest
from tracker.calls.phones import read_digits
from tracker.errors import Conflict, Invalid
from tracker.staff.log import history_of


@pytest.mark.parametrize(
    "typed",
    ["5855550100", "585-555-0100", "(585) 555-0100", "+1 585 555 0100", "1.585.555.0100", "585/555 0100 x12",
     "585-555-0100 ext. 7", "\uff15\uff18\uff15-555-0100", " 585\u00a0555\u20110100 ", "011 1 585 555 0100"],
)  # fmt: skip
def test_a_phone_is_one_number_however_it_is_written(typed: str) -> None:
    assert read_digits(typed) == "15855550100"


@pytest.mark.parametrize(
    ("typed", "prefix", "digits"),
    [("555-0100", "1", "5550100"), ("+44 20 7946 0958", "1", "442079460958"), ("020 7946 0958", "44", "442079460958"),
     ("0044 20 7946 0958", "44", "442079460958"), ("", "1", ""), ("   ", "1", "")],
)  # fmt: skip
def test_a_phone_of_another_country_keeps_its_prefix(typed: str, prefix: str, digits: str) -> None:
    assert read_digits(typed, prefix=prefix) == digits


@pytest.mark.parametrize(
    ("typed", "why"),
    [("585-CALL-NOW", "no letters"), ("585-555-01OO", "no letters"), ("12345", "this one has 5"),
     ("1234567890123456", "this one has 1"), ("585;DROP", "no letters"), ("585_555_0100", "digits, blanks"),
     ("٥٨٥٥٥٥٠١٠٠", "digits, blanks"), ("-", "digits, blanks")],
)  # fmt: skip
def test_what_is_no_phone_is_refused_in_clear_words(typed: str, why: str) -> None:
    with pytest.raises(Invalid, match=why):
        read_digits(typed)


@given(st.integers(2_000_000_000, 9_999_999_999), st.lists(st.sampled_from(" -.()/"), min_size=11, max_size=11))
def test_signs_between_digits_never_change_a_number(number: int, signs: list[str]) -> None:
    text = "".join(sign + digit for sign, digit in zip(signs, str(number), strict=False)) + signs[-1]
    assert read_digits(text) == f"1{number}"


def test_a_caller_is_found_by_phone_and_made_once(database: SQLAlchemy) -> None:
    make.make_city()
    ann = find_or_make_caller("Ann  Lee", "585-555-0100", "ann@example.com", "es")
    assert (ann.name, ann.language, ann.phone) == ("Ann Lee", "es", "585-555-0100")
    assert find_or_make_caller("ANN LEE", "(585) 555 0100", "") is ann
    assert find_or_make_caller("", "5855550100", "") is ann
    bob = find_or_make_caller("Bob", "5855550100", "")
    assert bob is not ann
    assert find_callers("+15855550100") == [bob, ann]
    assert find_callers("555-0100") == [bob, ann]
    assert find_callers("555-0101") == find_callers("") == []
    assert find_or_make_caller("", "585-555-0100", "") not in (ann, bob)


def test_two_names_at_one_phone_are_two_people_and_a_nameless_one_gets_its_name(database: SQLAlchemy) -> None:
    make.make_city()
    somebody = find_or_make_caller("", "585-555-0100", "")
    assert find_or_make_caller("Zoë", "585-555-0100", "z@example.com") is somebody
    assert (somebody.name, somebody.email) == ("Zoë", "z@example.com")
    assert find_or_make_caller("Zoe\u0308", "585-555-0100", "") is somebody
    assert find_or_make_caller("Max", "585-555-0100", "") is not somebody


def test_a_name_alone_is_nobody_known_and_nothing_at_all_is_refused(database: SQLAlchemy) -> None:
    make.make_city()
    assert find_or_make_caller("Ann", "", "") is not find_or_make_caller("Ann", "", "")
    mailed = find_or_make_caller("Ann", "", "ann@example.com")
    assert find_or_make_caller("Ann", "", "ann@example.com") is mailed
    with pytest.raises(Invalid, match="Give a name"):
        find_or_make_caller(" ", "", "")


def test_a_merge_moves_the_calls_and_its_undoing_gives_exactly_those_back(database: SQLAlchemy) -> None:
    make.make_city()
    actor = make.make_user()
    one, two, third = (make.make_caller(phone=f"585-555-010{n}") for n in range(3))
    of_one, of_two = make.make_call(caller_id=one.id), make.make_call(caller_id=two.id)
    given = make.make_call(caller_id=two.id)
    merge = merge_callers(two.id, one.id, actor=actor)
    assert callers_of(database, of_one, of_two, given) == [one.id] * 3
    assert find_callers("585-555-0101") == [one]
    assert find_or_make_caller(two.name, "585-555-0101", "") is not two
    assert [found.id for found in merges_into(one)] == [merge.id]
    later = make.make_call(caller_id=one.id)
    given.caller_id = third.id
    undo_merge(merge.id, actor=actor)
    assert callers_of(database, of_one, of_two, given, later) == [one.id, two.id, third.id, one.id]
    assert two.merged_into_id is None and not merges_into(one)
    with pytest.raises(Conflict, match="already"):
        undo_merge(merge.id, actor=actor)
    assert [entry.verb for entry in history_of("caller", one.id)] == ["parted", "took_in"]


def callers_of(database: SQLAlchemy, *calls: ServiceRequest) -> list[int | None]:
    database.session.flush()
    database.session.expire_all()
    return [call.caller_id for call in calls]


def test_merges_in_a_chain_are_undone_from_its_end(database: SQLAlchemy) -> None:
    make.make_city()
    actor = make.make_user()
    one, two, three = (make.make_caller(phone=f"585-555-010{n}") for n in range(3))
    call = make.make_call(caller_id=one.id)
    first = merge_callers(one.id, two.id, actor=actor)
    second = merge_callers(two.id, three.id, actor=actor)
    assert find_callers("585-555-0100") == find_callers("585-555-0101") == [three]
    with pytest.raises(Conflict, match="meanwhile"):
        merge_callers(three.id, one.id, actor=actor)
    with pytest.raises(Conflict, match="Undo that first"):
        undo_merge(first.id, actor=actor)
    undo_merge(second.id, actor=actor)
    undo_merge(first.id, actor=actor)
    assert callers_of(database, call) == [one.id]


@pytest.mark.parametrize("steps", [[0], [0, 1], [0, 1, 2]])
def test_a_caller_is_never_merged_into_herself(steps: list[int], database: SQLAlchemy) -> None:
    make.make_city()
    people = [make.make_caller() for _ in range(4)]
    for step in steps:
        merge_callers(people[step].id, people[step + 1].id, actor=make.make_user())
    with pytest.raises((Invalid, Conflict)):
        merge_callers(people[steps[-1] + 1].id, people[0].id, actor=make.make_user())
    with pytest.raises(Invalid, match="same caller"):
        merge_callers(people[3].id, people[3].id, actor=make.make_user())


def test_a_change_keeps_the_digits_in_step_and_says_what_changed(database: SQLAlchemy) -> None:
    make.make_city()
    actor, caller = make.make_user(), make.make_caller(name="Ann", phone="585-555-0100")
    change_caller(caller, name="Ann", phone="585-555-0199", email="", language="en", actor=actor)
    assert find_callers("585-555-0199") == [caller] and find_callers("585-555-0100") == []
    assert history_of("caller", caller.id)[0].text == "Changed: phone."
    with pytest.raises(Invalid, match="no letters"):
        change_caller(caller, name="Ann", phone="call me", email="", language="en", actor=actor)
    wish_call_back(caller, "After five, about the light", actor=actor)
    assert caller.wants_call_back == "After five, about the light"


def test_a_row_that_was_merged_away_is_not_changed(database: SQLAlchemy) -> None:
    make.make_city()
    actor = make.make_user()
    gone, stands = make.make_caller(), make.make_caller()
    merge_callers(gone.id, stands.id, actor=actor)
    with pytest.raises(Conflict, match="merged"):
        wish_call_back(gone, "Soon", actor=actor)
    assert isinstance(gone, Caller)
