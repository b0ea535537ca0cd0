"""Booked work and what it waits for: nothing begins before what has to be done first, nor while that is not booked."""

from collections.abc import Collection, Iterable
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from ...batches import in_chunks
from ...errors import Conflict
from ...extensions import db
from ...places.city import city_zone, the_city
from ..orders.models import OrderDependency, WorkOrder
from ..orders.work_status import WorkStatus
from .conflicts import say_span
from .locking import lock_row
from .models import Booking
from .standing import standing_bookings

_WAYS_OUT = {
    WorkStatus.REQUESTED: "is not booked yet. Book that first",
    WorkStatus.NOT_DONE: "could not be done. Ask for that again first",
    WorkStatus.CANCELLED: "was cancelled. Ask for that again first",
}
FREE_THEM = "Or tick to have their time given back."


def lock_with_neighbors(order: WorkOrder) -> None:
    """Lock an order, what it waits for and all that waits for it, always by ascending id, and read them anew."""
    ids = with_neighbors({order.id})
    for some in in_chunks(sorted(ids) if len(ids) > 1 else ()):
        query = select(WorkOrder).where(WorkOrder.id.in_(some)).order_by(WorkOrder.id)
        db.session.scalars(query.with_for_update(of=WorkOrder).execution_options(populate_existing=True)).all()
    lock_row(order)


def lock_all_with_neighbors(order_ids: Collection[int]) -> None:
    """The same for many orders at once, before anything else is locked."""
    for some in in_chunks(sorted(with_neighbors(order_ids))):
        query = select(WorkOrder).where(WorkOrder.id.in_(some)).order_by(WorkOrder.id)
        db.session.scalars(query.with_for_update(of=WorkOrder).execution_options(populate_existing=True)).all()


def with_neighbors(order_ids: Collection[int]) -> set[int]:
    """The orders, what they wait for, and what waits for them, for that, and so on: all that is locked with them."""
    found, edge = set(order_ids), set[int]()
    query = select(OrderDependency.order_id, OrderDependency.first_id)
    for some in in_chunks(sorted(order_ids)):
        own = or_(OrderDependency.order_id.in_(some), OrderDependency.first_id.in_(some))
        for second, first in db.session.execute(query.where(own)):
            found.add(first)
            edge.add(second)
    edge -= set(order_ids)
    while edge:
        found |= edge
        queries = [query.where(OrderDependency.first_id.in_(some)) for some in in_chunks(sorted(edge))]
        edge = {second for one in queries for second, _ in db.session.execute(one)} - found
    return found


def check_firsts(order: WorkOrder, starts_at: datetime) -> None:
    """Raise `Conflict`, with what to do, unless everything that the order waits for is over by `starts_at`."""
    firsts = [row.first for row in order.waits_for if row.first.status is not WorkStatus.DONE]
    booked = standing_bookings(first.id for first in firsts)
    for first in firsts:
        booking = booked.get(first.id)
        if booking is None:
            raise Conflict(
                f"This work waits for «{first.title}», which {_WAYS_OUT.get(first.status, 'is not booked')}, "
                "or let this work wait for it no longer."
            )
        if booking.ends_at > starts_at:
            raise Conflict(
                f"This work waits for «{first.title}», which is booked for {_when(booking)}. Choose a time after that."
            )


def booked_too_early(order: WorkOrder, ends_at: datetime | None = None) -> list[Booking]:
    """The coming bookings of what waits for the order that begin before it would end; None: all, it is not booked."""
    query = select(WorkOrder).join(OrderDependency, OrderDependency.order_id == WorkOrder.id)
    query = query.where(OrderDependency.first_id == order.id)
    seconds = db.session.scalars(query.options(joinedload(WorkOrder.case)).order_by(WorkOrder.id)).all()
    coming = [one for one in seconds if one.status in (WorkStatus.PLANNED, WorkStatus.CONFIRMED)]
    bookings = standing_bookings(one.id for one in coming).values()
    return [booking for booking in bookings if ends_at is None or booking.starts_at < ends_at]


def refuse_early(bookings: Iterable[Booking], way_out: str = FREE_THEM) -> None:
    """Raise `Conflict` naming the work that would begin too early, if there is any, and what to do."""
    named = "; ".join(f"«{one.work_order.title}», {one.resource.name}, {_when(one)}" for one in bookings)
    if named:
        words = f"This has to be done first for what is booked already: {named}. Move that first. {way_out}"
        raise Conflict(words.strip())


def _when(booking: Booking) -> str:
    return say_span(booking.starts_at, booking.ends_at, city_zone(the_city()))
