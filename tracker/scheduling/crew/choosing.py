"""Whose day to look at, for those who may look at everybody's."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, select

from ...extensions import db
from ...places.city import city_zone, the_city
from ..bookings.models import Booking
from ..resources.models import CityResource
from ..resources.shifts import day_start

_MOST = 500


@dataclass(frozen=True, slots=True)
class CrewLine:
    """A resource with how much stands on its sheet."""

    resource: CityResource
    bookings: int


def resources_and_work(day: date) -> list[CrewLine]:
    """The resources in service with their bookings of a day: those that have some first, then by name."""
    zone = city_zone(the_city())
    begin, end = day_start(day, zone), day_start(day + timedelta(days=1), zone)
    counted = (
        select(Booking.resource_id, func.count().label("bookings"))
        .where(Booking.starts_at >= begin, Booking.starts_at < end)
        .where(Booking.cancelled_at.is_(None), Booking.held_until.is_(None))
        .group_by(Booking.resource_id)
        .subquery()
    )
    number = func.coalesce(counted.c.bookings, 0)
    query = (
        select(CityResource, number)
        .outerjoin(counted, counted.c.resource_id == CityResource.id)
        .where(CityResource.retired_at.is_(None))
        .order_by(number == 0, func.lower(CityResource.name), CityResource.id)
        .limit(_MOST)
    )
    return [CrewLine(resource, bookings) for resource, bookings in db.session.execute(query)]
