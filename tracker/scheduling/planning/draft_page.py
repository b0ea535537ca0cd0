"""Everything that a draft's page shows, read with a fixed number of queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ...clock import utc_now
from ...extensions import db
from ...places.city import city_projection, city_zone, the_city
from ..bookings.booking import mark_of
from ..bookings.closures import Closure, closure_in_the_way
from ..bookings.conflicts import say_span
from ..bookings.models import Booking
from ..bookings.slots import slot_at, slot_start
from ..bookings.standing import standing_bookings
from ..bookings.weather import closures_between, say_closed
from ..orders.models import WorkOrder
from ..resources.models import CityResource
from .draft_reading import read_stays
from .models import PlanDraft, PlannedLeftOut, PlannedVisit
from .stays import Point, Stay, clashes, kilometers, routes
from .timeline import Timeline, draw_timeline

LEFT_OUT_SHOWN = 25
"""Orders under each reason."""


@dataclass(frozen=True, slots=True)
class VisitLine:
    """A visit as the page shows it, on the city's clocks. `comes_from`: what it moves; `clash`: why not any more."""

    visit: PlannedVisit
    starts: datetime
    ends: datetime
    comes_from: str
    clash: str
    is_booked: bool


@dataclass(frozen=True, slots=True)
class CrewDay:
    """What a draft has for one resource on one day."""

    day: date
    resource: CityResource
    lines: list[VisitLine]


@dataclass(frozen=True, slots=True)
class LeftOutGroup:
    """Orders that have no place for the same reason: the first of them, and how many they are."""

    reason: str
    count: int
    orders: list[WorkOrder]


@dataclass(frozen=True, slots=True)
class DraftPage:
    """The draft, its visits by crew and day, what is left out, and its figures."""

    draft: PlanDraft
    groups: list[CrewDay]
    left_out: list[LeftOutGroup]
    km_before: float
    km_after: float
    days: list[date]
    """The days on which it has something."""
    day: date
    """The one that map and timeline show."""
    timeline: Timeline | None
    lines: list[VisitLine] = field(default_factory=list)

    @property
    def open_lines(self) -> list[VisitLine]:
        """What is not booked yet."""
        return [line for line in self.lines if not line.is_booked]


def read_draft_page(draft: PlanDraft, wanted_day: date | None) -> DraftPage:
    """The page of a draft; map and timeline show `wanted_day`, or the first on which it has something."""
    visits = _visits_of(draft)
    stays, bases = read_stays(draft), bases_of_resources()
    lines = _lines(visits, clashes(stays.after))
    days = sorted({line.starts.date() for line in lines})
    day = wanted_day if wanted_day is not None else days[0] if days else draft.first_day
    return DraftPage(
        draft=draft, groups=_by_crew_and_day(lines), left_out=_left_out_groups(draft),
        km_before=kilometers(stays.before, bases), km_after=kilometers(stays.after, bases), days=days, day=day,
        timeline=_timeline([stay for stay in stays.after if stay.day == day]), lines=lines,
    )  # fmt: skip


def bases_of_resources() -> dict[int, Point]:
    """By resource its base, on the city's plane; retired ones too, because their past stands."""
    projection = city_projection(the_city())
    columns = select(CityResource.id, CityResource.base_lat, CityResource.base_long)
    return {number: projection.to_decimetres(lat, long) for number, lat, long in db.session.execute(columns)}


def names_of_resources(numbers: Sequence[int]) -> dict[int, str]:
    """By resource its name, in order of the names."""
    columns = select(CityResource.id, CityResource.name).where(CityResource.id.in_(numbers))
    rows = db.session.execute(columns.order_by(func.lower(CityResource.name), CityResource.id))
    return {number: name for number, name in rows}  # noqa: C416  # a row is no pair for dict()


def _visits_of(draft: PlanDraft) -> list[PlannedVisit]:
    query = (
        select(PlannedVisit)
        .options(joinedload(PlannedVisit.order).joinedload(WorkOrder.case), joinedload(PlannedVisit.resource))
        .where(PlannedVisit.draft_id == draft.id)
        .order_by(PlannedVisit.starts_at, PlannedVisit.order_id)
    )
    return list(db.session.scalars(query))


def _lines(visits: Sequence[PlannedVisit], clashing: Mapping[int, Stay]) -> list[VisitLine]:
    zone = city_zone(the_city())
    standing = standing_bookings(visit.order_id for visit in visits)
    closures = _closures_of(visits)
    now = slot_start(slot_at(utc_now()))
    found = []
    for visit in visits:
        booking = standing.get(visit.order_id)
        is_booked = booking is not None and (booking.resource_id, booking.starts_at) == (
            visit.resource_id, visit.starts_at,
        )  # fmt: skip
        clash = "" if is_booked else _clash(visit, booking, clashing.get(visit.order_id), closures, now)
        comes_from = _when(booking) if booking is not None and visit.moves and not is_booked else ""
        starts, ends = visit.starts_at.astimezone(zone), visit.ends_at.astimezone(zone)
        found.append(VisitLine(visit, starts, ends, comes_from, clash, is_booked))
    return found


def _clash(
    visit: PlannedVisit, booking: Booking | None, other: Stay | None, closures: Sequence[Closure], now: datetime
) -> str:
    """Why the visit is no longer possible, as far as it can be seen; empty: nothing stands against it."""
    order = visit.order
    if not order.status.is_open or order.status.is_under_way:
        return f"The work is «{order.status.label}» by now."
    if visit.moves and (booking is None or mark_of(booking) != visit.moves):
        return "Somebody moved its booking meanwhile." if booking else "Its booking stands no longer."
    if booking is not None and not visit.moves:
        return f"Somebody booked it meanwhile: {_when(booking)}."
    if visit.starts_at < now:
        return "That time is past."
    closure = closure_in_the_way(closures, order.all_skills, visit.starts_at, visit.ends_at)
    if closure is not None:
        return say_closed(closure)
    if other is not None:
        when = say_span(other.starts_at, other.ends_at, city_zone(the_city()))
        return f"Taken by then: «{other.title}» at {other.address}, {when}."
    return ""


def _closures_of(visits: Sequence[PlannedVisit]) -> list[Closure]:
    if not visits:
        return []
    return closures_between(min(one.starts_at for one in visits), max(one.ends_at for one in visits))


def _when(booking: Booking) -> str:
    return f"{booking.resource.name}, {say_span(booking.starts_at, booking.ends_at, city_zone(the_city()))}"


def _by_crew_and_day(lines: Sequence[VisitLine]) -> list[CrewDay]:
    groups: dict[tuple[date, int], list[VisitLine]] = defaultdict(list)
    for line in lines:
        groups[line.starts.date(), line.visit.resource_id].append(line)
    made = [CrewDay(day, own[0].visit.resource, own) for (day, _), own in groups.items()]
    return sorted(made, key=lambda group: (group.day, group.resource.name, group.resource.id))


def _left_out_groups(draft: PlanDraft) -> list[LeftOutGroup]:
    """The most frequent reason first, each with its first orders: two queries for ten thousand orders too."""
    left = PlannedLeftOut
    own = left.draft_id == draft.id
    counts = select(left.reason, func.count()).where(own).group_by(left.reason)
    place = func.row_number().over(partition_by=left.reason, order_by=left.order_id).label("place")
    numbered = select(left.order_id, left.reason, place).where(own).subquery()
    query = (
        select(numbered.c.reason, WorkOrder)
        .join(WorkOrder, WorkOrder.id == numbered.c.order_id)
        .options(joinedload(WorkOrder.case))
        .where(numbered.c.place <= LEFT_OUT_SHOWN)
        .order_by(WorkOrder.priority, WorkOrder.due_on, WorkOrder.id)
    )
    orders: dict[str, list[WorkOrder]] = defaultdict(list)
    for reason, order in db.session.execute(query):
        orders[reason].append(order)
    groups = [LeftOutGroup(reason, count, orders[reason]) for reason, count in db.session.execute(counts)]
    return sorted(groups, key=lambda group: (-group.count, group.reason))


def _timeline(stays: Sequence[Stay]) -> Timeline | None:
    by_resource = {resource_id: route for (_, resource_id), route in routes(stays).items()}
    names = names_of_resources(list(by_resource))
    return draw_timeline([(name, by_resource[number]) for number, name in names.items()], city_zone(the_city()))
