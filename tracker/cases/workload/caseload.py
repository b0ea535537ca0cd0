"""A contact's caseload: her live cases by what they ask for, one query per section, and the same as CSV."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, false, func, not_, or_, select

from ...batches import in_chunks
from ...clock import from_local, utc_now
from ...extensions import db
from ...formatters import csv_line
from ...places.city import city_zone, the_city
from ...staff.models import LogEntry
from ..alive import alive_at
from ..deadlines.models import CaseDeadline
from ..deadlines.reckoning import RUNS
from ..file.visits.models import CaseVisit
from ..listing import load_shown
from ..models import CaseAssignment, CaseCall, Contact, ProblemCase, SaraPhase
from ..next_steps import NextStep, next_steps
from ..response.models import CaseTask, PartnerRequest
from .caseload_filters import EMPTY, SECTIONS, CaseloadFilters
from .looks import QUEUE, looked_at
from .models import CaseSnooze
from .snoozing import is_asleep

SHOWN = 20
PER_PAGE = 100
MOST_IN_FILE = 5_000
_SLEEP_LAST = ["snoozed", *(name for name in SECTIONS if name != "snoozed")]
"""In which order a case finds its section."""
CSV_COLUMNS = (
    "section", "case", "address", "family", "priority", "phase", "owner", "next_step", "whose", "due", "late",
    "snoozed_until", "calls", "last_call",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One case with what comes next in it, and the day on which it is back if it sleeps."""

    case: ProblemCase
    step: NextStep | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Section:
    """One part of the caseload: its first rows, and how many cases it holds."""

    name: str
    title: str
    empty: str
    total: int
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Reckoning:
    """As of when a caseload is read: the city's instant for what is alive, today for people's work."""

    at: datetime
    today: date


def gather_caseload(contact: Contact, filters: CaseloadFilters, when: Reckoning, page: int = 1) -> list[Section]:
    """Every section with its first rows, or a page of the one that was asked for."""
    names = [filters.section] if filters.section else list(SECTIONS)
    limit = PER_PAGE if filters.section else SHOWN
    return [_section(contact, name, filters, when, limit, (page - 1) * limit) for name in names]


def _section(
    contact: Contact, name: str, filters: CaseloadFilters, when: Reckoning, limit: int, offset: int
) -> Section:
    query = _section_query(contact, name, filters, when).limit(limit).offset(offset)
    found = db.session.execute(query).all()
    total = found[0].total if found else 0
    return Section(name, SECTIONS[name], EMPTY[name], total, _rows([tuple(row)[:2] for row in found], when.today))


def _rows(found: Sequence[tuple[Any, ...]], today: date) -> list[Row]:
    ids = [case_id for case_id, _ in found]
    steps = next_steps(ids, today)
    cases = load_shown(ids) if ids else []
    return [Row(case, steps.get(case.id), until) for case, (_, until) in zip(cases, found, strict=True)]


def _section_query(contact: Contact, name: str, filters: CaseloadFilters, when: Reckoning) -> Select[int, date, int]:
    """Ids of the section's cases, the day on which each is back, and how many there are, in the order of work."""
    tests = _tests(contact, filters, when)
    earlier = _SLEEP_LAST[: _SLEEP_LAST.index(name)]
    own = [tests[name]] if name in tests else []
    return (
        select(ProblemCase.id, CaseSnooze.until, func.count().over().label("total"))
        .outerjoin(CaseSnooze, and_(CaseSnooze.case_id == ProblemCase.id, CaseSnooze.ended_at.is_(None)))
        .where(*_narrowed(contact, filters, when.at), *own, *(not_(tests[one]) for one in earlier))
        .order_by(*_order(name))
    )


def _narrowed(contact: Contact, filters: CaseloadFilters, at: datetime) -> list[ColumnElement[bool]]:
    conditions = [ProblemCase.contact_id == contact.id, alive_at(at)]
    for column, value in (
        (ProblemCase.family_id, filters.family),
        (ProblemCase.phase, filters.phase),
        (ProblemCase.priority, filters.priority),
    ):
        if value not in (None, ""):
            conditions.append(column == value)
    return conditions


def _tests(contact: Contact, filters: CaseloadFilters, when: Reckoning) -> dict[str, ColumnElement[bool]]:
    """What puts a case into each section; «in hand» is what no test has taken."""
    since = looked_at(contact.user_id, QUEUE)
    return {
        "snoozed": and_(CaseSnooze.id.is_not(None), is_asleep(when.today)),
        "due": _is_due(when.today),
        "recurred": and_(ProblemCase.recurred_at.is_not(None), ProblemCase.phase == SaraPhase.SCANNING),
        "new": _was_called(since) if since else false(),
        "stale": _is_left_alone(utc_now() - timedelta(days=filters.stale)),
    }


def _is_due(today: date) -> ColumnElement[bool]:
    """Something of the case is due today or before: a task, what a partner was asked for, a visit, a deadline."""
    midnight = from_local(datetime.combine(today + timedelta(days=1), time()), city_zone(the_city()))
    open_steps = [
        select(table.id).where(table.case_id == ProblemCase.id, table.is_open, day <= today)
        for table, day in (
            (CaseTask, CaseTask.due_on), (PartnerRequest, PartnerRequest.due_on), (CaseVisit, CaseVisit.planned_on),
        )
    ]  # fmt: skip
    deadline = select(CaseDeadline.id).where(
        CaseDeadline.case_id == ProblemCase.id, *RUNS, CaseDeadline.paused_at.is_(None), CaseDeadline.due_at < midnight
    )
    return or_(*(query.exists() for query in (*open_steps, deadline)))


def _was_called(since: datetime) -> ColumnElement[bool]:
    called = select(CaseCall.id).where(
        CaseCall.case_id == ProblemCase.id, CaseCall.unlinked_at.is_(None), CaseCall.linked_at > since
    )
    return called.exists()


def _is_left_alone(cutoff: datetime) -> ColumnElement[bool]:
    """No person did anything about it since, and nobody was given it since."""
    worked = select(LogEntry.id).where(
        LogEntry.subject_kind == "case", LogEntry.subject_id == ProblemCase.id, LogEntry.actor_id.is_not(None),
        LogEntry.at > cutoff,
    )  # fmt: skip
    given = select(CaseAssignment.id).where(
        CaseAssignment.case_id == ProblemCase.id, CaseAssignment.assigned_at > cutoff
    )
    return and_(~worked.exists(), ~given.exists())


def _order(name: str) -> tuple[Any, ...]:
    usual = (ProblemCase.priority, ProblemCase.priority_score.desc(), ProblemCase.id)
    if name == "due":
        first = select(func.min(CaseTask.due_on)).where(
            CaseTask.case_id == ProblemCase.id, CaseTask.is_open
        )
        return (first.scalar_subquery().nulls_last(), *usual)
    return (CaseSnooze.until, *usual) if name == "snoozed" else usual


def stream_caseload(contact: Contact, filters: CaseloadFilters, when: Reckoning, zone: ZoneInfo) -> Iterator[str]:
    """The caseload as CSV, line by line; no cell can be run as a formula."""
    yield csv_line(CSV_COLUMNS, zone)
    for name in [filters.section] if filters.section else SECTIONS:
        query = _section_query(contact, name, filters, when).limit(MOST_IN_FILE)
        found = [tuple(row)[:2] for row in db.session.execute(query)]
        for chunk in in_chunks(found, 200):
            yield from (csv_line(_cells(SECTIONS[name], row), zone) for row in _rows(chunk, when.today))
            db.session.expunge_all()


def _cells(section: str, row: Row) -> tuple[Any, ...]:
    case, step = row.case, row.step or NextStep("")
    owner = case.contact.user.display_name if case.contact else ""
    return (
        section, case.public_id, case.address, case.family.name, case.priority, case.phase.value, owner, step.what,
        step.whose, step.due_on, step.is_late, row.until if section == SECTIONS["snoozed"] else None, case.call_count,
        case.last_call_at,
    )  # fmt: skip
