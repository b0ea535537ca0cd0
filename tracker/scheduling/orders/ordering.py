"""Order work for a case. Every verb flushes, never commits, and tells the case's log."""

from datetime import date

from ...cases.models import CaseStatus, ProblemCase
from ...cases.touching import hold_case
from ...clock import can_be_meant
from ...errors import Conflict, Invalid
from ...extensions import db
from ...staff.log import append_log
from ...staff.models import User
from .models import WorkOrder


def create_order(
    case: ProblemCase,
    actor: User | None,
    *,
    title: str,
    skill: str,
    minutes: int,
    due_on: date,
    priority: int | None = None,
    key: str = "",
) -> WorkOrder:
    """Order work of `minutes` for an open case, by default with the case's priority.

    `key` is the form's own random key, kept in the log, so that a form that is sent twice orders once.
    Raises `Conflict` when the case is not open and `Invalid` when the work takes no time or the year is a slip.
    """
    hold_case(case)
    return add_order(case, actor, title=title, skill=skill, minutes=minutes, due_on=due_on, priority=priority, key=key)


def add_order(
    case: ProblemCase, actor: User | None, *, title: str, skill: str, minutes: int, due_on: date,
    priority: int | None = None, key: str = "",
) -> WorkOrder:  # fmt: skip
    """The same, when the case is held already."""
    if case.status is not CaseStatus.OPEN:
        raise Conflict(f"The case is {case.status.value}, so no work is ordered for it. Reopen it first.")
    if minutes < 1:
        raise Invalid("Work takes at least a minute; say how long.")
    if not can_be_meant(due_on):
        raise Invalid(f"Work cannot be due on {due_on}. Check the year.")
    order = WorkOrder(
        case=case, title=title, skill=skill, minutes=minutes, due_on=due_on, priority=priority or case.priority,
        created_by_id=actor.id if actor else None,
    )  # fmt: skip
    db.session.add(order)
    db.session.flush()
    say_of_order(order, "work_ordered", f"Work ordered: «{title}», due {due_on:%d %b %Y}.", actor, key=key)
    return order


def say_of_order(order: WorkOrder, verb: str, text: str, actor: User | None, **data: object) -> None:
    """Append to the case's log. Work touches its case, whoever ordered it: no scan may take the case from under it."""
    order.case.is_touched = True
    told = {name: value for name, value in data.items() if value}
    append_log("case", order.case_id, verb, text, actor=actor, data={"work_order_id": order.id, **told})
    db.session.flush()
