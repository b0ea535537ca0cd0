"""Storm and heat days: what may be booked then. Bookings, plans and appointments all ask here."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import func, select

from ...clock import local_date
from ...errors import Conflict
from ...extensions import db
from ...places.city import city_zone, the_city
from ..resources.shifts import day_start
from .closures import Closure, closure_in_the_way
from .models import WeatherDay

_LOCK = 7_340_019
"""A number of our own for PostgreSQL's locks that belong to no row."""


def hold_weather(*, alone: bool = False) -> None:
    """Until the transaction ends nobody declares a storm day; `alone`: nobody books either. SQLite has one writer.

    Whoever books takes it before any row, so that a storm that is just being declared is either known to the booking,
    or finds the booking.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        lock = func.pg_advisory_xact_lock if alone else func.pg_advisory_xact_lock_shared
        db.session.execute(select(lock(_LOCK)))


def closures_between(starts_at: datetime, ends_at: datetime) -> list[Closure]:
    """The storm and heat days that stand between two instants, in order: one query."""
    zone = city_zone(the_city())
    query = (
        select(WeatherDay)
        .where(WeatherDay.lifted_at.is_(None), WeatherDay.last_day >= local_date(starts_at, zone))
        .where(WeatherDay.first_day <= local_date(ends_at, zone))
        .order_by(WeatherDay.first_day, WeatherDay.id)
    )
    found = [closure_of(one) for one in db.session.scalars(query)]
    return [one for one in found if one.touches(starts_at, ends_at)]


def closure_of(declared: WeatherDay) -> Closure:
    """The declared days as instants."""
    zone = city_zone(the_city())
    ends_at = day_start(declared.last_day + timedelta(days=1), zone)
    return Closure(day_start(declared.first_day, zone), ends_at, declared.reason, frozenset(declared.kept_skills))


def check_weather(skills: Collection[str], starts_at: datetime, ends_at: datetime) -> None:
    """Raise `Conflict`, in words, when work that needs these skills is not done then."""
    closure = closure_in_the_way(closures_between(starts_at, ends_at), skills, starts_at, ends_at)
    if closure is not None:
        raise Conflict(say_closed(closure))


def say_closed(closure: Closure) -> str:
    """Why work cannot be done then, and when again."""
    again = closure.ends_at.astimezone(city_zone(the_city()))
    kept = f" Only work that needs {_any_of(closure.kept)} goes on." if closure.kept else ""
    return f"Work stands still then: {closure.reason}.{kept} Choose a time from {again:%a %d %b %Y} on."


def _any_of(skills: Collection[str]) -> str:
    return " or ".join(f"«{skill}»" for skill in sorted(skills))
