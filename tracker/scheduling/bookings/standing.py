"""What it takes for a booking to stand, asked of many; `booking.standing_booking` says the same of one order."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased, joinedload

from ...batches import in_chunks
from ...extensions import db
from ..orders.models import WorkOrder
from ..orders.work_status import BOOKED
from .models import Booking


def still_stands(booking: type[Booking] = Booking) -> ColumnElement[bool]:
    """Whether it is neither cancelled, nor only held, nor over, nor replaced by the booking of a later try.

    Whether its order is booked at all is asked of the order.
    """
    newer = aliased(Booking)
    replaced = select(newer.id).where(
        newer.work_order_id == booking.work_order_id, newer.id > booking.id,
        newer.cancelled_at.is_(None), newer.held_until.is_(None),
    )  # fmt: skip
    return and_(
        booking.cancelled_at.is_(None), booking.held_until.is_(None), booking.finished_at.is_(None),
        ~replaced.exists(),
    )  # fmt: skip


def standing_bookings(order_ids: Iterable[int]) -> dict[int, Booking]:
    """By order, the booking that stands for it, with its resource; an order that is not booked is not in it."""
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
