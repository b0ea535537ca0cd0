"""Tasks of a case: given to a member of staff, done or called off, each change said in the log."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...clock import utc_now
from ...errors import Conflict, Invalid, NotFound
from ...extensions import db
from ...staff.models import User
from ..models import ProblemCase
from ..touching import touch_case
from .conditions import check_day, check_owner, require_workable
from .models import CaseTask, TaskKind

SHOWN = 200


def add_task(
    case: ProblemCase,
    *,
    title: str,
    owner: User,
    due_on: date,
    actor: User,
    details: str = "",
    key: str = "",
    kind: TaskKind = TaskKind.OTHER,
    letter_template: str = "",
) -> CaseTask:
    """Give somebody a task of the case, to be done by the end of `due_on` on the city's calendar. Flushes.

    A task of kind letter or visit leads to the page on which that is done; a letter may name its template.
    Raises `Conflict` when the case takes no more work (dismissed or merged), `Invalid` without a title or when the
    owner's account is disabled.
    """
    require_workable(case)
    check_owner(owner)
    check_day(due_on)
    if not title.strip():
        raise Invalid("Say what is to be done.")
    task = CaseTask(
        case_id=case.id, title=title.strip(), details=details.strip(), owner=owner, due_on=due_on,
        created_by_id=actor.id, kind=kind, letter_template=letter_template,
    )  # fmt: skip
    db.session.add(task)
    words = f"Task for {owner.display_name} by {due_on:%-d %b %Y}: {task.title}"
    touch_case(case, actor, "task_added", words, key=key)
    db.session.flush()
    return task


def reassign_task(task: CaseTask, *, owner: User, due_on: date, reason: str, actor: User, key: str = "") -> None:
    """Give an open task to somebody else, or another day, or both, with a reason."""
    _require_open(task)
    if owner.id != task.owner_id:
        check_owner(owner)
    check_day(due_on)
    if (owner.id, due_on) == (task.owner_id, task.due_on):
        raise Invalid("Nothing is different. Choose another owner or another day.")
    if not reason.strip():
        raise Invalid("Say why it is changed; the reason stays in the history.")
    before = f"{task.owner.display_name}, {task.due_on:%-d %b %Y}"
    task.owner, task.due_on = owner, due_on
    words = f"Task «{task.title}» changed from {before} to {owner.display_name}, {due_on:%-d %b %Y}: {reason.strip()}"
    touch_case(task.case, actor, "task_changed", words, key=key)


def finish_task(task: CaseTask, *, result: str, actor: User, key: str = "") -> None:
    """Say that the task is done, and what came of it (which may be empty)."""
    _require_open(task)
    task.done_at, task.done_by_id, task.result = utc_now(), actor.id, result.strip()
    touch_case(task.case, actor, "task_done", f"Task done: {task.title}. {task.result}".strip(), key=key)


def finish_with(case: ProblemCase, task_id: int | None, *, result: str, actor: User) -> bool:
    """Finish the task that a letter or a visit was for; False when it is not this case's, or is over already.

    Never raises: what was written down counts, whatever became of the task meanwhile.
    """
    task = db.session.get(CaseTask, task_id) if task_id else None
    if task is None or task.case_id != case.id or not task.is_open:
        return False
    finish_task(task, result=result, actor=actor)
    return True


def cancel_task(task: CaseTask, *, reason: str, actor: User, key: str = "") -> None:
    """Call the task off, with a reason."""
    _require_open(task)
    if not reason.strip():
        raise Invalid("Say why the task is called off; the reason stays in the history.")
    task.cancelled_at, task.result = utc_now(), reason.strip()
    touch_case(task.case, actor, "task_cancelled", f"Task called off: {task.title}. {task.result}", key=key)


def find_task(case: ProblemCase, task_id: int) -> CaseTask:
    """A task of this case, as it stands now; raises `NotFound`."""
    task = db.session.get(CaseTask, task_id, populate_existing=True)
    if task is None or task.case_id != case.id:
        raise NotFound("The case has no such task. Look at the list of its tasks as it stands now.")
    return task


def tasks_of(case_id: int) -> Sequence[CaseTask]:
    """The tasks of a case: open ones first, the earliest due first."""
    is_over = CaseTask.done_at.is_not(None) | CaseTask.cancelled_at.is_not(None)
    query = select(CaseTask).options(joinedload(CaseTask.owner)).where(CaseTask.case_id == case_id)
    return db.session.scalars(query.order_by(is_over, CaseTask.due_on, CaseTask.id).limit(SHOWN)).all()


def _require_open(task: CaseTask) -> None:
    if not task.is_open:
        raise Conflict(f"The task «{task.title}» is {'done' if task.done_at else 'called off'} already.")
