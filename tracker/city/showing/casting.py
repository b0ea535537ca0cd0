"""Which case of the demo city plays which story: one whose calls came and stopped as the story says."""

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ...calls.models import Family, ServiceRequest, ServiceType
from ...cases.alive import is_alive
from ...cases.models import CaseCall, Contact, ProblemCase
from ...extensions import db
from ...places.projection import cells_around
from .script import Story

_DAY = timedelta(days=1)
_NEAR_DM = 25_000
"""Within so many decimetres one case lies «near» another."""
_FEW = 4
_BEFORE = 90 * _DAY
_SAME_PLACE_DM = 300
_RETURNS_WITHIN = 85 * _DAY


def find_players(stories: list[Story], until: datetime) -> dict[str, ProblemCase]:
    """A case for every story that finds one, by the story's code; no case plays two."""
    found: dict[str, ProblemCase] = {}
    waiting = {family: _cases_of(family) for family in {story.family for story in stories}}
    for story in stories:
        near = found.get(story.near)
        fitting = [
            case for case in waiting[story.family]
            if _was_open(case, until + story.first_day * _DAY) and PARTS[story.part](case, story, until)
        ]  # fmt: skip
        if story.near:
            fitting = _closest(fitting, near)
        if fitting:
            found[story.code] = fitting[0]
            waiting[story.family].remove(fitting[0])
    return found


def calls_after(case: ProblemCase, instant: datetime) -> list[ServiceRequest]:
    """The case's calls after an instant, in order of time."""
    query = (
        select(ServiceRequest)
        .join(CaseCall, CaseCall.call_id == ServiceRequest.id)
        .where(CaseCall.case_id == case.id, CaseCall.unlinked_at.is_(None))
        .where(ServiceRequest.requested_datetime > instant)
        .order_by(ServiceRequest.requested_datetime, ServiceRequest.id)
    )
    return list(db.session.scalars(query))


def _cases_of(family: str) -> list[ProblemCase]:
    """The family's cases that have an owner and that nobody has worked on: those of the contact for whom the demo
    prints a sign-in first (the first one), then those with the most calls."""
    first = select(func.min(Contact.id)).scalar_subquery()
    query = (
        select(ProblemCase)
        .join(Family, Family.id == ProblemCase.family_id)
        .options(joinedload(ProblemCase.rule), joinedload(ProblemCase.contact))
        .where(Family.code == family, ProblemCase.contact_id.is_not(None), ProblemCase.is_touched.is_(False))
        .order_by(ProblemCase.contact_id != first, ProblemCase.call_count.desc(), ProblemCase.id)
    )
    return list(db.session.scalars(query))


def _was_open(case: ProblemCase, instant: datetime) -> bool:
    return case.opened_at < instant - _DAY


def _still_alive(case: ProblemCase, story: Story, until: datetime) -> bool:
    return is_alive(case, until)


def _has_stopped(case: ProblemCase, story: Story, until: datetime) -> bool:
    """Its calls had stopped when the story closed it, and none has come since."""
    closed = until + story.day_of("close") * _DAY
    return case.call_count >= _FEW and case.last_call_at is not None and case.last_call_at < closed - 2 * _DAY


def _was_long_known(case: ProblemCase, story: Story, until: datetime) -> bool:
    """It has stopped, and its place was called about long before: an assessment has something to compare with."""
    if not _has_stopped(case, story, until):
        return False
    cells = cells_around(case.anchor_x_dm, case.anchor_y_dm, case.rule.radius_m * 10)
    before = case.opened_at - timedelta(days=case.rule.window_days)
    query = (
        select(func.count())
        .select_from(ServiceRequest)
        .join(ServiceType, ServiceType.id == ServiceRequest.service_type_id)
        .where(ServiceType.family_id == case.family_id, ServiceRequest.cell.in_(cells))
        .where(ServiceRequest.requested_datetime.between(before - _BEFORE, before))
        .where(func.abs(ServiceRequest.x_dm - case.anchor_x_dm) < _SAME_PLACE_DM)
        .where(func.abs(ServiceRequest.y_dm - case.anchor_y_dm) < _SAME_PLACE_DM)
    )
    return (db.session.scalar(query) or 0) >= _FEW


def _comes_back(case: ProblemCase, story: Story, until: datetime) -> bool:
    """Calls came before it was closed, and again afterwards while it was watched."""
    closed = until + story.day_of("close") * _DAY
    later = calls_after(case, closed)
    if not 1 < len(later) <= case.call_count - _FEW or later[0].weight == 0:
        return False
    return later[0].requested_datetime < closed + _RETURNS_WITHIN


PARTS: dict[str, Callable[[ProblemCase, Story, datetime], bool]] = {
    "alive": _still_alive,
    "stopped": _has_stopped,
    "long_known": _was_long_known,
    "returned": _comes_back,
}
"""What a story wants of its case, by the word that it uses for it."""


def _closest(fitting: list[ProblemCase], near: ProblemCase | None) -> list[ProblemCase]:
    """Those near the other story's case, the closest first."""
    if near is None:
        return []
    return sorted(
        (case for case in fitting if _gap_dm2(case, near) <= _NEAR_DM**2), key=lambda case: _gap_dm2(case, near)
    )


def _gap_dm2(one: ProblemCase, other: ProblemCase) -> int:
    return (one.anchor_x_dm - other.anchor_x_dm) ** 2 + (one.anchor_y_dm - other.anchor_y_dm) ** 2
