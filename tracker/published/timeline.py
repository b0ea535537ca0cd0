"""What was done about a case, by days: what the log says in public, and when crews were there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, or_, select

from ..cases.models import CaseStatus, ProblemCase
from ..cases.telling_public import UNTOLD
from ..clock import local_date, utc_now
from ..extensions import db
from ..scheduling.bookings.models import Booking
from ..scheduling.orders.models import WorkOrder
from ..scheduling.orders.work_status import BOOKED, WorkStatus
from ..staff.models import LogEntry
from .held_back import last_told_day
from .planned_visits import STANDS
from .words import DONE

_MOST = 200
VISITED = _l("A crew was there, and the work was done.")
TRIED = _l("A crew was there. The work is not finished yet.")


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done: the day, and what in words. `is_written`: a person wrote it for the public."""

    day: date
    text: str
    is_written: bool = False


@dataclass(frozen=True, slots=True)
class Visits:
    """Days on which crews were there, and the next day on which one is booked."""

    past: list[Event]
    next_day: date | None


_VISITS = (
    select(Booking.starts_at, Booking.finished_at, WorkOrder.status)
    .join(WorkOrder, WorkOrder.id == Booking.work_order_id)
    .where(WorkOrder.case_id == bindparam("case"), *STANDS)
    .order_by(Booking.starts_at.desc())
    .limit(_MOST)
)
_WORDS = (
    select(
        LogEntry.id, LogEntry.subject_id, LogEntry.verb, LogEntry.text, LogEntry.at, LogEntry.data, LogEntry.is_public
    )
    .where(LogEntry.subject_kind == "case", or_(LogEntry.is_public.is_(True), LogEntry.verb == UNTOLD))
    .order_by(LogEntry.id.desc())
)
_WORDS_OF_ONE = _WORDS.where(LogEntry.subject_id == bindparam("case")).limit(_MOST)
_WORDS_OF_FEW = _WORDS.where(LogEntry.subject_id.in_(bindparam("cases", expanding=True))).limit(5 * _MOST)


def visits_of(case: ProblemCase, midnight: datetime, zone: ZoneInfo) -> Visits:
    """From the bookings of the case's work that stand; of each only its day is told, once."""
    past: dict[Event, None] = {}
    next_at: datetime | None = None
    for starts_at, finished_at, status in db.session.connection().execute(_VISITS, {"case": case.id}):
        if finished_at is not None:
            words = VISITED if status is WorkStatus.DONE else TRIED
            past[Event(local_date(finished_at, zone), str(words))] = None
        elif status in BOOKED and starts_at >= midnight:
            next_at = starts_at
    return Visits(list(past), local_date(next_at, zone) if next_at else None)


def events_of(case: ProblemCase, past: Sequence[Event], day: date, zone: ZoneInfo, *, delay: int = 0) -> list[Event]:
    """What is told, newest first. What is younger than `delay` days is not.

    The opening and the coming back carry the day of the calls, not that of their import; `day` is the city's.
    """
    told_until, done_until = last_told_day(day, delay), last_told_day(local_date(utc_now(), zone), delay)
    of_calls, of_people = _from_log(case, zone)
    if case.closed_at and case.status is CaseStatus.CLOSED:
        of_calls.append(Event(local_date(case.closed_at, zone), str(_l("The case was closed."))))
    told = [event for event in of_calls if not delay or event.day <= told_until]
    told += [event for event in (*of_people, *past) if not delay or event.day <= done_until]
    return sorted(told, key=lambda event: event.day, reverse=True)


def _from_log(case: ProblemCase, zone: ZoneInfo) -> tuple[list[Event], list[Event]]:
    """The public entries of the log, newest first: those that carry the day of a call, and those of people."""
    of_calls: list[Event] = []
    of_people: list[Event] = []
    instants = {"opened": case.opened_at, "recurred": case.recurred_at}
    for entry in public_words_of(case.id):
        text = str(DONE.get(entry.verb, entry.text))
        event = Event(local_date(instants.get(entry.verb) or entry.at, zone), text, entry.verb not in DONE)
        (of_calls if entry.verb in instants else of_people).append(event)
    return of_calls, of_people


def public_words_of(case_id: int) -> list[Any]:
    """The log entries of a case that the public is told of, newest first, without those that were taken back.

    As rows of id, verb, text and instant.
    """
    return _standing(db.session.connection().execute(_WORDS_OF_ONE, {"case": case_id}).all())


def last_words_of(case_ids: Sequence[int]) -> dict[int, str]:
    """What the public was told last of each of a few cases; none for a case of which nothing was said."""
    said: dict[int, str] = {}
    if case_ids:
        for entry in _standing(db.session.connection().execute(_WORDS_OF_FEW, {"cases": case_ids}).all()):
            said.setdefault(entry.subject_id, str(DONE.get(entry.verb, entry.text)))
    return said


def _standing(entries: Sequence[Any]) -> list[Any]:
    """The entries that were not taken back, without those that take back."""
    gone = {(entry.data or {}).get("entry_id") for entry in entries if entry.verb == UNTOLD}
    return [entry for entry in entries if entry.is_public and entry.id not in gone]
