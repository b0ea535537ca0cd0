"""A request's status follows its case: closed when its case is closed, open again when that no longer holds.

Only what the case's end has closed is opened again: what a source, another system or a person closed stays closed. A
call whose case is dismissed keeps the status that it had. No grouping reads any of this.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from ..batches import Columns, Same, in_chunks, update_columns
from ..calls.as_of import as_of
from ..calls.models import CallStatus, ServiceRequest
from ..calls.public_days import PublicDays, last_change
from ..database import UTCDateTime
from ..extensions import db
from ..places.city import city_zone, the_city
from .models import CaseCall, CaseStatus, ProblemCase


def follow_cases(case_ids: Collection[int]) -> None:
    """Bring the status of every call that is linked to one of these cases up to how its case stands. Flushes."""
    for ids in in_chunks(sorted(case_ids)):
        _follow(CaseCall.case_id.in_(ids))


def follow_calls(call_ids: Collection[int]) -> None:
    """The same for calls that came to a case, left one, or went from one to another. Flushes."""
    for ids in in_chunks(sorted(call_ids)):
        _follow(ServiceRequest.id.in_(ids))


def _follow(which: ColumnElement[bool]) -> None:
    db.session.flush()
    linked = (
        select(
            ServiceRequest.id, ServiceRequest.requested_datetime, ServiceRequest.updated_datetime,
            ServiceRequest.stepped_at, ServiceRequest.status,
            ProblemCase.status.label("case_status"), ProblemCase.closed_at.label("case_closed_at"),
        )
        .outerjoin(CaseCall, (CaseCall.call_id == ServiceRequest.id) & CaseCall.unlinked_at.is_(None))
        .outerjoin(ProblemCase, ProblemCase.id == CaseCall.case_id)
        .where(which, or_(ServiceRequest.status == CallStatus.OPEN, ServiceRequest.followed_at.is_not(None)))
        .order_by(ServiceRequest.id)
    )  # fmt: skip
    rows = db.session.execute(linked).all()
    ends = [row for row in rows if row.status is CallStatus.OPEN and row.case_status is CaseStatus.CLOSED]
    goes_on = (None, CaseStatus.OPEN)
    begins = [row for row in rows if row.status is CallStatus.CLOSED and row.case_status in goes_on]
    if ends or begins:
        _write(ends, begins)


def _write(ends: list[Any], begins: list[Any]) -> None:
    """One statement each, whatever their number."""
    days, now = PublicDays(city_zone(the_city())), as_of(the_city())
    closed = [_not_before(row.requested_datetime, row.case_closed_at or now) for row in ends]
    _set(ends, CallStatus.CLOSED, closed, closed, days)
    opened = [_not_before(row.requested_datetime, now) for row in begins]
    _set(begins, CallStatus.OPEN, None, opened, days)
    db.session.expire_all()


def note_phase(case: ProblemCase) -> None:
    """The work on a case went to another phase: whoever asks what changed of its open calls is told so. Flushes."""
    db.session.flush()
    days, now = PublicDays(city_zone(the_city())), as_of(the_city())
    told = func.coalesce(ServiceRequest.closed_at, ServiceRequest.updated_datetime, type_=UTCDateTime)
    query = (
        select(ServiceRequest.id, ServiceRequest.requested_datetime, told.label("told"), ServiceRequest.followed_at)
        .join(CaseCall, (CaseCall.call_id == ServiceRequest.id) & CaseCall.unlinked_at.is_(None))
        .where(CaseCall.case_id == case.id, ServiceRequest.status == CallStatus.OPEN)
    )
    if rows := db.session.execute(query).all():
        changed = [days.of(last_change(row.requested_datetime, row.told, row.followed_at, now)) for row in rows]
        columns: Columns = {"id": [row.id for row in rows], "stepped_at": Same(now), "public_updated_day": changed}
        update_columns(ServiceRequest.__table__, columns)
        db.session.expire_all()


def _not_before(requested: datetime, at: datetime) -> datetime:
    """A late call may be younger than what the city is shown as of."""
    return max(requested, at)


def _set(
    rows: list[Any], status: CallStatus, closed: list[datetime] | None, at: list[datetime], days: PublicDays
) -> None:
    if not rows:
        return
    told = closed or [row.updated_datetime for row in rows]
    changed = [
        days.of(last_change(row.requested_datetime, said, instant, row.stepped_at))
        for row, said, instant in zip(rows, told, at, strict=True)
    ]
    columns: Columns = {
        "id": [row.id for row in rows], "status": Same(status), "closed_at": closed or Same(None), "followed_at": at,
        "public_updated_day": changed,
    }  # fmt: skip
    update_columns(ServiceRequest.__table__, columns)
