"""In which windows somebody has room for a work order: read from the database, for the days that are offered."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from ...batches import in_chunks
from ...clock import local_date, utc_now
from ...config import Settings
from ...extensions import db
from ...places.city import city_projection, city_today, city_zone, the_city
from ...places.projection import Projection
from ..bookings.booking import standing_booking
from ..bookings.models import Booking, BookingSlot, WeatherDay
from ..bookings.slots import next_slot, slot_at, slots_needed
from ..bookings.standing import standing_bookings
from ..bookings.taking_time import parts_of
from ..orders.models import OrderDependency, WorkOrder
from ..orders.work_status import WorkStatus
from ..planning.travel import road_m
from ..resources.lending import may_serve
from ..resources.models import CityResource
from ..resources.shifts import WorkingTime, day_start
from ..resources.teams import all_skills, people_of
from ..resources.working import working_times_of
from .windows import Helper, Opening, Place, TakenTime, Window, Work, free_windows, opening_in, spread, windows_of

MOST_WINDOWS = 40
"""More are no help to anybody who has to choose one."""
Bounds = tuple[datetime | None, datetime | None]
"""Not begun before, not begun after; None: whenever."""
ANY_TIME: Bounds = (None, None)
MOST_RESOURCES = 40
"""The nearest ones are asked."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The windows that can be chosen; when there are none, why, for staff."""

    windows: tuple[Window, ...]
    why_none: str = ""


def offered_windows(order: WorkOrder, settings: Settings, bounds: Bounds = ANY_TIME) -> Offer:
    """The free windows on the next working days. What is held for this order counts as free: it would be given back.

    So does the window in which it is booked already.
    """
    zone, now = city_zone(the_city()), utc_now()
    first = local_date(now, zone)
    helpers = _helpers(order, _able(order), first, 2 * settings.window_days + 4)
    if not helpers:
        return Offer((), f"Nobody has {' and '.join(f'«{one}»' for one in sorted(order.all_skills))}.")
    waits = _waits_for(order)
    if waits is not None and waits.ready_at is None:
        return Offer((), f"It waits for «{waits.title}», which is not booked yet. Book that first.")
    earliest = now + timedelta(hours=settings.window_lead_hours)
    work = _work(order, bounds, waits, earliest)
    working = sorted({stretch.day for helper in helpers for stretch in helper.stretches} - _stormy(order, first))
    days = [day for day in working if day_start(day + timedelta(days=1), zone) > work.earliest_at]
    windows = [
        window
        for day in days[: settings.window_days]
        for window in windows_of(day, settings.window_minutes, zone)
        if window.starts_at >= earliest
    ]
    standing = standing_booking(order)
    booked = [window for window in windows if standing is not None and begins_in(standing, window)]
    free = spread([*dict.fromkeys((*booked, *free_windows(windows, work, helpers)))], MOST_WINDOWS)
    return Offer(tuple(free), "" if free else "Everybody who could do it is taken on the days that are offered.")


def openings_in(order: WorkOrder, window: Window, bounds: Bounds = ANY_TIME) -> list[tuple[Opening, CityResource]]:
    """Who could begin when within the window, the best first, as it stands now."""
    waits, today = _waits_for(order), city_today()
    if (waits is not None and waits.ready_at is None) or window.day in _stormy(order, today):
        return []
    able = _able(order)
    helpers = _helpers(order, able, window.day - timedelta(days=1), 3)
    work = _work(order, bounds, waits, utc_now())
    by_id = {resource.id: resource for resource in able}
    found = [opening for helper in helpers if (opening := opening_in(window, work, helper)) is not None]
    return [(one, by_id[one.resource_id]) for one in sorted(found, key=lambda one: one.rank)]


def opening_of(order: WorkOrder, resource: CityResource, window: Window, bounds: Bounds) -> Opening | None:
    """The same for one resource, read anew."""
    [helper] = _helpers(order, [resource], window.day - timedelta(days=1), 3)
    return opening_in(window, _work(order, bounds, _waits_for(order), utc_now()), helper)


def begins_in(booking: Booking, window: Window) -> bool:
    """Whether a booking begins within a window."""
    return window.starts_at <= booking.starts_at < window.ends_at


def window_at(starts_at: datetime, settings: Settings) -> Window | None:
    """The city's window that begins at an instant; None when none does."""
    zone = city_zone(the_city())
    windows = windows_of(local_date(starts_at, zone), settings.window_minutes, zone)
    return next((window for window in windows if window.starts_at == starts_at), None)


def _able(order: WorkOrder) -> list[CityResource]:
    """The resources with the skills and the people, the nearest first."""
    projection = city_projection(the_city())
    here = Place(order.x_dm, order.y_dm)
    able = [
        resource
        for resource in db.session.scalars(select(CityResource).where(CityResource.retired_at.is_(None)))
        if order.all_skills <= all_skills(resource)
        and people_of(resource) >= order.people
        and all(part.retired_at is None for part in parts_of(resource))
    ]
    return sorted(able, key=lambda one: (road_m(_base(one, projection), here), one.id))[:MOST_RESOURCES]


def _base(resource: CityResource, projection: Projection) -> Place:
    return Place(*projection.to_decimetres(resource.base_lat, resource.base_long))


def _helpers(order: WorkOrder, able: Sequence[CityResource], first: date, days: int) -> list[Helper]:
    """What the windows have to know of the resources that may do the work, for so many days."""
    zone, projection = city_zone(the_city()), city_projection(the_city())
    today = local_date(utc_now(), zone)
    times = working_times_of(able, first, days)
    taken = _taken(able, first, days, zone, order.id)
    return [
        Helper(
            resource_id=resource.id,
            base=_base(resource, projection),
            stretches=tuple(
                stretch for stretch in times[resource.id] if _may_do(resource, order, stretch, today)
            ),
            taken=tuple(taken[resource.id]),
            capacity=resource.capacity,
        )
        for resource in able
    ]  # fmt: skip


def _may_do(resource: CityResource, order: WorkOrder, stretch: WorkingTime, today: date) -> bool:
    return may_serve(resource, order.case.center_id, order.priority, stretch.day, today)


def _taken(
    resources: Sequence[CityResource], first: date, days: int, zone: ZoneInfo, order_id: int
) -> dict[int, list[TakenTime]]:
    """What each resource is booked or held for, its members' included, but for what is held for this order."""
    begin, end = day_start(first, zone), day_start(first + timedelta(days=days + 1), zone)
    parts = {resource.id: {part.id for part in parts_of(resource)} for resource in resources}
    by_part: dict[int, set[int]] = defaultdict(set)
    for some in in_chunks({number for ids in parts.values() for number in ids}):
        query = select(BookingSlot.resource_id, BookingSlot.booking_id).distinct()
        query = query.where(BookingSlot.resource_id.in_(some))
        query = query.where(BookingSlot.slot >= slot_at(begin), BookingSlot.slot < next_slot(end))
        for part_id, booking_id in db.session.execute(query):
            by_part[part_id].add(booking_id)
    stops = _stops({number for ids in by_part.values() for number in ids}, order_id)
    return {
        resource_id: [stops[one] for one in {one for part in ids for one in by_part[part]} if one in stops]
        for resource_id, ids in parts.items()
    }


def _stops(booking_ids: set[int], order_id: int) -> dict[int, TakenTime]:
    found: dict[int, TakenTime] = {}
    for some in in_chunks(booking_ids):
        query = select(Booking).options(joinedload(Booking.work_order).joinedload(WorkOrder.case))
        query = query.where(Booking.id.in_(some), Booking.cancelled_at.is_(None))
        query = query.where(
            or_(
                Booking.held_until.is_(None), (Booking.held_until > utc_now()) & (Booking.work_order_id != order_id)
            )
        )  # fmt: skip
        for booking in db.session.scalars(query):
            order = booking.work_order
            place = Place(order.x_dm, order.y_dm)
            found[booking.id] = TakenTime(booking.starts_at, booking.ends_at, place, order.load)
    return found


@dataclass(frozen=True, slots=True)
class _Waits:
    """Work that has to be done first, and when it will be; None: it is not booked."""

    title: str
    ready_at: datetime | None


def _work(order: WorkOrder, bounds: Bounds, waits: _Waits | None, earliest: datetime) -> Work:
    firsts = [instant for instant in (earliest, bounds[0], waits.ready_at if waits else None) if instant is not None]
    return Work(slots_needed(order.minutes), Place(order.x_dm, order.y_dm), max(firsts), bounds[1], order.load)


def _waits_for(order: WorkOrder) -> _Waits | None:
    """The work before this one that is done last, unless all of it is done."""
    query = select(WorkOrder).join(OrderDependency, OrderDependency.first_id == WorkOrder.id)
    query = query.where(OrderDependency.order_id == order.id, WorkOrder.status != WorkStatus.DONE)
    firsts = db.session.scalars(query.order_by(WorkOrder.id)).all()
    booked = standing_bookings(first.id for first in firsts)
    open_ended = next((one for one in firsts if one.id not in booked), None)
    if open_ended is not None:
        return _Waits(open_ended.title, None)
    last = max(booked.values(), key=lambda booking: booking.ends_at, default=None)
    return _Waits(last.work_order.title, last.ends_at) if last is not None else None


def _stormy(order: WorkOrder, today: date) -> set[date]:
    """The coming days on which such work is not done because of the weather."""
    query = select(WeatherDay).where(WeatherDay.lifted_at.is_(None), WeatherDay.last_day >= today)
    return {
        one.first_day + timedelta(days=offset)
        for one in db.session.scalars(query)
        if not order.all_skills & set(one.kept_skills)
        for offset in range((one.last_day - one.first_day).days + 1)
    }
