"""Change what is said of work that was ordered already; what is booked of it is checked again, and fits or stays."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from ...errors import Conflict, Invalid
from ...extensions import db
from ...places.city import city_zone, the_city
from ...staff.models import User
from ..orders.dependencies import set_waits_for
from ..orders.entry import OrderEntry, Place, check_entry
from ..orders.models import WorkOrder
from ..orders.ordering import fill_order, say_of_order
from ..orders.work_status import WorkStatus, check_change
from .booking import check_begin, check_needs, end_of, standing_booking
from .models import Booking
from .taking_time import check_time, take_time
from .waiting import booked_too_early, check_firsts, lock_with_neighbors, refuse_early

_TOLD = {
    "title": "what is to be done", "skill": "skill", "needs": "needs", "people": "people", "load": "load",
    "minutes": "minutes", "place": "place", "earliest_at": "earliest", "latest_at": "latest", "due_on": "due",
    "priority": "priority",
}  # fmt: skip
BY_HAND = {
    WorkStatus.CONFIRMED: ("work_confirmed", "Confirmed"),
    WorkStatus.PLANNED: ("work_planned_again", "Planned again, not confirmed and nobody on the way"),
}
"""What the office says of booked work by hand; what happens on the day the crew says itself."""


def entry_of(order: WorkOrder) -> OrderEntry:
    """What is said of an order now."""
    has_place = order.place_x_dm is not None and order.place_y_dm is not None
    return OrderEntry(
        title=order.title, skill=order.skill, minutes=order.minutes, due_on=order.due_on, priority=order.priority,
        needs=tuple(sorted(need.skill for need in order.needs)), people=order.people, load=order.load,
        place=Place(order.place, order.x_dm, order.y_dm) if has_place else None,
        earliest_at=order.earliest_at, latest_at=order.latest_at,
    )  # fmt: skip


def order_mark(order: WorkOrder) -> str:
    """How an order stands, as a form keeps it to notice that somebody changed the order meanwhile."""
    firsts = sorted(row.first_id for row in order.waits_for)
    return hashlib.sha256(repr((entry_of(order), firsts)).encode()).hexdigest()[:16]


def change_order(
    order: WorkOrder, entry: OrderEntry, actor: User | None, *, seen: str = "",
    waits_for: Sequence[WorkOrder] | None = None,
) -> WorkOrder:  # fmt: skip
    """Say something else of work that is still to come; `seen` is its `order_mark` when the person looked.

    Its booking is checked again, and takes more or less time when the minutes are others. Raises `Conflict` when that
    is not free, when somebody changed the order meanwhile, or when it is under way or over, and `Invalid` when the work
    cannot be meant or its booking would not fit it any more. Then nothing is changed: whoever calls rolls back.
    """
    lock_with_neighbors(order)
    _require_changeable(order)
    if seen not in ("", order_mark(order)):
        raise Conflict(
            "Somebody changed this work order meanwhile. What stands now is said at each field that differs; "
            "send it again if you know better."
        )
    check_entry(entry, city_zone(the_city()))
    before, firsts = entry_of(order), {row.first_id for row in order.waits_for}
    fill_order(order, entry)
    if waits_for is not None:
        set_waits_for(order, waits_for)
    after = entry_of(order)
    changed = [words for name, words in _TOLD.items() if getattr(before, name) != getattr(after, name)]
    changed += ["what it waits for"] if firsts != {row.first_id for row in order.waits_for} else []
    if not changed:
        return order
    booking = standing_booking(order)
    if booking is not None:
        _check_booking(order, booking)
    say_of_order(order, "work_changed", f"Work order «{order.title}» changed: {', '.join(changed)}.", actor)
    return order


def set_standing(order: WorkOrder, status: WorkStatus, actor: User | None) -> WorkOrder:
    """Say by hand that booked work is confirmed, or is planned again; raises `Conflict` when it cannot be."""
    lock_with_neighbors(order)
    if status not in BY_HAND:
        raise Invalid(f"Nobody says by hand that work is «{status.label}».")
    check_change(order.status, status)
    booking = standing_booking(order)
    if booking is None:
        raise Conflict("It is not booked. Book it first.")
    verb, words = BY_HAND[status]
    order.status, booking.left_at, booking.arrived_at = status, None, None
    say_of_order(order, verb, f"{words}: «{order.title}».", actor, booking_id=booking.id)
    return order


def wait_no_longer(order: WorkOrder, first_id: int, actor: User | None) -> WorkOrder:
    """The order does not wait for that one any more; raises `Conflict` when it did not."""
    lock_with_neighbors(order)
    firsts = {row.first_id: row.first for row in order.waits_for}
    if first_id not in firsts:
        raise Conflict("It does not wait for that. Look at it as it stands now.")
    gone = firsts.pop(first_id)
    set_waits_for(order, list(firsts.values()))
    if order.reason.startswith(f"It waits for «{gone.title}»"):
        order.reason = ""
    say_of_order(order, "work_waits_no_longer", f"«{order.title}» waits no longer for «{gone.title}».", actor)
    return order


def _require_changeable(order: WorkOrder) -> None:
    if order.status.is_under_way:
        raise Conflict(f"This work is under way ({order.status.label}). Call the crew back first, or order more.")
    if order.status not in (WorkStatus.REQUESTED, WorkStatus.PLANNED, WorkStatus.CONFIRMED):
        raise Conflict(f"This work order is «{order.status.label}». Ask for it again first, then change it.")


def _check_booking(order: WorkOrder, booking: Booking) -> None:
    """The booking still fits the order, or the reason why not, with what to do."""
    try:
        check_needs(order, booking.resource)
        check_begin(order, booking.starts_at)
        check_firsts(order, booking.starts_at)
        _take_more_or_less(order, booking, end_of(booking.starts_at, order.minutes))
    except (Conflict, Invalid) as why:
        raise type(why)(f"Its booking would not fit any more. {why} Or move or cancel the booking first.") from why


def _take_more_or_less(order: WorkOrder, booking: Booking, ends_at: datetime) -> None:
    if ends_at == booking.ends_at:
        return
    refuse_early(booked_too_early(order, ends_at), way_out="")
    check_time(booking.resource, booking.starts_at, ends_at, own_id=booking.id)
    take_time(booking, booking.resource, booking.starts_at, ends_at)
    db.session.flush()
