"""Everything that the page of one case shows, gathered by a fixed number of bounded queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import contains_eager, joinedload

from ..calls.models import ServiceRequest
from ..clock import local_date
from ..extensions import db
from ..places.city import city_zone
from ..places.models import City
from ..staff.log import history_of
from ..staff.models import LogEntry, User
from .alive import is_alive
from .charts import Chart, chart_calls
from .models import CaseAssignment, CaseCall, ProblemCase
from .sara.response_start import response_began
from .sara.story import figures_of
from .site_plan import SitePlan, Spot, cut_sheet, draw_plan
from .surroundings import surroundings

LINKS_SHOWN = 40
"""Linked calls on one page of their table; each brings forms of its own."""
FORMER_SHOWN = 40
PLACES_DRAWN = 2_000

_NEWEST_FIRST = (ServiceRequest.requested_datetime.desc(), CaseCall.id.desc())


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case with all around it."""

    case: ProblemCase
    is_alive: bool
    links: list[CaseCall]
    links_page: int
    """Which page of the linked calls this is, from 1, of `links_pages`."""
    links_pages: int
    former: list[CaseCall]
    agreed: set[int]
    """Calls whose link a person has agreed with."""
    people: dict[int, str]
    assignments: list[CaseAssignment]
    history: list[LogEntry]
    chart: Chart | None
    plan: SitePlan


def gather_page(case: ProblemCase, city: City, at: datetime, *, calls: int = 1, link_id: int | None = None) -> CasePage:
    """Everything about `case` as of `at`, with page `calls` of its linked calls, or the one that shows `link_id`."""
    pages = max(1, -(-case.call_count // LINKS_SHOWN))
    number = min(max(1, calls if link_id is None else _page_of(case, link_id)), pages)
    links = _links(case, CaseCall.unlinked_at.is_(None), LINKS_SHOWN, (number - 1) * LINKS_SHOWN)
    former = _links(case, CaseCall.unlinked_at.is_not(None), FORMER_SHOWN)
    return CasePage(
        case=case,
        is_alive=is_alive(case, at),
        links=links,
        links_page=number,
        links_pages=pages,
        former=former,
        agreed=_agreed(case),
        people=_names([*links, *former]),
        assignments=_assignments(case),
        history=history_of("case", case.id),
        chart=_chart(case, city),
        plan=_plan(case, city),
    )


def _links(case: ProblemCase, which: ColumnElement[bool], most: int, skipped: int = 0) -> list[CaseCall]:
    """Links with their calls and types, newest call first."""
    query = (
        select(CaseCall)
        .join(CaseCall.call)
        .options(contains_eager(CaseCall.call).joinedload(ServiceRequest.service_type))
        .where(CaseCall.case_id == case.id, which)
        .order_by(*_NEWEST_FIRST)
        .offset(skipped)
        .limit(most)
    )
    return list(db.session.scalars(query))


def _page_of(case: ProblemCase, link_id: int) -> int:
    """The page of the linked calls on which a link stands; the first when it is there no more."""
    numbered = (
        select(CaseCall.id, func.row_number().over(order_by=_NEWEST_FIRST).label("place"))
        .join(CaseCall.call)
        .where(CaseCall.case_id == case.id, CaseCall.unlinked_at.is_(None))
        .subquery()
    )
    place = db.session.scalar(select(numbered.c.place).where(numbered.c.id == link_id)) or 1
    return -(-int(place) // LINKS_SHOWN)


def _agreed(case: ProblemCase) -> set[int]:
    said = select(LogEntry.data["call_id"].as_integer()).where(
        LogEntry.subject_kind == "case", LogEntry.subject_id == case.id, LogEntry.verb == "accepted_link"
    )
    return set(db.session.scalars(said))


def _names(links: list[CaseCall]) -> dict[int, str]:
    ids = {user_id for link in links for user_id in (link.made_by_id, link.unlinked_by_id) if user_id}
    return dict(db.session.execute(select(User.id, User.display_name).where(User.id.in_(ids))).all()) if ids else {}


def _assignments(case: ProblemCase) -> list[CaseAssignment]:
    query = (
        select(CaseAssignment)
        .options(joinedload(CaseAssignment.contact))
        .where(CaseAssignment.case_id == case.id)
        .order_by(CaseAssignment.id.desc())
        .limit(50)
    )
    return list(db.session.scalars(query))


def _linked(case: ProblemCase, *columns: Any) -> Select[*tuple[Any, ...]]:
    """Columns of the calls that are linked to the case."""
    linked = (CaseCall.case_id == case.id, CaseCall.unlinked_at.is_(None))
    return select(*columns).join(CaseCall, CaseCall.call_id == ServiceRequest.id).where(*linked)


def _chart(case: ProblemCase, city: City) -> Chart | None:
    zone = city_zone(city)
    marks = [(case.opened_at, "opened"), (response_began(case), "response"), (case.closed_at, "closed"),
             (case.recurred_at, "recurred")]  # fmt: skip
    return chart_calls(
        figures_of(case).dates, [(local_date(at, zone), label) for at, label in marks if at is not None]
    )


def _plan(case: ProblemCase, city: City) -> SitePlan:
    x, y = ServiceRequest.x_dm, ServiceRequest.y_dm
    places = _linked(case, x, y, func.count(), func.max(ServiceRequest.address)).where(x.is_not(None), y.is_not(None))
    spots = [
        Spot(x_dm, y_dm, count, label or case.address)
        for x_dm, y_dm, count, label in db.session.execute(places.group_by(x, y).limit(PLACES_DRAWN))
    ]
    anchor = (case.anchor_x_dm, case.anchor_y_dm)
    sheet = cut_sheet(anchor, case.rule.radius_m, [(spot.x_dm, spot.y_dm) for spot in spots])
    return draw_plan(sheet, case.rule.radius_m, spots, *surroundings(sheet, city))
