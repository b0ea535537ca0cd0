"""Order work for a case. Every verb flushes, never commits, and tells the case's log."""

from collections.abc import Sequence
from typing import Any

from ...cases.models import CaseStatus, ProblemCase
from ...cases.touching import hold_case
from ...errors import Conflict
from ...extensions import db
from ...places.city import city_zone, the_city
from ...staff.log import append_log
from ...staff.models import User
from .dependencies import set_waits_for
from .entry import OrderEntry, check_entry
from .models import OrderNeed, WorkOrder


def create_order(
    case: ProblemCase, actor: User | None, *, key: str = "", waits_for: Sequence[WorkOrder] = (), **facts: Any
) -> WorkOrder:
    """Order work for an open case, by default with the case's priority; `facts` are those of `OrderEntry`.

    `key` is the form's own random key, kept in the log, so that a form that is sent twice orders once; `waits_for` is
    what has to be done first. Raises `Conflict` when the case is not open and `Invalid` when the work cannot be meant.
    """
    hold_case(case)
    return add_order(case, actor, key=key, waits_for=waits_for, **facts)


def add_order(
    case: ProblemCase, actor: User | None, *, key: str = "", waits_for: Sequence[WorkOrder] = (),
    recurring_id: int | None = None, **facts: Any,
) -> WorkOrder:  # fmt: skip
    """The same, when the case is held already."""
    if case.status is not CaseStatus.OPEN:
        raise Conflict(f"The case is {case.status.value}, so no work is ordered for it. Reopen it first.")
    entry = OrderEntry(**facts)
    check_entry(entry, city_zone(the_city()))
    order = WorkOrder(case=case, recurring_id=recurring_id, created_by_id=actor.id if actor else None)
    fill_order(order, entry)
    db.session.add(order)
    db.session.flush()
    set_waits_for(order, waits_for)
    after = f" It waits for {_named(waits_for)}." if waits_for else ""
    text = f"Work ordered: «{order.title}», due {order.due_on:%d %b %Y}.{after}"
    say_of_order(order, "work_ordered", text, actor, key=key)
    return order


def fill_order(order: WorkOrder, entry: OrderEntry) -> None:
    """Write down what is said of the work; check it first."""
    for name in ("title", "skill", "minutes", "due_on", "people", "load", "earliest_at", "latest_at"):
        setattr(order, name, getattr(entry, name))
    order.priority = entry.priority or order.case.priority
    order.place = entry.place.label if entry.place else ""
    order.place_x_dm, order.place_y_dm = (entry.place.x_dm, entry.place.y_dm) if entry.place else (None, None)
    wanted = set(entry.needs) - {entry.skill}
    for need in [need for need in order.needs if need.skill not in wanted]:
        order.needs.remove(need)
    known = {need.skill for need in order.needs}
    order.needs.extend(OrderNeed(skill=skill) for skill in sorted(wanted - known))


def say_of_order(order: WorkOrder, verb: str, text: str, actor: User | None, **data: object) -> None:
    """Append to the case's log. Work touches its case, whoever ordered it: no scan may take the case from under it."""
    order.case.is_touched = True
    told = {name: value for name, value in data.items() if value}
    append_log("case", order.case_id, verb, text, actor=actor, data={"work_order_id": order.id, **told})
    db.session.flush()


def _named(orders: Sequence[WorkOrder]) -> str:
    return " and ".join(f"«{order.title}»" for order in orders)
