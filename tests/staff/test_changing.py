"""A change is done once or refused in words, the same way wherever a form asks for one."""

import pytest
from flask import Flask
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import StringField
from wtforms.validators import InputRequired

from tracker.errors import Conflict, Invalid, NotFound, TrackerError
from tracker.staff.changing import do_or_say_why


class WordForm(FlaskForm):  # type: ignore[misc]  # Flask-WTF ships no types
    """One word."""

    word = StringField("Word", [InputRequired("Say a word.")])


@pytest.mark.parametrize(
    ("error", "status"), [(Invalid("No."), 400), (NotFound("Gone."), 400), (Conflict("Somebody was first."), 409)]
)
def test_a_refusal_stands_on_the_form_with_what_was_typed(app: Flask, error: TrackerError, status: int) -> None:
    def refuse() -> tuple[str, str]:
        raise error

    with app.test_request_context(method="POST", data={"word": "elm"}):
        form = WordForm()
        page = do_or_say_why(form, refuse, lambda told: f"{told} {form.word.data} {form.form_errors}")
        assert page == (f"{status} elm {[str(error)]}", status)


def test_what_is_done_leads_on_and_an_empty_form_does_nothing(app: Flask) -> None:
    done: list[str] = []

    def act() -> tuple[str, str]:
        done.append("once")
        return "Done.", "/next"

    with app.test_request_context(method="POST", data={"word": "elm"}):
        answer = do_or_say_why(WordForm(), act, lambda _: "again")
        assert isinstance(answer, Response) and answer.location == "/next"
    with app.test_request_context(method="POST", data={"word": ""}):
        assert do_or_say_why(WordForm(), act, lambda _: "again") == ("again", 400)
    assert done == ["once"]
