"""The team's board: live cases in columns, the first of each by priority, with how many there are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select

from ...extensions import db
from ..alive import NOT_DISMISSED, alive_at
from ..assignment import case_load
from ..contacts import Load
from ..listing import load_shown
from ..models import CaseAssignment, OwnerQueue, ProblemCase, SaraPhase
from ..next_steps import NextStep, next_steps
from ..response.models import CaseTask
from .balance import Carrier, Movable

PER_COLUMN = 12
MOST_MOVABLE = 60
"""Cases per contact that the balance looks at: the least urgent, which change hands most easily."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column: what it is called, its first cases, how many it holds, the contact if it is somebody's, and whether
    it takes more (a closed account only gives)."""

    key: str
    title: str
    cases: Sequence[ProblemCase]
    total: int
    contact_id: int = 0
    takes_more: bool = True
    phase: SaraPhase | None = None

    @property
    def value(self) -> str:
        """What the column is called in a form: a phase, or the number of a contact (0: nobody)."""
        return self.phase.value if self.phase else str(self.contact_id)


@dataclass(frozen=True, slots=True)
class Board:
    """The columns, and the next step of every card."""

    columns: Sequence[Column]
    steps: dict[int, NextStep]


def board_by_contact(center_id: int, loads: Sequence[Load], at: datetime) -> Board:
    """A column per contact of the center, and one for what its queue holds."""
    team = [load.contact for load in loads]
    of_team = or_(
        ProblemCase.contact_id.in_([contact.id for contact in team]),
        and_(ProblemCase.center_id == center_id, ProblemCase.queue == OwnerQueue.CENTER),
    )
    first, totals = _first_cases(func.coalesce(ProblemCase.contact_id, 0), of_team, at)
    columns = [Column("queue", "Nobody yet", first.get(0, []), totals.get(0, 0))]
    columns += [
        Column(f"contact-{one.id}", one.user.display_name, first.get(one.id, []), totals.get(one.id, 0), one.id,
               one.user.disabled_at is None)
        for one in team
    ]  # fmt: skip
    return _with_steps(columns)


def board_by_phase(center_id: int, at: datetime) -> Board:
    """A column per phase of the problem solving."""
    first, totals = _first_cases(ProblemCase.phase, ProblemCase.center_id == center_id, at)
    return _with_steps(
        [
            Column(f"phase-{phase.value}", phase.value.capitalize(), first.get(phase, []), totals.get(phase, 0),
                   phase=phase)
            for phase in SaraPhase
        ]
    )  # fmt: skip


def _first_cases(
    column: Any, which: ColumnElement[bool], at: datetime
) -> tuple[dict[Any, list[ProblemCase]], dict[Any, int]]:
    """Column value to its first cases and to how many it has: two queries, whatever the size of the city."""
    order = (ProblemCase.priority, ProblemCase.priority_score.desc(), ProblemCase.id)
    ranked = select(
        ProblemCase.id, column.label("place"), func.count().over(partition_by=column).label("total"),
        func.row_number().over(partition_by=column, order_by=order).label("rank"),
    ).where(which, alive_at(at)).subquery()  # fmt: skip
    query = select(ranked.c.id, ranked.c.place, ranked.c.total).where(ranked.c.rank <= PER_COLUMN)
    rows = db.session.execute(query.order_by(ranked.c.place, ranked.c.rank)).all()
    cases = {case.id: case for case in load_shown([row.id for row in rows])} if rows else {}
    first: dict[Any, list[ProblemCase]] = {}
    for row in rows:
        first.setdefault(row.place, []).append(cases[row.id])
    return first, {row.place: row.total for row in rows}


def _with_steps(columns: Sequence[Column]) -> Board:
    return Board(columns, next_steps(case.id for column in columns for case in column.cases))


def late_tasks(user_ids: Iterable[int], today: Any) -> dict[int, int]:
    """User id to her open tasks whose day is past."""
    query = (
        select(CaseTask.owner_id, func.count())
        .join(ProblemCase, ProblemCase.id == CaseTask.case_id)
        .where(CaseTask.owner_id.in_(list(user_ids)), CaseTask.due_on < today, NOT_DISMISSED)
        .where(CaseTask.is_open)
        .group_by(CaseTask.owner_id)
    )
    return dict(db.session.execute(query).all())


def carriers_of(loads: Sequence[Load]) -> list[Carrier]:
    """The contacts as the balance sees them; an account that is closed takes nothing."""
    return [
        Carrier(load.contact.id, load.contact.user.display_name, load.load,
                frozenset(row.family_id for row in load.contact.families),
                load.is_away or load.contact.user.disabled_at is not None)
        for load in loads
    ]  # fmt: skip


def movable_cases(contact_ids: Sequence[int], at: datetime) -> list[Movable]:
    """The live cases that could change hands, the least urgent of each contact."""
    order = (ProblemCase.priority.desc(), ProblemCase.id.desc())
    rank = func.row_number().over(partition_by=ProblemCase.contact_id, order_by=order).label("rank")
    case = (
        select(ProblemCase.id, ProblemCase.contact_id, ProblemCase.family_id, ProblemCase.priority, rank)
        .where(ProblemCase.contact_id.in_(list(contact_ids)), alive_at(at))
        .subquery()
        .c
    )
    accepted = select(CaseAssignment.id).where(
        CaseAssignment.case_id == case.id, CaseAssignment.ended_at.is_(None), CaseAssignment.accepted_at.is_not(None)
    )
    query = select(case.id, case.contact_id, case.family_id, case.priority, accepted.exists().label("is_begun"))
    shown = query.where(case.rank <= MOST_MOVABLE).order_by(case.contact_id, case.rank)
    return [
        Movable(row.id, row.contact_id, row.family_id, case_load(row.priority), bool(row.is_begun))
        for row in db.session.execute(shown)
    ]
