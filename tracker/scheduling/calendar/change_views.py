"""What the day page asks and saves while somebody drags or presses keys. Answers are JSON, refusals as everywhere."""

from dataclasses import dataclass
from datetime import UTC, datetime

from flask import jsonify, request
from flask.typing import ResponseReturnValue

from ...errors import Conflict, Invalid
from ...extensions import db
from ...formatters import plural
from ...identifiers import read_number
from ...staff.current import current_staff
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint, booking_time
from ..bookings.asking import what_is_in_the_way
from ..bookings.booking import book_order, change_minutes, mark_of, move_booking, standing_booking
from ..bookings.models import Booking
from ..bookings.slots import slot_at, slot_start
from ..orders.models import WorkOrder
from ..queries import get_booking, get_order, get_resource
from ..resources.models import CityResource

_EARLIEST, _LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Wish:
    """Where somebody wants a piece of work: a booking that stands, or an order that waits."""

    order: WorkOrder
    booking: Booking | None
    resource: CityResource
    slot: int
    minutes: int


def _number(name: str) -> int:
    try:
        return read_number(request.form.get(name, ""))
    except ValueError:
        raise Invalid("The page sent what it cannot have meant. Reload it and try again.") from None


def _slot() -> int:
    slot = _number("slot")
    if not slot_at(_EARLIEST) <= slot < slot_at(_LATEST):
        raise Invalid("Check the year.")
    return slot


def _read_wish() -> Wish:
    booking = get_booking(_number("booking")) if request.form.get("booking") else None
    order = booking.work_order if booking else get_order(_number("order"))
    minutes = _number("minutes") if request.form.get("minutes") else order.minutes
    resource = get_resource(_number("resource"))
    return Wish(order, booking, resource, _slot(), minutes)


@blueprint.post("/schedule/ask")
@requires(Permission.SCHEDULE, reads_on_post=True)
def ask_place() -> ResponseReturnValue:
    """Whether the work could go there: `words` say what is in the way; empty, when nothing is. Nothing is kept."""
    wish = _read_wish()
    words = what_is_in_the_way(wish.order, wish.resource, slot_start(wish.slot), wish.minutes, wish.booking)
    db.session.rollback()
    return jsonify({"words": words})


@blueprint.post("/schedule/place")
@requires(Permission.SCHEDULE)
def place() -> ResponseReturnValue:
    """Book the order there, or move its booking there if it still stands as the person `seen` it."""
    wish, me = _read_wish(), current_staff()
    starts_at = slot_start(wish.slot)
    if wish.booking is not None:
        seen, minutes = request.form.get("seen", ""), wish.minutes if request.form.get("minutes") else None
        moved = move_booking(wish.booking, wish.resource, starts_at, me, seen=seen, minutes=minutes)
        return _saved(moved, f"Moved «{wish.order.title}»")
    standing = standing_booking(wish.order)
    if standing is not None:
        raise Conflict(f"Somebody booked «{wish.order.title}» meanwhile: {_where(standing)}.")
    booked = book_order(wish.order, wish.resource, starts_at, me, reason="Booked by hand.")
    return _saved(booked, f"Booked «{wish.order.title}»")


@blueprint.post("/schedule/resize")
@requires(Permission.SCHEDULE)
def resize() -> ResponseReturnValue:
    """Let a booking take longer or shorter."""
    booking = get_booking(_number("booking"))
    minutes = _number("minutes")
    change_minutes(booking, minutes, current_staff(), seen=request.form.get("seen", ""))
    return _saved(booking, f"«{booking.work_order.title}» takes {plural(minutes, 'minute')}")


def _saved(booking: Booking, told: str) -> ResponseReturnValue:
    words = f"{told}: {_where(booking)}."
    answer = {"booking": booking.id, "seen": mark_of(booking), "words": words}
    db.session.commit()
    return jsonify(answer)


def _where(booking: Booking) -> str:
    return f"{booking.resource.name}, {booking_time(booking)}"
