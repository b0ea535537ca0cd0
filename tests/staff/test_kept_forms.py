"""A form that is sent after its session has ended: what was typed comes back, to the same person only."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask, session
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import FlaskForm
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from wtforms import PasswordField

from tests import factories as make
from tests.browsing import ask_axe
from tracker.cases.models import ProblemCase
from tracker.clock import utc_now
from tracker.staff.kept_forms import SECRET_FIELDS, name_owner
from tracker.staff.models import LogEntry, Role, User
from tracker.staff.passwords import hash_password
from tracker.staff.sessions import IDLE, end_sessions_of

SignIn = Callable[..., User]
TEXT = "First line <b>bold</b>\r\n\tsecond & last; \u202eturned"
PASSWORD = "lantern walrus copper"


@pytest.fixture
def case(app: Flask, database: SQLAlchemy) -> ProblemCase:
    """A case to write a note on, in a program that checks its form tokens."""
    app.config["WTF_CSRF_ENABLED"] = True
    make.make_city()
    return make.make_case(public_id="7K3D-9QXZ-0MHT-4B2V")


@pytest.fixture
def come_in(app: Flask, client: FlaskClient, sign_in: SignIn) -> SignIn:
    """Signs the client in and leaves its form secret as signing in leaves it."""

    def come_in_as(role: Role = Role.CONTACT, *, user: User | None = None) -> User:
        user = sign_in(role, user=user)
        with client.session_transaction() as browser, app.test_request_context():
            browser.clear()
            name_owner(user)
            browser.update(session)
        return user

    return come_in_as


def token_in(page: str) -> str:
    return re.findall(r'name="(?:\w+-)?csrf_token"[^>]* value="([^"]+)"', page)[-1]


def note_of(client: FlaskClient, case: ProblemCase) -> dict[str, str]:
    """A long note, typed into the form as the case page shows it."""
    page = client.get(f"/staff/cases/{case.public_id}").text
    return {"csrf_token": token_in(page), "note-reason": TEXT, "note-version": str(case.version)}


def typed_in(page: str) -> str:
    """What the page's big field holds, as a browser would send it."""
    text = page.split("<textarea")[1].split(">\n", 1)[1].split("</textarea>")[0]
    return unescape(text)


def notes(database: SQLAlchemy) -> list[LogEntry]:
    database.session.commit()
    return list(database.session.scalars(select(LogEntry).where(LogEntry.verb == "noted")))


def test_an_idle_session_gives_the_text_back_and_takes_it_after_the_next_sign_in(
    client: FlaskClient, come_in: SignIn, case: ProblemCase, database: SQLAlchemy
) -> None:
    ana, address = come_in(Role.CONTACT), f"/staff/cases/{case.public_id}/note"
    form = note_of(client, case)
    with time_machine.travel(utc_now() + IDLE + timedelta(minutes=1), tick=False):
        refused = client.post(address, data=form)
        assert refused.status_code == 403 and typed_in(refused.text) == TEXT
        assert "<b>bold" not in refused.text and '<form method="post" class="card-form">' in refused.text
        assert refused.headers["Cache-Control"] == "no-store"
        come_in(user=ana)
        again = client.post(address, data={**form, "csrf_token": token_in(refused.text)})
        assert again.status_code == 400 and typed_in(again.text) == TEXT
        sent = client.post(address, data={**form, "csrf_token": token_in(again.text)})
    assert sent.status_code == 302
    assert [(entry.actor_id, entry.text) for entry in notes(database)] == [(ana.id, TEXT)]


def test_nobody_sends_what_another_person_typed(
    client: FlaskClient, come_in: SignIn, case: ProblemCase, database: SQLAlchemy
) -> None:
    end_sessions_of(come_in(Role.CONTACT))
    come_in(Role.CONTACT)
    form, address = note_of(client, case), f"/staff/cases/{case.public_id}/note"
    other = come_in(Role.SUPERVISOR)
    for _ in range(3):
        answer = client.post(address, data=form)
        assert answer.status_code == 400 and "Somebody else opened this form" in answer.text
        assert other.display_name in answer.text
        form["csrf_token"] = token_in(answer.text)
    assert notes(database) == []


@pytest.mark.parametrize("token", ["", "made-up", "IjEuYWJjIg.Z0.forged"])
def test_another_sites_form_is_not_given_back(
    app: Flask, client: FlaskClient, come_in: SignIn, case: ProblemCase, token: str
) -> None:
    form, address = {"csrf_token": token, "note-reason": TEXT}, f"/staff/cases/{case.public_id}/note"
    stranger = client.post(address, data=form)
    assert stranger.status_code == 302
    come_in(Role.CONTACT)
    answer = client.post(address, data=form)
    assert answer.status_code == 400 and "second" not in answer.text


def test_a_signed_out_strangers_token_gives_nothing_back(client: FlaskClient, case: ProblemCase) -> None:
    token = token_in(client.get("/staff/sign-in").text)
    form = {"csrf_token": token, "note-reason": TEXT}
    assert client.post(f"/staff/cases/{case.public_id}/note", data=form).status_code == 302


@pytest.mark.parametrize("site", ["cross-site", "same-site", "none"])
def test_a_colleagues_token_does_not_make_another_sites_form_ours(
    client: FlaskClient, come_in: SignIn, case: ProblemCase, site: str
) -> None:
    ana, address = come_in(Role.CONTACT), f"/staff/cases/{case.public_id}/note"
    form, headers = note_of(client, case), {"Sec-Fetch-Site": site}
    end_sessions_of(ana)
    come_in(user=ana)
    answer = client.post(address, data=form, headers=headers)
    assert answer.status_code == 400 and "second" not in answer.text
    client.delete_cookie("tracker-session")
    assert client.post(address, data=form, headers=headers).status_code == 302
    assert "second" in client.post(address, data=form, headers={"Sec-Fetch-Site": "same-origin"}).text


def test_the_form_secret_is_new_at_each_sign_in(client: FlaskClient, database: SQLAlchemy, case: ProblemCase) -> None:
    user = make.make_user(sign_in_name="ana", password_hash=hash_password(PASSWORD))
    database.session.commit()
    secrets = []
    for _ in range(2):
        page = client.get("/staff/sign-in").text
        form = {"csrf_token": token_in(page), "sign_in_name": "ana", "password": PASSWORD}
        assert client.post("/staff/sign-in", data=form).status_code == 302
        with client.session_transaction() as browser:
            secrets.append(browser["csrf_token"])
        page = client.get("/staff/account").text
        assert client.post("/staff/sign-out", data={"csrf_token": token_in(page)}).status_code == 302
        with client.session_transaction() as browser:
            assert "csrf_token" not in browser
    assert len(set(secrets)) == 2
    assert all(re.fullmatch(rf"{user.id}\.[0-9a-f]{{40}}", secret) for secret in secrets)


def test_a_form_that_was_opened_before_owners_were_named_is_still_taken(
    client: FlaskClient, sign_in: SignIn, case: ProblemCase, database: SQLAlchemy
) -> None:
    sign_in(Role.CONTACT)
    answer = client.post(f"/staff/cases/{case.public_id}/note", data=note_of(client, case))
    assert answer.status_code == 302 and len(notes(database)) == 1


def test_a_password_is_never_given_back(
    client: FlaskClient, come_in: SignIn, case: ProblemCase, database: SQLAlchemy
) -> None:
    ana = come_in()
    form = {
        "csrf_token": token_in(client.get("/staff/password").text),
        "present": PASSWORD,
        "password": "p",
        "again": "p",
    }
    end_sessions_of(ana)
    database.session.commit()
    answer = client.post("/staff/password", data=form)
    assert answer.status_code == 302 and PASSWORD not in answer.text
    come_in(user=ana)
    answer = client.post("/staff/password", data=form)
    assert answer.status_code == 400 and PASSWORD not in answer.text


def every_form(kind: type = FlaskForm) -> Iterator[type[FlaskForm]]:
    for one in kind.__subclasses__():
        yield one
        yield from every_form(one)


def test_every_password_field_of_the_program_is_known_as_one(app: Flask) -> None:
    with app.test_request_context():
        fields = [field for form in every_form() if form.__module__.startswith("tracker.") for field in form()]
    passwords = {field.short_name for field in fields if isinstance(field, PasswordField)}
    assert passwords and passwords <= SECRET_FIELDS


def _sign_in(page: Page) -> None:
    page.get_by_label("Sign-in name").fill("ana")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_text("Person").first.wait_for()


@pytest.mark.browser
def test_a_note_survives_being_signed_out_by_keyboard_alone(
    app: Flask, case: ProblemCase, database: SQLAlchemy, live_address: str, chromium: Browser
) -> None:
    ana = make.make_user(role=Role.CONTACT, sign_in_name="ana", password_hash=hash_password(PASSWORD))
    database.session.commit()
    context = chromium.new_context()
    context.set_default_timeout(10_000)
    page = context.new_page()
    page.goto(f"{live_address}/staff/sign-in")
    _sign_in(page)
    page.goto(f"{live_address}/staff/cases/{case.public_id}")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.locator("[name='note-reason']").fill("A long note.\nIts second line.")
    end_sessions_of(ana)
    database.session.commit()
    page.locator("[name='note-reason']").press("Tab")
    page.locator("form:has([name='note-reason']) button[type=submit]").press("Enter")
    page.get_by_role("heading", name="What you typed is kept").wait_for()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "alert"
    assert page.get_by_label("Reason").input_value() == "A long note.\nIts second line."
    assert ask_axe(page) == []
    page.keyboard.press("Tab")
    with context.expect_page() as opened:
        page.keyboard.press("Enter")
    _sign_in(opened.value)
    page.get_by_role("button", name="Go on").press("Enter")
    page.get_by_role("button", name="Send it").wait_for()
    assert ask_axe(page) == []
    assert page.get_by_label("Reason").input_value() == "A long note.\nIts second line."
    page.get_by_role("button", name="Send it").press("Enter")
    page.get_by_text("Its second line.").first.wait_for()
    assert page.url == f"{live_address}/staff/cases/{case.public_id}"
    assert [entry.actor_id for entry in notes(database)] == [ana.id]
    context.close()
