"""When the published data changed last: what a conditional request is held against.

The log says what changed; an import says of its calls in its own row. Entries about calls that no stranger may know are
passed over, so that an answer to «has anything changed?» does not tell that such a call came in.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, or_, select

from ...calls.models import CallImport, ServiceRequest, ServiceType
from ...clock import local_date
from ...extensions import db
from ...places.city import city_today, city_zone, the_city
from ...staff.models import LogEntry
from ..visible import IS_PUBLIC_TYPE, public_day

_TELLING = ("case", "service_type", "city")
"""Subjects whose entries may come with a change of what is published, beside calls."""


@dataclass(frozen=True, slots=True)
class DataVersion:
    """The published data as they stand now. `changed_on` is the city's date of the last change, None before any."""

    words: str
    day: date
    changed_on: date | None


def current_version() -> DataVersion:
    """Three short questions, so that who has the newest answer already is told so in two milliseconds.

    Today's date is part of it, because masks become finer by night without a word in the log.
    """
    city = the_city()
    day, entry, run = public_day(city), _newest_entry(), _newest_import()
    instants = [at for at in (entry.at if entry else None, run[1] if run else None) if at]
    changed_on = local_date(max(instants), city_zone(city)) if instants else None
    words = f"{entry.id if entry else 0} {run[0] if run else ''} {day} {city_today()}"
    return DataVersion(words, day, changed_on)


def _newest_entry() -> LogEntry | None:
    of_call = LogEntry.subject_kind == "call"
    query = (
        select(LogEntry)
        .outerjoin(ServiceRequest, and_(of_call, ServiceRequest.id == LogEntry.subject_id))
        .outerjoin(ServiceType, ServiceType.id == ServiceRequest.service_type_id)
        .where(or_(LogEntry.subject_kind.in_(_TELLING), and_(of_call, *IS_PUBLIC_TYPE)))
    )
    return db.session.scalars(query.order_by(LogEntry.id.desc()).limit(1)).first()


def _newest_import() -> tuple[str, datetime] | None:
    columns = CallImport.id, CallImport.started_at, CallImport.finished_at, CallImport.accepted, CallImport.updated
    row = db.session.execute(select(*columns).order_by(CallImport.id.desc()).limit(1)).first()
    if row is None:
        return None
    return f"{row.id} {row.finished_at} {row.accepted} {row.updated}", row.finished_at or row.started_at
