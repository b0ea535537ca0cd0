"""The case list: one bounded query per page, and the same cases as a stream of CSV lines."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from ..calls.models import Family, ServiceRequest
from ..extensions import db
from ..formatters import csv_line
from ..identifiers import read_identifier
from ..places.models import Area
from ..staff.models import User
from .alive import alive_at, lapsed_at
from .filters import ALIVE, ANY, LAPSED, Filters
from .models import NOT_SOLVED, CaseAssignment, CaseCall, CaseStatus, Contact, OwnerQueue, ProblemCase

_SHOWN = (
    joinedload(ProblemCase.family),
    joinedload(ProblemCase.center),
    joinedload(ProblemCase.contact).options(selectinload(Contact.families)),
)
_ORDERS: dict[str, tuple[Any, ...]] = {
    "priority": (ProblemCase.priority, ProblemCase.priority_score.desc(), ProblemCase.id),
    "newest": (ProblemCase.last_call_at.desc().nulls_last(), ProblemCase.id.desc()),
    "calls": (ProblemCase.call_count.desc(), ProblemCase.id),
    "opened": (ProblemCase.opened_at.desc(), ProblemCase.id.desc()),
    "address": (ProblemCase.address, ProblemCase.id),
}
CSV_COLUMNS = (
    "case", "status", "phase", "priority", "family", "address", "center", "owner", "calls", "weight",
    "first_call", "last_call", "opened", "below_threshold", "recurred", "closed", "outcome", "confirmed",
    "lat", "long",
)  # fmt: skip


def case_query(filters: Filters, at: datetime) -> Select[ProblemCase]:
    """Cases that pass the filters as of `at`, in the order asked for."""
    return select(ProblemCase).where(*_conditions(filters, at)).order_by(*_ORDERS[filters.sort])


def case_ids(filters: Filters, at: datetime) -> Select[int]:
    """The ids of the same cases: sorting and counting thousands of them looks at nothing else."""
    return case_query(filters, at).with_only_columns(ProblemCase.id)


def load_shown(ids: Sequence[int]) -> list[ProblemCase]:
    """The few cases that a page shows, in the order of these ids, with all that a row needs: no row asks again."""
    query = select(ProblemCase).options(*_SHOWN).where(ProblemCase.id.in_(ids))
    found = {case.id: case for case in db.session.scalars(query)}
    return [found[case_id] for case_id in ids]


def _conditions(filters: Filters, at: datetime) -> list[ColumnElement[bool]]:
    conditions = _status(filters.status, at) + _search(filters.q) + _flag(filters.flag)
    for column, value in (
        (ProblemCase.family_id, filters.family),
        (ProblemCase.center_id, filters.center),
        (ProblemCase.contact_id, filters.contact),
        (ProblemCase.priority, filters.priority),
        (ProblemCase.queue, filters.queue),
        (ProblemCase.phase, filters.phase),
    ):
        if value not in (None, ""):
            conditions.append(column == value)
    return conditions


def _status(status: str, at: datetime) -> list[ColumnElement[bool]]:
    if status == ANY:
        return []
    if status == ALIVE:
        return [alive_at(at)]
    if status == LAPSED:
        return [lapsed_at(at)]
    return [ProblemCase.status == CaseStatus(status)]


def _search(text: str) -> list[ColumnElement[bool]]:
    """By the case's number (or its beginning), by the number of a call in it, by a part of the address.

    A part of an address is found by reading them all, once and in their order on the disk: hence the inner query.
    """
    if not text:
        return []
    number = read_identifier(text)
    of_call = (
        select(CaseCall.case_id)
        .join(ServiceRequest, ServiceRequest.id == CaseCall.call_id)
        .where(ServiceRequest.service_request_id.in_([text, number]), CaseCall.unlinked_at.is_(None))
    )
    one = aliased(ProblemCase)
    named = select(one.id).where(
        or_(one.public_id.startswith(number, autoescape=True), one.address.icontains(text, autoescape=True))
    )
    return [ProblemCase.id.in_(named.union_all(of_call))]


def _flag(flag: str) -> list[ColumnElement[bool]]:
    if flag == "below":
        return [ProblemCase.is_below_threshold.is_(True)]
    if flag == "recurred":
        return [ProblemCase.recurred_at.is_not(None)]
    if flag == "watched":
        return [ProblemCase.status == CaseStatus.CLOSED, ProblemCase.confirmed_at.is_(None)]
    if flag == "confirmed":
        solved = or_(ProblemCase.outcome_kind.is_(None), ProblemCase.outcome_kind.not_in(NOT_SOLVED))
        return [ProblemCase.status == CaseStatus.CLOSED, ProblemCase.confirmed_at.is_not(None), solved]
    if flag == "left":
        gone = select(Contact.id).join(User, User.id == Contact.user_id).where(User.disabled_at.is_not(None))
        return [ProblemCase.contact_id.in_(gone)]
    return [unaccepted()] if flag == "unaccepted" else []


def unaccepted() -> ColumnElement[bool]:
    """The case was given to a contact who has not accepted it."""
    waiting = select(CaseAssignment.id).where(
        CaseAssignment.case_id == ProblemCase.id,
        CaseAssignment.ended_at.is_(None),
        CaseAssignment.accepted_at.is_(None),
    )
    return (ProblemCase.queue == OwnerQueue.CONTACT) & waiting.exists()


def stream_csv(filters: Filters, at: datetime, zone: ZoneInfo) -> Iterator[str]:
    """The list as CSV, line by line, with dates on the city's clocks; no cell can be run as a formula."""
    yield csv_line(CSV_COLUMNS, zone)
    columns = (
        ProblemCase.public_id, ProblemCase.status, ProblemCase.phase, ProblemCase.priority, Family.name,
        ProblemCase.address, Area.name, User.display_name, ProblemCase.call_count, ProblemCase.weight,
        ProblemCase.first_call_at, ProblemCase.last_call_at, ProblemCase.opened_at,
        ProblemCase.is_below_threshold, ProblemCase.recurred_at, ProblemCase.closed_at, ProblemCase.outcome_kind,
        ProblemCase.confirmed_at, ProblemCase.anchor_lat, ProblemCase.anchor_long,
    )  # fmt: skip
    query = (
        case_query(filters, at)
        .with_only_columns(*columns)
        .join(Family, Family.id == ProblemCase.family_id)
        .outerjoin(Area, Area.id == ProblemCase.center_id)
        .outerjoin(Contact, Contact.id == ProblemCase.contact_id)
        .outerjoin(User, User.id == Contact.user_id)
    )
    for row in db.session.execute(query.execution_options(yield_per=1_000)):
        yield csv_line(row, zone)
