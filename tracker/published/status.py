"""What the public is told about one case: block, family, dates, a band of calls, phase, and what was said in public."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext
from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import joinedload

from ..cases.alive import is_alive
from ..cases.models import NOT_SOLVED, CaseStatus, ProblemCase, SaraPhase
from ..cases.site_plan import SitePlan
from ..clock import local_date
from ..errors import NotFound
from ..extensions import db
from ..identifiers import read_identifier
from ..places.city import city_zone, the_city
from ..places.models import City
from .facts import made_once, public_day, service_centers
from .held_back import delay_of_family, is_told_closed, untold_calls
from .photos import PublicPhoto, photos_of_case
from .sketch import sketch_place
from .timeline import Event, events_of, visits_of
from .visible import is_for_the_public, start_of_day
from .words import NEXT, NEXT_WHEN_OVER, NEXT_WHEN_SOLVED, PHASES, band_of

SHOWN = (CaseStatus.OPEN, CaseStatus.CLOSED)
_MERGES = 20
"""Merges followed from an old number; more would be a circle."""


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
    photos: list[PublicPhoto]
    sketch: SitePlan | None
    """The streets around the masked place; None where nothing is known to draw."""
    delay: int
    """For how many days this kind of problem is held back."""


def find_public_case(typed: str) -> ProblemCase:
    """The case with this number, or the one that it was merged into; raises `NotFound` for any that is not public."""
    case = _ask(ProblemCase.public_id.in_(bindparam("meant", expanding=True)), [typed, read_identifier(typed)])
    for _ in range(_MERGES):
        if case is None or case[0].status is not CaseStatus.MERGED:
            break
        case = _ask(ProblemCase.id == bindparam("meant"), case[0].merged_into_id)
    if case is None or case[0].status not in SHOWN or not case[1]:
        raise NotFound(str(gettext(
            "There is no public case with this number. Check it letter by letter; or look for the place on the map. "
            "A case is not shown when it turned out not to be a problem, or when its calls are confidential."
        )))  # fmt: skip
    return case[0]


def _ask(condition: ColumnElement[bool], meant: list[str] | int | None) -> tuple[ProblemCase, bool] | None:
    """A case, with its family and rule, and whether the public may see it."""
    city = the_city()
    day = public_day(city)

    def statement() -> Select[ProblemCase, bool]:
        with_all = (joinedload(ProblemCase.family), joinedload(ProblemCase.rule))
        return select(ProblemCase, is_for_the_public(day, city_zone(city))).where(condition).options(*with_all)

    query = made_once(("case", day, isinstance(meant, list)), statement)
    row = db.session.execute(query, {"meant": meant}).first()
    return (row[0], bool(row[1])) if row is not None else None


def describe_case(case: ProblemCase, city: City) -> PublicStatus:
    """Everything that the status page says; reads the masked place only."""
    zone, day = city_zone(city), public_day(city)
    midnight = start_of_day(day, zone)
    delay = delay_of_family(case.family_id)
    kind = _kind(case, midnight, is_closed=_is_closed(case, day, zone, delay))
    phase = SaraPhase.ASSESSMENT if kind == "watched" else case.phase
    visits = visits_of(case, midnight, zone)
    return PublicStatus(
        public_id=case.public_id,
        family=case.family.name,
        color=case.family.color,
        label=case.public_label or "",
        lat=case.public_lat or 0.0,
        long=case.public_long or 0.0,
        since=local_date(case.first_call_at or case.opened_at, zone),
        opened=local_date(case.opened_at, zone),
        band=band_of(case.call_count - (untold_calls(day, case.id).get(case.id, 0) if delay else 0)),
        kind=kind,
        phase=phase.value,
        phase_text=str(PHASES[phase]),
        next_text=str(_next(case, kind)),
        center=_center_of(case),
        next_visit=visits.next_day,
        events=events_of(case, visits.past, day, zone, delay=delay),
        photos=photos_of_case(case.id),
        sketch=sketch_place(case.public_label or "", case.public_lat or 0.0, case.public_long or 0.0, city),
        delay=delay,
    )


def _is_closed(case: ProblemCase, day: date, zone: ZoneInfo, delay: int) -> bool:
    if not delay:
        return case.status is CaseStatus.CLOSED
    query = select(is_told_closed(day, zone)).where(ProblemCase.id == case.id)
    return bool(db.session.scalar(query))


def _kind(case: ProblemCase, midnight: datetime, *, is_closed: bool) -> str:
    if is_closed:
        if case.status is CaseStatus.OPEN or (case.monitored_until and case.monitored_until >= midnight):
            return "watched"
        return "over" if case.outcome_kind in NOT_SOLVED else "solved"
    return "open" if case.status is CaseStatus.CLOSED or is_alive(case, midnight) else "quiet"


def _next(case: ProblemCase, kind: str) -> object:
    if kind == "open":
        return NEXT[case.phase]
    return NEXT_WHEN_SOLVED if kind == "watched" else NEXT_WHEN_OVER


def _center_of(case: ProblemCase) -> str:
    """The service center of the public point: the case's own would tell on which side of a border its address lies."""
    index = service_centers()
    area = index.find(index.locate_one(case.public_lat or 0.0, case.public_long or 0.0))
    return area.name if area else ""
