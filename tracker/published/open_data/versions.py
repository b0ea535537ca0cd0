"""When the published data changed last: what a conditional request is held against.

The log says what changed; an import says of its calls in its own row. Entries about calls that no stranger may know are
passed over, so that an answer to «has anything changed?» does not tell that such a call came in.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import and_, func, or_, select

from ...calls.masking import HAS_NO_MASK
from ...calls.models import CallImport, ServiceRequest, ServiceType
from ...clock import local_date, utc_now
from ...extensions import db
from ...places.city import city_today, city_zone, the_city
from ...staff.models import LogEntry
from ..facts import Traces, current_traces, public_day
from ..kinds import IS_PUBLIC_TYPE
from ..visible import start_of_day

_TELLING = ("case", "service_type", "city")
"""Subjects whose entries may come with a change of what is published, beside calls."""
_LONGEST = timedelta(minutes=1)
"""So long a version is good while nothing is written; then the day may be another."""
_LATEST = 200
_RECENT = select(CallImport).order_by(CallImport.id.desc()).limit(_LATEST).subquery()
_IMPORTS = select(
    func.max(_RECENT.c.id), func.count(_RECENT.c.finished_at), func.sum(_RECENT.c.accepted),
    func.sum(_RECENT.c.updated), func.max(_RECENT.c.finished_at), func.max(_RECENT.c.started_at),
    # Its calls are published as they are masked, in the order of their ids, and nothing is logged of it.
    select(func.min(ServiceRequest.id)).where(HAS_NO_MASK).scalar_subquery(),
)  # fmt: skip
"""What imports have changed: of the latest some, for one that began later may be done sooner."""


@dataclass(frozen=True, slots=True)
class DataVersion:
    """The published data as they stand now. `changed_at` is midnight of the day of the last change, None before any."""

    words: str
    day: date
    changed_at: datetime | None


def current_version() -> DataVersion:
    """Two short questions, so that who has the newest answer already is told so in two milliseconds."""
    traces = (current_traces(), tuple(db.session.execute(_IMPORTS).one()))
    kept: tuple[Any, datetime, DataVersion] | None = current_app.extensions.get("open-data-version")
    if kept is not None and kept[0] == traces and abs(utc_now() - kept[1]) < _LONGEST:
        return kept[2]
    version = _find_version(*traces)
    current_app.extensions["open-data-version"] = (traces, utc_now(), version)
    return version


def _find_version(traces: Traces, imports: tuple[Any, ...]) -> DataVersion:
    """By the rule of `versions.version_of`, but for entries that are passed over.

    Today's date is part of it, because masks become finer by night without a word in the log.
    """
    city = the_city()
    day, zone, (newest, total, at) = public_day(city), city_zone(city), _latest_entries()
    *changes, finished_at, started_at, unmasked = imports
    instants = [one for one in (at, finished_at or started_at) if one]
    changed_at = start_of_day(local_date(max(instants), zone), zone) if instants else None
    words = f"{traces.marks} {newest} {total} {changes} {finished_at} {unmasked} {day} {city_today()}"
    return DataVersion(words, day, changed_at)


def _latest_entries() -> tuple[int, int, datetime | None]:
    """The newest number, the sum of the latest ones (one may be committed after a larger), and the newest instant."""
    of_call = LogEntry.subject_kind == "call"
    is_retyped = LogEntry.verb == "retyped"  # perhaps away from a public type
    query = (
        select(LogEntry.id, LogEntry.at)
        .outerjoin(ServiceRequest, and_(of_call, ServiceRequest.id == LogEntry.subject_id))
        .outerjoin(ServiceType, ServiceType.id == ServiceRequest.service_type_id)
        .where(or_(LogEntry.subject_kind.in_(_TELLING), and_(of_call, or_(and_(*IS_PUBLIC_TYPE), is_retyped))))
    )
    rows = db.session.execute(query.order_by(LogEntry.id.desc()).limit(_LATEST)).all()
    return (rows[0].id, sum(row.id for row in rows), rows[0].at) if rows else (0, 0, None)
