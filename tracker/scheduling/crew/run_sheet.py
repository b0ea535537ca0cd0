"""A day of one or several resources, as whoever drives out needs it: where, what, when, and nothing about callers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import joinedload

from ...cases.models import ProblemCase
from ...extensions import db
from ...formatters import plural
from ...places.city import city_projection, city_zone, the_city
from ..appointments.models import Appointment
from ..bookings.models import Booking
from ..orders.models import OrderDependency, WorkOrder
from ..orders.work_status import BOOKED, WorkStatus
from ..resources.models import CityResource
from ..resources.shifts import day_start
from .agreed import agreed_with
from .models import CrewStep, StepKind
from .whose import with_teams

_OVERNIGHT = timedelta(hours=12)
"""What was to be done so shortly before midnight and is still open stands on the next day's sheet too."""
_LONGEST = timedelta(days=2)
"""No booking is longer: it lies within a shift, or within two that touch."""
_MOST = 100
_SHOWN = (*BOOKED, WorkStatus.DONE, WorkStatus.NOT_DONE)


@dataclass(frozen=True, slots=True)
class Line:
    """One piece of work of the day."""

    booking: Booking
    order: WorkOrder
    starts: datetime
    ends: datetime
    """On the city's clocks."""
    lat: float
    long: float
    story: str
    agreed: Appointment | None
    window: str
    waits_for: list[str]
    notes: int
    """How many notes and photos the crew sent."""

    @property
    def status(self) -> WorkStatus:
        """Where the work stands for this crew: what it could not do stays so, though it was asked for again since."""
        return self.booking.status

    @property
    def first_name(self) -> str:
        """Of the resident who expects somebody; all of her name that a crew needs."""
        return self.agreed.name.split()[0] if self.agreed and self.agreed.name.strip() else ""


def read_sheet(resources: Sequence[CityResource], day: date) -> list[Line]:
    """The work of these resources on a day of the city's, in order; what was cancelled or only held is not on it."""
    zone = city_zone(the_city())
    begin, end = day_start(day, zone), day_start(day + timedelta(days=1), zone)
    touches = and_(Booking.starts_at < end, Booking.ends_at > begin)
    left_over = and_(
        Booking.ends_at.between(begin - _OVERNIGHT, begin), Booking.finished_at.is_(None), WorkOrder.status.in_(BOOKED)
    )
    query = (
        select(Booking)
        .join(WorkOrder, Booking.work_order_id == WorkOrder.id)
        .options(joinedload(Booking.work_order).joinedload(WorkOrder.case).joinedload(ProblemCase.family))
        .options(joinedload(Booking.resource))
        .options(joinedload(Booking.work_order).selectinload(WorkOrder.waits_for).joinedload(OrderDependency.first))
        .where(Booking.resource_id.in_(with_teams(resources)), Booking.starts_at > begin - _LONGEST)
        .where(or_(touches, left_over))
        .where(Booking.cancelled_at.is_(None), Booking.held_until.is_(None))
        .where(or_(Booking.finished_at.is_not(None), WorkOrder.status.in_(_SHOWN)))
        .order_by(Booking.starts_at, Booking.id)
        .limit(_MOST)
    )
    bookings = db.session.scalars(query).unique().all()
    agreed = agreed_with(booking.work_order_id for booking in bookings)
    notes = _count_notes([booking.id for booking in bookings])
    return [_line(one, agreed.get(one.work_order_id), notes.get(one.id, 0), zone) for one in bookings]


def _count_notes(booking_ids: Sequence[int]) -> dict[int, int]:
    query = select(CrewStep.booking_id, func.count()).where(CrewStep.booking_id.in_(booking_ids))
    counted = query.where(CrewStep.kind == StepKind.NOTE).group_by(CrewStep.booking_id)
    return dict(db.session.execute(counted).all())


def _line(booking: Booking, agreed: Appointment | None, notes: int, zone: ZoneInfo) -> Line:
    order = booking.work_order
    lat, long = city_projection(the_city()).to_degrees(order.x_dm, order.y_dm)
    return Line(
        booking=booking,
        order=order,
        starts=booking.starts_at.astimezone(zone),
        ends=booking.ends_at.astimezone(zone),
        lat=lat,
        long=long,
        story=_story(order, zone),
        agreed=agreed,
        window=_window(agreed, zone),
        waits_for=[one.first.title for one in order.waits_for if one.first.status.is_open],
        notes=notes,
    )


def _story(order: WorkOrder, zone: ZoneInfo) -> str:
    """What the case is about, as far as it names nobody: «Overgrown trees, 5 calls since 3 Jun 2026»."""
    case = order.case
    if not case.call_count or case.first_call_at is None:
        return case.family.name
    since = f"{case.first_call_at.astimezone(zone):%-d %b %Y}"
    return f"{case.family.name}, {plural(case.call_count, 'call')} since {since}"


def _window(agreed: Appointment | None, zone: ZoneInfo) -> str:
    if agreed is None or agreed.window_starts_at is None or agreed.window_ends_at is None:
        return ""
    begin, end = agreed.window_starts_at.astimezone(zone), agreed.window_ends_at.astimezone(zone)
    return f"{begin:%H:%M} to {end:%H:%M}"
