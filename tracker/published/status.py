"""What the public is told about one case: block, family, dates, a band of calls, phase, and what was said in public."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

import numpy as np
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from ..cases.alive import is_alive
from ..cases.models import NOT_SOLVED, CaseStatus, ProblemCase
from ..clock import local_date
from ..errors import NotFound
from ..extensions import db
from ..identifiers import read_identifier
from ..places.areas import AreaIndex
from ..places.city import city_zone, the_city
from ..places.models import AreaKind, City
from ..scheduling.bookings.models import Booking
from ..scheduling.orders.models import WorkOrder
from ..scheduling.orders.work_status import BOOKED
from ..staff.log import history_of
from .visible import is_for_the_public, public_day, start_of_day
from .words import DONE, NEXT, NEXT_WHEN_OVER, NEXT_WHEN_SOLVED, PHASES, band_of

SHOWN = (CaseStatus.OPEN, CaseStatus.CLOSED)
_MERGES = 20
"""Merges followed from an old number; more would be a circle."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done: the day, and what in words."""

    day: date
    text: str


@dataclass(frozen=True, slots=True)
class PublicStatus:
    """The status page. `kind` is open, quiet, watched, solved or over; `next_visit` the day of booked work."""

    public_id: str
    family: str
    color: str
    label: str
    lat: float
    long: float
    since: date
    opened: date
    band: int
    kind: str
    phase: str
    phase_text: str
    next_text: str
    center: str
    next_visit: date | None
    events: list[Event]


def find_public_case(typed: str) -> ProblemCase:
    """The case with this number, or the one that it was merged into; raises `NotFound` for any that is not public."""
    numbers = [typed, read_identifier(typed)]
    case = db.session.scalars(select(ProblemCase).where(ProblemCase.public_id.in_(numbers))).first()
    for _ in range(_MERGES):
        if case is None or case.status is not CaseStatus.MERGED:
            break
        case = case.merged_into
    if case is None or case.status not in SHOWN or not _is_public(case):
        raise NotFound(str(gettext(
            "There is no public case with this number. Check it letter by letter; or look for the place on the map. "
            "A case is not shown when it turned out not to be a problem, or when its calls are confidential."
        )))  # fmt: skip
    return case


def _is_public(case: ProblemCase) -> bool:
    city = the_city()
    query = select(ProblemCase.id).where(ProblemCase.id == case.id)
    return db.session.scalar(query.where(is_for_the_public(public_day(city), city_zone(city)))) is not None


def describe_case(case: ProblemCase, city: City) -> PublicStatus:
    """Everything that the status page says; reads the masked place only."""
    zone, day = city_zone(city), public_day(city)
    midnight = start_of_day(day, zone)
    kind = _kind(case, midnight)
    return PublicStatus(
        public_id=case.public_id,
        family=case.family.name,
        color=case.family.color,
        label=case.public_label or "",
        lat=case.public_lat or 0.0,
        long=case.public_long or 0.0,
        since=local_date(case.first_call_at or case.opened_at, zone),
        opened=local_date(case.opened_at, zone),
        band=band_of(case.call_count),
        kind=kind,
        phase=case.phase.value,
        phase_text=str(PHASES[case.phase]),
        next_text=str(_next(case, kind)),
        center=_center_of(case),
        next_visit=_next_visit(case, midnight, zone),
        events=_events(case, zone),
    )


def _kind(case: ProblemCase, midnight: datetime) -> str:
    if case.status is CaseStatus.CLOSED:
        if case.monitored_until and case.monitored_until >= midnight:
            return "watched"
        return "over" if case.outcome_kind in NOT_SOLVED else "solved"
    return "open" if is_alive(case, midnight) else "quiet"


def _next(case: ProblemCase, kind: str) -> object:
    if kind == "open":
        return NEXT[case.phase]
    return NEXT_WHEN_SOLVED if kind == "watched" else NEXT_WHEN_OVER


def _center_of(case: ProblemCase) -> str:
    """The service center of the public point: the case's own would tell on which side of a border its address lies."""
    index = AreaIndex.load(AreaKind.SERVICE_CENTER)
    lat, long = (np.array([degrees or 0.0]) for degrees in (case.public_lat, case.public_long))
    area = index.find(int(index.locate(lat, long)[0]))
    return area.name if area else ""


def _next_visit(case: ProblemCase, midnight: datetime, zone: ZoneInfo) -> date | None:
    query = (
        select(Booking.starts_at)
        .join(WorkOrder, WorkOrder.id == Booking.work_order_id)
        .where(WorkOrder.case_id == case.id, WorkOrder.status.in_(BOOKED))
        .where(Booking.cancelled_at.is_(None), Booking.held_until.is_(None), Booking.starts_at >= midnight)
        .order_by(Booking.starts_at)
    )
    starts_at = db.session.scalars(query.limit(1)).first()
    return local_date(starts_at, zone) if starts_at else None


def _events(case: ProblemCase, zone: ZoneInfo) -> list[Event]:
    """What the log says in public, newest first; the opening carries the day of the case, not of its import."""
    events = [
        Event(_day_of(case, entry.verb, entry.at, zone), str(DONE.get(entry.verb, entry.text)))
        for entry in history_of("case", case.id)
        if entry.is_public
    ]
    if case.closed_at and case.status is CaseStatus.CLOSED:
        events.append(Event(local_date(case.closed_at, zone), str(_l("The case was closed."))))
    return sorted(events, key=lambda event: event.day, reverse=True)


def _day_of(case: ProblemCase, verb: str, at: datetime, zone: ZoneInfo) -> date:
    instant = {"opened": case.opened_at, "recurred": case.recurred_at}.get(verb)
    return local_date(instant or at, zone)
