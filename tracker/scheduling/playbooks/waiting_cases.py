"""Which cases ask for work that nobody has ordered yet."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...cases.alive import alive_at
from ...cases.models import ProblemCase
from ...extensions import db
from ..orders.models import WorkOrder
from .models import Playbook, PlaybookStep
from .step_kinds import StepKind

URGENT = 3
"""Cases of priority 1 to 3 get their playbook's orders from `plan` by itself; for the others a person decides."""


def cases_without_orders(instant: datetime) -> list[ProblemCase]:
    """Cases alive at `instant`, of priority 1 to `URGENT`, that never had an order though their playbook has work.

    The most urgent first. A case all of whose orders were cancelled is not among them: a person has decided there.
    """
    with_work = (
        select(Playbook.family_id)
        .join(PlaybookStep, PlaybookStep.playbook_id == Playbook.id)
        .where(PlaybookStep.kind == StepKind.WORK_ORDER)
    )
    query = (
        select(ProblemCase)
        .where(ProblemCase.family_id.in_(with_work))
        .options(joinedload(ProblemCase.family))
        .where(alive_at(instant), ProblemCase.priority <= URGENT)
        .where(~select(WorkOrder.id).where(WorkOrder.case_id == ProblemCase.id).exists())
        .order_by(ProblemCase.priority, ProblemCase.priority_score.desc(), ProblemCase.id)
    )
    return list(db.session.scalars(query))
