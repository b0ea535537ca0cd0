"""A request's status follows its case: closed when its case is closed, open again when that no longer holds.

Only what the case's end has closed is opened again: what a source, another system or a person closed stays closed. A
call whose case is dismissed keeps the status that it had. No grouping reads any of this.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select

from ..batches import Same, in_chunks, update_columns
from ..calls.as_of import as_of
from ..calls.models import CallStatus, ServiceRequest
from ..calls.public_days import PublicDays
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
            ServiceRequest.id, ServiceRequest.requested_datetime, ServiceRequest.status,
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
    _set([row.id for row in ends], CallStatus.CLOSED, closed, closed, days)
    opened = [_not_before(row.requested_datetime, now) for row in begins]
    _set([row.id for row in begins], CallStatus.OPEN, Same(None), opened, days)
    db.session.expire_all()


def _not_before(requested: datetime, at: datetime) -> datetime:
    """A late call may be younger than what the city is shown as of."""
    return max(requested, at)


def _set(ids: list[int], status: CallStatus, closed: Any, at: list[datetime], days: PublicDays) -> None:
    if not ids:
        return
    columns = {
        "id": ids, "status": Same(status), "closed_at": closed, "followed_at": at,
        "public_updated_day": [days.of(instant) for instant in at],
    }  # fmt: skip
    update_columns(ServiceRequest.__table__, columns)
