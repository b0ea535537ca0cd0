"""Administrators invite, reset, disable and change roles in the browser."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from tests.factories import make_user
from tracker.clock import utc_now
from tracker.errors import Conflict, Invalid
from tracker.staff import accounts
from tracker.staff.models import Role, User

PASSWORD = "lantern walrus copper"
SignIn = Callable[..., User]


def invitation_path(page: str) -> str:
    """The path of the one-time link that a page shows."""
    found = re.search(r"http://localhost(/staff/invitation/[\w-]+)", page)
    assert found
    return found[1]


def test_an_invited_colleague_sets_a_password_once_and_is_signed_in(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(Role.ADMINISTRATOR)
    form = {"sign_in_name": "Ben", "display_name": "Ben", "role": "aide"}
    path = invitation_path(client.post("/staff/users/invite", data=form).text)
    client.delete_cookie("tracker-session")
    assert client.post(path, data={"password": "password1234", "again": "password1234"}).status_code == 400
    assert client.post(path, data={"password": PASSWORD, "again": PASSWORD + "!"}).status_code == 400
    assert client.post(path, data={"password": PASSWORD, "again": PASSWORD}).status_code == 302
    assert "Aide" in client.get("/staff/account").text
    assert client.get(path).status_code == 404, "the link works once"


def test_an_invitation_that_is_too_old_or_replaced_is_dead(database: SQLAlchemy, client: FlaskClient) -> None:
    user = make_user()
    first = accounts.invite_user(user)
    second = accounts.invite_user(user)
    assert client.get(f"/staff/invitation/{first}").status_code == 404
    assert client.get(f"/staff/invitation/{second}").status_code == 200
    user.token_expires_at = utc_now()
    assert client.get(f"/staff/invitation/{second}").status_code == 404


def test_a_reset_takes_the_password_away_and_shows_a_new_link(
    client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    sign_in(Role.ADMINISTRATOR)
    user = make_user()
    accounts.set_password(user, PASSWORD)
    path = invitation_path(client.post(f"/staff/users/{user.id}/reset").text)
    assert user.password_hash is None
    assert client.get(path).status_code == 200


def test_disabling_can_be_undone_and_a_role_is_changed(
    client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    sign_in(Role.ADMINISTRATOR)
    user = make_user(role=Role.AIDE)
    address = f"/staff/users/{user.id}"
    assert "can no longer sign in" in client.post(f"{address}/disable", follow_redirects=True).text
    assert user.disabled_at is not None
    client.post(f"{address}/enable")
    client.post(f"{address}/role", data={"role": "supervisor"})
    assert (user.disabled_at, user.role) == (None, Role.SUPERVISOR)
    assert client.post(f"{address}/role", data={"role": "emperor"}).status_code == 400


def test_a_role_that_somebody_changed_meanwhile_is_not_changed_over(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(Role.ADMINISTRATOR)
    user = make_user(role=Role.AIDE)
    address = f"/staff/users/{user.id}/role"
    assert client.post(address, data={"role": "contact", "seen": "aide"}).status_code == 302
    late = client.post(address, data={"role": "scheduler", "seen": "aide"})
    assert late.status_code == 409 and "it is contact now" in late.text
    assert '<option selected value="scheduler">' in late.text and 'value="contact"' in late.text.split('name="seen"')[1]
    assert user.role is Role.CONTACT
    assert client.post(address, data={"role": "scheduler", "seen": "contact"}).status_code == 302


def test_the_last_administrator_stays(client: FlaskClient, sign_in: SignIn) -> None:
    me = sign_in(Role.ADMINISTRATOR)
    answer = client.post(f"/staff/users/{me.id}/disable")
    assert answer.status_code == 409
    assert "last administrator" in answer.text
    assert client.get("/staff/users").status_code == 200


def test_a_taken_name_is_said_at_its_field_and_keeps_the_form(
    client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    sign_in(Role.ADMINISTRATOR)
    make_user(sign_in_name="ben")
    page = client.post("/staff/users/invite", data={"sign_in_name": "BEN", "display_name": "Benno", "role": "aide"})
    assert page.status_code == 400
    assert 'aria-describedby="sign_in_name-hint sign_in_name-error"' in page.text
    assert 'value="Benno"' in page.text


def test_a_role_lowered_while_a_form_is_open_refuses_the_submit(
    client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    make_user(role=Role.ADMINISTRATOR)
    me, victim = sign_in(Role.ADMINISTRATOR), make_user()
    accounts.change_role(me, Role.AIDE)
    assert client.post(f"/staff/users/{victim.id}/disable").status_code == 302
    assert victim.disabled_at is None
    sign_in(user=me)
    assert client.post(f"/staff/users/{victim.id}/disable").status_code == 403


def test_names_are_canonical_and_unique(database: SQLAlchemy) -> None:
    accounts.create_user("Ana.Example", Role.AIDE)
    with pytest.raises(Conflict):
        accounts.create_user(" ana.EXAMPLE ", Role.AIDE)
    with pytest.raises(Invalid):
        accounts.create_user("two words", Role.AIDE)


def test_the_audit_page_checks_the_chain(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(Role.ADMINISTRATOR)
    client.post("/staff/users/invite", data={"sign_in_name": "ben", "display_name": "Ben", "role": "aide"})
    page = client.get("/staff/audit?check=1").text
    assert "ben as aide" in page
    assert "nothing was changed" in page
