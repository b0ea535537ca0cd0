"""The questions of a call's type on its page: asked, answered, refused in words with what was said kept."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser

from tests import factories as make
from tests.browsing import check_page
from tracker.calls.models import ServiceRequest
from tracker.calls.questions import answers_of
from tracker.calls.questions.models import Datatype
from tracker.staff.log import append_log, history_of
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

SignIn = Callable[..., User]
SIZES = [{"key": "s", "name": "Small"}, {"key": "l", "name": "Large"}]


@pytest.fixture
def call(database: SQLAlchemy) -> ServiceRequest:
    """A call whose type asks one question of each kind."""
    make.make_city()
    call = make.make_call()
    for order, kind in enumerate(Datatype, 1):
        make.make_question(
            service_type=call.service_type, code=kind.value, datatype=kind, prompt=f"The {kind.value}?", order=order,
            values=SIZES if kind.is_list else [], is_required=kind is Datatype.SINGLE, datatype_description="As said",
        )  # fmt: skip
    make.make_question(service_type=call.service_type, code="warning", prompt="Keep away.", variable=False, order=9)
    return call


def page(call: ServiceRequest) -> str:
    return f"/staff/calls/{call.service_request_id}"


def said(seen: int, **answers: str | list[str]) -> dict[str, object]:
    """The form, as a browser sends it."""
    return {"answers-seen": seen, **{f"attribute[{code}]": given for code, given in answers.items()}}


def seen(call: ServiceRequest) -> int:
    newest = history_of("call", call.id, limit=1)
    return newest[0].id if newest else 0


def test_answers_are_kept_shown_and_changed(client: FlaskClient, call: ServiceRequest, sign_in: SignIn) -> None:
    me = sign_in()
    assert "Answer its questions" in client.get(page(call)).text
    form = said(0, string="Blue", number="2.5", datetime="2026-05-31", singlevaluelist="s", multivaluelist=["l", "s"])
    assert client.post(page(call) + "/answers", data=form).status_code == 302
    assert {one.code: one.value for one in answers_of(call)} == {
        "string": "Blue", "number": "2.5", "datetime": "2026-05-31", "singlevaluelist": "Small",
        "multivaluelist": "Small; Large",
    }  # fmt: skip
    text = client.get(page(call)).text
    assert 'value="Blue"' in text and text.count(" checked") == 3 and "Keep away." in text
    again = said(seen(call), string="Red", singlevaluelist="s")
    assert client.post(page(call) + "/answers", data=again).status_code == 302
    newest = history_of("call", call.id)[0]
    assert "Red. It was: «The string?» Blue." in newest.text and newest.actor == me


def test_an_answer_that_does_not_fit_is_refused_with_what_was_said_kept(
    client: FlaskClient, call: ServiceRequest, sign_in: SignIn
) -> None:
    sign_in()
    answer = client.post(page(call) + "/answers", data=said(0, number="many", text="A <long> story"))
    assert answer.status_code == 400
    assert "«The number?»: &#39;many&#39; is no number" in answer.text
    assert "«The singlevaluelist?»: needs an answer; choose one." in answer.text
    assert 'value="many"' in answer.text and "A &lt;long&gt; story</textarea>" in answer.text
    assert list(answers_of(call)) == []


def test_who_answers_a_call_that_was_corrected_meanwhile_is_told(
    client: FlaskClient, call: ServiceRequest, sign_in: SignIn
) -> None:
    sign_in()
    append_log("call", call.id, "retyped", "Meanwhile.")
    answer = client.post(page(call) + "/answers", data=said(0, string="Blue", singlevaluelist="s"))
    assert answer.status_code == 409 and "Somebody corrected this call" in answer.text and 'value="Blue"' in answer.text
    assert list(answers_of(call)) == []


def test_who_may_only_look_is_not_asked(client: FlaskClient, call: ServiceRequest, sign_in: SignIn) -> None:
    sign_in(Role.SCHEDULER)
    assert "What was asked" not in client.get(page(call)).text
    assert client.post(page(call) + "/answers", data=said(0)).status_code == 403


@pytest.mark.browser
def test_the_questions_pass_and_are_answered_without_script(
    app: Flask, call: ServiceRequest, live_address: str, chromium: Browser, database: SQLAlchemy
) -> None:
    name, token = cookie_name(app.config["SETTINGS"]), start_session(make.make_user())
    address = live_address + page(call)
    database.session.commit()
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800})
    context.add_cookies([{"name": name, "value": token, "url": live_address}])
    visitor = context.new_page()
    visitor.goto(address)
    visitor.get_by_text("Answer its questions").click()
    visitor.get_by_label("The string?").fill("Blue")
    visitor.get_by_role("group", name="The singlevaluelist?").get_by_label("Large").check()
    visitor.get_by_role("button", name="Keep the answers").click()
    visitor.get_by_text("The answers are kept.").wait_for()
    visitor.get_by_text("Ask again").click()
    assert visitor.evaluate("document.documentElement.scrollWidth") <= 320
    context.close()
    check_page(chromium, address, {name: token})
