"""A booking that stays where it is, whatever is planned, until somebody takes the pin off."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from ...extensions import db
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..bookings.booking import set_pin
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
    booking = set_pin(get_booking(booking_id), current_staff(), is_pinned=is_pinned)
    order_id = booking.work_order_id
    db.session.commit()
    flash("Pinned: no plan moves it." if is_pinned else "Free again: plans may move it.", "success")
    return redirect(url_for("scheduling.show_order", order_id=order_id))
