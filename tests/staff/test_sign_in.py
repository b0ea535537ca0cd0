"""Signing in and out by the form, as a browser does it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests.factories import NOW, make_user
from tracker.staff import accounts, passwords
from tracker.staff.account_views import local_target
from tracker.staff.models import AuditEntry, Role, StaffSession, User
from tracker.staff.sessions import ABSOLUTE, IDLE

PASSWORD = "lantern walrus copper"


@pytest.fixture
def officer(database: SQLAlchemy) -> User:
    """Somebody with a password."""
    user = make_user(role=Role.CONTACT, sign_in_name="ana")
    user.password_hash = passwords.hash_password(PASSWORD)
    database.session.commit()
    return user


def try_sign_in(client: FlaskClient, name: str = "ana", password: str = PASSWORD, address: str = "10.0.0.1") -> int:
    """The status of an attempt: 302 is a success."""
    form = {"sign_in_name": name, "password": password}
    return client.post("/staff/sign-in", data=form, environ_base={"REMOTE_ADDR": address}).status_code


def test_a_stranger_is_sent_to_the_sign_in_page_with_the_way_back(client: FlaskClient) -> None:
    answer = client.get("/staff/users?page=2")
    assert answer.status_code == 302
    assert answer.location == "/staff/sign-in?next=/staff/users?page%3D2"


def test_the_right_password_leads_back_to_where_one_wanted_to_go(client: FlaskClient, officer: User) -> None:
    form = {"sign_in_name": " ANA ", "password": PASSWORD}
    answer = client.post("/staff/sign-in?next=/staff/account%3Fa%3D1", data=form)
    assert (answer.status_code, answer.location) == (302, "/staff/account?a=1")
    assert officer.display_name in client.get("/staff/account").text


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "evil", "", "/\t/evil.example", None]
)
def test_the_way_back_never_leaves_the_site(app: Flask, target: str | None) -> None:
    with app.test_request_context():
        assert local_target(target) in ("/staff", "/staff/account")


def test_an_unknown_name_and_a_wrong_password_get_the_same_answer(client: FlaskClient, officer: User) -> None:
    pages = [
        client.post("/staff/sign-in", data={"sign_in_name": name, "password": "wrong password"})
        for name in ("ana", "nobody")
    ]
    assert {page.status_code for page in pages} == {403}
    assert pages[0].text.replace("ana", "*") == pages[1].text.replace("nobody", "*")


def test_an_unknown_name_costs_one_verification_too(database: SQLAlchemy, monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []
    hasher = passwords._current_hasher()

    class Counting:
        hash = staticmethod(hasher.hash)

        def verify(self, stored: str, password: str) -> bool:
            verified.append(password)
            return hasher.verify(stored, password)

    counting = Counting()
    monkeypatch.setattr(passwords, "_current_hasher", lambda: counting)
    assert not passwords.verify_password(None, "anything at all")
    assert verified == ["anything at all"]


def test_five_failures_stop_even_the_right_password_for_a_quarter_of_an_hour(
    client: FlaskClient, officer: User
) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        assert [try_sign_in(client, password="wrong") for _ in range(6)] == [403] * 5 + [429]
        assert try_sign_in(client) == 429
        assert try_sign_in(client, address="10.9.9.9") == 429, "the account itself is slowed down"
        clock.shift(timedelta(minutes=15, seconds=1))
        assert try_sign_in(client) == 302


def test_five_failures_stop_an_address_whatever_the_names(client: FlaskClient, officer: User) -> None:
    assert [try_sign_in(client, name=f"guess{n}", password="wrong") for n in range(5)] == [403] * 5
    assert try_sign_in(client) == 429
    assert try_sign_in(client, address="10.9.9.9") == 302


def test_a_stranger_cannot_lock_an_officer_out_of_her_usual_desk(client: FlaskClient, officer: User) -> None:
    assert try_sign_in(client, address="10.0.0.1") == 302
    for _ in range(8):
        try_sign_in(client, password="wrong", address="10.6.6.6")
    assert try_sign_in(client, address="10.6.6.6") == 429
    assert try_sign_in(client, address="10.0.0.1") == 302


def test_guessing_from_the_usual_desk_is_slowed_down_as_well(client: FlaskClient, officer: User) -> None:
    assert try_sign_in(client) == 302
    client.delete_cookie("tracker-session")
    assert [try_sign_in(client, password="wrong") for _ in range(6)] == [403] * 5 + [429]


def test_the_session_dies_when_idle_and_after_its_longest_time(client: FlaskClient, officer: User) -> None:
    with time_machine.travel(NOW, tick=False) as clock:
        try_sign_in(client)
        for _ in range(3):
            clock.shift(IDLE - timedelta(minutes=1))
            assert client.get("/staff/account").status_code == 200, "each page extends the session"
        clock.shift(IDLE)
        assert client.get("/staff/account").status_code == 302
        try_sign_in(client)
        signed_in = NOW + 3 * (IDLE - timedelta(minutes=1)) + IDLE
        statuses = []
        while len(statuses) < 26:
            clock.shift(timedelta(minutes=28))
            statuses.append(client.get("/staff/stay").status_code)
        alive = int(ABSOLUTE / timedelta(minutes=28))
        assert statuses == [204] * alive + [302] * (26 - alive), signed_in


def test_the_old_cookie_is_dead_after_signing_out(client: FlaskClient, officer: User) -> None:
    try_sign_in(client)
    cookie = client.get_cookie("tracker-session")
    assert cookie is not None
    assert client.post("/staff/sign-out").status_code == 302
    assert client.get_cookie("tracker-session") is None
    client.set_cookie("tracker-session", cookie.value)
    assert client.get("/staff/account").status_code == 302


def test_every_sign_in_has_a_new_token_and_only_its_digest_is_stored(
    client: FlaskClient, officer: User, database: SQLAlchemy
) -> None:
    tokens = []
    for _ in range(2):
        try_sign_in(client)
        cookie = client.get_cookie("tracker-session")
        assert cookie is not None
        tokens.append(cookie.value)
    stored = database.session.scalars(select(StaffSession.token_hash)).all()
    assert len(set(stored)) == 2 and not set(tokens) & set(stored)


@pytest.mark.parametrize("verb", ["password", "role", "disable", "reset"])
def test_what_changes_an_account_ends_its_sessions(
    client: FlaskClient, officer: User, database: SQLAlchemy, verb: str
) -> None:
    try_sign_in(client)
    change: dict[str, Callable[[], object]] = {
        "password": lambda: accounts.set_password(officer, "another quiet harbor"),
        "role": lambda: accounts.change_role(officer, Role.AIDE),
        "disable": lambda: accounts.disable_user(officer),
        "reset": lambda: accounts.invite_user(officer),
    }
    change[verb]()
    database.session.commit()
    assert client.get("/staff/account").status_code == 302


def test_changing_ones_password_keeps_this_browser_and_ends_the_others(
    app: Flask, client: FlaskClient, officer: User
) -> None:
    other = app.test_client()
    try_sign_in(client)
    try_sign_in(other)
    form = {"present": PASSWORD, "password": "another quiet harbor", "again": "another quiet harbor"}
    assert client.post("/staff/password", data=form).status_code == 302
    assert client.get("/staff/account").status_code == 200
    assert other.get("/staff/account").status_code == 302


def test_a_wrong_present_password_changes_nothing(client: FlaskClient, officer: User) -> None:
    try_sign_in(client)
    form = {"present": "not this one", "password": "another quiet harbor", "again": "another quiet harbor"}
    assert client.post("/staff/password", data=form).status_code == 400
    assert try_sign_in(client) == 302


def test_a_disabled_account_cannot_sign_in(client: FlaskClient, officer: User, database: SQLAlchemy) -> None:
    accounts.disable_user(officer)
    database.session.commit()
    assert try_sign_in(client) == 403


def test_under_https_the_cookies_are_bound_to_the_host(secure_app: Flask, officer: User) -> None:
    answer = secure_app.test_client().post(
        "/staff/sign-in", data={"sign_in_name": "ana", "password": PASSWORD}, base_url="https://localhost"
    )
    cookie = next(line for line in answer.headers.getlist("Set-Cookie") if line.startswith("__Host-session="))
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    assert "Domain" not in cookie


def test_a_sign_in_and_a_failure_are_audited_with_their_source(
    client: FlaskClient, officer: User, database: SQLAlchemy
) -> None:
    try_sign_in(client, password="wrong", address="10.1.2.3")
    try_sign_in(client, address="10.1.2.3")
    rows = database.session.execute(select(AuditEntry.action, AuditEntry.source).order_by(AuditEntry.id)).all()
    assert [tuple(row) for row in rows] == [("failed_sign_in", "10.1.2.3"), ("signed_in", "10.1.2.3")]


def test_text_with_a_nul_is_refused_in_words(client: FlaskClient, officer: User) -> None:
    assert try_sign_in(client, name="ana\0") == 400


def test_an_overlong_name_is_refused_without_trouble(client: FlaskClient, officer: User) -> None:
    assert try_sign_in(client, name="a" * 5_000) == 200
    assert try_sign_in(client, name="\ufdfa" * 100) == 403, "a sign that unfolds to eighteen"
