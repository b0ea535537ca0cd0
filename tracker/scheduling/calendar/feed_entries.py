"""What a calendar feed holds: a resource's bookings, or a case's; 30 days back to 180 ahead. No caller, no note."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from ...cases.models import ProblemCase
from ...extensions import db
from ...places.city import the_city
from ..bookings.models import Booking
from ..bookings.taking_time import bookings_of_each
from ..ical import Entry, Standing, write_calendar
from ..orders.models import WorkOrder
from ..resources.models import CityResource, TeamMember
from .models import CalendarFeed

_BACK, _AHEAD = timedelta(days=30), timedelta(days=180)
_CANCELLED_FOR = timedelta(days=28)
"""So long a cancelled booking is still told, so that calendars that kept it take it out."""
_MOST = 5_000


def body_of(feed: CalendarFeed, now: datetime) -> bytes:
    """The feed as other programs read it."""
    domain = _domain(the_city().name)
    if feed.resource is not None:
        entries = [_entry(one, domain, with_place=True) for one in _of_resource(feed.resource, now)]
        return write_calendar(feed.resource.name, entries)
    assert feed.case is not None  # noqa: S101  # a feed is of one or the other
    entries = [_entry(one, domain, with_place=False) for one in _of_case(feed.case, now)]
    return write_calendar(f"Case {feed.case.public_id}", entries)


def _of_resource(resource: CityResource, now: datetime) -> list[Booking]:
    """What takes its time, its teams' bookings among them, and what was cancelled of it lately."""
    standing = bookings_of_each([resource], now - _BACK, now + _AHEAD)[resource.id]
    teams = select(TeamMember.team_id).where(TeamMember.member_id == resource.id)
    whose = (Booking.resource_id == resource.id) | Booking.resource_id.in_(teams)
    gone = _window(now).where(whose, Booking.cancelled_at > now - _CANCELLED_FOR)
    return _in_order([*standing, *db.session.scalars(gone)])


def _of_case(case: ProblemCase, now: datetime) -> list[Booking]:
    lately = Booking.cancelled_at.is_(None) | (Booking.cancelled_at > now - _CANCELLED_FOR)
    own = select(WorkOrder.id).where(WorkOrder.case_id == case.id)
    return _in_order(db.session.scalars(_window(now).where(Booking.work_order_id.in_(own), lately)))


def _window(now: datetime) -> Select[Booking]:
    order = joinedload(Booking.work_order).joinedload(WorkOrder.case)
    query = select(Booking).options(order, joinedload(Booking.resource))
    return query.where(Booking.starts_at >= now - _BACK, Booking.starts_at < now + _AHEAD).limit(_MOST)


def _in_order(bookings: Iterable[Booking]) -> list[Booking]:
    return sorted(bookings, key=lambda one: (one.starts_at, one.id))


def _entry(booking: Booking, domain: str, *, with_place: bool) -> Entry:
    order = booking.work_order
    status = "cancelled" if booking.cancelled_at else "held" if booking.held_until else booking.status.label
    told = [f"Case {order.case.public_id}", booking.resource.name, status]
    return Entry(
        uid=f"booking-{booking.id}@{domain}",
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        changed_at=_changed_at(booking),
        sequence=booking.sequence,
        standing=_standing(booking),
        summary=order.title,
        description=". ".join(told),
        location=order.address if with_place else "",
    )


def _standing(booking: Booking) -> Standing:
    if booking.cancelled_at is not None:
        return Standing.CANCELLED
    return Standing.TENTATIVE if booking.held_until is not None else Standing.CONFIRMED


def _changed_at(booking: Booking) -> datetime:
    known = (booking.booked_at, booking.moved_at, booking.cancelled_at, booking.left_at, booking.arrived_at,
             booking.finished_at)  # fmt: skip
    return max(one for one in known if one is not None)


def _domain(city: str) -> str:
    """What makes our numbers unique in the world, as far as the city's name goes."""
    plain = unicodedata.normalize("NFKD", city).encode("ascii", "ignore").decode().lower()
    return f"{re.sub(r'[^a-z0-9]+', '-', plain).strip('-') or 'city'}.case-tracker"
