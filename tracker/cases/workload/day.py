"""What a member of staff has to do by today, whatever case it is of: tasks, partners to ask again, visits."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Select, func, select

from ...extensions import db
from ...staff.models import User
from ..file.visits.models import CaseVisit
from ..models import ProblemCase
from ..response.models import CaseTask, PartnerAgency, PartnerRequest

SHOWN = 8


@dataclass(frozen=True, slots=True, order=True)
class DueStep:
    """One thing that is due today or late, the case it is of, and the page on which it is done."""

    due_on: date
    what: str
    address: str
    endpoint: str
    values: dict[str, Any] = field(compare=False)


@dataclass(frozen=True, slots=True)
class DueSteps:
    """The first of them, the one due longest on top, and how many there are."""

    total: int
    first: Sequence[DueStep]


def due_steps(user: User, today: date) -> DueSteps:
    """What is due of `user`: three queries."""
    tasks = db.session.execute(_tasks(user, today)).all()
    requests = db.session.execute(_requests(user, today)).all()
    visits = db.session.execute(_visits(user, today)).all()
    steps = [_step(row, row.what, "cases.show_task", task_id=row.id) for row in tasks]
    for row in requests:
        steps.append(_step(row, f"Ask again: {row.what}", "cases.show_partner_request", request_id=row.id))
    steps += [_step(row, f"Visit: {row.what}", "cases.show_visit", visit_id=row.id) for row in visits]
    total = sum(rows[0].total for rows in (tasks, requests, visits) if rows)
    return DueSteps(total, sorted(steps)[:SHOWN])


def _step(row: Any, what: str, endpoint: str, **number: int) -> DueStep:
    return DueStep(row.due_on, what, row.address, endpoint, {"public_id": row.public_id, **number})


def _tasks(user: User, today: date) -> Select[*tuple[Any, ...]]:
    query = _due(CaseTask.id, CaseTask.title, CaseTask.due_on).join_from(CaseTask, ProblemCase)
    return query.where(
        CaseTask.owner_id == user.id, CaseTask.is_open,
        CaseTask.due_on <= today,
    )  # fmt: skip


def _requests(user: User, today: date) -> Select[*tuple[Any, ...]]:
    query = _due(PartnerRequest.id, PartnerAgency.name, PartnerRequest.due_on).join_from(PartnerRequest, ProblemCase)
    return query.join(PartnerAgency, PartnerAgency.id == PartnerRequest.partner_id).where(
        PartnerRequest.owner_id == user.id, PartnerRequest.is_open,
        PartnerRequest.due_on <= today,
    )  # fmt: skip


def _visits(user: User, today: date) -> Select[*tuple[Any, ...]]:
    query = _due(CaseVisit.id, CaseVisit.purpose, CaseVisit.planned_on).join_from(CaseVisit, ProblemCase)
    return query.where(
        CaseVisit.visitor_id == user.id, CaseVisit.is_open,
        CaseVisit.planned_on <= today,
    )  # fmt: skip


def _due(number: Any, what: Any, day: Any) -> Select[*tuple[Any, ...]]:
    columns = (number.label("id"), what.label("what"), day.label("due_on"), ProblemCase.public_id, ProblemCase.address)
    return select(*columns, func.count().over().label("total")).order_by(day, number).limit(SHOWN)
