"""Look things up for pages; nothing here changes the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from ..cases.models import ProblemCase
from ..errors import NotFound
from ..extensions import db
from ..places.models import Area, AreaKind
from .bookings.models import Booking
from .orders.chains import cases_behind
from .orders.dependencies import seconds_of
from .orders.models import OrderDependency, WorkOrder
from .orders.work_status import BOOKED, WorkStatus
from .resources.models import CityResource, ResourceKind, ResourceSkill

_IDS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class OrderLine:
    """A work order with the booking that shows on a page: its newest one that was not cancelled."""

    order: WorkOrder
    booking: Booking | None


def get_resource(resource_id: int) -> CityResource:
    """The resource; raises `NotFound`."""
    resource = db.session.get(CityResource, resource_id)
    if resource is None:
        raise NotFound("There is no such resource. Look for it in the list of resources.")
    return resource


def get_order(order_id: int) -> WorkOrder:
    """The work order with its case; raises `NotFound`."""
    order = db.session.get(WorkOrder, order_id, options=[joinedload(WorkOrder.case)])
    if order is None:
        raise NotFound("There is no such work order. Look for it in the list of work.")
    return order


def get_booking(booking_id: int) -> Booking:
    """The booking with its order; raises `NotFound`."""
    booking = db.session.get(Booking, booking_id, options=[joinedload(Booking.work_order)])
    if booking is None:
        raise NotFound("There is no such booking. Look at the schedule.")
    return booking


def get_case(public_id: str) -> ProblemCase:
    """The case by its public id; raises `NotFound`."""
    case = db.session.scalar(select(ProblemCase).where(ProblemCase.public_id == public_id))
    if case is None:
        raise NotFound("There is no such case. Look for it in the list of cases.")
    return case


def orders_of_case(case_id: int) -> list[OrderLine]:
    """The work orders of a case and of those merged into it, oldest first, each with its booking."""
    query = select(WorkOrder).where(WorkOrder.case_id.in_(cases_behind([case_id])))
    newest = query.order_by(WorkOrder.id.desc()).limit(_IDS_AT_ONCE)
    return with_bookings(db.session.scalars(newest).all()[::-1])


def with_bookings(orders: Sequence[WorkOrder]) -> list[OrderLine]:
    """The orders, in the given order, with their newest bookings that were not cancelled."""
    query = select(Booking).options(joinedload(Booking.resource))
    query = query.where(Booking.cancelled_at.is_(None), Booking.held_until.is_(None))
    ids = [order.id for order in orders]
    newest: dict[int, Booking] = {}
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = query.where(Booking.work_order_id.in_(ids[start : start + _IDS_AT_ONCE])).order_by(Booking.id)
        newest |= {booking.work_order_id: booking for booking in db.session.scalars(some)}
    shown = (*BOOKED, WorkStatus.DONE, WorkStatus.NOT_DONE)
    return [OrderLine(order, newest.get(order.id) if order.status in shown else None) for order in orders]


def lines_of_firsts(order: WorkOrder) -> list[OrderLine]:
    """What the order waits for, each with its booking."""
    query = select(WorkOrder).join(OrderDependency, OrderDependency.first_id == WorkOrder.id)
    query = query.options(joinedload(WorkOrder.case)).where(OrderDependency.order_id == order.id)
    return with_bookings(db.session.scalars(query.order_by(WorkOrder.id)).all())


def lines_of_seconds(order: WorkOrder) -> list[OrderLine]:
    """What waits for the order, each with its booking."""
    return with_bookings(seconds_of(order.id))


def bookings_of(order: WorkOrder) -> Sequence[Booking]:
    """Every booking the order ever had, newest first."""
    query = select(Booking).options(joinedload(Booking.resource)).where(Booking.work_order_id == order.id)
    return db.session.scalars(query.order_by(Booking.id.desc())).all()


def find_resources(
    *, text: str = "", kind: str = "", skill: str = "", center_id: int | None = None, resource_id: int | None = None,
    with_retired: bool = False,
) -> Select[CityResource]:  # fmt: skip
    """The query for resources by name; `center_id` keeps those that serve the center, city-wide ones included."""
    query = select(CityResource).options(joinedload(CityResource.center))
    if text:
        query = query.where(
            or_(CityResource.name.icontains(text, autoescape=True), CityResource.code.icontains(text, autoescape=True))
        )
    if kind in set(ResourceKind):
        query = query.where(CityResource.kind == kind)
    if skill:
        query = query.where(CityResource.skills.any(ResourceSkill.skill == skill))
    if center_id is not None:
        query = query.where(or_(CityResource.center_id == center_id, CityResource.center_id.is_(None)))
    if resource_id is not None:
        query = query.where(CityResource.id == resource_id)
    elif not with_retired:
        query = query.where(CityResource.retired_at.is_(None))
    return query.order_by(CityResource.retired_at.is_not(None), func.lower(CityResource.name), CityResource.id)


def service_centers() -> Sequence[Area]:
    """The service centers by name."""
    return db.session.scalars(select(Area).where(Area.kind == AreaKind.SERVICE_CENTER).order_by(Area.name)).all()


def known_skills() -> Sequence[str]:
    """Every skill that some resource has, in order."""
    return db.session.scalars(select(ResourceSkill.skill).distinct().order_by(ResourceSkill.skill)).all()
