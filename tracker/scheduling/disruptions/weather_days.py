"""Declare a storm or a heat day: what it concerns, what becomes of it, and lifting it again. Verbs flush only.

It is declared and committed first, and then what stands on its days is given back portion by portion: whoever books
meanwhile is either refused, or found by it.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select, update
from sqlalchemy.orm import joinedload

from ...clock import utc_now
from ...errors import Conflict, Invalid
from ...extensions import db
from ...formatters import plural
from ...places.city import city_today, city_zone, the_city
from ...staff.log import append_log
from ...staff.models import User
from ..appointments.calling_off import AGREED, call_off, drop_holds
from ..appointments.models import Appointment
from ..bookings.models import Booking, WeatherDay
from ..bookings.releasing import release_bookings
from ..bookings.standing import still_stands
from ..bookings.weather import closure_of, hold_weather
from ..orders.models import OrderNeed, WorkOrder
from ..orders.work_status import WorkStatus
from ..resources.shifts import day_start

LONGEST_DAYS = 14
AT_ONCE = 500
_COMING = (WorkStatus.PLANNED, WorkStatus.CONFIRMED)
"""Who is on the way or at work decides there; everybody else stays home."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """How much some days without work would concern."""

    bookings: int
    appointments: int


def count_concerned(first_day: date, last_day: date, kept_skills: Collection[str]) -> Concerned:
    """How many bookings would be cancelled and how many appointments moved, or what is held for them given back.

    Raises `Invalid` for impossible days.
    """
    check_weather_days(first_day, last_day)
    zone = city_zone(the_city())
    span = day_start(first_day, zone), day_start(last_day + timedelta(days=1), zone)
    bookings = select(func.count()).select_from(_bookings(*span, kept_skills).subquery())
    promised, held = _appointment_ids(*span, kept_skills), _held(*span, kept_skills)
    either = promised.order_by(None).union(
        select(Appointment.id)
        .join(Booking, Booking.work_order_id == Appointment.order_id)
        .where(Appointment.ended_at.is_(None), Booking.id.in_(held.with_only_columns(Booking.id).order_by(None)))
    )
    appointments = select(func.count()).select_from(either.subquery())
    return Concerned(db.session.scalar(bookings) or 0, db.session.scalar(appointments) or 0)


def check_weather_days(first_day: date, last_day: date) -> None:
    """Raise `Invalid`, in words, unless the days can be declared."""
    today = city_today()
    if first_day < today:
        raise Invalid(f"{first_day:%d %b %Y} is past. Declare today, {today:%d %b %Y}, or later days.")
    if last_day < first_day:
        raise Invalid("The last day lies before the first. Check both.")
    if (last_day - first_day).days >= LONGEST_DAYS:
        raise Invalid(f"At most {LONGEST_DAYS} days at once. Declare the later ones when they are near.")
    if (first_day - today).days > 366:
        raise Invalid(f"{first_day:%d %b %Y} is more than a year away. Check the year.")


def declare_weather(
    first_day: date, last_day: date, reason: str, kept_skills: Collection[str], actor: User
) -> WeatherDay:
    """From now on nothing is booked on these days but work that needs one of the kept skills.

    To be committed before `clear_days`. Raises `Invalid` for impossible days and `Conflict` when just this is declared.
    """
    check_weather_days(first_day, last_day)
    hold_weather(alone=True)
    kept = sorted(set(kept_skills))
    same = select(WeatherDay).where(
        WeatherDay.first_day == first_day, WeatherDay.last_day == last_day, WeatherDay.lifted_at.is_(None)
    )
    if any(one.kept_skills == kept for one in db.session.scalars(same)):
        raise Conflict("These days are declared already. Look at the list below.")
    declared = WeatherDay(
        first_day=first_day, last_day=last_day, reason=reason, kept_skills=kept, declared_by_id=actor.id
    )
    db.session.add(declared)
    db.session.flush()
    append_log("weather_day", declared.id, "declared", f"{say_days(declared)}: {reason}.", actor=actor)
    db.session.flush()
    return declared


def clear_days(declared: WeatherDay, actor: User) -> Iterator[Concerned]:
    """Give back what stands on the days, a portion at a time; their orders are not begun before the days are over.

    Each step is to be committed; broken off, it goes on where it was when it is called again.
    """
    closure, number = closure_of(declared), declared.id
    kept, reason = declared.kept_skills, declared.reason
    span, last = (closure.starts_at, closure.ends_at), 0
    total = 0
    while ids := list(db.session.scalars(_bookings(*span, kept).where(Booking.id > last).limit(AT_ONCE))):
        released = release_bookings(ids, actor, reason=reason, not_before=closure.ends_at)
        last, total = ids[-1], total + len(released)
        yield Concerned(len(released), 0)
    last, promises = 0, _appointment_ids(*span, kept)
    while numbers := list(db.session.scalars(promises.where(Appointment.id > last).limit(AT_ONCE))):
        last = numbers[-1]
        called_off = call_off(_appointments(numbers), actor, reason=reason)
        _wait_for_end(numbers, closure.ends_at, reason)
        yield Concerned(0, called_off)
    last, holds = 0, _held(*span, kept)
    while rows := db.session.execute(holds.where(Booking.work_order_id > last).limit(AT_ONCE)).all():
        last = rows[-1].work_order_id
        yield Concerned(0, drop_holds(row.id for row in rows))
    append_log("weather_day", number, "cleared", f"{plural(total, 'booking')} cancelled: {reason}.", actor=actor)
    db.session.flush()


def _wait_for_end(numbers: Collection[int], ends_at: datetime, reason: str) -> None:
    """What was given back and is promised to nobody any more says no longer when it begins: not before the end."""
    orders = select(Appointment.order_id).where(Appointment.id.in_(numbers))
    given_back = WorkOrder.status == WorkStatus.REQUESTED, WorkOrder.reason == reason, WorkOrder.earliest_at.is_(None)
    later = update(WorkOrder).where(WorkOrder.id.in_(orders), *given_back).values(earliest_at=ends_at)
    db.session.execute(later.execution_options(synchronize_session=False))
    db.session.expire_all()


def lift_weather(declared: WeatherDay, actor: User) -> int:
    """The days are workdays again; orders that waited for their end alone may be planned for them. Returns how many."""
    if declared.lifted_at is not None:
        raise Conflict("These days are lifted already.")
    declared.lifted_at = utc_now()
    closure = closure_of(declared)
    given_back = select(Booking.id).where(  # a plan may have written another reason since
        Booking.work_order_id == WorkOrder.id, Booking.cancelled_at >= declared.declared_at,
        Booking.starts_at < closure.ends_at, Booking.ends_at > closure.starts_at,
    )  # fmt: skip
    waiting = (
        update(WorkOrder)
        .where(WorkOrder.status == WorkStatus.REQUESTED, WorkOrder.earliest_at == closure.ends_at)
        .where(or_(WorkOrder.reason == declared.reason, given_back.exists()))
        .values(earliest_at=None)
        .returning(WorkOrder.id)
        .execution_options(synchronize_session=False)
    )
    freed = len(db.session.scalars(waiting).all())
    append_log("weather_day", declared.id, "lifted", f"{say_days(declared)}: lifted.", actor=actor)
    db.session.flush()
    db.session.expire_all()
    return freed


def say_days(declared: WeatherDay) -> str:
    """«Tue 16 Jun 2026», «Tue 16 Jun to Wed 17 Jun 2026»."""
    first, last = declared.first_day, declared.last_day
    return f"{last:%a %d %b %Y}" if first == last else f"{first:%a %d %b} to {last:%a %d %b %Y}"


def _not_kept(kept_skills: Collection[str]) -> ColumnElement[bool]:
    needs = select(OrderNeed.order_id).where(OrderNeed.order_id == WorkOrder.id, OrderNeed.skill.in_(kept_skills))
    return ~or_(WorkOrder.skill.in_(kept_skills), needs.exists())


def _bookings(starts_at: datetime, ends_at: datetime, kept_skills: Collection[str]) -> Select[int]:
    """The ids of bookings that take time between two instants and are still to come, for work that is not kept."""
    return (
        select(Booking.id)
        .join(WorkOrder, Booking.work_order_id == WorkOrder.id)
        .where(still_stands(), Booking.starts_at < ends_at, Booking.ends_at > max(starts_at, utc_now()))
        .where(WorkOrder.status.in_(_COMING), _not_kept(kept_skills))
        .order_by(Booking.id)
    )


def _held(starts_at: datetime, ends_at: datetime, kept_skills: Collection[str]) -> Select[int, int]:
    """What is held between two instants for somebody who decides, for work that is not kept; by the order's id."""
    return (
        select(Booking.id, Booking.work_order_id)
        .join(WorkOrder, Booking.work_order_id == WorkOrder.id)
        .where(Booking.held_until.is_not(None), Booking.cancelled_at.is_(None), _not_kept(kept_skills))
        .where(Booking.starts_at < ends_at, Booking.ends_at > max(starts_at, utc_now()))
        .order_by(Booking.work_order_id)
    )


def _appointment_ids(starts_at: datetime, ends_at: datetime, kept_skills: Collection[str]) -> Select[int]:
    window = Appointment.window_starts_at < ends_at, Appointment.window_ends_at > max(starts_at, utc_now())
    return (
        select(Appointment.id)
        .join(WorkOrder, Appointment.order_id == WorkOrder.id)
        .where(Appointment.ended_at.is_(None), Appointment.status.in_(AGREED), *window)
        .where(WorkOrder.status.in_((*_COMING, WorkStatus.REQUESTED)), _not_kept(kept_skills))
        .order_by(Appointment.id)
    )


def _appointments(numbers: Collection[int]) -> list[Appointment]:
    query = select(Appointment).options(joinedload(Appointment.order).joinedload(WorkOrder.case))
    return list(db.session.scalars(query.where(Appointment.id.in_(numbers)).order_by(Appointment.id)))
