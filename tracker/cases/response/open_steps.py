"""What is still to be done for many cases, in two queries: for lists, queues and what comes next."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from ...extensions import db
from ...staff.models import User
from ..alive import NOT_DISMISSED
from ..models import ProblemCase
from .models import CaseTask, PartnerAgency, PartnerRequest

CASES_AT_ONCE = 500
"""More cases than this are no page; a caller with more asks in portions."""
ROWS = 2_000


@dataclass(frozen=True, slots=True, order=True)
class OpenStep:
    """One thing that somebody still has to do for a case by a day."""

    due_on: date
    case_id: int
    what: str
    owner_id: int
    owner_name: str
    kind: str
    """`task` or `partner`."""
    number: int
    """Its id within its kind."""


def open_steps_of(case_ids: Collection[int]) -> list[OpenStep]:
    """The open tasks and partner requests of these cases (the first `CASES_AT_ONCE`), the earliest due first.

    What was still open of a case when it was dismissed nobody has to do.
    """
    ids = sorted(case_ids)[:CASES_AT_ONCE]
    return sorted([*_tasks(ids), *_requests(ids)]) if ids else []


def _tasks(ids: list[int]) -> list[OpenStep]:
    query = (
        select(
            CaseTask.due_on, CaseTask.case_id, CaseTask.title, User.id, User.display_name, CaseTask.id.label("number")
        )
        .join(User, User.id == CaseTask.owner_id)
        .join(ProblemCase, ProblemCase.id == CaseTask.case_id)
        .where(CaseTask.case_id.in_(ids), CaseTask.is_open, NOT_DISMISSED)
        .order_by(CaseTask.due_on)
        .limit(ROWS)
    )
    return [OpenStep(*row[:5], "task", row.number) for row in db.session.execute(query)]


def _requests(ids: list[int]) -> list[OpenStep]:
    query = (
        select(
            PartnerRequest.due_on, PartnerRequest.case_id, PartnerAgency.name, PartnerRequest.what, User.id,
            User.display_name, PartnerRequest.id.label("number"),
        )
        .join(User, User.id == PartnerRequest.owner_id)
        .join(ProblemCase, ProblemCase.id == PartnerRequest.case_id)
        .join(PartnerAgency, PartnerAgency.id == PartnerRequest.partner_id)
        .where(PartnerRequest.case_id.in_(ids), NOT_DISMISSED)
        .where(PartnerRequest.is_open)
        .order_by(PartnerRequest.due_on)
        .limit(ROWS)
    )  # fmt: skip
    return [
        OpenStep(due_on, case_id, f"{name}: {what}", owner_id, owner, "partner", number)
        for due_on, case_id, name, what, owner_id, owner, number in db.session.execute(query)
    ]
