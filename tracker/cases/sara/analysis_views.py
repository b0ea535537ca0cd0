"""The page on which somebody writes down what makes the problem come back."""

from typing import Any

from flask import render_template, url_for
from flask.typing import ResponseReturnValue

from ...extensions import db
from ...staff.changing import do_or_say_why, show_what_stands
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..models import ProblemCase
from ..touching import find_case
from .analyzing import PARTS, versions_of, write_analysis
from .earlier import earlier_responses
from .forms import AnalysisForm
from .models import CaseAnalysis
from .reading import is_workable, read_seen


@blueprint.get("/cases/<public_id>/analysis")
@requires(Permission.SEE_CASES)
def show_analysis(public_id: str) -> ResponseReturnValue:
    """When and where the calls come, what was done before, and what people make of it."""
    return render_analysis(find_case(public_id))


@blueprint.post("/cases/<public_id>/analysis")
@requires(Permission.WORK_CASES)
def keep_analysis(public_id: str) -> ResponseReturnValue:
    """Keep a new version of the analysis."""
    case = find_case(public_id, lock=True)
    form = AnalysisForm()

    def write() -> tuple[str, str]:
        texts = {part: form[part].data or "" for part in PARTS}
        is_new = write_analysis(case, texts, actor=current_staff(), seen=read_seen(form))
        address = url_for("cases.show_analysis", public_id=case.public_id)
        db.session.commit()
        return ("The analysis is kept." if is_new else "Nothing was different."), address

    def show(status: int) -> str:
        case = find_case(public_id)
        if status == 409:
            show_what_stands(form, _form_data(next(iter(versions_of(case, limit=1)), None)))
        return render_analysis(case, form=form)

    return do_or_say_why(form, write, show)


def render_analysis(case: ProblemCase, *, form: Any = None, failed_phase: Any = None) -> str:
    """The page as it stands now, with a form that was refused or the analysis there is."""
    versions = versions_of(case)
    return render_template(
        "cases/sara/analysis.html",
        case=case,
        form=form or AnalysisForm(formdata=None, data=_form_data(next(iter(versions), None))),
        failed=form,
        failed_phase=failed_phase,
        versions=versions,
        earlier=earlier_responses(case),
        is_workable=is_workable(case),
    )


def _form_data(analysis: CaseAnalysis | None) -> dict[str, object]:
    """What the form shows of an analysis before it is changed."""
    texts = {part: getattr(analysis, part) if analysis else "" for part in PARTS}
    return texts | {"seen": str(analysis.version if analysis else 0)}
