"""The public case that a call belongs to: its number, and how far the work on it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, and_, bindparam, select

from ..cases.models import NOT_SOLVED, CaseCall, CaseStatus, GroupingRule, ProblemCase
from ..extensions import db
from ..places.city import city_zone, the_city
from .facts import made_once, public_day
from .visible import is_for_the_public, start_of_day
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


def cases_of_calls(call_ids: Sequence[int]) -> dict[int, CaseOfCall]:
    """By call, the case of each that belongs to one which the public sees."""
    if not call_ids:
        return {}
    city = the_city()
    zone, day = city_zone(city), public_day(city)
    midnight = start_of_day(day, zone)
    query = made_once(("cases of calls", day), lambda: _cases_query(day, zone))
    return {
        row.call_id: CaseOfCall(row.id, row.public_id, _step_of(row, midnight), _is_solved(row))
        for row in db.session.connection().execute(query, {"calls": call_ids})
        if row.id is not None
    }


def _cases_query(day: date, zone: ZoneInfo) -> Select[*tuple[Any, ...]]:
    shown = ProblemCase.status.in_((CaseStatus.OPEN, CaseStatus.CLOSED))
    return (
        select(
            CaseCall.call_id, ProblemCase.id, ProblemCase.public_id, ProblemCase.status, ProblemCase.phase,
            ProblemCase.outcome_kind,
            ProblemCase.monitored_until, ProblemCase.is_touched, ProblemCase.last_call_at, GroupingRule.window_days,
        )
        # Outer, so that no engine looks all public cases up before it asks which of them the calls belong to.
        .outerjoin(ProblemCase, and_(ProblemCase.id == CaseCall.case_id, shown, is_for_the_public(day, zone)))
        .outerjoin(GroupingRule, GroupingRule.id == ProblemCase.rule_id)
        .where(CaseCall.call_id.in_(bindparam("calls", expanding=True)), CaseCall.unlinked_at.is_(None))
    )  # fmt: skip


def _is_solved(row: Any) -> bool:
    return row.status is CaseStatus.CLOSED and row.outcome_kind not in NOT_SOLVED


def _step_of(row: Any, midnight: datetime) -> str:
    """By the same rule as `cases/alive.py`, of which the engine would be asked once more for every call."""
    if row.status is CaseStatus.CLOSED:
        return WATCHED if row.monitored_until is not None and row.monitored_until >= midnight else OVER
    since = midnight - timedelta(days=row.window_days)
    is_alive = row.is_touched or (row.last_call_at is not None and row.last_call_at >= since)
    return str(row.phase.value) if is_alive else OVER
