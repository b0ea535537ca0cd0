"""The pages of official messages: everybody reads, few write, and nobody writes over somebody else."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser

from tests import factories as make
from tests.browsing import check_page
from tracker.clock import utc_now
from tracker.outreach.messages import message_mark
from tracker.outreach.models import Audience, OfficialMessage
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

SignIn = Callable[..., User]
PAGE = "/staff/messages"


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> None:
    make.make_city()


def current(**columns: object) -> OfficialMessage:
    """A message that is said now."""
    now = utc_now().replace(second=0, microsecond=0)
    return make.make_message(starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1), **columns)


def filled(**fields: str) -> dict[str, str]:
    """The form of a message, as a browser sends it."""
    local = utc_now().astimezone(ZoneInfo("America/New_York"))
    times = {"starts_at": f"{local:%Y-%m-%dT%H:%M}", "ends_at": f"{local + timedelta(days=1):%Y-%m-%dT%H:%M}"}
    words = {"key": "a form", "title": "Boil water", "text_en": "For\r\none minute.", "text_es": "Un minuto."}
    return {**words, **times, "audience": "callers", **fields}


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.CREW])
def test_everybody_in_the_office_reads_and_few_write(role: Role, client: FlaskClient, sign_in: SignIn) -> None:
    message = current(title="Boil water", text_es="Hierva el agua.")
    sign_in(role)
    text = client.get(PAGE).text
    may_write = role in {Role.SUPERVISOR, Role.EMERGENCY_MANAGER, Role.ADMINISTRATOR}
    assert "Boil water" in text and "Hierva el agua." in text and "Read it out" in text
    assert ("Write a message" in text) == may_write
    assert ("Withdraw it" in client.get(f"{PAGE}/{message.id}").text) == may_write


def test_a_page_without_messages_says_so(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in()
    assert "Nothing to be said now" in client.get(PAGE).text


def test_a_message_is_written_once_on_the_citys_clocks(
    client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    me = sign_in(Role.EMERGENCY_MANAGER)
    for _ in range(2):
        assert client.post(f"{PAGE}/new", data=filled()).status_code == 302
    [message] = database.session.query(OfficialMessage)
    assert message.written_by == me and message.text_en == "For\none minute." and message.audience is Audience.CALLERS
    assert abs(message.starts_at - utc_now()) < timedelta(minutes=2)
    assert message.ends_at - message.starts_at == timedelta(days=1)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"title": " "}, "Give it a title"),
        ({"text_en": ""}, "Write what is to be said"),
        ({"text_en": "x" * 4_001}, "4000"),
        ({"ends_at": "2020-01-01T00:00"}, "ends before it starts"),
        ({"ends_at": "20266-01-01T00:00"}, "Until"),
        ({"starts_at": "tomorrow"}, "From"),
        ({"audience": "aliens"}, "For"),
        ({"key": ""}, "Reload the page"),
    ],
)
def test_what_cannot_be_a_message_is_shown_again_with_the_reason(
    fields: dict[str, str], why: str, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    sign_in(Role.SUPERVISOR)
    answer = client.post(f"{PAGE}/new", data=filled(**fields))
    assert answer.status_code == 400 and why in answer.text and "Un minuto." in answer.text
    assert database.session.query(OfficialMessage).count() == 0


def test_who_changes_a_message_that_changed_meanwhile_is_told_what_stands(
    client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    message = current(title="Old title")
    sign_in(Role.SUPERVISOR)
    seen = message_mark(message)
    message.title = "Somebody's title"
    database.session.commit()
    answer = client.post(f"{PAGE}/{message.id}/edit", data=filled(seen=seen, title="My title"))
    assert answer.status_code == 409
    assert "meanwhile" in answer.text and "My title" in answer.text and "Somebody&#39;s title" in answer.text
    database.session.expire_all()
    assert message.title == "Somebody's title"
    knowing = client.post(f"{PAGE}/{message.id}/edit", data=filled(seen=message_mark(message), title="My title"))
    database.session.expire_all()
    assert knowing.status_code == 302 and message.title == "My title"


def test_a_message_is_withdrawn_and_put_back_against_what_was_seen(
    client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    message = current()
    sign_in(Role.ADMINISTRATOR)
    seen = message_mark(message)
    assert client.post(f"{PAGE}/{message.id}/withdraw", data={"seen": seen}).status_code == 302
    again = client.post(f"{PAGE}/{message.id}/withdraw", data={"seen": seen})
    assert again.status_code == 409 and "meanwhile" in again.text
    assert client.post(f"{PAGE}/{message.id}/restore").status_code == 400
    database.session.expire_all()
    assert message.withdrawn_at is not None
    client.post(f"{PAGE}/{message.id}/restore", data={"seen": message_mark(message)})
    database.session.expire_all()
    assert message.withdrawn_at is None


@pytest.mark.browser
def test_every_page_of_messages_passes(
    app: Flask, database: SQLAlchemy, live_address: str, chromium: Browser
) -> None:
    user = make.make_user(role=Role.SUPERVISOR)
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(user)}
    database.session.commit()
    check_page(chromium, live_address + PAGE, cookies)
    now = utc_now()
    message = current(title="Boil water on the north side " + "x" * 60, text_es="Hierva el agua.", written_by=user)
    current(audience=Audience.STAFF)
    make.make_message(starts_at=now + timedelta(days=1), ends_at=now + timedelta(days=2))
    for _ in range(21):
        make.make_message(written_by=user, withdrawn_at=now)
    database.session.commit()
    for page in ("", f"/{message.id}", f"/{message.id}/edit", "/new"):
        check_page(chromium, live_address + PAGE + page, cookies)
