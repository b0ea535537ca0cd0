"""The assessment of a case: its page, its paper, and what people change about it."""

from collections.abc import Callable
from typing import Any

from flask import Response, flash, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from ...extensions import db
from ...places.city import city_zone, the_city
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..forms import VersionedForm
from ..models import ProblemCase
from ..touching import case_with_key, find_case, require_version
from ..workload.following import mention_people
from ..workload.mentions import mentioned_names
from .assessment_page import gather_assessment
from .choosing import choose_comparison, chosen_value, comparison_of, comparison_options
from .drawing import ZONES
from .explaining import how_reckoned, table_rows
from .forms import ComparisonForm, NoteForm, ReckonForm
from .keeping import keep_assessment, kept_assessment
from .models import CARRIED_OUT, AssessmentNote, CarriedOut, CaseAssessment
from .noting import notes_of, write_note
from .paper import print_assessment
from .wording import say_difference

_FORMS: dict[str, type[VersionedForm]] = {"reckon": ReckonForm, "comparison": ComparisonForm, "note": NoteForm}


@blueprint.app_template_global()
def assessment_of(case: ProblemCase) -> CaseAssessment | None:
    """What was kept of a case's assessment, its words included: one row, and nothing is reckoned."""
    return kept_assessment(case)


@blueprint.get("/cases/<public_id>/assessment")
@requires(Permission.SEE_CASES)
def show_assessment(public_id: str) -> str:
    """Did it work: the verdict, what it rests on, and what people say."""
    return _render(find_case(public_id))


@blueprint.get("/cases/<public_id>/assessment.pdf")
@requires(Permission.SEE_CASES)
def assessment_paper(public_id: str) -> Response:
    """One page for the council, as a file."""
    case, city = find_case(public_id), the_city()
    paper = print_assessment(case, city, gather_assessment(case), city_zone(city))
    answer = Response(paper, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=f"assessment-{case.public_id}.pdf")
    return answer


@blueprint.post("/cases/<public_id>/assessment/reckon")
@requires(Permission.WORK_CASES)
def reckon_assessment(public_id: str) -> ResponseReturnValue:
    """Reckon it anew and keep the result."""
    return _change(public_id, "reckon", lambda case, form: keep_assessment(case, current_staff(), key=form.key.data))


@blueprint.post("/cases/<public_id>/assessment/comparison")
@requires(Permission.WORK_CASES)
def compare_with(public_id: str) -> ResponseReturnValue:
    """Compare with something else, for a reason; the result is reckoned anew at once."""

    def choose(case: ProblemCase, form: Any) -> None:
        key = form.key.data or ""
        choose_comparison(case, form.comparison.data, reason=form.reason.data, actor=current_staff(), key=key)
        keep_assessment(case, None)

    return _change(public_id, "comparison", choose)


@blueprint.post("/cases/<public_id>/assessment/note")
@requires(Permission.WORK_CASES)
def note_assessment(public_id: str) -> ResponseReturnValue:
    """Write down how the response went."""

    def write(case: ProblemCase, form: Any) -> None:
        before = _named_in(next(iter(notes_of(case)), None))
        note = write_note(
            case, carried_out=CarriedOut(form.carried_out.data), plan=form.plan.data or "",
            what_was_done=form.what_was_done.data or "", impressions=form.impressions.data or "",
            actor=current_staff(), key=form.key.data or "",
        )  # fmt: skip
        new = " ".join(f"@{name}" for name in _named_in(note) if name not in before)
        if words := mention_people(case, new, current_staff()).words():
            flash(words, "info")
        keep_assessment(case, None)  # whether there was a response changes what may be said

    return _change(public_id, "note", write)


def _named_in(note: AssessmentNote | None) -> list[str]:
    """Whom a note mentions where it speaks to colleagues."""
    return mentioned_names(f"{note.plan}\n{note.impressions}") if note else []


_DONE = {
    "reckon": "Reckoned anew and kept.",
    "comparison": "Compared with that from now on, and reckoned anew.",
    "note": "Written down, and reckoned anew.",
}


def _change(public_id: str, action: str, change: Callable[[ProblemCase, Any], object]) -> ResponseReturnValue:
    """Do what a form asks for once, against the version that the person saw, or show it again with the reason why."""
    case = find_case(public_id, lock=True)
    form = _make_form(action, case)

    def apply() -> tuple[str, str]:
        if case_with_key(current_staff(), form.key.data) != case.id:  # else it is its own second sending
            require_version(case, form.version.data)
            change(case, form)
        address = url_for("cases.show_assessment", public_id=case.public_id)
        db.session.commit()
        return _DONE[action], address

    return do_or_say_why(form, apply, lambda status: _render(find_case(public_id), form, action))


def _make_form(action: str, case: ProblemCase) -> Any:
    form = _FORMS[action](prefix=action)
    if action == "comparison":
        form.comparison.choices = [SelectChoice(value, words) for value, words in comparison_options(case)]
    return form


def _render(case: ProblemCase, failed: VersionedForm | None = None, failed_action: str = "") -> str:
    page = gather_assessment(case)
    forms = {action: _make_form(action, case) for action in _FORMS}
    if failed is not None:
        forms[failed_action] = failed
    if forms["comparison"] is not failed:
        forms["comparison"].comparison.data = chosen_value(comparison_of(case, the_city()))
    if forms["note"] is not failed:
        _fill_note(forms["note"], case)
    return render_template(
        "cases/assessment.html", case=case, page=page, reading=page.reading, forms=forms, failed=failed,
        carried_out=CARRIED_OUT, say_difference=say_difference, how_reckoned=how_reckoned(page.reading.assessment),
        rows=table_rows(page.reading.assessment, page.reading.findings), zones=ZONES,
    )  # fmt: skip


def _fill_note(form: Any, case: ProblemCase) -> None:
    """The note as it stands, to be gone on with."""
    newest = next(iter(notes_of(case)), None)
    form.carried_out.data = newest.carried_out.value if newest else CarriedOut.UNKNOWN.value
    for name in ("plan", "what_was_done", "impressions"):
        form[name].data = getattr(newest, name) if newest else ""
