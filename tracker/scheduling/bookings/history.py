"""How long work of a kind took before, read from the bookings in whose time it was done."""

from collections.abc import Collection

from sqlalchemy import literal, select, union_all

from ...batches import in_chunks
from ...extensions import db
from ..orders.durations import MOST, Duration, usual_duration
from ..orders.models import WorkOrder
from ..orders.work_status import WorkStatus
from .models import Booking

Kind = tuple[str, str]
"""Skill and title: what makes two pieces of work of one kind."""
_ORDERS = 2 * MOST
"""So many orders are looked at: not of each somebody said how long it took."""
_KINDS_AT_ONCE = 50


def usual_durations(kinds: Collection[Kind]) -> dict[Kind, Duration]:
    """How long each kind of work usually takes, where enough of it was done: one query for all."""
    found: dict[Kind, Duration] = {}
    for some in in_chunks(sorted(set(kinds)), _KINDS_AT_ONCE):
        worked: dict[int, list[int]] = {}
        for number, minutes in db.session.execute(union_all(*(_worked(*pair) for pair in enumerate(some)))):
            worked.setdefault(number, []).append(minutes)
        durations = ((some[number], usual_duration(minutes)) for number, minutes in worked.items())
        found |= {kind: duration for kind, duration in durations if duration is not None}
    return found


def usual_duration_of(skill: str, title: str) -> Duration | None:
    """The same for one kind."""
    return usual_durations([(skill, title)]).get((skill, title))


def _worked(number: int, kind: Kind):  # type: ignore[no-untyped-def]  # a SELECT of a subquery's columns
    skill, title = kind
    latest = (
        select(WorkOrder.id)
        .where(WorkOrder.skill == skill, WorkOrder.title == title, WorkOrder.status == WorkStatus.DONE)
        .order_by(WorkOrder.id.desc())
        .limit(_ORDERS)
        .subquery()
    )
    rows = (
        select(literal(number).label("number"), Booking.worked_minutes)
        .where(Booking.work_order_id.in_(select(latest.c.id)), Booking.worked_minutes > 0)
        .order_by(Booking.id.desc())
        .limit(MOST)
        .subquery()
    )
    return select(rows.c.number, rows.c.worked_minutes)
