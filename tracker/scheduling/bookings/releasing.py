"""Give many bookings back at once, whatever made them impossible: few statements, however many there are."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import aliased, joinedload

from ...batches import in_chunks
from ...cases.models import ProblemCase
from ...clock import utc_now
from ...extensions import db
from ...places.city import city_zone, the_city
from ...staff.log import append_log_rows
from ...staff.models import User
from ..orders.models import OrderDependency, WorkOrder
from ..orders.work_status import BOOKED, WorkStatus
from .conflicts import say_span
from .models import Booking, BookingSlot


def release_bookings(
    booking_ids: Iterable[int], actor: User | None, *, reason: str, not_before: datetime | None = None
) -> list[int]:
    """Cancel the bookings that still stand, ask for their work again with the reason; returns the ids of the orders.

    What waits for that work and is booked gives its time back too: it may not begin before. `not_before`: the work is
    not begun before, where the order itself says nothing about it.
    """
    released: list[int] = []
    for some in in_chunks(sorted(_with_seconds(set(booking_ids)))):
        released += _release(some, actor, reason, not_before)
    db.session.flush()
    db.session.expire_all()  # whoever holds one of the rows sees what stands now
    return released


def _with_seconds(booking_ids: set[int]) -> set[int]:
    """These bookings, those of what waits for their work, of what waits for that, and so on."""
    found, edge = set(booking_ids), booking_ids
    first, second = aliased(Booking), aliased(Booking)
    query = (
        select(second.id)
        .join(WorkOrder, WorkOrder.id == second.work_order_id)
        .join(OrderDependency, OrderDependency.order_id == WorkOrder.id)
        .join(first, first.work_order_id == OrderDependency.first_id)
        .where(second.cancelled_at.is_(None), second.held_until.is_(None), second.finished_at.is_(None))
        .where(WorkOrder.status.in_((WorkStatus.PLANNED, WorkStatus.CONFIRMED)))
    )
    while edge:
        reached: set[int] = set()
        for some in in_chunks(sorted(edge)):
            reached |= set(db.session.scalars(query.where(first.id.in_(some))))
        edge = reached - found
        found |= edge
    return found


def _release(booking_ids: list[int], actor: User | None, reason: str, not_before: datetime | None) -> list[int]:
    order_ids = sorted(db.session.scalars(select(Booking.work_order_id).where(Booking.id.in_(booking_ids)).distinct()))
    orders = select(WorkOrder.id).where(WorkOrder.id.in_(order_ids)).order_by(WorkOrder.id)
    db.session.execute(orders.with_for_update()).all()  # in ascending order, as everybody locks them
    newer = aliased(Booking)  # of work that is tried again the booking of the first try stays too, and stands no longer
    replaced = select(newer.id).where(
        newer.work_order_id == Booking.work_order_id, newer.id > Booking.id, newer.cancelled_at.is_(None),
        newer.held_until.is_(None),
    )  # fmt: skip
    query = (
        select(Booking)
        .join(WorkOrder, Booking.work_order_id == WorkOrder.id)
        .options(joinedload(Booking.work_order, innerjoin=True), joinedload(Booking.resource, innerjoin=True))
        .where(Booking.id.in_(booking_ids), Booking.cancelled_at.is_(None), WorkOrder.status.in_(BOOKED))
        .where(Booking.held_until.is_(None), ~replaced.exists())
        .order_by(Booking.id)
        .execution_options(populate_existing=True)
    )
    standing = list(db.session.scalars(query))
    _write(standing, reason, not_before)
    _tell(standing, actor, reason)
    return [booking.work_order_id for booking in standing]


def _write(standing: list[Booking], reason: str, not_before: datetime | None) -> None:
    ids, orders = [one.id for one in standing], {one.work_order_id for one in standing}
    cases = {one.work_order.case_id for one in standing}
    changed: dict[str, object] = {"status": WorkStatus.REQUESTED, "reason": reason}
    if not_before is not None:
        changed["earliest_at"] = func.coalesce(WorkOrder.earliest_at, not_before)
    for statement in (
        update(Booking).where(Booking.id.in_(ids)).values(cancelled_at=utc_now()),
        delete(BookingSlot).where(BookingSlot.booking_id.in_(ids)),
        update(WorkOrder).where(WorkOrder.id.in_(orders)).values(changed),
        update(ProblemCase).where(ProblemCase.id.in_(cases), ProblemCase.is_touched.is_(False)).values(is_touched=True),
    ):
        db.session.execute(statement.execution_options(synchronize_session=False))


def _tell(standing: list[Booking], actor: User | None, reason: str) -> None:
    zone = city_zone(the_city())
    append_log_rows(
        {
            "subject_kind": "case",
            "subject_id": one.work_order.case_id,
            "verb": "booking_cancelled",
            "text": f"Booking of «{one.work_order.title}» cancelled ({one.resource.name}, "
            f"{say_span(one.starts_at, one.ends_at, zone)}): {reason}",
            "actor_id": actor.id if actor else None,
            "data": {"work_order_id": one.work_order_id, "booking_id": one.id},
        }
        for one in standing
    )
