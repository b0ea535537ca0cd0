"""Read from the database what the planner has to know."""

from collections.abc import Iterable
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...clock import utc_now
from ...extensions import db
from ...places.city import city_projection, city_zone, the_city
from ...places.projection import Projection
from ..bookings.models import Booking
from ..bookings.slots import next_slot, slot_at, slot_start, slots_needed
from ..orders.models import WorkOrder
from ..resources.models import CityResource
from ..resources.shifts import WorkingTime, day_start
from ..resources.working import working_times_of
from .facts import Facts, OrderFacts, ResourceFacts, ShiftFacts, Stop


def gather_facts(orders: Iterable[WorkOrder], first_day: date, days: int) -> Facts:
    """The planner's view of these orders, of every working resource and of what is booked, for `days` local dates."""
    city = the_city()
    zone, projection = city_zone(city), city_projection(city)
    resources = list(db.session.scalars(select(CityResource).where(CityResource.retired_at.is_(None))))
    dates = tuple(first_day + timedelta(days=offset) for offset in range(days))
    times = working_times_of(resources, first_day, days)
    known = tuple(_resource_facts(resource, times[resource.id], projection) for resource in resources)
    earliest = next_slot(utc_now())
    return Facts(
        days=dates,
        orders=tuple(_order_facts(order, earliest, zone) for order in orders),
        resources=known,
        stops=tuple(_stops(known)),
    )


def _order_facts(order: WorkOrder, earliest: int, zone: ZoneInfo) -> OrderFacts:
    return OrderFacts(
        id=order.id,
        address=order.address,
        priority=order.priority,
        due_on=order.due_on,
        due_slot=slot_at(day_start(order.due_on + timedelta(days=1), zone)),
        skill=order.skill,
        slots=slots_needed(order.minutes),
        x_dm=order.x_dm,
        y_dm=order.y_dm,
        center_id=order.case.center_id,
        earliest=earliest,
    )


def _resource_facts(resource: CityResource, stretches: list[WorkingTime], projection: Projection) -> ResourceFacts:
    x_dm, y_dm = projection.to_decimetres(resource.base_lat, resource.base_long)
    shifts = tuple(ShiftFacts(one.day, next_slot(one.starts_at), slot_at(one.ends_at)) for one in stretches)
    skills = frozenset(row.skill for row in resource.skills)
    return ResourceFacts(resource.id, resource.code, skills, resource.center_id, x_dm, y_dm, shifts)


def _stops(resources: tuple[ResourceFacts, ...]) -> list[Stop]:
    """What is booked within any of the resources' shifts."""
    shifts = [shift for resource in resources for shift in resource.shifts]
    if not shifts:
        return []
    first, last = min(shift.start for shift in shifts), max(shift.end for shift in shifts)
    query = (
        select(Booking)
        .options(joinedload(Booking.work_order).joinedload(WorkOrder.case))
        .where(
            Booking.cancelled_at.is_(None), Booking.starts_at < slot_start(last), Booking.ends_at > slot_start(first)
        )
    )
    return [_stop(booking) for booking in db.session.scalars(query)]


def _stop(booking: Booking) -> Stop:
    order = booking.work_order
    start, end = slot_at(booking.starts_at), slot_at(booking.ends_at)
    return Stop(booking.resource_id, start, end, order.x_dm, order.y_dm, order.address)
