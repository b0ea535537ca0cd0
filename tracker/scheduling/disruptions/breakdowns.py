"""A resource is out of action: its time off, what it was booked for given back, and a draft that places that anew.

The time off is committed first, then the bookings are given back: whoever books meanwhile finds it off, or is found.
"""

from collections.abc import Generator
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from ...clock import local_date, utc_now
from ...errors import Invalid
from ...extensions import db
from ...formatters import plural
from ...places.city import city_today, city_zone, the_city
from ...staff.log import append_log
from ...staff.models import User
from ..appointments.calling_off import agreed_appointments, call_off, drop_holds, window_of
from ..bookings.conflicts import say_span
from ..bookings.locking import lock_row
from ..bookings.models import Booking, BookingSlot
from ..bookings.releasing import release_bookings
from ..bookings.slots import next_slot, slot_at
from ..planning.drafting import draft_plan, fill_draft, get_draft
from ..planning.models import PlanDraft, PlannedLeftOut
from ..resources.models import CityResource, ExceptionKind, ShiftException

_LONGEST = timedelta(days=366)


def put_out_of_action(
    resource: CityResource, starts_at: datetime, ends_at: datetime, reason: str, actor: User
) -> ShiftException:
    """It does not work between the two instants. To be committed before `release_its_bookings`.

    Raises `Invalid` when it is retired or the time is over, empty or too long.
    """
    lock_row(resource)  # who books it holds it until the booking stands
    if resource.retired_at is not None:
        raise Invalid(f"{resource.name} is retired; nothing is booked for it.")
    if ends_at <= starts_at:
        raise Invalid("It is back before it breaks down. Check both times.")
    if ends_at <= utc_now():
        raise Invalid("That time is over. Say until when it is still out of action.")
    if ends_at - starts_at > _LONGEST:
        raise Invalid("More than a year: retire the resource instead.")
    off = ShiftException(
        resource_id=resource.id, kind=ExceptionKind.OFF, starts_at=starts_at, ends_at=ends_at, reason=reason,
        entered_by_id=actor.id,
    )  # fmt: skip
    db.session.add(off)
    when = say_span(starts_at, ends_at, city_zone(the_city()))
    append_log("resource", resource.id, "out_of_action", f"Out of action, {when}: {reason}", actor=actor)
    db.session.flush()
    return off


def release_its_bookings(off: ShiftException, actor: User) -> list[int]:
    """Give back what the resource, or a team it works in, is booked for in that time, also what is under way.

    Returns the ids of the orders, which are asked for again. What a resident was promised stays promised; what is
    only held for one is given back.
    """
    taken = select(BookingSlot.booking_id).where(
        BookingSlot.resource_id == off.resource_id, BookingSlot.slot >= slot_at(max(off.starts_at, _a_day_back())),
        BookingSlot.slot < next_slot(off.ends_at),
    )  # fmt: skip
    concerned = select(Booking.id).where(Booking.id.in_(taken), Booking.cancelled_at.is_(None))
    held = concerned.where(Booking.held_until.is_not(None)).order_by(Booking.work_order_id)
    drop_holds(list(db.session.scalars(held)))
    ids = list(db.session.scalars(concerned.where(Booking.held_until.is_(None))))
    resource = db.session.get_one(CityResource, off.resource_id)
    orders = release_bookings(ids, actor, reason=f"{resource.name} is out of action: {off.reason}")
    for appointment in agreed_appointments(orders):
        window = window_of(appointment)
        if window is not None:
            order = appointment.order
            order.earliest_at, order.latest_at = order.earliest_at or window[0], order.latest_at or window[1]
    append_log("resource", resource.id, "released", f"{plural(len(orders), 'booking')} given back.", actor=actor)
    db.session.flush()
    return orders


def draft_replacement(off: ShiftException, order_ids: list[int], days: int, actor: User) -> PlanDraft | None:
    """Ask for a draft that finds others for these orders, from today on; everything else stays where it is."""
    if not order_ids:
        return None
    resource = db.session.get_one(CityResource, off.resource_id)
    first = max(local_date(off.starts_at, city_zone(the_city())), city_today())
    title = f"In place of {resource.name}, from {first:%a %d %b}"
    return draft_plan(first, days, actor, title=title[:160], only_orders=order_ids, job_kind="breakdown", off_id=off.id)


def replan_after_breakdown(arguments: dict[str, Any]) -> Generator[str, None, str | None]:
    """The job: find others; appointments whose window nobody can keep have to be moved, and the resident is told."""
    notes = yield from fill_draft(arguments)
    draft = get_draft(int(arguments["draft_id"]))
    left = list(db.session.scalars(select(PlannedLeftOut.order_id).where(PlannedLeftOut.draft_id == draft.id)))
    lost = agreed_appointments(left)
    if lost:
        call_off(lost, None, reason="")  # why it broke down was written for staff, and residents read this
    return notes


def _a_day_back() -> datetime:
    """A day back: what was booked before that is over, whatever became of it."""
    return utc_now() - timedelta(days=1)
