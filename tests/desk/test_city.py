"""The city page: as of when pages speak, and the rules in force."""

from collections.abc import Callable
from datetime import UTC, datetime

from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests.factories import make_call, make_city, make_rule
from tracker.calls.as_of import as_of
from tracker.places.models import City
from tracker.staff.log import history_of
from tracker.staff.models import Role, User

SignIn = Callable[..., User]


def test_an_administrator_switches_the_city_to_live_and_back(
    database: SQLAlchemy, sign_in: SignIn, client: FlaskClient
) -> None:
    city = make_city()
    call = make_call(requested_datetime=datetime(2024, 5, 1, 12, tzinfo=UTC))
    assert as_of(city) == call.requested_datetime
    sign_in(Role.ADMINISTRATOR)
    assert "1 May 2024" in client.get("/staff/city").text
    assert client.post("/staff/city/live").status_code == 302
    database.session.expire_all()
    assert database.session.scalars(select(City)).one().is_live
    assert as_of(city) > call.requested_datetime
    assert "Show it as of its newest call" in client.get("/staff/city").text
    client.post("/staff/city/live")
    database.session.expire_all()
    assert as_of(city) == call.requested_datetime
    assert [entry.verb for entry in history_of("city", city.id)] == ["switched", "switched"]


def test_a_supervisor_sees_the_rules_in_force_but_cannot_switch(
    database: SQLAlchemy, sign_in: SignIn, client: FlaskClient
) -> None:
    make_city()
    rule = make_rule(radius_m=77)
    sign_in(Role.SUPERVISOR)
    page = client.get("/staff/city").text
    assert rule.family is not None
    assert rule.family.name in page
    assert "77 m" in page
    assert "Switch to live" not in page
    assert client.post("/staff/city/live").status_code == 403
