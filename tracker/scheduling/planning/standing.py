"""The bookings that stand for many orders, with few queries."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...batches import in_chunks
from ...extensions import db
from ..bookings.models import Booking
from ..orders.models import WorkOrder
from ..orders.work_status import BOOKED


def standing_bookings(order_ids: Iterable[int]) -> dict[int, Booking]:
    """By order, the booking that stands for it; what is not booked is not in it."""
    query = (
        select(Booking)
        .join(WorkOrder, Booking.work_order_id == WorkOrder.id)
        .options(joinedload(Booking.resource, innerjoin=True))
        .where(Booking.cancelled_at.is_(None), Booking.held_until.is_(None), WorkOrder.status.in_(BOOKED))
        .order_by(Booking.id)
    )
    found: dict[int, Booking] = {}
    for some in in_chunks(sorted(set(order_ids))):
        rows = db.session.scalars(query.where(Booking.work_order_id.in_(some)))
        found |= {booking.work_order_id: booking for booking in rows}
    return found
