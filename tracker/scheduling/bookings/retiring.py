"""Take resources out of service and bring them back; what was booked of them is named, moved or asked for again."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from ...clock import local_date, utc_now
from ...errors import Conflict
from ...extensions import db
from ...formatters import plural
from ...places.city import city_zone, the_city
from ...staff.log import append_log
from ...staff.models import User
from ..orders.models import WorkOrder
from ..orders.work_status import BOOKED, OPEN
from ..resources.models import CityResource
from ..resources.shifts import WorkingTime, join_touching
from ..resources.working import working_times_of
from .booking import cancel_booking
from .locking import lock_row
from .models import Booking, BookingSlot
from .slots import next_slot, slot_at
from .standing import still_stands
from .waiting import lock_all_with_neighbors

_EVER = timedelta(days=3650)
_DAYS_AT_ONCE = 62


def retire_resource(resource: CityResource, actor: User, *, release: bool) -> list[Booking]:
    """Take a resource out of service. Its history stays, and `restore_resource` brings it back.

    With `release` its bookings to come are cancelled, their work is asked for again, and they are returned; without,
    raises `Conflict` when there are any. A team's bookings take its members' time too, and are among them.
    """
    coming = lock_with_bookings(resource, lambda: coming_bookings(resource), release=release)
    if resource.retired_at is not None:
        raise Conflict(f"{resource.name} is retired already.")
    if coming and not release:
        raise Conflict(f"{_say_coming(resource, coming)} Move them, or tick to have them cancelled.")
    release_all(coming, actor, reason=f"{resource.name} was retired.")
    resource.retired_at = utc_now()
    append_log("resource", resource.id, "retired", f"{resource.name} was retired.", actor=actor)
    db.session.flush()
    return coming


def lock_with_bookings(
    resource: CityResource, read: Callable[[], list[Booking]], *, release: bool | None
) -> list[Booking]:  # fmt: skip
    """Lock the resource; returns what `read` finds then.

    To `release` that, its orders are locked before the resource, as whoever books does it: nobody waits for somebody
    who waits for him. Raises `Conflict` when somebody booked in between.
    """
    before = read() if release else []
    lock_all_with_neighbors({booking.work_order_id for booking in before})
    lock_row(resource)
    for booking in before:
        db.session.expire(booking)
    found = read()
    if release and not {booking.id for booking in found} <= {booking.id for booking in before}:
        raise Conflict(f"Somebody booked {resource.name} just now. Look at its bookings again.")
    return found


def release_all(bookings: Sequence[Booking], actor: User | None, *, reason: str) -> None:
    """Cancel bookings one by one, but for those that were given back meanwhile because of another one."""
    for booking in reversed(bookings):  # what waits for other work goes before that
        db.session.refresh(booking)
        if booking.cancelled_at is None:
            cancel_booking(booking, actor, reason=reason)


def restore_resource(resource: CityResource, actor: User) -> CityResource:
    """Bring a retired resource back into service; raises `Conflict` when it is not retired."""
    if resource.retired_at is None:
        raise Conflict(f"{resource.name} is in service.")
    resource.retired_at = None
    append_log("resource", resource.id, "restored", f"{resource.name} is back in service.", actor=actor)
    db.session.flush()
    return resource


def coming_bookings(resource: CityResource) -> list[Booking]:
    """The standing bookings that take the resource's time from now on, those of its teams included; in order.

    What its members are booked for without it is not among them.
    """
    now = utc_now()
    return [one for one in bookings_from_now(resource) if one.starts_at >= now]


def bookings_from_now(resource: CityResource) -> list[Booking]:
    """The same with what goes on just now."""
    now = utc_now()
    return bookings_taking(resource, now, now + _EVER)


def bookings_taking(resource: CityResource, starts_at: datetime, ends_at: datetime) -> list[Booking]:
    """The bookings that stand, or are held, and take this very resource's time between two instants; in order."""
    taken = (
        select(BookingSlot.booking_id)
        .where(BookingSlot.resource_id == resource.id)
        .where(BookingSlot.slot >= slot_at(starts_at), BookingSlot.slot < next_slot(ends_at))
    )
    query = (
        select(Booking)
        .options(joinedload(Booking.work_order).joinedload(WorkOrder.case), joinedload(Booking.resource))
        .join(WorkOrder, WorkOrder.id == Booking.work_order_id)
        .where(Booking.id.in_(taken), Booking.cancelled_at.is_(None), Booking.ends_at > starts_at)
        .where(WorkOrder.status.in_(OPEN))
        .where(or_(Booking.held_until.is_not(None), and_(WorkOrder.status.in_(BOOKED), still_stands())))
        .order_by(Booking.starts_at, Booking.id)
    )
    return list(db.session.scalars(query))


def bookings_outside_shifts(resource: CityResource, *, leaving_out: int | None = None) -> list[Booking]:
    """Coming bookings that the resource's present shifts no longer hold; they stand until a person moves them.

    `leaving_out` is the id of an exception that is passed over, to see what it holds.
    """
    coming = coming_bookings(resource)
    by_resource = {booking.resource_id: booking.resource for booking in coming}
    outside: list[Booking] = []
    for one in by_resource.values():
        outside += _outside([booking for booking in coming if booking.resource_id == one.id], one, leaving_out)
    return sorted(outside, key=lambda booking: (booking.starts_at, booking.id))


def _outside(bookings: list[Booking], resource: CityResource, leaving_out: int | None) -> list[Booking]:
    """Those that lie in none of the resource's stretches; its times are read for two months at once."""
    zone, found = city_zone(the_city()), list[Booking]()
    stretches: list[WorkingTime] = []
    known_until = local_date(utc_now(), zone) - timedelta(days=1)
    for booking in bookings:
        day = local_date(booking.starts_at, zone)
        if day >= known_until:
            first = day - timedelta(days=1)
            times = working_times_of([resource], first, _DAYS_AT_ONCE, leaving_out=leaving_out)
            stretches = join_touching(times[resource.id])
            known_until = first + timedelta(days=_DAYS_AT_ONCE - 2)
        if not any(one.starts_at <= booking.starts_at and booking.ends_at <= one.ends_at for one in stretches):
            found.append(booking)
    return found


def _say_coming(resource: CityResource, coming: list[Booking]) -> str:
    said = f"{resource.name} has {plural(len(coming), 'booking')} to come"
    teams = sorted({booking.resource.name for booking in coming if booking.resource_id != resource.id})
    count = sum(booking.resource_id != resource.id for booking in coming)
    return f"{said}, {count} of them as a member of {' and '.join(teams)}." if teams else f"{said}."
