"""Cases that the map relates to a case: at its anchor, on its block, near, or where the problem may have moved to."""

import math
from collections.abc import Iterator

from sqlalchemy import ColumnElement, Row, func, select

from ...calls.models import Family
from ...clock import local_date
from ...extensions import db
from ...places.city import city_zone, the_city
from ...places.projection import cells_around
from ..models import CaseStatus, ProblemCase
from ..sara.response_start import response_began
from .kinds import Kind

NEARBY_M = 150
MOVED_M = 500
"""How far a problem that is driven off is looked for; close to where it was, displacement is likeliest."""
_MOST = 60
_SHOWN_STATUSES = (CaseStatus.OPEN, CaseStatus.CLOSED, CaseStatus.DISMISSED)

Reason = tuple[int, Kind, str]
"""The id of a case, and why it is related: the kind and the words."""


def cases_around(case: ProblemCase) -> Iterator[Reason]:
    """At the very anchor, and near it, nearest first."""
    for row in _within(case, NEARBY_M, ProblemCase.family_id.in_(list(db.session.scalars(select(Family.id))))):
        metres = _metres(case, row)
        if metres == 0:
            yield row.id, Kind.ANCHOR, "At the same place"
        elif metres <= NEARBY_M:
            yield row.id, Kind.NEAR, f"{max(1, round(metres))} m away"


def cases_on_block(case: ProblemCase) -> Iterator[Reason]:
    """Cases that the public is shown at the same point: those of one block share it."""
    if case.public_lat is None or case.public_long is None:
        return
    query = (
        select(ProblemCase.id)
        .where(ProblemCase.status.in_(_SHOWN_STATUSES), ProblemCase.id != case.id)
        .where(ProblemCase.public_lat == case.public_lat, ProblemCase.public_long == case.public_long)
        .order_by(ProblemCase.last_call_at.desc().nulls_last())
        .limit(_MOST)
    )
    for case_id in db.session.scalars(query):
        yield case_id, Kind.BLOCK, f"Same block to the public: {case.public_label}"


def cases_moved_to(case: ProblemCase) -> Iterator[Reason]:
    """Cases of the family that opened after the response here began or the case was closed, just outside its reach."""
    since = case.closed_at or response_began(case)
    if since is None:
        return
    what = "it was closed here" if case.closed_at else "the response here began"
    day = local_date(since, city_zone(the_city()))
    is_later = (ProblemCase.family_id == case.family_id) & (ProblemCase.opened_at > since)
    for row in _within(case, MOVED_M, is_later):
        metres = _metres(case, row)
        if case.rule.radius_m < metres <= MOVED_M:
            yield row.id, Kind.MOVED, f"{round(metres)} m away, opened after {what} on {day:%-d %b %Y}"


def _within(case: ProblemCase, reach_m: int, which: ColumnElement[bool]) -> list[Row[int, int, int]]:
    """Cases in the square about the anchor, those called about last; `which` names families, as the index wants."""
    x, y, reach_dm = case.anchor_x_dm, case.anchor_y_dm, 10 * reach_m
    query = (
        select(ProblemCase.id, ProblemCase.anchor_x_dm, ProblemCase.anchor_y_dm)
        .where(which, ProblemCase.anchor_cell.in_(cells_around(x, y, reach_dm)))
        .where(ProblemCase.status != CaseStatus.MERGED, ProblemCase.id != case.id)
        .where(func.abs(ProblemCase.anchor_x_dm - x) <= reach_dm, func.abs(ProblemCase.anchor_y_dm - y) <= reach_dm)
        .order_by(ProblemCase.last_call_at.desc().nulls_last())
        .limit(_MOST)
    )
    return sorted(db.session.execute(query), key=lambda row: _metres(case, row))


def _metres(case: ProblemCase, row: Row[int, int, int]) -> float:
    _, x_dm, y_dm = row
    return math.hypot(x_dm - case.anchor_x_dm, y_dm - case.anchor_y_dm) / 10
