"""The page of a case's response, and what is added to it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from wtforms.fields.choices import SelectChoice

from ...places.city import city_today
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..models import CaseStatus, ProblemCase
from ..touching import find_case
from .forms import AskForm, KeyForm, ObjectiveForm, TaskForm
from .objectives import set_objective
from .owners import find_owner, owner_choices, usual_owner
from .partner_requests import ask_partner
from .partners import find_partner, list_partners
from .step_views import change_once
from .story import response_of
from .tasks import add_task

_USUAL_DAYS = 7
_OBJECTIVE_DAYS = 90


@blueprint.get("/cases/<public_id>/response")
@requires(Permission.SEE_CASES)
def show_response(public_id: str) -> ResponseReturnValue:
    """Objectives, tasks, partners and work of one case."""
    return _page(find_case(public_id))


@blueprint.post("/cases/<public_id>/objectives")
@requires(Permission.WORK_CASES)
def add_objective(public_id: str) -> ResponseReturnValue:
    """Say what is to be reached."""

    def add(case: ProblemCase, form: Any) -> None:
        set_objective(
            case, aim=form.aim.data or "", most_calls=form.most_calls.data, due_on=form.due_on.data,
            actor=current_staff(), key=form.key.data or "",
        )  # fmt: skip

    return _add(public_id, "objective", add, "The objective stands.")


@blueprint.post("/cases/<public_id>/tasks")
@requires(Permission.WORK_CASES)
def add_case_task(public_id: str) -> ResponseReturnValue:
    """Give somebody a task."""

    def add(case: ProblemCase, form: Any) -> None:
        add_task(
            case, title=form.title.data, details=form.details.data or "", owner=find_owner(form.owner.data),
            due_on=form.due_on.data, actor=current_staff(), key=form.key.data or "",
        )  # fmt: skip

    return _add(public_id, "task", add, "The task is given.")


@blueprint.post("/cases/<public_id>/partner-requests")
@requires(Permission.WORK_CASES)
def ask(public_id: str) -> ResponseReturnValue:
    """Write down what a partner was asked for."""

    def add(case: ProblemCase, form: Any) -> None:
        ask_partner(
            case, find_partner(form.partner.data), what=form.what.data, asked_on=form.asked_on.data,
            due_on=form.due_on.data, owner=find_owner(form.owner.data), actor=current_staff(),
            key=form.key.data or "",
        )  # fmt: skip

    return _add(public_id, "ask", add, "It is written down; it shows as late when the day has passed.")


def _add(public_id: str, name: str, add: Callable[[ProblemCase, Any], None], done: str) -> ResponseReturnValue:
    form = _make_forms(find_case(public_id), filled=name)[name]
    return change_once(
        public_id, form, lambda case: add(case, form), done, lambda: _page(find_case(public_id), name, form)
    )


def _make_forms(case: ProblemCase, filled: str = "") -> dict[str, Any]:
    """The three forms; only the one that was `filled` takes what was sent."""
    today, owner = city_today(), usual_owner(case, current_staff())
    soon = today + timedelta(days=_USUAL_DAYS)
    made: dict[str, tuple[type[KeyForm], dict[str, object]]] = {
        "objective": (ObjectiveForm, {"due_on": today + timedelta(days=_OBJECTIVE_DAYS)}),
        "task": (TaskForm, {"owner": owner, "due_on": soon}),
        "ask": (AskForm, {"owner": owner, "due_on": soon, "asked_on": today}),
    }
    forms = {
        name: kind(prefix=name, data=data) if name == filled else kind(None, prefix=name, data=data)
        for name, (kind, data) in made.items()
    }
    choices = owner_choices(case)
    forms["task"].owner.choices = forms["ask"].owner.choices = choices
    forms["ask"].partner.choices = [
        SelectChoice(str(one.id), one.name) for one in list_partners(family_id=case.family_id)
    ]
    return forms


def _page(case: ProblemCase, name: str = "", failed: KeyForm | None = None) -> str:
    forms = _make_forms(case) | ({name: failed} if failed is not None else {})
    return render_template(
        "cases/response/response.html", case=case, story=response_of(case), forms=forms, failed=failed,
        takes_more=case.status not in (CaseStatus.DISMISSED, CaseStatus.MERGED),
    )  # fmt: skip
