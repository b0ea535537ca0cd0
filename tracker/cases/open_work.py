"""What is still open of a case when it ends: named, or called off. Floors above add what they know of the case."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..errors import Invalid
from ..extensions import db
from ..staff.models import User
from .file.visits.models import CaseVisit
from .file.visits.visiting import call_off_visit
from .models import ProblemCase
from .response.models import CaseTask, PartnerRequest
from .response.partner_requests import withdraw_request
from .response.tasks import cancel_task

NAMED = 5
MOST = 500
"""More than a case ever has; what is left over is asked about when it is tried again."""


@dataclass(frozen=True, slots=True)
class OpenWork:
    """One thing that somebody still has to do, in words, and how it is called off with a reason by somebody."""

    words: str
    call_off: Callable[[str, User], None]


def _task(row: CaseTask) -> OpenWork:
    words = f"task «{row.title}» ({row.owner.display_name}, due {row.due_on:%-d %b %Y})"
    return OpenWork(words, lambda reason, actor: cancel_task(row, reason=reason, actor=actor))


def _request(row: PartnerRequest) -> OpenWork:
    words = f"what {row.partner.name} was asked for (due {row.due_on:%-d %b %Y})"
    return OpenWork(words, lambda reason, actor: withdraw_request(row, reason=reason, actor=actor))


def _visit(row: CaseVisit) -> OpenWork:
    day = f" on {row.planned_on:%-d %b %Y}" if row.planned_on else ""
    words = f"the visit planned{day} ({row.visitor.display_name})"
    return OpenWork(words, lambda reason, actor: call_off_visit(row, reason=reason, actor=actor))


KINDS: tuple[tuple[type[Any], Any, Any, Callable[[Any], OpenWork]], ...] = (
    (CaseTask, CaseTask.owner, CaseTask.due_on, _task),
    (PartnerRequest, PartnerRequest.partner, PartnerRequest.due_on, _request),
    (CaseVisit, CaseVisit.visitor, CaseVisit.planned_on, _visit),
)
"""Each kind of work: its table, who is named with it, its day, and how it is written."""


Source = Callable[[ProblemCase], list[OpenWork]]
_SOURCES: list[Source] = []


def open_work_source(source: Source) -> Source:
    """Let a floor above tell what it still has open of a case, such as the work of crews, by a query or two."""
    _SOURCES.append(source)
    return source


def open_work_of(case: ProblemCase) -> list[OpenWork]:
    """Everything that is still open of the case."""
    return [*_own_work(case), *(one for source in _SOURCES for one in source(case))]


def _own_work(case: ProblemCase) -> list[OpenWork]:
    """Tasks, requests to partners, planned visits: three queries."""
    found = []
    for table, named, day, write in KINDS:
        query = select(table).options(joinedload(named)).where(table.case_id == case.id, table.is_open)
        found += [write(row) for row in db.session.scalars(query.order_by(day, table.id).limit(MOST))]
    return found


def end_open_work(case: ProblemCase, *, reason: str, actor: User, call_off: bool) -> None:
    """Call off what is still open of a case that is about to end; raises `Invalid` naming it unless that is wanted."""
    still = open_work_of(case)
    if still and not call_off:
        named = " ".join(f"{one.words}." for one in still[:NAMED])
        more = f" And {len(still) - NAMED} more." if len(still) > NAMED else ""
        raise Invalid(f"Still open: {named}{more} Finish it first, or tick «Call off what is still open».")
    for one in still:
        one.call_off(reason, actor)
