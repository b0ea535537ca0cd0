"""Order what a playbook says crews should do, without anybody asking: the plan does so for urgent cases."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from sqlalchemy import select

from ...cases.models import ProblemCase
from ...cases.touching import hold_case
from ...errors import Conflict, NotFound
from ...extensions import db
from ...places.city import city_today
from ...staff.models import User
from ..bookings.history import usual_durations
from ..orders.dependencies import set_waits_for
from ..orders.models import WorkOrder
from ..orders.ordering import add_order
from ..orders.work_status import WorkStatus
from .models import Playbook, PlaybookStep
from .step_kinds import StepKind


def create_orders_from_playbook(case: ProblemCase, actor: User | None) -> list[WorkOrder]:
    """Order every crew's step of the playbook of the case's family, due as many days from today as the step says.

    Where enough of it was done before, it gets the time that it usually takes; else the playbook's.

    The plan does this for urgent cases; the other steps want an owner, and wait until a person applies the playbook.
    Raises `NotFound` when the family has no playbook, and `Conflict` when the case has orders already or is not open:
    pressing the button twice orders nothing twice.
    """
    hold_case(case)
    playbook = db.session.scalar(select(Playbook).where(Playbook.family_id == case.family_id))
    if playbook is None:
        raise NotFound(f"The family «{case.family.name}» has no playbook. Order the work by hand.")
    wanted = select(WorkOrder.id).where(WorkOrder.case_id == case.id, WorkOrder.status != WorkStatus.CANCELLED)
    if db.session.scalar(wanted.limit(1)) is not None:
        raise Conflict("This case has work orders already. Add further ones by hand.")
    today = city_today()
    steps = [step for step in playbook.steps if step.kind is StepKind.WORK_ORDER]
    usual = usual_durations([(step.skill, step.title) for step in steps])
    made = {}
    for step in steps:
        learned = usual.get((step.skill, step.title))
        minutes = learned.minutes if learned else step.minutes  # nobody is there to be asked
        made[step.position] = order_step(case, actor, step, today + timedelta(days=step.due_days), minutes)
    let_wait(steps, made)
    return list(made.values())


def order_step(case: ProblemCase, actor: User | None, step: PlaybookStep, due_on: date, minutes: int) -> WorkOrder:
    """What a crew's step says as an order of the case, which is held; what it waits for, `let_wait` sees to."""
    return add_order(
        case, actor, title=step.title, skill=step.skill, minutes=minutes, due_on=due_on, people=step.people,
        needs=tuple(step.needs),
    )  # fmt: skip


def let_wait(steps: Iterable[PlaybookStep], made: Mapping[int, WorkOrder]) -> None:
    """Let the orders wait for each other as their steps do; `made` are they by their steps' positions.

    A step that waits for one of which no order was made waits for nothing.
    """
    for step in steps:
        first = made.get(step.after_position or 0)
        if first is not None and step.position in made:
            set_waits_for(made[step.position], [first])
