"""What it takes for a booking to stand, as a query asks it; `booking.standing_booking` says the same of one order."""

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.orm import aliased

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
