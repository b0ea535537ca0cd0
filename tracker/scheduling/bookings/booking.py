"""Book work, move it, change how long it takes, cancel its booking.

Every verb flushes, never commits, and tells the case's log.
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from ...clock import utc_now
from ...errors import Conflict, Invalid
from ...extensions import db
from ...formatters import plural
from ...places.city import city_zone, the_city
from ...staff.models import User
from ..orders.entry import LONGEST_MINUTES
from ..orders.models import WorkOrder
from ..orders.ordering import say_of_order
from ..orders.work_status import WorkStatus, check_change
from ..resources.models import CityResource
from ..resources.shifts import DAY_MINUTES
from ..resources.teams import all_skills, people_of
from .conflicts import say_span
from .models import Booking
from .slots import SLOT_MINUTES, slot_at, slots_needed
from .taking_time import check_time, free_time, take_time
from .waiting import booked_too_early, check_firsts, lock_with_neighbors, refuse_early
from .weather import check_weather, hold_weather


def book_order(
    order: WorkOrder, resource: CityResource, starts_at: datetime, actor: User | None, *, reason: str = ""
) -> Booking:
    """Give the order the resource's time from `starts_at`, for its minutes rounded up to quarter hours.

    Raises `Conflict` when the order may not be planned any more, waits for what is not over by then, has to be over
    before what is booked already, or the time is taken (naming by what), and `Invalid` when the resource lacks the
    skill, is retired, does not work then, or the time is past or not one that the order allows.
    """
    hold_weather()
    lock_with_neighbors(order)
    check_change(order.status, WorkStatus.PLANNED)
    ends_at = check_possible(order, resource, starts_at)
    refuse_early(booked_too_early(order, ends_at), way_out="")
    booking = Booking(work_order_id=order.id, reason=reason, booked_by_id=actor.id if actor else None)
    take_time(booking, resource, starts_at, ends_at)
    order.status, order.reason = WorkStatus.PLANNED, ""
    say_of_order(order, "work_booked", f"«{order.title}» booked: {_when(booking)}.", actor, booking_id=booking.id)
    return booking


def mark_of(booking: Booking) -> str:
    """Where a booking stands, as a form keeps it to notice that somebody moved the booking meanwhile."""
    return f"{booking.id}.{booking.resource_id}.{slot_at(booking.starts_at)}.{slot_at(booking.ends_at)}"


def move_booking(
    booking: Booking, resource: CityResource, starts_at: datetime, actor: User | None, *, seen: str = "",
    minutes: int | None = None, frees: bool = False,
) -> Booking:  # fmt: skip
    """Move a standing booking to another time or resource; raises as `book_order` does, and then it stays.

    `minutes`: how long it takes from now on, when that changes too. `seen`: its `mark_of` when the person looked;
    raises `Conflict` when somebody has moved it since. So it does when what waits for the work would begin too early,
    unless `frees` says that this is asked for again. Work that was
    confirmed is planned until it is confirmed again, unless it stays within what was promised.
    """
    hold_weather()
    order = _lock_standing(booking, seen)
    takes = order.minutes if minutes is None else minutes
    ends_at = check_possible(order, resource, starts_at, minutes=takes, own_id=booking.id)
    early = booked_too_early(order, ends_at)
    if not frees:
        refuse_early(early)
    before = _when(booking)
    take_time(booking, resource, starts_at, ends_at)
    order.minutes = takes
    booking.reason = "Moved by hand." if actor else booking.reason
    keeps_word = order.status is WorkStatus.CONFIRMED and order.latest_at is not None  # within what was promised
    if order.status is not WorkStatus.PLANNED and not keeps_word:
        check_change(order.status, WorkStatus.PLANNED)
        order.status, booking.left_at, booking.arrived_at = WorkStatus.PLANNED, None, None
    text = f"«{order.title}» moved from {before} to {_when(booking)}."
    say_of_order(order, "booking_moved", text, actor, booking_id=booking.id)
    for one in early:
        give_back(one, actor, reason=f"It waits for «{order.title}», which was moved to {_when(booking)}.")
    return booking


def check_possible(
    order: WorkOrder, resource: CityResource, starts_at: datetime, *, minutes: int | None = None,
    own_id: int | None = None,
) -> datetime:  # fmt: skip
    """When the order's work there would end; raises as `book_order` does, but for what is booked.

    `minutes`: how long it would take, if not as ordered; `own_id` is the booking that would be moved, if one is.
    """
    takes = order.minutes if minutes is None else minutes
    check_minutes(takes)
    ends_at = end_of(starts_at, takes)
    check_weather(order.all_skills, starts_at, ends_at)  # before the bounds, which it may itself have set
    _check_order(order, resource, starts_at)
    check_time(resource, starts_at, ends_at, own_id=own_id)
    return ends_at


def change_minutes(booking: Booking, minutes: int, actor: User | None, *, seen: str = "") -> Booking:
    """Say how long the work takes; its booking ends so much later or earlier, in whole quarter hours.

    Work that has begun may take longer too. Raises as `move_booking` does, and `Invalid` for a time that is none.
    """
    hold_weather()
    order = _lock_standing(booking, seen)
    check_minutes(minutes)
    ends_at = end_of(booking.starts_at, minutes)
    check_time(booking.resource, booking.starts_at, ends_at, own_id=booking.id, has_begun=has_begun(booking))
    check_weather(order.all_skills, booking.starts_at, ends_at)
    refuse_early(booked_too_early(order, ends_at))
    before = _when(booking)
    take_time(booking, booking.resource, booking.starts_at, ends_at)
    text = f"«{order.title}» takes {minutes} minutes instead of {order.minutes}: {_when(booking)}, before {before}."
    order.minutes = minutes
    say_of_order(order, "booking_resized", text, actor, booking_id=booking.id)
    return booking


def cancel_booking(booking: Booking, actor: User | None, *, reason: str, frees: bool = True) -> WorkOrder:
    """Give the time back and ask for the work again. The row stays, with the instant at which it was cancelled.

    What waits for the work and is booked gives its time back too; without `frees` raises `Conflict` naming it. Of what
    was only held for somebody just the time is given back: the order stands as it stood.
    """
    order = booking.work_order
    lock_with_neighbors(order)
    if let_go(booking):
        return order
    _lock_standing(booking)
    check_change(order.status, WorkStatus.REQUESTED)
    if not frees:
        refuse_early(booked_too_early(order))
    give_back(booking, actor, reason=reason)
    return order


def give_back(booking: Booking, actor: User | None, *, reason: str) -> None:
    """The same without a question, for a booking that stands and whose order is held, and for all that waits for it."""
    order = booking.work_order
    release_booking(booking)
    order.status, order.reason = WorkStatus.REQUESTED, reason
    say_of_order(
        order, "booking_cancelled", f"Booking of «{order.title}» cancelled ({_when(booking)}): {reason}", actor,
        booking_id=booking.id,
    )
    for one in booked_too_early(order):
        give_back(one, actor, reason=f"It waits for «{order.title}», which is not booked any more.")


def set_pin(booking: Booking, actor: User | None, *, is_pinned: bool) -> Booking:
    """Keep a standing booking where it is, so that no plan moves it, or no longer; said twice, it is told once."""
    order = _lock_standing(booking)
    if booking.is_pinned != is_pinned:
        booking.is_pinned = is_pinned
        verb, said = ("booking_pinned", "pinned") if is_pinned else ("booking_unpinned", "free again")
        say_of_order(order, verb, f"Booking of «{order.title}» {said}.", actor, booking_id=booking.id)
    return booking


def standing_booking(order: WorkOrder) -> Booking | None:
    """The booking that stands for an order: its newest that was not cancelled; None when it is not booked.

    What is only held for somebody who decides does not stand.
    """
    if not order.status.is_booked:
        return None
    query = select(Booking).where(
        Booking.work_order_id == order.id, Booking.cancelled_at.is_(None), Booking.held_until.is_(None)
    )
    return db.session.scalars(query.order_by(Booking.id.desc()).limit(1)).first()


def _lock_standing(booking: Booking, seen: str = "") -> WorkOrder:
    """Hold the order of a booking that stands, and stands as it was `seen`; raises `Conflict` when it does not."""
    order = booking.work_order
    lock_with_neighbors(order)
    db.session.refresh(booking)
    if standing_booking(order) is not booking:
        raise Conflict(f"This booking stands no longer: the work order is {order.status.label}. Look at it again.")
    if seen not in ("", mark_of(booking)):
        raise Conflict(f"Somebody moved this booking meanwhile, to {_when(booking)}. Send it again if you know better.")
    return order


def let_go(booking: Booking) -> bool:
    """Give back what is only held; False when it is booked by now. Lock its order first."""
    db.session.refresh(booking)
    if booking.held_until is None:
        return False
    if booking.cancelled_at is None:
        release_booking(booking)
    return True


def release_booking(booking: Booking) -> None:
    """Give a booking's time back; the row stays, with the instant at which it was cancelled."""
    booking.cancelled_at, booking.sequence = utc_now(), booking.sequence + 1
    free_time(booking)


def _check_order(order: WorkOrder, resource: CityResource, starts_at: datetime) -> None:
    check_needs(order, resource)
    check_begin(order, starts_at)
    check_firsts(order, starts_at)


def check_begin(order: WorkOrder, starts_at: datetime) -> None:
    """Raise `Invalid` when the work may not begin then."""
    for bound, side in ((order.earliest_at, "before"), (order.latest_at, "after")):
        if bound is not None and (starts_at < bound if side == "before" else starts_at > bound):
            said = f"{bound.astimezone(city_zone(the_city())):%a %d %b %Y, %H:%M}"
            raise Invalid(
                f"This work may not begin {side} {said}. Choose another time, change the work, or say on its page "
                "that what was promised cannot be kept."
            )


def check_needs(order: WorkOrder, resource: CityResource) -> None:
    """Raise `Invalid` when the resource lacks something that the work needs."""
    missing = sorted(order.all_skills - all_skills(resource))
    if missing:
        named = " and ".join(f"«{skill}»" for skill in missing)
        raise Invalid(f"{resource.name} does not have {named}, which this work needs.")
    if people_of(resource) < order.people:
        came = plural(people_of(resource), "person", "people")
        raise Invalid(f"This work needs {order.people} people; with {resource.name} comes {came}. Choose a team.")


def check_minutes(minutes: int) -> None:
    """Raise `Invalid`, in words, for a length that no work has."""
    if minutes < 1:
        raise Invalid("Work ends after it begins. Give it at least a quarter of an hour.")
    if minutes > LONGEST_MINUTES:
        days = LONGEST_MINUTES // DAY_MINUTES
        raise Invalid(f"One booking takes at most {days} days. Order the rest as work of its own.")


def has_begun(booking: Booking) -> bool:
    """Whether the time of a booking has come."""
    return booking.starts_at <= utc_now()


def end_of(starts_at: datetime, minutes: int) -> datetime:
    """When work that begins then is over: its minutes, rounded up to quarter hours."""
    return starts_at + timedelta(minutes=slots_needed(minutes) * SLOT_MINUTES)


def _when(booking: Booking) -> str:
    zone = city_zone(the_city())
    return f"{booking.resource.name}, {say_span(booking.starts_at, booking.ends_at, zone)}"
