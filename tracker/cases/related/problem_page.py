"""What the pages of parent problems show, gathered by a fixed number of bounded queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, Select, func, literal, select
from sqlalchemy.orm import joinedload

from ...calls.as_of import as_of
from ...calls.models import ServiceRequest
from ...clock import local_date
from ...extensions import db
from ...places.city import city_zone
from ...places.models import City
from ...staff.log import history_of
from ...staff.models import LogEntry, User
from ..charts import Chart, chart_calls
from ..models import CaseCall, Contact, ProblemCase
from ..site_plan import SitePlan
from ..surroundings import surroundings
from .member_plan import Numbered, Spot, draw_ground, place_spots, sheet_of
from .models import ParentProblem, ProblemMember
from .problems import LEADS, MOST_MEMBERS

CALLS_SHOWN = 5_000
PER_PAGE = 50
MOST_MERGES = 20
"""Followed from a merged case; more would be a circle."""


@dataclass(frozen=True, slots=True)
class ProblemPage:
    """One problem with its cases. `cases` are where the work goes on: a merged member's target in its place, once."""

    problem: ParentProblem
    members: Sequence[ProblemMember]
    targets: dict[int, ProblemCase]
    """Where the work on each member goes on, by the member's id."""
    former: Sequence[ProblemMember]
    cases: list[ProblemCase]
    call_count: int
    chart: Chart | None
    plan: SitePlan | None
    spots: list[Numbered]
    numbers: dict[int, int]
    """Which number each case has on the plan."""
    history: list[LogEntry]


def gather_problem(problem: ParentProblem, city: City) -> ProblemPage:
    """Everything about a problem."""
    members = _members(problem, standing=True)
    targets = {member.id: goes_on_in(member.case) for member in members}
    cases = list({case.id: case for case in targets.values()}.values())
    plan, spots = _plan(cases, city)
    return ProblemPage(
        problem=problem,
        members=members,
        targets=targets,
        former=_members(problem, standing=False),
        cases=cases,
        call_count=sum(case.call_count for case in cases),
        chart=_chart(problem, cases, city),
        plan=plan,
        spots=spots,
        numbers={case.id: number for number, case in enumerate(cases, start=1)},
        history=history_of("problem", problem.id),
    )


def problem_rows(text: str, *, closed: bool) -> Select[Any]:
    """Problems by name, the newest first; `closed` picks those that are over."""
    query = select(ParentProblem.id).where(
        ParentProblem.closed_at.is_not(None) if closed else ParentProblem.closed_at.is_(None)
    )
    if text:
        query = query.where(ParentProblem.name.icontains(text, autoescape=True))
    return query.order_by(ParentProblem.opened_at.desc(), ParentProblem.id.desc())


def load_problems(ids: Sequence[int]) -> list[tuple[ParentProblem, int, int]]:
    """(problem, cases, calls) in the order of the ids; a merged case counts as the one that it went into, once."""
    members = select(ProblemMember.problem_id, ProblemMember.case_id, literal(0).label("merges")).where(
        ProblemMember.problem_id.in_(ids), ProblemMember.ended_at.is_(None)
    )
    steps = members.cte("steps", recursive=True)
    further = select(steps.c.problem_id, ProblemCase.merged_into_id, steps.c.merges + 1).join(
        ProblemCase, ProblemCase.id == steps.c.case_id
    )
    steps = steps.union(further.where(ProblemCase.merged_into_id.is_not(None), steps.c.merges < MOST_MERGES))
    pairs = select(steps.c.problem_id, steps.c.case_id).distinct().subquery()
    counted: Select[Any] = (
        select(pairs.c.problem_id, func.count(), func.sum(ProblemCase.call_count))
        .join(ProblemCase, ProblemCase.id == pairs.c.case_id)
        .where(ProblemCase.merged_into_id.is_(None))
        .group_by(pairs.c.problem_id)
    )
    figures = {row[0]: (row[1], row[2]) for row in db.session.execute(counted)}
    query = select(ParentProblem).options(joinedload(ParentProblem.lead)).where(ParentProblem.id.in_(ids))
    problems = {problem.id: problem for problem in db.session.scalars(query)}
    return [(problems[one], *figures.get(one, (0, 0))) for one in ids if one in problems]


def lead_choices(present: User | None = None) -> list[tuple[int, str]]:
    """Everybody who may lead a problem, by name, and at the end whoever leads it though she may not any longer."""
    query = select(User.id, User.display_name).where(User.role.in_(LEADS), User.disabled_at.is_(None))
    found = [(number, name) for number, name in db.session.execute(query.order_by(User.display_name).limit(500))]
    if present is None or present.id in dict(found):
        return found
    return [*found, (present.id, f"{present.display_name} ({'has left' if present.disabled_at else 'other work now'})")]


def _members(problem: ParentProblem, *, standing: bool) -> Sequence[ProblemMember]:
    case = joinedload(ProblemMember.case)
    query = (
        select(ProblemMember)
        .options(
            case.joinedload(ProblemCase.family), case.joinedload(ProblemCase.rule), case.joinedload(ProblemCase.center),
            case.joinedload(ProblemCase.contact).lazyload(Contact.families),
            case.joinedload(ProblemCase.merged_into).joinedload(ProblemCase.merged_into),
        )
        .where(ProblemMember.problem_id == problem.id)
        .where(ProblemMember.ended_at.is_(None) if standing else ProblemMember.ended_at.is_not(None))
        .order_by(ProblemMember.id)
        .limit(MOST_MEMBERS)
    )  # fmt: skip
    return db.session.scalars(query).all()


def goes_on_in(case: ProblemCase) -> ProblemCase:
    """The case itself, or where a chain of merges has led."""
    for _ in range(MOST_MERGES):
        if case.merged_into is None:
            break
        case = case.merged_into
    return case


def _chart(problem: ParentProblem, cases: Sequence[ProblemCase], city: City) -> Chart | None:
    zone = city_zone(city)
    query = (
        select(ServiceRequest.requested_datetime)
        .join(CaseCall, CaseCall.call_id == ServiceRequest.id)
        .where(CaseCall.case_id.in_([case.id for case in cases]), CaseCall.unlinked_at.is_(None))
        .order_by(ServiceRequest.requested_datetime.desc())
        .limit(CALLS_SHOWN)
    )
    rows: Sequence[Row[Any]] = db.session.execute(query).all()
    days = [local_date(row[0], zone) for row in rows]
    shown = as_of(city)  # a city that is shown as of last year's file has no mark of this year
    instants = ((problem.opened_at, "opened"), (problem.closed_at, "closed"))
    return chart_calls(days, [(local_date(at, zone), label) for at, label in instants if at and at <= shown])


def _plan(cases: Sequence[ProblemCase], city: City) -> tuple[SitePlan | None, list[Numbered]]:
    if not cases:
        return None, []
    spots = [Spot(case.anchor_x_dm, case.anchor_y_dm, case.call_count, case.address) for case in cases]
    sheet = sheet_of(spots)
    return draw_ground(sheet, *surroundings(sheet, city, [(spot.x_dm, spot.y_dm) for spot in spots])), place_spots(
        sheet, spots
    )
