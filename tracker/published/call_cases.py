"""The public case that a call belongs to: its number, and how far the work on it is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Label, Select, and_, or_

from ..calls.models import ServiceRequest
from ..cases.models import NOT_SOLVED, CaseCall, CaseStatus, GroupingRule, ProblemCase
from ..places.city import city_zone, the_city
from .facts import made_once, public_day
from .held_back import is_told_closed
from .visible import is_for_the_public
from .words import NEXT_WHEN_OVER, NEXT_WHEN_SOLVED, PHASES

WATCHED, OVER = "watched", "over"
WORDS = {**{phase.value: words for phase, words in PHASES.items()}, WATCHED: NEXT_WHEN_SOLVED, OVER: NEXT_WHEN_OVER}
"""How far the work on a case is, in a sentence that `str` puts into the reader's language."""


@dataclass(frozen=True, slots=True)
class CaseOfCall:
    """What strangers hear of the case of a call."""

    id: int
    number: str
    step: str
    """A key of `WORDS`."""
    is_solved: bool
    """Closed because the calls had stopped or fallen, be it watched still or not."""


NO_CASE = CaseOfCall(0, "", "", is_solved=False)
_COLUMNS = (
    ProblemCase.id.label("case_id"), ProblemCase.public_id.label("case_number"), ProblemCase.phase.label("case_phase"),
    ProblemCase.status.label("case_status"), ProblemCase.outcome_kind, ProblemCase.monitored_until,
    ProblemCase.is_touched, ProblemCase.last_call_at, GroupingRule.window_days,
)  # fmt: skip


def with_cases(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """A question for calls that asks with each for the case of it that the public sees; `case_of` reads the rows."""
    # Outer, so that no engine looks all public cases up before it asks which of them the calls belong to.
    return (
        query.add_columns(*_COLUMNS, made_once(("is told closed", public_day(the_city())), _is_closed))
        .outerjoin(CaseCall, and_(CaseCall.call_id == ServiceRequest.id, CaseCall.unlinked_at.is_(None)))
        .outerjoin(ProblemCase, made_once(("case of a call", public_day(the_city())), _is_its_case))
        .outerjoin(GroupingRule, GroupingRule.id == ProblemCase.rule_id)
    )


def _is_its_case() -> ColumnElement[bool]:
    city = the_city()
    shown = or_(ProblemCase.status == CaseStatus.OPEN, ProblemCase.status == CaseStatus.CLOSED)
    return and_(ProblemCase.id == CaseCall.case_id, shown, is_for_the_public(public_day(city), city_zone(city)))


def _is_closed() -> Label[bool]:
    city = the_city()
    return is_told_closed(public_day(city), city_zone(city)).label("is_case_closed")


def case_of(row: Any, midnight: datetime) -> CaseOfCall:
    """The case in a row that `with_cases` asked for; `midnight` begins the city's day."""
    if row.case_id is None:
        return NO_CASE
    return CaseOfCall(row.case_id, row.case_number, _step_of(row, midnight), _is_solved(row))


def _is_solved(row: Any) -> bool:
    return bool(row.is_case_closed) and row.outcome_kind not in NOT_SOLVED


def _step_of(row: Any, midnight: datetime) -> str:
    """By the same rule as `cases/alive.py`, of which the engine would be asked once more for every call."""
    if row.is_case_closed:
        is_watched = row.monitored_until is not None and row.monitored_until >= midnight
        return WATCHED if is_watched or row.case_status is CaseStatus.OPEN else OVER
    since = midnight - timedelta(days=row.window_days)
    is_fresh = row.last_call_at is not None and row.last_call_at >= since
    is_alive = row.case_status is CaseStatus.CLOSED or row.is_touched or is_fresh
    return str(row.case_phase.value) if is_alive else OVER
