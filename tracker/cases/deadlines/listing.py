"""The list of what is late and what soon will be: a page at a time by its due date, and as lines of a CSV file."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from ...calls.models import Family
from ...extensions import db
from ...formatters import csv_line
from ...places.models import Area
from ...staff.models import User
from ..models import CaseStatus, Contact, ProblemCase
from .filters import LATE, SOON, LateFilters
from .kinds import ASKED
from .models import CaseDeadline
from .queries import is_late_at, shown_by, whose

CSV_COLUMNS = (
    "case", "address", "family", "center", "owner", "phase", "asked", "due", "late", "paused_since", "told_supervisors",
)  # fmt: skip


def late_ids(filters: LateFilters, user: User, clock: datetime) -> Select[int]:
    """The ids of the deadlines that pass the filters, the one due first on top."""
    return (
        select(CaseDeadline.id)
        .join(ProblemCase, ProblemCase.id == CaseDeadline.case_id)
        .where(*shown_by(clock), ProblemCase.status == CaseStatus.OPEN, *whose(user), *_conditions(filters, clock))
        .order_by(CaseDeadline.due_at, CaseDeadline.id)
    )


def load_deadlines(ids: list[int]) -> list[CaseDeadline]:
    """The deadlines that a page shows, with their cases, in this order."""
    query = (
        select(CaseDeadline)
        .join(CaseDeadline.case)
        .options(
            contains_eager(CaseDeadline.case).options(
                joinedload(ProblemCase.family),
                joinedload(ProblemCase.center),
                joinedload(ProblemCase.contact).options(selectinload(Contact.families)),
            ),
            joinedload(CaseDeadline.acknowledged_by),
        )
        .where(CaseDeadline.id.in_(ids))
    )
    found = {deadline.id: deadline for deadline in db.session.scalars(query)}
    return [found[number] for number in ids]


def stream_late_csv(filters: LateFilters, user: User, clock: datetime, zone: ZoneInfo) -> Iterator[str]:
    """The whole list as CSV, instants on the city's clocks; no cell can be run as a formula."""
    yield csv_line(CSV_COLUMNS, zone)
    columns = (
        ProblemCase.public_id, ProblemCase.address, Family.name, Area.name, User.display_name, ProblemCase.phase,
        CaseDeadline.kind, CaseDeadline.due_at, CaseDeadline.due_at < clock, CaseDeadline.paused_at,
        CaseDeadline.escalated_at,
    )  # fmt: skip
    query = (
        late_ids(filters, user, clock)
        .with_only_columns(*columns)
        .join(Family, Family.id == ProblemCase.family_id)
        .outerjoin(Area, Area.id == ProblemCase.center_id)
        .outerjoin(Contact, Contact.id == ProblemCase.contact_id)
        .outerjoin(User, User.id == Contact.user_id)
    )
    for row in db.session.execute(query.execution_options(yield_per=1_000)):
        cells = list(row)
        cells[6], cells[8] = ASKED[cells[6]], bool(cells[8])
        yield csv_line(cells, zone)


def _conditions(filters: LateFilters, clock: datetime) -> list[ColumnElement[bool]]:
    conditions = []
    if filters.which in (LATE, SOON):
        late = is_late_at(clock)
        conditions.append(late if filters.which == LATE else ~late)
    for column, value in (
        (ProblemCase.center_id, filters.center),
        (ProblemCase.contact_id, filters.contact),
        (ProblemCase.family_id, filters.family),
        (CaseDeadline.kind, filters.kind),
    ):
        if value not in (None, ""):
            conditions.append(column == value)
    return conditions
