"""When resources work, read from the database for as many of them and as many days as are asked about."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from ...batches import in_chunks
from ...clock import local_date
from ...extensions import db
from ...places.city import city_zone, the_city
from .availability import Span, without
from .models import CityResource, ExceptionKind, ShiftException
from .shifts import WorkingTime, day_start, join_touching, working_times

Exceptions = dict[int, dict[ExceptionKind, list[Span]]]


def working_times_of(
    resources: Sequence[CityResource], first_day: date, days: int, *, leaving_out: int | None = None
) -> dict[int, list[WorkingTime]]:
    """The stretches that begin on `days` local dates from `first_day`, by resource, in order: one query for all.

    A day's stretches that touch are one; those of two days are not, so that who works around the clock still has days.
    A team works by its own shifts, and is off when one of its members is. `leaving_out` is the id of an exception that
    is passed over, to see what it would be without.
    """
    zone = city_zone(the_city())
    ids = {resource.id for resource in resources} | {one.member_id for team in resources for one in team.members}
    exceptions = _exceptions_of(ids, first_day, days, zone, leaving_out)
    return {resource.id: _times_of(resource, exceptions, first_day, days, zone) for resource in resources}


def _times_of(
    resource: CityResource, exceptions: Exceptions, first_day: date, days: int, zone: ZoneInfo
) -> list[WorkingTime]:
    own = exceptions.get(resource.id, {})
    extra = [
        WorkingTime(local_date(span.starts_at, zone), span.starts_at, span.ends_at)
        for span in own.get(ExceptionKind.EXTRA, [])
    ]
    off = list(own.get(ExceptionKind.OFF, []))
    for one in resource.members:
        off += exceptions.get(one.member_id, {}).get(ExceptionKind.OFF, [])
    found: list[WorkingTime] = []
    for offset in range(days):
        day = first_day + timedelta(days=offset)
        usual = working_times(resource.shifts, day, 1, zone)
        found += without(join_touching([*usual, *(one for one in extra if one.day == day)]), off)
    return found


def _exceptions_of(
    ids: Iterable[int], first_day: date, days: int, zone: ZoneInfo, leaving_out: int | None
) -> Exceptions:
    begin, end = day_start(first_day, zone), day_start(first_day + timedelta(days=days + 1), zone)
    found: Exceptions = defaultdict(lambda: defaultdict(list))
    for some in in_chunks(sorted(ids)):
        query = (
            select(ShiftException.resource_id, ShiftException.kind, ShiftException.starts_at, ShiftException.ends_at)
            .where(ShiftException.resource_id.in_(some), ShiftException.removed_at.is_(None))
            .where(ShiftException.ends_at > begin, ShiftException.starts_at < end)
            .where(ShiftException.id != (leaving_out or 0))
            .order_by(ShiftException.starts_at)
        )
        for resource_id, kind, starts_at, ends_at in db.session.execute(query):
            found[resource_id][kind].append(Span(starts_at, ends_at))
    return found
