"""Visits of a case, and those that are still to be made, for pages and floors above."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ....extensions import db
from ...alive import NOT_DISMISSED
from ...models import ProblemCase
from .models import CaseVisit

SHOWN = 100
_MOST_OPEN = 500


@dataclass(frozen=True, slots=True)
class OpenVisit:
    """A planned visit that is still to be made."""

    case_id: int
    what: str
    who: str
    on: date


def visits_of(case_id: int) -> Sequence[CaseVisit]:
    """The visits of a case: planned ones first, the next one on top, then those made, the latest first."""
    query = select(CaseVisit).options(joinedload(CaseVisit.visitor)).where(CaseVisit.case_id == case_id)
    rows = db.session.scalars(query.order_by(CaseVisit.id.desc()).limit(SHOWN)).all()
    planned = sorted((row for row in rows if row.is_open), key=lambda row: (row.planned_on or date.max, row.id))
    others = [row for row in rows if not row.is_open]
    return [*planned, *sorted(others, key=lambda row: row.made_at or row.planned_at, reverse=True)]


def open_visits_of(case_ids: Collection[int]) -> list[OpenVisit]:
    """The planned visits of these cases, the earliest first, at most 500; to a dismissed case nobody has to go."""
    query = (
        select(CaseVisit)
        .join(ProblemCase, ProblemCase.id == CaseVisit.case_id)
        .options(joinedload(CaseVisit.visitor))
        .where(
            CaseVisit.case_id.in_(case_ids), CaseVisit.is_open,
            CaseVisit.planned_on.is_not(None), NOT_DISMISSED,
        )
        .order_by(CaseVisit.planned_on, CaseVisit.id)
        .limit(_MOST_OPEN)
    )  # fmt: skip
    rows = db.session.scalars(query)
    return [OpenVisit(row.case_id, row.purpose, row.visitor.display_name, row.planned_on or date.max) for row in rows]
