"""The public case that a call belongs to: its number, and how far the work on it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, select

from ..cases.alive import alive_at
from ..cases.models import CaseCall, CaseStatus, ProblemCase, SaraPhase
from ..extensions import db
from ..places.city import city_zone, the_city
from .visible import is_for_the_public, public_day, start_of_day
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


def cases_of_calls(call_ids: Sequence[int]) -> dict[int, CaseOfCall]:
    """By call, the case of each that belongs to one which the public sees."""
    if not call_ids:
        return {}
    city = the_city()
    zone, day = city_zone(city), public_day(city)
    midnight = start_of_day(day, zone)
    shown = ProblemCase.status.in_((CaseStatus.OPEN, CaseStatus.CLOSED))
    query = (
        select(
            CaseCall.call_id, ProblemCase.id, ProblemCase.public_id, ProblemCase.status, ProblemCase.phase,
            ProblemCase.monitored_until, alive_at(midnight),
        )
        # Outer, so that no engine looks all public cases up before it asks which of them the calls belong to.
        .outerjoin(ProblemCase, and_(ProblemCase.id == CaseCall.case_id, shown, is_for_the_public(day, zone)))
        .where(CaseCall.call_id.in_(call_ids), CaseCall.unlinked_at.is_(None))
    )  # fmt: skip
    return {
        call_id: CaseOfCall(case_id, number, _step_of(status, phase, watched_until, bool(is_alive), midnight))
        for call_id, case_id, number, status, phase, watched_until, is_alive in db.session.execute(query)
        if case_id is not None
    }


def _step_of(
    status: CaseStatus, phase: SaraPhase, watched_until: datetime | None, is_alive: bool, midnight: datetime
) -> str:
    if status is CaseStatus.OPEN and is_alive:
        return phase.value
    is_watched = status is CaseStatus.CLOSED and watched_until is not None and watched_until >= midnight
    return WATCHED if is_watched else OVER
