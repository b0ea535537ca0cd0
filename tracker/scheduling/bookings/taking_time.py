"""Take a resource's time in the database, so that no quarter hour is ever taken twice, and say what is in the way."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, insert, or_, select
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import joinedload

from ...batches import in_chunks
from ...clock import local_date, utc_now
from ...errors import Conflict, Invalid
from ...extensions import db
from ...places.city import city_zone, the_city
from ..orders.models import WorkOrder
from ..resources.availability import Span
from ..resources.breaks import finds_room
from ..resources.models import CityResource
from ..resources.shifts import WorkingTime, day_start, join_touching
from ..resources.working import working_times_of
from .conflicts import Standing, find_free, say_conflict, say_outside, say_span
from .locking import lock_row
from .models import Booking, BookingSlot
from .slots import SLOT_MINUTES, next_slot, slot_at, slot_start, slots_of

_DEADLOCK = "40P01"  # PostgreSQL's word for «two of you wait for each other»; it lets one of them go on


def check_time(
    resource: CityResource, starts_at: datetime, ends_at: datetime, *,
    own_id: int | None = None, has_begun: bool = False, hold: bool = True,
) -> None:  # fmt: skip
    """Raise `Invalid`, in words, when the resource is retired, the time is past, or it is outside every shift.

    Raises `Conflict` when no room is left for a break; `own_id` is the booking that is being moved, if one is. When its
    time has begun only its end has to be still to come. Who only asks does not `hold` the resource.
    """
    slots_of(starts_at, ends_at)
    for part in parts_of(resource):
        if hold:
            lock_row(part, shared=True)  # nobody retires it until the booking stands
        if part.retired_at is not None:
            raise Invalid(f"{part.name} is retired. Choose another resource.")
    if (ends_at if has_begun else starts_at) < slot_start(slot_at(utc_now())):
        raise Invalid("That time is past. Choose one that is still to come.")
    stretches = stretches_about(resource, starts_at)
    within = [stretch for stretch in stretches if stretch.starts_at <= starts_at and ends_at <= stretch.ends_at]
    if not within:
        raise Invalid(say_outside(resource.name, stretches, city_zone(the_city())))
    _check_breaks(resource, within[0], Span(starts_at, ends_at), own_id)


def take_time(booking: Booking, resource: CityResource, starts_at: datetime, ends_at: datetime) -> None:
    """Give a new or standing booking this time of this resource, in exchange for any that it had.

    The primary key of `BookingSlot` decides. Raises `Conflict` that names what stands there; then nothing has changed
    and the session can still be used.
    """
    slots, own_id = slots_of(starts_at, ends_at), booking.id
    try:
        with db.session.begin_nested():
            if own_id is not None:
                free_time(booking)
                booking.sequence, booking.moved_at = booking.sequence + 1, utc_now()
            booking.resource, booking.starts_at, booking.ends_at = resource, starts_at, ends_at
            db.session.add(booking)
            db.session.flush()
            ids = [part.id for part in parts_of(resource)]
            _take_from_expired(ids, slots, booking.id)
            rows = [{"resource_id": number, "slot": slot, "booking_id": booking.id} for number in ids for slot in slots]
            db.session.execute(insert(BookingSlot), rows)
    except DBAPIError as error:
        if not is_taken(error):
            raise
        raise Conflict(explain_taken(resource, starts_at, ends_at, own_id)) from error


def _take_from_expired(resource_ids: list[int], slots: range, own_id: int) -> None:
    """Let go of holds that have expired and stand in the way.

    Their rows are locked first: whoever confirms one at the same moment is either done, and it is booked, or comes too
    late. Until somebody wants the time she may still have it.
    """
    for hold in db.session.scalars(_expired_holds(resource_ids, slots, own_id)).all():
        hold.cancelled_at, hold.sequence = utc_now(), hold.sequence + 1
        free_time(hold)
    db.session.flush()


def _expired_holds(resource_ids: list[int], slots: range, own_id: int) -> Select[Booking]:
    taken = (
        select(BookingSlot.booking_id)
        .where(BookingSlot.resource_id.in_(resource_ids))
        .where(BookingSlot.slot >= slots.start, BookingSlot.slot < slots.stop)
    )
    return (
        select(Booking)
        .where(Booking.id.in_(taken), Booking.id != own_id)
        .where(Booking.held_until <= utc_now(), Booking.cancelled_at.is_(None))
        .order_by(Booking.id)
        .with_for_update(of=Booking)
        .execution_options(populate_existing=True)
    )


def parts_of(resource: CityResource) -> list[CityResource]:
    """What a booking takes the time of: the resource and its team's members, always in the same order."""
    return sorted([resource, *(one.member for one in resource.members)], key=lambda part: part.id)


def free_rest(booking: Booking, at: datetime) -> None:
    """Give its quarter hours after `at` back. It keeps its first one, and so stays on the calendar."""
    end = max(next_slot(at), slot_at(booking.starts_at) + 1)
    if slot_start(end) < booking.ends_at:
        db.session.execute(delete(BookingSlot).where(BookingSlot.booking_id == booking.id, BookingSlot.slot >= end))
        booking.ends_at = slot_start(end)


def free_time(booking: Booking) -> None:
    """Give every quarter hour of a booking back."""
    db.session.execute(delete(BookingSlot).where(BookingSlot.booking_id == booking.id))


def bookings_between(resource: CityResource, starts_at: datetime, ends_at: datetime) -> list[Booking]:
    """The standing bookings that take time of a resource, or of its members, between two instants; in order.

    Those of a team to which it belongs are among them, and what is held for somebody; holds that expired are not.
    """
    taken = (
        select(BookingSlot.booking_id)
        .where(BookingSlot.resource_id.in_([part.id for part in parts_of(resource)]))
        .where(BookingSlot.slot >= slot_at(starts_at), BookingSlot.slot < next_slot(ends_at))
    )
    query = (
        select(Booking)
        .options(joinedload(Booking.work_order).joinedload(WorkOrder.case))
        .where(Booking.id.in_(taken), Booking.cancelled_at.is_(None))
        .where(or_(Booking.held_until.is_(None), Booking.held_until > utc_now()))
        .order_by(Booking.starts_at, Booking.id)
    )
    return list(db.session.scalars(query))


def bookings_of_each(
    resources: Sequence[CityResource], starts_at: datetime, ends_at: datetime
) -> dict[int, list[Booking]]:
    """By resource the standing bookings that take its own time between two instants, its teams' among them; in order.

    Two queries, however many resources are asked about.
    """
    found: dict[int, list[Booking]] = {resource.id: [] for resource in resources}
    taken = (
        select(BookingSlot.resource_id, BookingSlot.booking_id)
        .where(BookingSlot.resource_id.in_(found))
        .where(BookingSlot.slot >= slot_at(starts_at), BookingSlot.slot < next_slot(ends_at))
        .distinct()
    )
    pairs = db.session.execute(taken).all()
    bookings = {booking.id: booking for booking in _bookings({pair.booking_id for pair in pairs})}
    for resource_id, booking_id in pairs:
        if booking_id in bookings:
            found[resource_id].append(bookings[booking_id])
    return {number: sorted(some, key=lambda one: (one.starts_at, one.id)) for number, some in found.items()}


def _bookings(ids: Iterable[int]) -> Iterator[Booking]:
    case, resource = joinedload(Booking.work_order).joinedload(WorkOrder.case), joinedload(Booking.resource)
    query = select(Booking).options(case, resource)
    for some in in_chunks(sorted(ids)):
        yield from db.session.scalars(query.where(Booking.id.in_(some), Booking.cancelled_at.is_(None)))


def stretches_about(resource: CityResource, instant: datetime) -> list[WorkingTime]:
    """The resource's working times that touch the local date of `instant`: also from the evening before, or past it."""
    zone = city_zone(the_city())
    day = local_date(instant, zone)
    found = join_touching(working_times_of([resource], day - timedelta(days=1), 3)[resource.id])
    return [stretch for stretch in found if stretch.day <= day and stretch.ends_at > day_start(day, zone)]


def _check_breaks(resource: CityResource, stretch: WorkingTime, wanted: Span, own_id: int | None) -> None:
    touched = [one for one in stretch.breaks if one.starts_at < wanted.ends_at and wanted.starts_at < one.ends_at]
    if not touched:
        return
    others = bookings_between(resource, stretch.starts_at, stretch.ends_at)
    taken = [wanted, *(Span(one.starts_at, one.ends_at) for one in others if one.id != own_id)]
    for pause in touched:
        if not finds_room(pause, taken):
            when = say_span(pause.starts_at, pause.ends_at, city_zone(the_city()))
            raise Conflict(f"That leaves {resource.name} no room for its break of {pause.minutes} minutes ({when}).")


def is_taken(error: DBAPIError) -> bool:
    """Whether the database refused because somebody else has the time."""
    return isinstance(error, IntegrityError) or getattr(error.orig, "sqlstate", None) == _DEADLOCK


def explain_taken(resource: CityResource, starts_at: datetime, ends_at: datetime, own_id: int | None) -> str:
    """What stands between the two instants (apart from the booking that is being moved), and what is free after it."""
    stretches = stretches_about(resource, starts_at)
    last = max((stretch.ends_at for stretch in stretches), default=ends_at)
    others = [booking for booking in bookings_between(resource, starts_at, last) if booking.id != own_id]
    standing = [
        Standing(booking.work_order.title, booking.work_order.address, booking.starts_at, booking.ends_at)
        for booking in others
        if booking.starts_at < ends_at
    ]
    minutes = int((ends_at - starts_at) / timedelta(minutes=1)) or SLOT_MINUTES
    free_at = find_free(stretches, [(booking.starts_at, booking.ends_at) for booking in others], starts_at, minutes)
    return say_conflict(resource.name, standing, free_at, city_zone(the_city()))
