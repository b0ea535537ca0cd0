"""Read from the database what the planner has to know."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, select
from sqlalchemy.orm import contains_eager, joinedload

from ...batches import in_chunks
from ...clock import local_date, utc_now
from ...extensions import db
from ...places.city import city_projection, city_zone, the_city
from ...places.projection import Projection
from ..bookings.models import Booking, WeatherDay
from ..bookings.slots import next_slot, slot_at, slot_start, slots_needed
from ..orders.models import WorkOrder
from ..orders.work_status import WorkStatus
from ..resources.models import CityResource
from ..resources.shifts import WorkingTime, day_start
from ..resources.teams import all_skills, people_of
from ..resources.working import working_times_of
from .facts import Awaited, BreakFacts, Facts, OrderFacts, ResourceFacts, ShiftFacts, Standing, Stop, WeatherFacts


def gather_facts(orders: Iterable[WorkOrder], first_day: date, days: int, *, moving: bool = False) -> Facts:
    """The planner's view of these orders, of every working resource and of what is booked, for `days` local dates.

    With `moving`, what is planned on those days and neither pinned nor held nor begun may be moved: it is among the
    orders. Everything else that is booked is a stop. Bookings of the orders given are never both.
    """
    city = the_city()
    zone, projection = city_zone(city), city_projection(city)
    resources = [one for one in db.session.scalars(select(CityResource)) if _works(one)]
    dates = tuple(first_day + timedelta(days=offset) for offset in range(days))
    times = working_times_of(resources, first_day, days)
    known = tuple(_resource_facts(resource, times[resource.id], projection) for resource in resources)
    now = utc_now()
    bookings = _bookings_within(known)
    movable = [one for one in bookings if moving and _may_move(one, now, dates, zone)]
    given = [*orders, *(one.work_order for one in movable)]
    titles = _firsts_of([*given, *(one.work_order for one in bookings)])
    standing = {one.work_order_id: Standing(one.id, one.resource_id, slot_at(one.starts_at)) for one in movable}
    moved = {one.id for one in movable}
    fixed = [one for one in bookings if one.id not in moved]  # also what is held, or was tried, for an order that moves
    fixed += _booked_elsewhere(titles, {one.id for one in bookings})
    return Facts(
        days=dates,
        orders=tuple(_order_facts(order, next_slot(now), zone, titles, standing.get(order.id)) for order in given),
        resources=known,
        stops=tuple(_stop(booking) for booking in fixed),
        today=local_date(now, zone),
        weather=_weather_of(dates),
        zone=zone,
    )


def _works(resource: CityResource) -> bool:
    return resource.retired_at is None and all(one.member.retired_at is None for one in resource.members)


def _order_facts(
    order: WorkOrder, earliest: int, zone: ZoneInfo, firsts: dict[int, WorkOrder], standing: Standing | None
) -> OrderFacts:
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
        earliest=earliest if order.earliest_at is None else max(earliest, next_slot(order.earliest_at)),
        latest=None if order.latest_at is None else slot_at(order.latest_at),
        needs=order.all_skills - {order.skill},
        people=order.people,
        load=order.load,
        title=order.title,
        waits_for=tuple(
            Awaited(first.id, first.title, first.status in (WorkStatus.NOT_DONE, WorkStatus.CANCELLED))
            for first in (firsts[one.first_id] for one in order.waits_for)
            if first.status is not WorkStatus.DONE
        ),
        standing=standing,
    )


def _resource_facts(resource: CityResource, stretches: list[WorkingTime], projection: Projection) -> ResourceFacts:
    x_dm, y_dm = projection.to_decimetres(resource.base_lat, resource.base_long)
    return ResourceFacts(
        id=resource.id,
        code=resource.code,
        skills=all_skills(resource),
        center_id=resource.center_id,
        x_dm=x_dm,
        y_dm=y_dm,
        shifts=tuple(_shift_facts(stretch) for stretch in stretches),
        name=resource.name,
        people=people_of(resource),
        capacity=resource.capacity,
        lends_to_priority=resource.lends_to_priority,
        lends_within_days=resource.lends_within_days,
        members=frozenset(one.member_id for one in resource.members),
    )


def _shift_facts(stretch: WorkingTime) -> ShiftFacts:
    breaks = tuple(
        BreakFacts(next_slot(one.starts_at), slot_at(one.ends_at), slots_needed(one.minutes)) for one in stretch.breaks
    )
    return ShiftFacts(stretch.day, next_slot(stretch.starts_at), slot_at(stretch.ends_at), breaks)


def _standing_bookings() -> Select[Any]:
    loaded = contains_eager(Booking.work_order).joinedload(WorkOrder.case)
    return select(Booking).join(Booking.work_order).options(loaded).where(Booking.cancelled_at.is_(None))


def _bookings_within(resources: Sequence[ResourceFacts]) -> list[Booking]:
    """What is booked within any of the resources' shifts."""
    shifts = [shift for resource in resources for shift in resource.shifts]
    if not shifts:
        return []
    first, last = slot_start(min(shift.start for shift in shifts)), slot_start(max(shift.end for shift in shifts))
    return list(db.session.scalars(_standing_bookings().where(Booking.starts_at < last, Booking.ends_at > first)))


def _booked_elsewhere(firsts: dict[int, WorkOrder], known: set[int]) -> list[Booking]:
    """The bookings of what is waited for and still to come, on other days."""
    found: list[Booking] = []
    for some in in_chunks(sorted(number for number, order in firsts.items() if order.status.is_booked)):
        found += db.session.scalars(_standing_bookings().where(Booking.work_order_id.in_(some)))
    return [booking for booking in found if booking.id not in known and _is_its_place(booking)]


def _may_move(booking: Booking, now: datetime, days: Sequence[date], zone: ZoneInfo) -> bool:
    is_free = booking.work_order.status is WorkStatus.PLANNED and not booking.is_pinned and _is_its_place(booking)
    return is_free and booking.starts_at >= now and days[0] <= local_date(booking.starts_at, zone) <= days[-1]


def _firsts_of(orders: Iterable[WorkOrder]) -> dict[int, WorkOrder]:
    """What these orders wait for, by id."""
    found: dict[int, WorkOrder] = {}
    for some in in_chunks(sorted({one.first_id for order in orders for one in order.waits_for})):
        query = select(WorkOrder).options(joinedload(WorkOrder.case)).where(WorkOrder.id.in_(some))
        found |= {order.id: order for order in db.session.scalars(query)}
    return found


def _is_its_place(booking: Booking) -> bool:
    """Whether the work will be done then; what is only held, or was tried and is asked for again, merely takes time."""
    return booking.held_until is None and booking.finished_at is None and booking.work_order.status.is_booked


def _stop(booking: Booking) -> Stop:
    order, is_its_place = booking.work_order, _is_its_place(booking)
    start, end = slot_at(booking.starts_at), slot_at(booking.ends_at)
    waits_for = tuple(one.first_id for one in order.waits_for) if is_its_place else ()
    return Stop(
        booking.resource_id, start, end, order.x_dm, order.y_dm, order.address,
        order.id if is_its_place else None, order.load, waits_for,
    )  # fmt: skip


def _weather_of(days: Sequence[date]) -> tuple[WeatherFacts, ...]:
    query = select(WeatherDay).where(
        WeatherDay.lifted_at.is_(None), WeatherDay.last_day >= days[0], WeatherDay.first_day <= days[-1]
    )
    return tuple(
        WeatherFacts(one.first_day, one.last_day, one.reason, frozenset(one.kept_skills))
        for one in db.session.scalars(query.order_by(WeatherDay.id))
    )
