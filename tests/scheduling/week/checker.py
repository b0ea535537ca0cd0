"""What must hold of the whole schedule at any time: read from the tables, compared one by one, slow and obvious."""

from collections import Counter, defaultdict

from sqlalchemy import select

from tracker.extensions import db
from tracker.scheduling.bookings.models import Booking, BookingSlot
from tracker.scheduling.bookings.slots import slots_of
from tracker.scheduling.orders.models import OrderDependency, WorkOrder
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.resources.models import CityResource


def what_is_wrong() -> list[str]:
    """Everything that does not add up, in words; empty: it adds up."""
    db.session.expire_all()
    standing = list(db.session.scalars(select(Booking).where(Booking.cancelled_at.is_(None)).order_by(Booking.id)))
    return [*_overlaps(standing), *_slots(standing), *_orders(standing), *_skills(standing), *_waiting(standing)]


def _parts(resource: CityResource) -> list[CityResource]:
    return [resource, *(one.member for one in resource.members)]


def _overlaps(standing: list[Booking]) -> list[str]:
    by_part: dict[str, list[Booking]] = defaultdict(list)
    for booking in standing:
        for part in _parts(booking.resource):
            by_part[part.name].append(booking)
    return [
        f"{name}: {one.id} and {other.id} overlap"
        for name, bookings in by_part.items()
        for number, one in enumerate(bookings)
        for other in bookings[number + 1 :]
        if one.starts_at < other.ends_at and other.starts_at < one.ends_at
    ]


def _slots(standing: list[Booking]) -> list[str]:
    taken: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for row in db.session.scalars(select(BookingSlot)):
        taken[row.booking_id].add((row.resource_id, row.slot))
    wrong = []
    for booking in standing:
        slots = slots_of(booking.starts_at, booking.ends_at)
        right = {(part.id, slot) for part in _parts(booking.resource) for slot in slots}
        if taken.pop(booking.id, set()) != right:
            wrong.append(f"booking {booking.id} does not take just its quarter hours")
    return wrong + [f"booking {number} is cancelled and takes time" for number in taken]


def _orders(standing: list[Booking]) -> list[str]:
    """A booked order has one booking that is not over; one that is asked for has none, and says why."""
    open_ones = Counter(booking.work_order_id for booking in standing if booking.finished_at is None)
    wrong = []
    for order in db.session.scalars(select(WorkOrder)):
        bookings = open_ones[order.id]
        if order.status.is_booked and bookings != 1:
            wrong.append(f"order {order.id} is {order.status.value} with {bookings} bookings")
        if order.status is WorkStatus.REQUESTED and bookings:
            wrong.append(f"order {order.id} is asked for and booked")
        if order.status is WorkStatus.NOT_DONE and not order.reason:
            wrong.append(f"order {order.id} could not be done, and nobody says why")
    return wrong


def _skills(standing: list[Booking]) -> list[str]:
    wrong = []
    for booking in standing:
        order, parts = booking.work_order, _parts(booking.resource)
        able = {row.skill for part in parts for row in part.skills}
        if not order.all_skills <= able or sum(part.people for part in parts) < order.people:
            wrong.append(f"{booking.resource.name} cannot do order {order.id}")
        if order.latest_at and order.status.is_booked and booking.starts_at > order.latest_at:
            wrong.append(f"order {order.id} begins after it was promised")
        if order.earliest_at and booking.finished_at is None and booking.starts_at < order.earliest_at:
            wrong.append(f"order {order.id} begins too early")
    return wrong


def _waiting(standing: list[Booking]) -> list[str]:
    """What waits for another never begins before that ends."""
    begins = {one.work_order_id: one.starts_at for one in standing}
    ends = {one.work_order_id: one.ends_at for one in standing}
    return [
        f"order {row.order_id} begins before {row.first_id} ends"
        for row in db.session.scalars(select(OrderDependency))
        if row.order_id in begins and begins[row.order_id] < ends.get(row.first_id, begins[row.order_id])
    ]
