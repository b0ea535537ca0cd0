"""Order what a playbook says crews should do, without anybody asking: the plan does so for urgent cases."""

from datetime import timedelta

from sqlalchemy import select

from ...cases.models import ProblemCase
from ...cases.touching import hold_case
from ...errors import Conflict, NotFound
from ...extensions import db
from ...places.city import city_today
from ...staff.models import User
from ..orders.models import WorkOrder
from ..orders.ordering import add_order
from ..orders.work_status import WorkStatus
from .models import Playbook
from .step_kinds import StepKind


def create_orders_from_playbook(case: ProblemCase, actor: User | None) -> list[WorkOrder]:
    """Order every crew's step of the playbook of the case's family, due as many days from today as the step says.

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
    return [
        add_order(
            case,
            actor,
            title=step.title,
            skill=step.skill,
            minutes=step.minutes,
            due_on=today + timedelta(days=step.due_days),
        )
        for step in playbook.steps
        if step.kind is StepKind.WORK_ORDER
    ]
