"""What entries of the activity log tell in public: now, only after some days, or never."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from ..batches import in_chunks
from ..calls.models import Family
from ..cases.models import CaseStatus, ProblemCase
from ..cases.telling_public import TOLD, words_taken_back
from ..clock import local_date
from ..extensions import db
from ..places.city import city_zone, the_city
from ..staff.models import LogEntry
from .event_facts import KIND_OF_VERB, EventKind, PublicEvent, text_of
from .events import OF_COLUMNS, SHOWN, make_event
from .facts import current_facts, public_day
from .planned_visits import BOOKED_VERB, visits_called_off
from .visible import IS_MASKED


@dataclass(frozen=True, slots=True)
class Told:
    """An entry as strangers may know it by now."""

    entry_id: int
    case_id: int
    family_id: int
    event: PublicEvent


@dataclass(frozen=True, slots=True)
class ToldAndWaiting:
    """What entries tell now, and the entries that tell something when their families' days are over."""

    told: list[Told]
    waiting: list[int]


def tell_entries(entries: Sequence[LogEntry]) -> ToldAndWaiting:
    """Sort entries about cases out, in the page's language; of what strangers never hear nothing is left."""
    city = the_city()
    zone, today = city_zone(city), public_day(city)
    delays = {family_id: delay for delay, ids in current_facts().families_by_delay for family_id in ids}
    rows = _cases_of({entry.subject_id for entry in entries}, list(delays))
    gone = words_taken_back({entry.subject_id for entry in entries if entry.verb == TOLD})
    gone |= visits_called_off({entry.id: entry.data for entry in entries if entry.verb == BOOKED_VERB})
    told: list[Told] = []
    waiting: list[int] = []
    for entry in entries:
        row, kind = rows.get(entry.subject_id), None if entry.id in gone else _kind_of(entry)
        day = None if row is None or kind is None else _day_of(entry, kind, row, zone, today)
        if row is None or kind is None or day is None:
            continue
        if max(day, local_date(row.opened_at, zone)) + delays[row.family_id] > today and delays[row.family_id]:
            waiting.append(entry.id)
        else:
            event = make_event(kind, row, day, text_of(kind, entry.verb, entry.text), entry.verb)
            told.append(Told(entry.id, row.id, row.family_id, event))
    return ToldAndWaiting(told, waiting)


def _kind_of(entry: LogEntry) -> EventKind | None:
    return KIND_OF_VERB.get(entry.verb) or (EventKind.NEWS if entry.is_public else None)


def _cases_of(ids: set[int], family_ids: Sequence[int]) -> Mapping[int, Any]:
    rows: dict[int, Any] = {}
    for chunk in in_chunks(sorted(ids)):
        query = (
            select(
                ProblemCase.id, ProblemCase.public_id, ProblemCase.public_label, ProblemCase.public_lat,
                ProblemCase.public_long, ProblemCase.family_id, ProblemCase.status, ProblemCase.opened_at,
                ProblemCase.recurred_at, ProblemCase.closed_at, ProblemCase.confirmed_at, Family.code, Family.name,
            )
            .join(Family, Family.id == ProblemCase.family_id)
            .where(ProblemCase.id.in_(chunk), ProblemCase.family_id.in_(family_ids), *IS_MASKED)
            .where(ProblemCase.status.in_(SHOWN))
        )  # fmt: skip
        rows |= {row.id: row for row in db.session.execute(query)}
    return rows


def _day_of(entry: LogEntry, kind: EventKind, row: Any, zone: ZoneInfo, today: date) -> date | None:
    """The event's own day; None for what is not so any more, such as a closing that was taken back."""
    if kind not in OF_COLUMNS:
        return min(local_date(entry.at, zone), today)
    if kind in (EventKind.CLOSED, EventKind.CONFIRMED) and row.status is not CaseStatus.CLOSED:
        return None
    instant = getattr(row, f"{kind.value}_at")
    return min(local_date(instant, zone), today) if instant else None
