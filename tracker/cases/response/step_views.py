"""What the pages of single steps share: how one is shown with what can be done, and how a change is made once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ...errors import Forbidden
from ...extensions import db
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.permissions import Permission, may
from ..models import ProblemCase
from ..touching import case_with_key, find_case
from .conditions import Step, mark_of_step


@dataclass(frozen=True, slots=True)
class Act:
    """One thing that can be done with a step: its form under a line that unfolds."""

    label: str
    button: str
    address: str
    form: Any
    is_last: bool = False
    """It ends the step without its aim."""


@dataclass(frozen=True, slots=True)
class StepPage:
    """One step on a page of its own."""

    kind: str
    title: str
    facts: Sequence[tuple[str, str]]
    details: str
    step: Step
    acts: Sequence[Act]
    way: tuple[str, str] | None = None
    """What leads to the page on which it is done, and its address."""


def render_step(case: ProblemCase, page: StepPage, failed: Any = None) -> str:
    """The page; a `failed` form stands open with what was typed, and may be sent again knowing what stands now."""
    for act in page.acts:
        act.form.seen.data = mark_of_step(page.step)
    return render_template("cases/response/step.html", case=case, page=page, failed=failed)


def change_once(
    public_id: str, form: Any, change: Callable[[ProblemCase], object], done: str, show: Callable[[], str]
) -> ResponseReturnValue:
    """Do what the form asks for once, however often it is sent, and go to the response; or say why not."""
    case = find_case(public_id, lock=True)  # before the question: of two sendings at once the second waits
    address = url_for("cases.show_response", public_id=case.public_id)
    if case_with_key(current_staff(), form.key.data or "") == case.id:
        flash("This was kept already; nothing was done twice.", "success")
        return redirect(address)

    def apply() -> tuple[str, str]:
        change(case)
        db.session.commit()
        return done, address

    return do_or_say_why(form, apply, lambda status: show())


def is_mine(owner_id: int) -> bool:
    """Whether the person may say what came of a step: her own, or any when she works cases."""
    me = current_staff()
    return me.id == owner_id or may(me.role, Permission.WORK_CASES)


def require_mine(owner_id: int) -> None:
    """Raise `Forbidden` for somebody else's step, unless the person works cases."""
    if not is_mine(owner_id):
        raise Forbidden("This is somebody else's to say. Ask whoever it was given to, or the case's contact.")
