"""The city's own answers: find one, read it out, and for supervisors add or change one."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from ..calls.answering import find_answers
from ..calls.answering.models import CityAnswer
from ..calls.answering.verbs import (
    AnswerEntry,
    add_answers,
    answer_mark,
    change_answer,
    get_answer,
    list_answers,
    require_new,
    require_unchanged,
)
from ..extensions import db
from ..identifiers import read_number
from ..staff.changing import do_or_say_why, show_what_stands
from ..staff.current import current_staff
from ..staff.log import history_of
from ..staff.permissions import Permission, requires
from .answer_forms import AnswerForm, NewAnswerForm
from .blueprint import blueprint


@blueprint.get("/answers")
@requires(Permission.SEE_CASES)
def list_answers_page() -> ResponseReturnValue:
    """Every answer by title, or the ones that fit what is asked, the best first."""
    asked = request.args.get("q", "").strip()
    page = None
    if not asked:
        number = request.args.get("page", 1, read_number)
        page = db.paginate(list_answers(), page=number, per_page=50, error_out=False)
    found = find_answers(asked, limit=20) if page is None else page.items
    return render_template("desk/answers.html", asked=asked, answers=found, page=page)


@blueprint.get("/answers/<code>")
@requires(Permission.SEE_CASES)
def show_answer(code: str) -> ResponseReturnValue:
    """One answer in both languages, and its history."""
    answer = get_answer(code)
    return render_template("desk/answer.html", answer=answer, history=history_of("answer", answer.id))


@blueprint.route("/answers/new", methods=["GET", "POST"])
@requires(Permission.EDIT_ANSWERS)
def add_answer() -> ResponseReturnValue:
    """Add an answer."""
    form = NewAnswerForm()

    def add() -> tuple[str, str]:
        entry = _entry(form, form.code.data)
        require_new(entry)
        add_answers([entry], current_staff())
        db.session.commit()
        return "The answer was added.", url_for("desk.show_answer", code=entry.code)

    if request.method == "GET":
        return _form_page(form, None)
    return do_or_say_why(form, add, lambda _: _form_page(form, None))


@blueprint.route("/answers/<code>/edit", methods=["GET", "POST"])
@requires(Permission.EDIT_ANSWERS)
def edit_answer(code: str) -> ResponseReturnValue:
    """Change an answer, unless somebody else just did."""
    answer = get_answer(code)
    form = AnswerForm(data=_entry_data(answer))

    def change() -> tuple[str, str]:
        require_unchanged(answer, form.seen.data or "")
        is_new = change_answer(answer, _entry(form, answer.code), current_staff())
        db.session.commit()
        done = "The answer was changed." if is_new else "Nothing was different."
        return done, url_for("desk.show_answer", code=code)

    def show(status: int) -> str:
        if status == 409:
            show_what_stands(form, _entry_data(get_answer(code)))
        return _form_page(form, get_answer(code))

    return show(200) if request.method == "GET" else do_or_say_why(form, change, show)


def _form_page(form: Any, answer: CityAnswer | None) -> str:
    return render_template("desk/answer_form.html", form=form, answer=answer)


def _entry(form: AnswerForm, code: str) -> AnswerEntry:
    return AnswerEntry(
        code=code,
        title=form.title.data,
        text_en=form.text_en.data,
        text_es=form.text_es.data or "",
        keywords=", ".join(form.keyword_list),
        link=form.link.data or "",
    )


def _entry_data(answer: CityAnswer) -> dict[str, object]:
    """What the form shows of an answer before it is changed."""
    words = {name: getattr(answer, name) for name in ("title", "text_en", "text_es", "keywords", "link")}
    return words | {"seen": answer_mark(answer)}
