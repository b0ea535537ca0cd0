"""Work on a selection of cases: one page shows it and asks, one view per action does it, one page reports."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from ...errors import Invalid
from ...extensions import db
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.models import User
from ...staff.permissions import ROLES, Permission, may, requires
from ..blueprint import blueprint
from ..choices import Choices, contact_choices
from ..contacts import find_contact
from .bulk import (
    Change,
    assign_each,
    do_for_each,
    find_bulk_work,
    find_selected,
    give_task_each,
    select_again,
    snooze_each,
)
from .forms import BulkAssignForm, BulkForm, BulkSnoozeForm, BulkTaskForm
from .models import BulkWork
from .selection import MOST, read_selection


@dataclass(frozen=True, slots=True)
class BulkAction:
    """Something to do to a selection: its name, what its button says, who may, and its form."""

    name: str
    label: str
    button: str
    permission: Permission
    form: type[BulkForm]


@dataclass(frozen=True, slots=True)
class BulkLink:
    """Something done to a selection on a page of its own, which gets the selection as `case` values."""

    label: str
    permission: Permission
    endpoint: str


ACTIONS = (
    BulkAction("assign", "Assign them", "Hand them over", Permission.ASSIGN_CASES, BulkAssignForm),
    BulkAction("task", "Add a task to each", "Add the task", Permission.WORK_CASES, BulkTaskForm),
    BulkAction("snooze", "Snooze them", "Let them sleep", Permission.WORK_CASES, BulkSnoozeForm),
)
LINKS = (BulkLink("Write a letter for each", Permission.WORK_CASES, "cases.write_letters"),)
"""Shown where the page exists."""


@blueprint.get("/cases/bulk")
@requires(Permission.WORK_CASES)
def bulk() -> ResponseReturnValue:
    """The selected cases, and what can be done to all of them."""
    return _render()


@blueprint.post("/cases/bulk/assign")
@requires(Permission.ASSIGN_CASES)
def bulk_assign() -> ResponseReturnValue:
    """Give all of them to one contact."""

    def change(form: Any) -> tuple[Change, str]:
        contact = find_contact(form.contact.data) if form.contact.data else None
        name = contact.user.display_name if contact else "their queues"
        return assign_each(lambda _: contact, form.reason.data, current_staff()), f"Assign to {name}"

    return _work("assign", change)


@blueprint.post("/cases/bulk/task")
@requires(Permission.WORK_CASES)
def bulk_task() -> ResponseReturnValue:
    """Add the same task to each."""

    def change(form: Any) -> tuple[Change, str]:
        owner = db.session.get(User, form.owner.data) if form.owner.data else None
        give = give_task_each(title=form.title.data, owner=owner, due_on=form.due_on.data,
                              details=form.details.data or "", actor=current_staff())  # fmt: skip
        return give, f"Task: {form.title.data}"

    return _work("task", change)


@blueprint.post("/cases/bulk/snooze")
@requires(Permission.WORK_CASES)
def bulk_snooze() -> ResponseReturnValue:
    """Let all of them sleep until one day."""

    def change(form: Any) -> tuple[Change, str]:
        sleep = snooze_each(until=form.until.data, reason=form.reason.data, actor=current_staff())
        return sleep, f"Snooze until {form.until.data:%-d %b %Y}"

    return _work("snooze", change)


@blueprint.get("/cases/bulk/<int:work_id>")
@requires(Permission.WORK_CASES)
def bulk_report(work_id: int) -> ResponseReturnValue:
    """What was done, and what was refused and why."""
    work = find_bulk_work(work_id, current_staff())
    return render_template("cases/bulk_report.html", work=work, again=[str(one) for one in select_again(work)])


def _work(name: str, change: Callable[[Any], tuple[Change, str]]) -> ResponseReturnValue:
    form = _form(next(action for action in ACTIONS if action.name == name))

    def do() -> tuple[str, str]:
        how, title = change(form)
        selection = read_selection(request.form.getlist("case"))
        work = do_for_each(selection, how, title=title, actor=current_staff(), key=form.key.data or "")
        words, address = say_counts(work), url_for("cases.bulk_report", work_id=work.id)
        db.session.commit()
        return words, address

    return do_or_say_why(form, do, lambda _: _render(form))


def say_counts(work: BulkWork) -> str:
    """«12 done, 3 refused.»"""
    done = sum(row["done"] for row in work.report)
    refused = len(work.report) - done
    return f"{done} done, {refused} refused." if refused else f"{done} done."


def _form(action: BulkAction) -> Any:
    form = action.form(prefix=action.name)
    if action.name == "assign":
        form.contact.choices = [(0, "Nobody: back to the queue"), *contact_choices()]
    if action.name == "task":
        form.owner.choices = [(0, "Each case's own contact"), *_task_owners()]
    return form


def _task_owners() -> Choices:
    roles = sorted(ROLES[Permission.WORK_CASES])
    query = select(User.id, User.display_name).where(User.role.in_(roles), User.disabled_at.is_(None))
    return [(number, name) for number, name in db.session.execute(query.order_by(User.display_name).limit(500))]


def _render(failed: Any = None) -> str:
    """The selection, and a form per action that the person may do; a `failed` one stands open with its reason."""
    selection = read_selection(request.values.getlist("case"))
    if len(selection) > MOST:
        raise Invalid(f"At most {MOST} cases are worked on at once. Take fewer, and do the rest afterwards.")
    role = current_staff().role
    offered = [(action, _form(action)) for action in ACTIONS if may(role, action.permission)]
    forms = [(action, failed if failed and failed._prefix == form._prefix else form) for action, form in offered]
    return render_template(
        "cases/bulk.html", selected=find_selected(selection), forms=forms, failed=failed,
        links=[link for link in LINKS if may(role, link.permission)], sent=[str(one) for one in selection],
    )  # fmt: skip
