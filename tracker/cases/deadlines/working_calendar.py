"""The city's working time as it is written down, and what its clock does in an emergency."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload

from ...extensions import db
from ...places.city import city_zone
from ...places.models import City
from .business_time import Stretch, WorkCalendar
from .dates import city_clock, to_the_minute
from .defaults import DEFAULT_HOURS, Spans
from .models import CalendarVersion, EmergencyStretch, Holiday, WorkingHours

MOST_STRETCHES = 500


@dataclass(frozen=True, slots=True)
class CityTime:
    """Working time with the stretches that stood still, and the number of the version that this is."""

    calendar: WorkCalendar
    still: tuple[Stretch, ...]
    """The emergencies whose end is known."""
    clock: datetime
    """Now, or since when the clock stands still."""
    version: int
    read_at: datetime

    @property
    def stands_still(self) -> bool:
        """Whether an emergency lasts, in which nothing becomes late."""
        return self.clock < self.read_at


def read_city_time(city: City, now: datetime) -> CityTime:
    """The city's time as it stands: four small queries.

    The number first: what is changed between the queries is then dated anew, and never kept under the newer number.
    """
    version = newest_version(moving=True)
    stretches = newest_stretches()
    return CityTime(
        calendar=read_calendar(city),
        still=tuple(to_the_minute((one.started_at, one.ended_at) for one in stretches if one.ended_at is not None)),
        clock=city_clock(now, [(one.started_at, one.ended_at) for one in stretches]),
        version=version,
        read_at=now,
    )


def read_calendar(city: City) -> WorkCalendar:
    """Hours and holidays on the city's clocks."""
    return WorkCalendar(city_zone(city), working_spans(), frozenset(db.session.scalars(select(Holiday.day))))


def read_clock(now: datetime) -> datetime:
    """Where the clock of deadlines stands; see `city_clock`."""
    lasting = select(EmergencyStretch.started_at, EmergencyStretch.ended_at).where(
        EmergencyStretch.started_at <= now, or_(EmergencyStretch.ended_at.is_(None), EmergencyStretch.ended_at > now)
    )
    return city_clock(now, [(begin, end) for begin, end in db.session.execute(lasting.limit(MOST_STRETCHES))])


def working_spans() -> Spans:
    """The weekly hours; the usual ones while the city has set none."""
    rows = db.session.scalars(select(WorkingHours).order_by(WorkingHours.weekday, WorkingHours.start_minute))
    spans: Spans = {}
    for row in rows:
        spans.setdefault(row.weekday, []).append((row.start_minute, row.end_minute))
    return spans or DEFAULT_HOURS


def newest_version(*, moving: bool = False) -> int:
    """The number of the newest change; with `moving` of the newest one that moves dates. 0 before there was any."""
    query = select(func.max(CalendarVersion.id))
    return db.session.scalar(query.where(CalendarVersion.moves_dates.is_(True)) if moving else query) or 0


def newest_stretches() -> list[EmergencyStretch]:
    """The emergencies of the city, the newest first."""
    query = select(EmergencyStretch).options(joinedload(EmergencyStretch.declared_by))
    return list(db.session.scalars(query.order_by(EmergencyStretch.started_at.desc()).limit(MOST_STRETCHES)))


def holidays_from(day: date) -> list[Holiday]:
    """The holidays from this date on, in order."""
    return list(db.session.scalars(select(Holiday).where(Holiday.day >= day).order_by(Holiday.day)))
