"""Which cases the public may see, and on which day: one condition, used by map, list and status page alike.

Whether a case still counts as alive is decided by whole days on the city's clocks. By the minute, somebody who watched
the map would learn the time of the last call from the moment at which its case leaves the map.
"""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select

from ..calls.as_of import as_of
from ..calls.models import Family, ServiceType
from ..cases.alive import alive_at
from ..cases.models import CaseStatus, ProblemCase
from ..clock import from_local, local_date
from ..places.city import city_zone
from ..places.models import City


def public_day(city: City) -> date:
    """The day as of which the public sees the city: that of its newest call, or today."""
    return local_date(as_of(city), city_zone(city))


def start_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The instant at which a day begins on the city's clocks."""
    return from_local(datetime.combine(day, time()), zone)


def is_for_the_public() -> ColumnElement[bool]:
    """Public by its calls' types, masked, and of a family that has a public type at all."""
    open_types = select(ServiceType.family_id).where(
        ServiceType.is_public.is_(True), ServiceType.is_confidential.is_(False), ServiceType.is_test.is_(False)
    )
    return and_(
        ProblemCase.is_public.is_(True),
        ProblemCase.public_label.is_not(None),
        ProblemCase.public_lat.is_not(None),
        ProblemCase.public_long.is_not(None),
        Family.id.in_(open_types),
    )


def is_on_the_map(midnight: datetime) -> ColumnElement[bool]:
    """Open and alive on the day that begins at `midnight`, or closed and still watched then."""
    watched = and_(ProblemCase.status == CaseStatus.CLOSED, ProblemCase.monitored_until >= midnight)
    return and_(is_for_the_public(), or_(alive_at(midnight), watched))
