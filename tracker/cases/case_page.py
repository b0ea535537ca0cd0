"""Everything that the page of one case shows, gathered by a fixed number of bounded queries."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from ..calls.models import Family, ServiceRequest
from ..clock import local_date
from ..extensions import db
from ..places.city import city_projection, city_zone
from ..places.models import Address, City, Street
from ..places.projection import cells_around
from ..staff.log import history_of
from ..staff.models import LogEntry, User
from .alive import is_alive
from .charts import Chart, chart_calls
from .models import CaseAssignment, CaseCall, CaseStatus, ProblemCase
from .site_plan import Sheet, SitePlan, cut_sheet, draw_plan

LINKS_SHOWN = 300
NEARBY_M = 150
_KNOWN_SHOWN = 400
_SEGMENTS = 3_000


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
    earlier: list[ProblemCase]
    nearby: list[tuple[int, ProblemCase]]
    chart: Chart | None
    plan: SitePlan


def gather_page(case: ProblemCase, city: City, at: datetime) -> CasePage:
    """Everything about `case` as of `at`."""
    links = _links(case, active=True)
    former = _links(case, active=False)
    around = _cases_around(case)
    return CasePage(
        case=case,
        is_alive=is_alive(case, at),
        links=links,
        former=former,
        agreed=_agreed(case),
        people=_names([*links, *former]),
        assignments=_assignments(case),
        history=history_of("case", case.id),
        earlier=[other for distance, other in around if distance == 0],
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


def _cases_around(case: ProblemCase) -> list[tuple[int, ProblemCase]]:
    """(metres, case) of every other case with its anchor at the same site or within `NEARBY_M`, nearest first."""
    reach_dm = 10 * NEARBY_M
    families = list(db.session.scalars(select(Family.id)))
    query = (
        select(ProblemCase)
        .options(joinedload(ProblemCase.family))
        .where(ProblemCase.family_id.in_(families))  # lets the index on family and cell answer
        .where(ProblemCase.anchor_cell.in_(cells_around(case.anchor_x_dm, case.anchor_y_dm, reach_dm)))
        .where(ProblemCase.id != case.id, ProblemCase.status != CaseStatus.MERGED)
        .where(func.abs(ProblemCase.anchor_x_dm - case.anchor_x_dm) <= reach_dm)
        .where(func.abs(ProblemCase.anchor_y_dm - case.anchor_y_dm) <= reach_dm)
        .order_by(ProblemCase.last_call_at.desc().nulls_last())
        .limit(200)
    )
    found = [(_squared_dm(case, other), other) for other in db.session.scalars(query)]
    near = sorted((pair for pair in found if pair[0] <= reach_dm**2), key=lambda pair: pair[0])
    return [(max(1, round(squared**0.5 / 10)) if squared else 0, other) for squared, other in near]


def _squared_dm(case: ProblemCase, other: ProblemCase) -> int:
    return (other.anchor_x_dm - case.anchor_x_dm) ** 2 + (other.anchor_y_dm - case.anchor_y_dm) ** 2


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
    known, street_keys = _addresses_on(sheet)
    return draw_plan(sheet, case.rule.radius_m, calls, known, _streets_on(street_keys, city))


def _addresses_on(sheet: Sheet) -> tuple[list[tuple[int, int]], set[str]]:
    cells = cells_around(sheet.x_dm, sheet.y_dm, min(round(sheet.half_width_dm), 10_000))
    query = select(Address.x_dm, Address.y_dm, Address.street_key, Address.key).where(
        Address.cell.in_(cells),
        Address.x_dm.between(sheet.x_dm - sheet.half_width_dm, sheet.x_dm + sheet.half_width_dm),
        Address.y_dm.between(sheet.y_dm - sheet.half_dm, sheet.y_dm + sheet.half_dm),
    )
    rows = list(db.session.execute(query.limit(_KNOWN_SHOWN)))
    keys = {side for row in rows for side in (row.street_key, *row.key.split(" & ")) if side}
    return [(row.x_dm, row.y_dm) for row in rows], keys


def _streets_on(keys: set[str], city: City) -> list[tuple[str, list[tuple[float, float]]]]:
    """The streets that the addresses around lie on, as lines of the city's plane."""
    if not keys:
        return []
    projection = city_projection(city)
    query = select(Street.name, Street.geometry).where(Street.key.in_(sorted(keys))).limit(_SEGMENTS)
    return [
        (name, [projection.to_decimetres(lat, long) for long, lat in _coordinates(geometry)])
        for name, geometry in db.session.execute(query)
    ]


def _coordinates(geometry: dict[str, Any]) -> list[list[float]]:
    points: list[list[float]] = geometry["coordinates"]
    return points
