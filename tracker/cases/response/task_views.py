"""One task of a case: done, called off, given to somebody else or another day."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue

from ...places.city import city_today
from ...staff.current import current_staff
from ...staff.permissions import Permission, may, requires
from ..blueprint import blueprint
from ..models import ProblemCase
from ..touching import find_case
from .conditions import require_seen, say_ended
from .due import say_due
from .forms import FinishForm, ReassignForm, StepForm, StopForm
from .models import CaseTask, TaskKind
from .owners import find_owner, owner_choices
from .step_views import Act, StepPage, change_once, is_mine, render_step, require_mine
from .tasks import cancel_task, find_task, finish_task, reassign_task

_FORMS: dict[str, type[StepForm]] = {"finish": FinishForm, "change": ReassignForm, "cancel": StopForm}
_LABELS = {
    "finish": ("It is done", "Keep it as done"),
    "change": ("Somebody else, or another day", "Change it"),
    "cancel": ("Call it off", "Call it off"),
}


@blueprint.get("/cases/<public_id>/tasks/<int:task_id>")
@requires(Permission.SEE_CASES)
def show_task(public_id: str, task_id: int) -> ResponseReturnValue:
    """One task and what can be done with it."""
    return _page(public_id, task_id)


@blueprint.post("/cases/<public_id>/tasks/<int:task_id>/finish")
@requires(Permission.TAKE_CALLS)
def finish_case_task(public_id: str, task_id: int) -> ResponseReturnValue:
    """The task is done; whoever it was given to may say so, and whoever works cases."""
    require_mine(find_task(find_case(public_id), task_id).owner_id)
    return _change(public_id, task_id, "finish", "The task is done. Thank you.")


@blueprint.post("/cases/<public_id>/tasks/<int:task_id>/change")
@requires(Permission.WORK_CASES)
def change_case_task(public_id: str, task_id: int) -> ResponseReturnValue:
    """Another owner or day."""
    return _change(public_id, task_id, "change", "The task was changed.")


@blueprint.post("/cases/<public_id>/tasks/<int:task_id>/cancel")
@requires(Permission.WORK_CASES)
def cancel_case_task(public_id: str, task_id: int) -> ResponseReturnValue:
    """Call the task off."""
    return _change(public_id, task_id, "cancel", "The task is called off.")


def _change(public_id: str, task_id: int, act: str, done: str) -> ResponseReturnValue:
    case = find_case(public_id)
    form = _make_form(act, case, find_task(case, task_id))

    def change(case: ProblemCase) -> None:
        task = find_task(case, task_id)
        require_seen(task, form.seen.data or "")
        _do(act, task, form)

    return change_once(public_id, form, change, done, lambda: _page(public_id, task_id, act, form))


def _do(act: str, task: CaseTask, form: Any) -> None:
    words, who, key = form.words.data or "", current_staff(), form.key.data or ""
    if act == "finish":
        finish_task(task, result=words, actor=who, key=key)
    elif act == "cancel":
        cancel_task(task, reason=words, actor=who, key=key)
    else:
        owner = find_owner(form.owner.data, task.owner_id)
        reassign_task(task, owner=owner, due_on=form.due_on.data, reason=words, actor=who, key=key)


def _make_form(act: str, case: ProblemCase, task: CaseTask) -> Any:
    form = _FORMS[act](prefix=act, data={"owner": task.owner_id, "due_on": task.due_on})
    if isinstance(form, ReassignForm):
        form.owner.choices = owner_choices(case, task.owner)
    return form


def _page(public_id: str, task_id: int, failed_act: str = "", failed: Any = None) -> str:
    case = find_case(public_id)
    task = find_task(case, task_id)
    acts = [
        Act(
            *_LABELS[act],
            url_for(f"cases.{act}_case_task", public_id=case.public_id, task_id=task.id),
            failed if act == failed_act else _make_form(act, case, task),
            is_last=act == "cancel",
        )
        for act in _offered(task)
    ]
    way = task_way(case, task) if task.is_open and may(current_staff().role, Permission.WORK_CASES) else None
    return render_step(case, StepPage("Task", task.title, _facts(task), task.details, task, acts, way), failed)


@blueprint.app_template_global()
def task_way(case: ProblemCase, task: CaseTask) -> tuple[str, str] | None:
    """What leads to the page on which a task is done, and its address; None where there is no such page."""
    if task.kind is TaskKind.LETTER:
        template = task.letter_template or None
        address = url_for("cases.new_letter", public_id=case.public_id, template=template, task=task.id)
        return "Write the letter", address
    if task.kind is TaskKind.VISIT:
        return "Write down the visit", url_for("cases.new_visit", public_id=case.public_id, task=task.id)
    return None


def _offered(task: CaseTask) -> list[str]:
    if not task.is_open:
        return []
    if may(current_staff().role, Permission.WORK_CASES):
        return list(_FORMS)
    return ["finish"] if is_mine(task.owner_id) else []


def _facts(task: CaseTask) -> list[tuple[str, str]]:
    facts = [("Whose it is", task.owner.display_name)]
    if task.is_open:
        return [*facts, ("By when", say_due(task.due_on, city_today()))]
    ended = "Done" if task.done_at else "Called off"
    said = say_ended(task.done_at or task.cancelled_at, task.done_by)
    return [*facts, ("Due", f"{task.due_on:%-d %b %Y}"), (ended, task.result or "Nothing was written."), *said]
