"""The assessment of one case, reckoned anew: its moments, its windows, its comparison, its counts."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select

from ...calls.as_of import as_of
from ...extensions import db
from ...places.city import the_city
from ...places.models import City
from ...staff.models import LogEntry
from ..models import CaseStatus, ProblemCase, SaraPhase
from ..nearby import cases_within
from .choosing import comparison_of
from .counting import RING_M, count_calls, first_call_at
from .findings import Assessment
from .models import CarriedOut
from .noting import notes_of
from .windows import DAY, Moments, Windows, choose_windows, cut_bins

RESPONSE_BEGINS = ("began_response",)
"""What the case's log says when somebody moves the case to its response: the first of these is its start."""
WORK_BEGINS = ("task_added", "partner_asked", "work_ordered", "work_booked", "task_done", "partner_done", "work_done")
"""What it says when work on it begins; these stand in where nobody moved the case, earliest first."""
RESPONSE_ENDS = ("began_assessment", "task_done", "partner_done", "work_done")
"""What it says when something was done; the last of these ends the response of a case that stays open."""


def assess_case(case: ProblemCase) -> Assessment:
    """Everything the case's assessment rests on, as of the city's instant. Only reads, by a handful of queries."""
    city = the_city()
    moments = _moments(case, city)
    windows = choose_windows(moments)
    comparison = comparison_of(case, city)
    return Assessment(
        as_of=moments.as_of,
        windows=windows,
        radius_m=case.rule.radius_m,
        comparison=comparison.words,
        has_ring=case.rule.radius_m < RING_M,
        is_response_known=moments.response_at is not None and not _was_left_undone(case),
        is_closed=case.closed_at is not None,
        had_case_before=_had_case_before(case, windows),
        bins=tuple(count_calls(case, comparison, cut_bins(windows))),
    )


def _moments(case: ProblemCase, city: City) -> Moments:
    instant = as_of(city)
    spoken = _spoken(case.id)
    return Moments(
        opened_at=case.opened_at,
        window_days=case.rule.window_days,
        founded_at=case.first_call_at,
        response_at=_earliest(spoken, RESPONSE_BEGINS) or _earliest(spoken, WORK_BEGINS),
        ended_at=case.closed_at or (_latest(spoken, RESPONSE_ENDS) if case.phase is SaraPhase.ASSESSMENT else None),
        monitored_until=case.monitored_until,
        as_of=instant,
        data_from=first_call_at(case.family_id) or instant,
    )


def _was_left_undone(case: ProblemCase) -> bool:
    """Whether people say that the plan was not carried out, whatever the log says was begun."""
    notes = notes_of(case)
    return bool(notes) and notes[0].carried_out is CarriedOut.NOT


def _spoken(case_id: int) -> dict[str, tuple[datetime, datetime]]:
    """When the case's log first and last said each of the verbs above."""
    query = (
        select(LogEntry.verb, func.min(LogEntry.at), func.max(LogEntry.at))
        .where(LogEntry.subject_kind == "case", LogEntry.subject_id == case_id)
        .where(LogEntry.verb.in_([*RESPONSE_BEGINS, *WORK_BEGINS, *RESPONSE_ENDS]))
        .group_by(LogEntry.verb)
    )
    return {verb: (first, last) for verb, first, last in db.session.execute(query)}


def _earliest(spoken: dict[str, tuple[datetime, datetime]], verbs: Iterable[str]) -> datetime | None:
    return min((spoken[verb][0] for verb in verbs if verb in spoken), default=None)


def _latest(spoken: dict[str, tuple[datetime, datetime]], verbs: Iterable[str]) -> datetime | None:
    return max((spoken[verb][1] for verb in verbs if verb in spoken), default=None)


def _had_case_before(case: ProblemCase, windows: Windows) -> bool:
    """Whether another case of the family was opened within its radius, for calls of the baseline."""
    before = windows.before
    if before is None:
        return False
    near = cases_within(case.anchor_x_dm, case.anchor_y_dm, case.rule.radius_m)
    reach = case.rule.window_days * DAY
    return any(
        other.id != case.id
        and other.family_id == case.family_id
        and other.status is not CaseStatus.DISMISSED
        and before.start <= other.opened_at < before.end + reach
        for _, other in near
    )
