"""Apply the playbook of its family to a case: a checklist with days and owners, done once."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...cases.models import CaseStatus, ProblemCase
from ...cases.response.owners import find_owner, owner_choices, usual_owner
from ...cases.touching import find_case
from ...errors import Invalid
from ...extensions import db
from ...formatters import plural
from ...places.city import city_today
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.permissions import Permission, may, requires
from ..blueprint import blueprint
from ..bookings.history import usual_durations
from .applying import StepChoice, apply_playbook, playbook_uses_of, use_with_key
from .editing import playbook_of, require_playbook_version
from .models import PlaybookStep
from .playbook_forms import make_apply_form
from .step_kinds import KINDS, StepKind


@blueprint.get("/cases/<public_id>/playbook")
@requires(Permission.ORDER_WORK)
def apply_page(public_id: str) -> ResponseReturnValue:
    """The playbook as a checklist, and what became of it where it was applied before."""
    case = find_case(public_id)
    return _page(case, _make_form(case))


@blueprint.post("/cases/<public_id>/playbook")
@requires(Permission.ORDER_WORK)
def apply(public_id: str) -> ResponseReturnValue:
    """Make the chosen steps, all or none."""
    case = find_case(public_id, lock=True)  # before the question: of two sendings at once the second waits
    form = _make_form(case)
    address = url_for("cases.show_response", public_id=case.public_id)
    if use_with_key(case, form.key.data or "") is not None:
        flash("The playbook was applied already; nothing was done twice.", "success")
        return redirect(address)

    def do() -> tuple[str, str]:
        playbook = playbook_of(case.family_id)
        if playbook is not None:
            require_playbook_version(playbook, form.version.data)
        use = apply_playbook(case, _choices(form, _offered(case)), current_staff(), form.key.data or "")
        done = f"{plural(len(use.steps), 'step')} of «{use.name}» made."
        db.session.commit()
        return done, address

    return do_or_say_why(form, do, lambda _: _page(find_case(public_id), form))


def _offered(case: ProblemCase) -> Sequence[PlaybookStep]:
    """Every step to those who work cases; to whoever only orders work, the crews' steps."""
    playbook = playbook_of(case.family_id)
    steps = playbook.steps if playbook else []
    if may(current_staff().role, Permission.WORK_CASES):
        return steps
    return [step for step in steps if step.kind is StepKind.WORK_ORDER]


def _make_form(case: ProblemCase) -> Any:
    used = {step.title for use in playbook_uses_of(case.id) for step in use.steps}
    owner = usual_owner(case, current_staff())
    return make_apply_form(_offered(case), city_today(), owner_choices(case), owner, used)


def _choices(form: Any, steps: Sequence[PlaybookStep]) -> list[StepChoice]:
    return [_choice(form, step) for step in steps if form[f"use_{step.id}"].data]


def _choice(form: Any, step: PlaybookStep) -> StepChoice:
    due_on = form[f"due_{step.id}"].data
    if due_on is None:
        raise Invalid(f"Give «{step.title}» a day.")
    if step.kind is StepKind.WORK_ORDER:
        return StepChoice(step.id, due_on, minutes=form[f"minutes_{step.id}"].data)
    return StepChoice(step.id, due_on, find_owner(form[f"owner_{step.id}"].data))


def _page(case: ProblemCase, form: Any) -> str:
    playbook = playbook_of(case.family_id)
    steps = _offered(case)
    crews = [step for step in steps if step.kind is StepKind.WORK_ORDER]
    form.version.data = playbook.version if playbook else None  # what stands now is what the page shows
    return render_template(
        "scheduling/apply.html", case=case, form=form, playbook=playbook, kinds=KINDS,
        steps=steps, usual=usual_durations([(step.skill, step.title) for step in crews]),
        titles={step.position: step.title for step in crews}, is_open=case.status is CaseStatus.OPEN,
    )  # fmt: skip
