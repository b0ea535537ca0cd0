"""When the published data changed last: what a conditional request is held against.

The log says what changed; an import says of its calls in its own row. Entries about calls that no stranger may know are
passed over, so that an answer to «has anything changed?» does not tell that such a call came in.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import and_, or_, select

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
_LAST_IMPORT = (
    select(CallImport.id, CallImport.finished_at, CallImport.accepted, CallImport.updated, CallImport.started_at)
    .order_by(CallImport.id.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class DataVersion:
    """The published data as they stand now. `changed_at` is midnight of the day of the last change, None before any."""

    words: str
    day: date
    changed_at: datetime | None


def current_version() -> DataVersion:
    """Two short questions, so that who has the newest answer already is told so in two milliseconds."""
    run = db.session.execute(_LAST_IMPORT).first()
    traces = (current_traces(), tuple(run) if run else (None,) * 5)
    kept: tuple[Any, datetime, DataVersion] | None = current_app.extensions.get("open-data-version")
    if kept is not None and kept[0] == traces and abs(utc_now() - kept[1]) < _LONGEST:
        return kept[2]
    version = _find_version(*traces)
    current_app.extensions["open-data-version"] = (traces, utc_now(), version)
    return version


def _find_version(traces: Traces, run: tuple[Any, ...]) -> DataVersion:
    """By the rule of `versions.version_of`, but for entries that are passed over.

    Today's date is part of it, because masks become finer by night without a word in the log.
    """
    city = the_city()
    day, zone, (newest, total, at) = public_day(city), city_zone(city), _latest_entries()
    instants = [one for one in (at, run[1] or run[4]) if one]
    changed_at = start_of_day(local_date(max(instants), zone), zone) if instants else None
    return DataVersion(f"{traces.marks} {newest} {total} {run[:4]} {day} {city_today()}", day, changed_at)


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
