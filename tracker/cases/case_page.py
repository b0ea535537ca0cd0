"""Everything that the page of one case shows, gathered by a fixed number of bounded queries."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
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
from .nearby import cases_within
from .site_plan import SitePlan, cut_sheet, draw_plan
from .surroundings import surroundings

LINKS_SHOWN = 300
NEARBY_M = 150


@dataclass(frozen=True, slots=True)
class CasePage:
    """One case with all around it."""

    case: ProblemCase
    is_alive: bool
    links: list[CaseCall]
    former: list[CaseCall]
    agreed: set[int]
    """Calls whose link a person has agreed with."""
    people: dict[int, str]
    assignments: list[CaseAssignment]
    history: list[LogEntry]
    nearby: list[tuple[int, ProblemCase]]
    chart: Chart | None
    plan: SitePlan


def gather_page(case: ProblemCase, city: City, at: datetime) -> CasePage:
    """Everything about `case` as of `at`."""
    links = _links(case, active=True)
    former = _links(case, active=False)
    anchor = (case.anchor_x_dm, case.anchor_y_dm)
    around = [(metres, other) for metres, other in cases_within(*anchor, NEARBY_M) if other.id != case.id]
    return CasePage(
        case=case,
        is_alive=is_alive(case, at),
        links=links,
        former=former,
        agreed=_agreed(case),
        people=_names([*links, *former]),
        assignments=_assignments(case),
        history=history_of("case", case.id),
        nearby=[(distance, other) for distance, other in around if distance > 0][:10],
        chart=_chart(case, links, city),
        plan=_plan(case, links, city),
    )


def _links(case: ProblemCase, *, active: bool) -> list[CaseCall]:
    """The newest links with their calls and types, newest call first."""
    query = (
        select(CaseCall)
        .join(CaseCall.call)
        .options(contains_eager(CaseCall.call).joinedload(ServiceRequest.service_type))
        .where(CaseCall.case_id == case.id)
        .where(CaseCall.unlinked_at.is_(None) if active else CaseCall.unlinked_at.is_not(None))
        .order_by(ServiceRequest.requested_datetime.desc(), CaseCall.id.desc())
        .limit(LINKS_SHOWN)
    )
    return list(db.session.scalars(query))


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


def _chart(case: ProblemCase, links: list[CaseCall], city: City) -> Chart | None:
    zone = city_zone(city)
    days = [local_date(link.call.requested_datetime, zone) for link in links]
    marks = ((case.opened_at, "opened"), (case.closed_at, "closed"), (case.recurred_at, "recurred"))
    return chart_calls(days, [(local_date(at, zone), label) for at, label in marks if at is not None])


def _plan(case: ProblemCase, links: list[CaseCall], city: City) -> SitePlan:
    calls = [
        (link.call.x_dm, link.call.y_dm, link.call.address or case.address)
        for link in links
        if link.call.x_dm is not None and link.call.y_dm is not None
    ]
    anchor = (case.anchor_x_dm, case.anchor_y_dm)
    sheet = cut_sheet(anchor, case.rule.radius_m, [(x, y) for x, y, _ in calls])
    return draw_plan(sheet, case.rule.radius_m, calls, *surroundings(sheet, city))
