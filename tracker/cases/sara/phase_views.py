"""A case is taken to another phase."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from ...extensions import db
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..models import ProblemCase, SaraPhase
from ..touching import find_case
from .analysis_views import render_analysis
from .forms import PhaseForm
from .phases import change_phase
from .scanning_views import render_scanning

_PAGES = {SaraPhase.SCANNING: "cases.show_scanning", SaraPhase.ANALYSIS: "cases.show_analysis"}
"""Where a phase is worked; the others are worked on the page of the case."""


@blueprint.post("/cases/<public_id>/phase")
@requires(Permission.WORK_CASES)
def go_to_phase(public_id: str) -> ResponseReturnValue:
    """One step forward, or back with a reason."""
    case = find_case(public_id, lock=True)
    form = PhaseForm(prefix="phase")

    def go() -> tuple[str, str]:
        to = SaraPhase(form.to.data)
        change_phase(
            case, to, actor=current_staff(), reason=form.reason.data or "", seen_version=form.version.data
        )  # fmt: skip
        address = url_for(_PAGES.get(to, "cases.show_case"), public_id=case.public_id)
        db.session.commit()
        return f"The case is in {to.value} now.", address

    return do_or_say_why(form, go, lambda _: _show(find_case(public_id), form))


def _show(case: ProblemCase, form: Any) -> str:
    render = render_scanning if case.phase is SaraPhase.SCANNING else render_analysis
    return render(case, failed_phase=form)
