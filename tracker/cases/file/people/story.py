"""The people of a case as the one who looks may know them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ....extensions import db
from ..privacy import PRIVACY_LABELS, may_see
from .models import ROLE_LABELS, CaseParticipant

SHOWN = 200


@dataclass(frozen=True, slots=True)
class PersonLine:
    """What is shown of a participant; how to reach the person and the note are empty for who does not work cases."""

    id: int
    role: str
    called: str
    organization: str
    address: str = ""
    phone: str = ""
    email: str = ""
    language: str = ""
    note: str = ""
    level: str = ""
    added_by: str = ""
    left_reason: str = ""


@dataclass(frozen=True, slots=True)
class People:
    """Those who have to do with a case, those who had, and how many more are kept from the one who looks."""

    present: list[PersonLine]
    former: list[PersonLine]
    hidden: int = 0


def people_of(case_id: int, *, works_cases: bool) -> People:
    """The participants of a case in the order of their roles. Former ones are known to those who work cases only."""
    query = select(CaseParticipant).options(joinedload(CaseParticipant.added_by))
    query = query.where(CaseParticipant.case_id == case_id).order_by(CaseParticipant.id).limit(SHOWN)
    rows = _by_role(db.session.scalars(query))
    present = [row for row in rows if row.left_at is None]
    seen = [row for row in present if may_see(row.privacy, works_cases=works_cases)]
    former = [row for row in rows if row.left_at is not None and works_cases]
    write = _whole_line if works_cases else _name_only
    return People([write(row) for row in seen], [write(row) for row in former], len(present) - len(seen))


def _by_role(rows: Iterable[CaseParticipant]) -> list[CaseParticipant]:
    order = list(ROLE_LABELS)
    return sorted(rows, key=lambda row: (order.index(row.role), row.id))


def _name_only(row: CaseParticipant) -> PersonLine:
    return PersonLine(row.id, ROLE_LABELS[row.role], row.called, row.organization if row.name else "")


def _whole_line(row: CaseParticipant) -> PersonLine:
    return PersonLine(
        row.id, ROLE_LABELS[row.role], row.called, row.organization if row.name else "", row.address, row.phone,
        row.email, row.language, row.note, PRIVACY_LABELS[row.privacy], row.added_by.display_name, row.left_reason,
    )  # fmt: skip
