"""API keys: given once, known by their hash, counted by the minute, revoked for good."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests.factories import make_api_key, make_user
from tracker.errors import Conflict, Forbidden, TooOften
from tracker.secret_links import hash_of
from tracker.staff.api_keys.giving import change_key, give_key, revoke_key
from tracker.staff.api_keys.models import ApiKey
from tracker.staff.api_keys.terms import KeyTerms
from tracker.staff.api_keys.using import find_key, use_key
from tracker.staff.models import AuditEntry, Role, User

SignIn = Callable[..., User]
AT = datetime(2026, 6, 15, 16, 0, 20, tzinfo=UTC)


def test_a_key_is_known_by_its_text_and_only_its_hash_is_kept(database: SQLAlchemy) -> None:
    key, text = give_key(KeyTerms("City app"), actor=make_user(role=Role.ADMINISTRATOR))
    assert find_key(text) is key
    assert text not in str(vars(key)) and key.key_hash == hash_of(text)
    for other in ("", text[:-1], text.swapcase(), "x" * 100_000, "ñ" * 300):
        assert find_key(other) is None


def test_a_revoked_key_opens_nothing_and_cannot_be_changed_or_revoked_again(database: SQLAlchemy) -> None:
    admin = make_user(role=Role.ADMINISTRATOR)
    key, text = give_key(KeyTerms("City app"), actor=admin)
    revoke_key(key, actor=admin)
    with pytest.raises(Forbidden):
        use_key(text)
    with pytest.raises(Conflict):
        revoke_key(key, actor=admin)
    with pytest.raises(Conflict):
        change_key(key, KeyTerms("City app"), actor=admin)


def test_of_one_name_there_is_one_key_in_use(database: SQLAlchemy) -> None:
    admin = make_user(role=Role.ADMINISTRATOR)
    key, _ = give_key(KeyTerms("City app"), actor=admin)
    other, _ = give_key(KeyTerms("Next town"), actor=admin)
    with pytest.raises(Conflict):
        give_key(KeyTerms("City app"), actor=admin)
    with pytest.raises(Conflict):
        change_key(other, KeyTerms("City app"), actor=admin)
    revoke_key(key, actor=admin)
    change_key(other, KeyTerms("City app", may_update=True), actor=admin)
    assert other.may_update


def test_a_minute_takes_as_many_uses_as_the_key_may_and_the_next_one_as_many_again(database: SQLAlchemy) -> None:
    key, text = give_key(KeyTerms("City app", per_minute=3), actor=make_user(role=Role.ADMINISTRATOR))
    with time_machine.travel(AT, tick=False) as clock:
        for _ in range(3):
            use_key(text)
        with pytest.raises(TooOften) as refused:
            use_key(text)
        assert refused.value.seconds == 40
        clock.shift(timedelta(seconds=40))
        use_key(text)
        database.session.refresh(key)
        assert key.used == 1


def test_the_last_use_is_written_once_a_minute(database: SQLAlchemy) -> None:
    key, text = give_key(KeyTerms("City app"), actor=make_user(role=Role.ADMINISTRATOR))
    with time_machine.travel(AT, tick=False) as clock:
        for _ in range(3):
            use_key(text)
            clock.shift(timedelta(seconds=10))
        database.session.refresh(key)
        assert key.last_used_at == AT
        clock.shift(timedelta(seconds=30))
        use_key(text)
        database.session.refresh(key)
        assert key.last_used_at == AT + timedelta(minutes=1)


def test_an_administrator_gives_changes_and_revokes_a_key_in_the_browser(
    client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    sign_in(Role.ADMINISTRATOR)
    assert "No system has a key" in client.get("/staff/keys").text
    form = {"name": "City app", "contact": "App team", "per_minute": "30"}
    given = client.post("/staff/keys/new", data=form)
    shown = re.search(r'value="([\w-]{43})"', given.text)
    assert shown
    key = database.session.scalars(select(ApiKey)).one()
    assert key.key_hash == hash_of(shown[1]) and not key.may_update
    twice = client.post("/staff/keys/new", data=form)
    assert twice.status_code == 400 and "already" in twice.text
    address = f"/staff/keys/{key.id}"
    assert shown[1] not in client.get(address).text + client.get("/staff/keys").text
    client.post(address, data={**form, "may_update": "y", "per_minute": "7"})
    database.session.refresh(key)
    assert (key.may_update, key.per_minute) == (True, 7)
    assert client.post(address, data={**form, "per_minute": "0"}).status_code == 400
    assert "City app any more" in client.post(f"{address}/revoke", follow_redirects=True).text
    assert client.post(f"{address}/revoke").status_code == 409
    assert client.post(address, data=form).status_code == 409
    assert "Revoked" in client.get(address).text
    assert client.get("/staff/keys/77").status_code == 404
    actions = set(database.session.scalars(select(AuditEntry.action)))
    assert {"gave_api_key", "changed_api_key", "revoked_api_key"} <= actions


def test_nobody_but_an_administrator_sees_that_there_are_keys(
    client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    make_api_key(name="Quiet system")
    sign_in(Role.SUPERVISOR)
    for path in ("/staff/keys", "/staff/keys/new", "/staff/keys/1"):
        answer = client.get(path)
        assert answer.status_code == 403 and "Quiet system" not in answer.text
