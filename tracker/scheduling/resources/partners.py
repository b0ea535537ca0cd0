"""What partner agencies promised for the coming days: they keep their own calendars, so only the day is known."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...cases.response.models import PartnerRequest
from ...extensions import db

DAYS_AHEAD = 14
_MOST = 20


def promised_work(today: date) -> Sequence[PartnerRequest]:
    """The open requests for which a partner promised one of the next two weeks' days, the first twenty, in order."""
    query = (
        select(PartnerRequest)
        .options(joinedload(PartnerRequest.partner), joinedload(PartnerRequest.case))
        .where(PartnerRequest.is_open, PartnerRequest.promised_on.is_not(None))
        .where(PartnerRequest.due_on >= today, PartnerRequest.due_on <= today + timedelta(days=DAYS_AHEAD))
        .order_by(PartnerRequest.due_on, PartnerRequest.id)
        .limit(_MOST)
    )
    return db.session.scalars(query).all()
