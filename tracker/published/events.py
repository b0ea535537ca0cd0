"""What happened in public, newest day first: to one case, in a circle, in an area, in all of the city.

Only cases that strangers may see, by their masked columns; what a family holds back is held back here as well. The
opening, the return, the closing and the end of the watch stand in the case's own columns, with their own days; all else
is in the activity log. A bounded part of it is read, by indexes, and never cut within a day: what was left out of one
would tell the hour.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
import shapely
from sqlalchemy import ColumnElement, select

from ..batches import in_chunks
from ..calls.models import Family
from ..cases.models import CaseStatus, ProblemCase
from ..cases.telling_public import TOLD, words_taken_back
from ..clock import local_date
from ..errors import NotFound
from ..extensions import db
from ..places.areas import AreaIndex, NamedArea
from ..places.city import city_zone, the_city
from ..places.models import Area, AreaKind
from ..staff.models import TOLD_IN_PUBLIC, LogEntry
from .call_search import Box
from .event_facts import KIND_OF_VERB, EventKind, EventSearch, PublicEvent, text_of
from .facts import public_day
from .held_back import delay_of_family, last_told_day
from .masked_places import in_box, in_circle
from .planned_visits import BOOKED_VERB, visits_called_off
from .visible import has_waited, is_for_the_public, start_of_day

SPANS = (timedelta(days=14), timedelta(days=62), timedelta(days=366))
"""How far back it is looked: further only where little happened."""
MOST_ROWS = 5_000
"""Of each source; a part of a day at the end of so many is left out."""
SHOWN = (CaseStatus.OPEN, CaseStatus.CLOSED)
_COLUMNS = (
    ProblemCase.public_id, ProblemCase.public_label, ProblemCase.public_lat, ProblemCase.public_long, Family.code,
    Family.name,
)  # fmt: skip
OF_COLUMNS = {
    EventKind.OPENED: (ProblemCase.opened_at, ProblemCase.status.in_(SHOWN)),
    EventKind.RECURRED: (ProblemCase.recurred_at, ProblemCase.status.in_(SHOWN)),
    EventKind.CLOSED: (ProblemCase.closed_at, ProblemCase.status == CaseStatus.CLOSED),
    EventKind.CONFIRMED: (ProblemCase.confirmed_at, ProblemCase.status == CaseStatus.CLOSED),
}
"""Where a case itself says when it was, and how it has to stand for that to be so still."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The day as of which somebody asks, on whose clocks, and from which instant on."""

    day: date
    zone: ZoneInfo
    since: datetime | None


def find_events(search: EventSearch, *, limit: int) -> list[PublicEvent]:
    """The newest `limit` events; of one day those of the highest case numbers, which mean nothing."""
    city = the_city()
    day, zone = public_day(city), city_zone(city)
    spans = (None,) if search.case_id is not None else tuple(start_of_day(day - span, zone) for span in SPANS)
    found: list[PublicEvent] = []
    for since in spans:
        found = _in_area(_read(search, Asked(day, zone, since)), search.area_id)
        if len(found) >= limit:
            break
    return found[:limit]


def find_area(kind: AreaKind, code: str) -> NamedArea:
    """The neighborhood or center with this code; raises `NotFound`."""
    area = next((one for one in AreaIndex.load(kind).areas if one.code == code), None)
    if area is None:
        raise NotFound("There is no such part of the city. Look it up on the page about feeds.")
    return area


def _read(search: EventSearch, asked: Asked) -> list[PublicEvent]:
    narrowing = _narrowing(search)
    events = [event for kind in OF_COLUMNS for event in _of_column(kind, narrowing, asked)]
    events += _of_log(search, narrowing, asked)
    once = {event.key: event for event in events}
    return sorted(once.values(), key=lambda event: event.order, reverse=True)


def _narrowing(search: EventSearch) -> list[ColumnElement[bool]]:
    conditions = [ProblemCase.id == search.case_id] if search.case_id is not None else []
    if search.family:
        conditions.append(Family.code == search.family)
    if search.circle is not None:
        conditions.append(in_circle(ProblemCase, search.circle))
    if search.area_id is not None:
        conditions.append(in_box(ProblemCase, _bounds_of(search.area_id)))
    return conditions


def _bounds_of(area_id: int) -> Box:
    index = _index_of(area_id)
    place = [area.id for area in index.areas].index(area_id)
    west, south, east, north = shapely.bounds(index.polygons[place]).tolist()
    return Box(south, west, north, east)


def _index_of(area_id: int) -> AreaIndex:
    kind = db.session.scalar(select(Area.kind).where(Area.id == area_id))
    if kind is None:
        raise NotFound("There is no such part of the city.")
    return AreaIndex.load(kind)


def _in_area(events: list[PublicEvent], area_id: int | None) -> list[PublicEvent]:
    """Those whose public point lies in the area; of two that touch it, as on the map, only one has it."""
    if area_id is None or not events:
        return events
    lat, long = (np.array([getattr(event, axis) for event in events]) for axis in ("lat", "long"))
    is_in = _index_of(area_id).locate(lat, long) == area_id
    return [event for event, inside in zip(events, is_in.tolist(), strict=True) if inside]


def _of_column(kind: EventKind, narrowing: Sequence[ColumnElement[bool]], asked: Asked) -> Iterator[PublicEvent]:
    instant, stands = OF_COLUMNS[kind]
    query = (
        select(*_COLUMNS, instant.label("at"))
        .join(Family, Family.id == ProblemCase.family_id)
        .where(instant.is_not(None), stands, *narrowing, *_is_told(instant, asked))
    )
    if asked.since is not None:  # the time first, by its own index: else an engine goes through all cases by status
        late = select(ProblemCase.id).where(instant >= asked.since).order_by(instant.desc()).limit(4 * MOST_ROWS)
        query = query.join(late_ids := late.subquery(), late_ids.c.id == ProblemCase.id)
    for row in _whole_days(query.order_by(instant.desc()), asked):
        yield make_event(kind, row, min(local_date(row.at, asked.zone), asked.day), text_of(kind, kind.value, ""))


def _of_log(search: EventSearch, narrowing: Sequence[ColumnElement[bool]], asked: Asked) -> Iterator[PublicEvent]:
    """The entries first, then the cases that they are about: in one question, engines walk through all cases."""
    columns = (LogEntry.id, LogEntry.subject_id, LogEntry.at, LogEntry.verb, LogEntry.text, LogEntry.data)
    entries: Any = select(*columns).where(TOLD_IN_PUBLIC)
    if search.case_id is not None:
        entries = entries.where(LogEntry.subject_kind == "case", LogEntry.subject_id == search.case_id)
    if asked.since is not None:
        entries = entries.where(LogEntry.at >= asked.since)
    rows = list(_whole_days(entries.order_by(LogEntry.at.desc()), asked))
    cases = _cases_of({row.subject_id for row in rows}, narrowing, asked)
    gone = words_taken_back({row.subject_id for row in rows if row.verb == TOLD})
    gone |= visits_called_off({row.id: row.data for row in rows if row.verb == BOOKED_VERB})
    for row in rows:
        case, day = cases.get(row.subject_id), local_date(row.at, asked.zone)
        if case is None or row.id in gone or _waits(case.family_id, day, asked.day):
            continue
        kind = KIND_OF_VERB.get(row.verb, EventKind.NEWS)
        yield make_event(kind, case, min(day, asked.day), text_of(kind, row.verb, row.text), row.verb)


def _cases_of(ids: set[int], narrowing: Sequence[ColumnElement[bool]], asked: Asked) -> dict[int, Any]:
    cases: dict[int, Any] = {}
    for chunk in in_chunks(sorted(ids)):
        query = (
            select(*_COLUMNS, ProblemCase.id, ProblemCase.family_id)
            .join(Family, Family.id == ProblemCase.family_id)
            .where(ProblemCase.id.in_(chunk), ProblemCase.status.in_(SHOWN), *narrowing)
            .where(is_for_the_public(asked.day, asked.zone))
        )
        cases |= {row.id: row for row in db.session.execute(query)}
    return cases


def _waits(family_id: int, happened_on: date, day: date) -> bool:
    """The rule of `has_waited`, for what was read already."""
    delay = delay_of_family(family_id)
    return delay > 0 and happened_on > last_told_day(day, delay)


def _is_told(instant: Any, asked: Asked) -> tuple[ColumnElement[bool], ...]:
    return is_for_the_public(asked.day, asked.zone), has_waited(instant, asked.day, asked.zone)


def _whole_days(query: Any, asked: Asked) -> Iterable[Any]:
    """The newest rows, without the rest of a day of which more were not read."""
    rows = db.session.execute(query.limit(MOST_ROWS)).all()
    if len(rows) < MOST_ROWS:
        return rows
    last = local_date(rows[-1].at, asked.zone)
    return [row for row in rows if local_date(row.at, asked.zone) > last] or rows


def make_event(kind: EventKind, row: Any, day: date, text: str, verb: str = "") -> PublicEvent:
    """An event from a row of `public_id`, `public_label`, `public_lat`, `public_long`, `code` and `name`."""
    named = {EventKind.PHASE: verb, EventKind.NEWS: hashlib.sha256(text.encode()).hexdigest()[:12]}
    which = named.get(kind, kind.value)
    return PublicEvent(
        f"{row.public_id}/{day.isoformat()}/{which}", kind, day, text, row.public_id, row.public_label,
        row.public_lat, row.public_long, row.code, row.name,
    )  # fmt: skip
