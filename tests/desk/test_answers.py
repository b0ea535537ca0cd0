"""The pages of the city's own answers."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser

from tests import factories as make
from tests.browsing import check_page
from tracker.calls.answering.models import CityAnswer
from tracker.calls.answering.verbs import answer_mark
from tracker.staff.log import history_of
from tracker.staff.models import Role, User
from tracker.staff.permissions import OFFICE
from tracker.staff.sessions import cookie_name, start_session

SignIn = Callable[..., User]
PAGE = "/staff/answers"


@pytest.fixture
def trash(database: SQLAlchemy) -> CityAnswer:
    return make.make_answer(
        code="trash-day", title="When is my trash collected?", text_en="Once a week.", text_es="Una vez por semana.",
        keywords="garbage, basura", link="https://example.org/trash",
    )  # fmt: skip


def filled(**fields: str) -> dict[str, str]:
    """The form of an answer, as a browser sends it."""
    words = {"title": "Where do I vote?", "text_en": "At the\r\nschool.", "text_es": ""}
    return {**words, "keywords": " vote,poll ,vote,", "link": "https://example.org/vote", **fields}


@pytest.mark.parametrize("role", sorted(OFFICE))
def test_everybody_finds_and_reads_and_supervisors_write(
    role: Role, trash: CityAnswer, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(role)
    may_write = role in {Role.SUPERVISOR, Role.ADMINISTRATOR}
    found, page = client.get(PAGE, query_string={"q": "¿la BASURA?"}).text, client.get(f"{PAGE}/trash-day").text
    assert trash.title in found and "1 that fit" in found
    assert "Once a week." in page and "Una vez por semana." in page and "https://example.org/trash" in page
    assert ("Add an answer" in found) == may_write == ("/edit" in page)


def test_a_list_without_answers_and_a_search_that_finds_none_say_what_that_means(
    client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in()
    assert "No answers yet" in client.get(PAGE).text
    assert "No answer holds these words" in client.get(PAGE, query_string={"q": "xyzzy"}).text
    assert client.get(f"{PAGE}/nothing").status_code == 404


def test_an_answer_is_added_once(client: FlaskClient, sign_in: SignIn, database: SQLAlchemy) -> None:
    me = sign_in(Role.SUPERVISOR)
    assert client.post(f"{PAGE}/new", data=filled(code="vote")).status_code == 302
    again = client.post(f"{PAGE}/new", data=filled(code="vote"))
    assert again.status_code == 409 and "already" in again.text and "At the" in again.text
    [answer] = database.session.query(CityAnswer)
    assert (answer.code, answer.text_en, answer.keywords) == ("vote", "At the\nschool.", "vote, poll")
    assert [entry.actor for entry in history_of("answer", answer.id)] == [me]


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"code": "Vote!"}, "Lower-case letters"),
        ({"code": "new"}, "Lower-case letters"),
        ({"code": ""}, "Give it a code"),
        ({"title": "   "}, "Say what is asked"),
        ({"text_en": ""}, "Write the answer"),
        ({"text_es": "x" * 4_001}, "4000"),
        ({"link": "javascript:alert(1)"}, "Write https://"),
        ({"link": "https://example.org/\nSet-Cookie: x"}, "Write https://"),
        ({"keywords": "x" * 61}, "at most 60 characters"),
        ({"keywords": ",".join(map(str, range(41)))}, "At most 40 words"),
    ],
)
def test_what_cannot_be_an_answer_is_shown_again_with_the_reason(
    fields: dict[str, str], why: str, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    sign_in(Role.SUPERVISOR)
    answer = client.post(f"{PAGE}/new", data=filled(**{"code": "vote", **fields}))
    assert answer.status_code == 400 and why in answer.text
    assert database.session.query(CityAnswer).count() == 0


def test_a_changed_answer_keeps_what_it_said_in_its_history(
    trash: CityAnswer, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    sign_in(Role.ADMINISTRATOR)
    form = filled(seen=answer_mark(trash))
    assert client.post(f"{PAGE}/trash-day/edit", data=form).status_code == 302
    database.session.expire_all()
    assert trash.title == "Where do I vote?" and trash.code == "trash-day"
    assert "Once a week." in client.get(f"{PAGE}/trash-day").text


def test_who_changes_an_answer_that_changed_meanwhile_is_told_what_stands(
    trash: CityAnswer, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    sign_in(Role.SUPERVISOR)
    seen = answer_mark(trash)
    trash.text_en = "Twice a week."
    database.session.commit()
    for mark in (seen, ""):
        answer = client.post(f"{PAGE}/trash-day/edit", data=filled(seen=mark, text_en="Never."))
        assert answer.status_code == 409
        assert "meanwhile" in answer.text and "Never." in answer.text and "Now it is: Twice a week." in answer.text
    database.session.expire_all()
    assert trash.text_en == "Twice a week."
    knowing = client.post(f"{PAGE}/trash-day/edit", data=filled(seen=answer_mark(trash), text_en="Never."))
    database.session.expire_all()
    assert knowing.status_code == 302 and trash.text_en == "Never."


@pytest.mark.browser
def test_every_page_of_answers_passes(app: Flask, database: SQLAlchemy, live_address: str, chromium: Browser) -> None:
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(make.make_user(role=Role.SUPERVISOR))}
    make.make_city()
    database.session.commit()
    check_page(chromium, live_address + PAGE, cookies)
    make.make_answer(code="long", title="Where " + "x" * 80, keywords="y" * 60, link="https://example.org/" + "z" * 90)
    for _ in range(51):
        make.make_answer(text_es="Así es.")
    database.session.commit()
    for page in ("", "?page=2", "?q=where", "?q=xyzzy", "/long", "/long/edit", "/new"):
        check_page(chromium, live_address + PAGE + page, cookies)
