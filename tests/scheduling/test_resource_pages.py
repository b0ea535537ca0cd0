"""The form and the page of a resource: cost, lending, rules of shifts, four weeks ahead, partners' promises."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests import factories as make
from tests.scheduling.test_pages import RESOURCE
from tracker.errors import Invalid
from tracker.scheduling.resources.lending import say_lending
from tracker.scheduling.resources.models import CityResource
from tracker.scheduling.resources.money import read_money, write_money
from tracker.scheduling.resources.partners import promised_work
from tracker.staff.models import Role, User

FULL = RESOURCE | {
    "people": "3", "capacity": "12", "cost": "$1,085.5", "lends_to_priority": "2", "lends_within_days": "1",
    "note": "Keys at the yard", "tuesday": "07:00-15:00 break 30 min 11:30-13:00",
    "other_rules": "Thu Fri 06:00-14:00; every 2 weeks from 2026-06-15\nThu 14:00-22:00; every 2 weeks from 2026-06-22",
}  # fmt: skip


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def scheduler(database: SQLAlchemy, sign_in: Callable[..., User]) -> User:
    make.make_city(is_live=True)
    return sign_in(Role.SCHEDULER)


def test_everything_a_resource_says_is_kept_and_shown_and_comes_back_in_its_form(
    client: FlaskClient, database: SQLAlchemy, scheduler: User
) -> None:
    center = make.make_area(name="North West")
    answer = client.post("/staff/resources/new", data=FULL | {"center_id": str(center.id)})
    crew = database.session.scalars(select(CityResource)).one()
    assert (crew.people, crew.capacity, crew.cost_cents_per_hour) == (3, 12, 108_550)
    page = client.get(answer.location).text
    for words in (
        "1085.50 per hour", "North West. Other centers may have it for their work of priorities 1 and 2, and for any",
        "Keys at the yard", "07:00-15:00 break 30 min 11:30-13:00",
        "Thu Fri 06:00-14:00; every 2 weeks from 2026-06-15", "The next four weeks",
    ):  # fmt: skip
        assert words in page, words
    form = client.get(f"/staff/resources/{crew.id}/edit").text
    assert 'value="1085.50"' in form and "Thu 14:00-22:00; every 2 weeks from 2026-06-22" in form


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"cost": "eighty"}, "is no amount of money; write it like 85 or 85.50"),
        ({"cost": "-5"}, "is no amount of money"),
        ({"people": "-1"}, "between 0 and 100"),
        ({"capacity": "0"}, "between 1 and"),
        ({"lends_within_days": "400"}, "between 0 and 60"),
        ({"other_rules": "Mon 14:00-18:00; from 2026-06-01"}, "runs into the shift that begins at 14:00: on 01 Jun"),
        ({"other_rules": "sometimes"}, "does not say its days and times"),
        ({"monday": "07:00-15:00 break 30 min 16:00-17:00"}, "lies outside its shift"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field_and_nothing_typed_is_lost(
    client: FlaskClient, scheduler: User, changes: dict[str, str], words: str
) -> None:
    answer = client.post("/staff/resources/new", data=FULL | changes)
    assert answer.status_code == 400
    assert words in answer.text
    assert "Keys at the yard" in answer.text and all(text in answer.text for text in changes.values())


def test_the_form_shows_four_weeks_of_what_was_typed_before_it_is_saved(
    client: FlaskClient, database: SQLAlchemy, scheduler: User
) -> None:
    page = client.post("/staff/resources/new", data=FULL | {"preview": "1"})
    assert page.status_code == 200 and "nothing is saved yet" in page.text
    assert page.text.count("<span>06:00</span>") == 8  # two early weeks of two days, and four Saturday nights end then
    assert database.session.scalars(select(CityResource)).all() == []


@pytest.mark.parametrize(("text", "cents"), [("", None), ("85", 8500), ("85.5", 8550), ("$1,200.05", 120_005)])
def test_money_is_kept_in_cents(text: str, cents: int | None) -> None:
    assert read_money(text) == cents
    assert read_money(write_money(cents)) == cents


@pytest.mark.parametrize("text", ["85,5", "1,20", "85.555", "eur 5", "99999999", "1e3"])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match="is no amount"):
        read_money(text)


def test_lending_is_said_in_plain_words(database: SQLAlchemy) -> None:
    center = make.make_area()
    said = [
        say_lending(make.make_resource(center=center, lends_to_priority=priority, lends_within_days=days))
        for priority, days in ((0, 0), (1, 0), (0, 2), (5, 3))
    ]
    assert said == [
        "It works for its own center only.",
        "Other centers may have it for their work of priority 1.",
        "Other centers may have it for any work while it is still free today and tomorrow.",
        "Other centers may have it for all their work.",
    ]


def test_partners_promises_of_two_weeks_stand_on_the_list_and_others_do_not(
    client: FlaskClient, scheduler: User
) -> None:
    today = date(2026, 6, 15)
    for what, days, promised, columns in (
        ("Light it", 3, True, {}), ("Only wanted", 3, False, {}), ("Later", 30, True, {}), ("Late", -3, True, {}),
        ("Done", 4, True, {"done_at": make.NOW}),
    ):  # fmt: skip
        day = today + timedelta(days=days)
        make.make_partner_request(what=what, due_on=day, promised_on=day if promised else None, **columns)
    assert [request.what for request in promised_work(today)] == ["Light it"]
    page = client.get("/staff/resources").text
    assert "Partners' promised work" in page and "Light it" in page and "Only wanted" not in page
