"""Visits that stand: one rule for page, feeds and mail. What was called off, or is only held, is told nowhere."""

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import or_, select

from ..batches import in_chunks
from ..extensions import db
from ..scheduling.bookings.models import Booking
from ..scheduling.orders.models import WorkOrder
from ..scheduling.orders.work_status import BOOKED

STANDS = (
    Booking.cancelled_at.is_(None), Booking.held_until.is_(None),
    or_(Booking.finished_at.is_not(None), WorkOrder.status.in_(BOOKED)),
)  # fmt: skip
"""What a booking, and the order that it is for, have to be for residents to hear of the visit."""
BOOKED_VERB = "work_booked"


def visits_called_off(booked: Mapping[int, dict[str, Any] | None]) -> set[int]:
    """Of log entries that tell of a booking, by their numbers with their data: those whose visit stands no more."""
    of_entry = {number: int((data or {}).get("booking_id") or 0) for number, data in booked.items()}
    standing = _standing(of_entry.values())
    return {number for number, booking_id in of_entry.items() if booking_id not in standing}


def _standing(booking_ids: Iterable[int]) -> set[int]:
    found: set[int] = set()
    for chunk in in_chunks(sorted(set(booking_ids))):
        query = select(Booking.id).join(WorkOrder, WorkOrder.id == Booking.work_order_id)
        found |= set(db.session.scalars(query.where(Booking.id.in_(chunk), *STANDS)))
    return found
