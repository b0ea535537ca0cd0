"""The deadlines of one case on a page of their own: pause, go on, look, more time, answer for what is late."""

from collections.abc import Callable
from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from ...clock import utc_now
from ...extensions import db
from ...places.city import the_city
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..models import ProblemCase
from ..touching import case_with_key, find_case, require_version
from .escalating import acknowledge_escalation
from .forms import AnswerForm, ExtendForm, KeyedForm, PauseForm, WordsForm
from .kinds import WAITS_FOR, PauseReason
from .lines import write_lines
from .panel import gather_panel
from .pausing import extend_deadline, find_deadline, look_at_case, pause_case, resume_case
from .queries import deadlines_of, pauses_shown
from .working_calendar import read_city_time


@blueprint.get("/cases/<public_id>/deadlines")
@requires(Permission.SEE_CASES)
def show_deadlines(public_id: str) -> ResponseReturnValue:
    """What is due of a case, what was, and what one can do about its clock."""
    return _render(find_case(public_id))


def _render(case: ProblemCase, failed: KeyedForm | None = None) -> str:
    time = read_city_time(the_city(), utc_now())
    deadlines = deadlines_of(case.id)
    forms = {"pause": PauseForm(prefix="pause", formdata=None), "resume": WordsForm(prefix="resume", formdata=None),
             "look": WordsForm(prefix="look", formdata=None)}  # fmt: skip
    for one in deadlines:
        if one.is_running:
            forms[f"extend-{one.id}"] = ExtendForm(prefix=f"extend-{one.id}", formdata=None)
            forms[f"answer-{one.id}"] = AnswerForm(prefix=f"answer-{one.id}", formdata=None)
    if failed is not None:
        forms[failed._prefix.rstrip("-")] = failed
    return render_template(
        "cases/deadlines/case.html", case=case, panel=gather_panel(case, time), forms=forms, failed=failed,
        past=write_lines([one for one in deadlines if not one.is_running], time), pauses=pauses_shown(case.id),
        waits_for=WAITS_FOR,
    )  # fmt: skip


def _change(public_id: str, form: KeyedForm, change: Callable[[ProblemCase], object], done: str) -> ResponseReturnValue:
    """Make a change once, against the version that the person saw."""
    case = find_case(public_id, lock=True)

    def apply() -> tuple[str, str]:
        if case_with_key(current_staff(), form.key.data or "") != case.id:
            require_version(case, form.version.data)
            change(case)
            db.session.commit()
        return done, url_for("cases.show_deadlines", public_id=case.public_id)

    return do_or_say_why(form, apply, lambda _: _render(find_case(public_id), form))


def _given(form: Any) -> dict[str, Any]:
    return {"words": form.words.data or "", "actor": current_staff(), "key": form.key.data or ""}


@blueprint.post("/cases/<public_id>/deadlines/pause")
@requires(Permission.WORK_CASES)
def pause_clock(public_id: str) -> ResponseReturnValue:
    """Let the clock stand still."""
    form = PauseForm(prefix="pause")

    def pause(case: ProblemCase) -> None:
        pause_case(case, reason=PauseReason(form.reason.data), expected_on=form.expected_on.data, **_given(form))

    return _change(public_id, form, pause, "The clock stands still. Start it again when the case goes on.")


@blueprint.post("/cases/<public_id>/deadlines/resume")
@requires(Permission.WORK_CASES)
def resume_clock(public_id: str) -> ResponseReturnValue:
    """Let the clock go on."""
    form = WordsForm(prefix="resume")
    return _change(public_id, form, lambda case: resume_case(case, **_given(form)), "The clock goes on.")


@blueprint.post("/cases/<public_id>/deadlines/look")
@requires(Permission.WORK_CASES)
def look_at(public_id: str) -> ResponseReturnValue:
    """Say that the case was looked at."""
    form = WordsForm(prefix="look")
    done = "Noted. The wait for the next look has begun anew."
    return _change(public_id, form, lambda case: look_at_case(case, **_given(form)), done)


@blueprint.post("/cases/<public_id>/deadlines/<int:deadline_id>/extend")
@requires(Permission.ASSIGN_CASES)
def extend(public_id: str, deadline_id: int) -> ResponseReturnValue:
    """Give more time, for a reason."""
    form = ExtendForm(prefix=f"extend-{deadline_id}")

    def give(case: ProblemCase) -> None:
        given = _given(form)
        deadline = find_deadline(case, deadline_id)
        extend_deadline(deadline, until=form.until.data, reason=given.pop("words"), **given)

    return _change(public_id, form, give, "There is more time now.")


@blueprint.post("/cases/<public_id>/deadlines/<int:deadline_id>/answer")
@requires(Permission.ASSIGN_CASES)
def answer_escalation(public_id: str, deadline_id: int) -> ResponseReturnValue:
    """Answer for something that is late."""
    form = AnswerForm(prefix=f"answer-{deadline_id}")

    def answer(case: ProblemCase) -> None:
        acknowledge_escalation(find_deadline(case, deadline_id), **_given(form))

    return _change(public_id, form, answer, "Your answer stands in the history of the case.")
