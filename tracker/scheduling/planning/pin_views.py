"""A booking that stays where it is, whatever is planned, until somebody takes the pin off."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from ...errors import Conflict
from ...extensions import db
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..bookings.booking import standing_booking
from ..bookings.locking import lock_row
from ..orders.ordering import say_of_order
from ..queries import get_booking


@blueprint.post("/bookings/<int:booking_id>/pin")
@requires(Permission.SCHEDULE)
def pin_booking(booking_id: int) -> ResponseReturnValue:
    """No plan moves it any more."""
    return _pin(booking_id, is_pinned=True)


@blueprint.post("/bookings/<int:booking_id>/unpin")
@requires(Permission.SCHEDULE)
def unpin_booking(booking_id: int) -> ResponseReturnValue:
    """Plans may move it again."""
    return _pin(booking_id, is_pinned=False)


def _pin(booking_id: int, *, is_pinned: bool) -> ResponseReturnValue:
    booking = get_booking(booking_id)
    order = booking.work_order
    lock_row(order)
    db.session.refresh(booking)
    if standing_booking(order) is not booking:
        raise Conflict(f"This booking stands no longer: the work order is {order.status.label}. Look at it again.")
    if booking.is_pinned != is_pinned:
        booking.is_pinned = is_pinned
        verb, said = ("booking_pinned", "pinned") if is_pinned else ("booking_unpinned", "free again")
        say_of_order(order, verb, f"Booking of «{order.title}» {said}.", current_staff(), booking_id=booking.id)
    order_id = order.id
    db.session.commit()
    flash("Pinned: no plan moves it." if is_pinned else "Free again: plans may move it.", "success")
    return redirect(url_for("scheduling.show_order", order_id=order_id))
