"""Read what a draft would make of its days: bookings that stand, and its visits in their place."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, select

from ...cases.models import ProblemCase
from ...clock import local_date
from ...extensions import db
from ...places.city import city_zone, the_city
from ..bookings.models import Booking
from ..orders.models import WorkOrder
from ..orders.work_status import BOOKED, WorkStatus
from ..resources.models import TeamMember
from ..resources.shifts import day_start
from .models import PlanDraft, PlannedVisit
from .stays import Stay, Stays

_SHOWN = (*BOOKED, WorkStatus.DONE, WorkStatus.NOT_DONE)
_PLACE = (
    func.coalesce(WorkOrder.place_x_dm, ProblemCase.anchor_x_dm),
    func.coalesce(WorkOrder.place_y_dm, ProblemCase.anchor_y_dm),
    WorkOrder.title,
    func.coalesce(func.nullif(WorkOrder.place, ""), ProblemCase.address),
)


def read_stays(draft: PlanDraft) -> Stays:
    """Its days as they stand, and as they would be. Three queries, however many bookings there are."""
    zone = city_zone(the_city())
    members = _members()
    visits = [_stay(row, members, zone, is_new=True) for row in db.session.execute(_visits(draft))]
    before = [_stay(row, members, zone) for row in db.session.execute(_bookings(draft, zone))]
    placed = {visit.order_id: visit for visit in visits}
    after = [stay for stay in before if stay.order_id not in placed]
    return Stays(before, [*after, *visits])


def _visits(draft: PlanDraft) -> Select[*tuple[Any, ...]]:
    return (
        select(
            PlannedVisit.order_id, PlannedVisit.resource_id, PlannedVisit.starts_at, PlannedVisit.ends_at, *_PLACE,
            PlannedVisit.moves, PlannedVisit.is_late,
        )
        .join(WorkOrder, PlannedVisit.order_id == WorkOrder.id)
        .join(ProblemCase, WorkOrder.case_id == ProblemCase.id)
        .where(PlannedVisit.draft_id == draft.id)
    )  # fmt: skip


def _bookings(draft: PlanDraft, zone: ZoneInfo) -> Select[*tuple[Any, ...]]:
    begins, ends = day_start(draft.first_day, zone), day_start(draft.last_day + timedelta(days=1), zone)
    return (
        select(Booking.work_order_id, Booking.resource_id, Booking.starts_at, Booking.ends_at, *_PLACE)
        .join(WorkOrder, Booking.work_order_id == WorkOrder.id)
        .join(ProblemCase, WorkOrder.case_id == ProblemCase.id)
        .where(Booking.cancelled_at.is_(None), WorkOrder.status.in_(_SHOWN))
        .where(Booking.starts_at >= begins - timedelta(days=1), Booking.starts_at < ends, Booking.ends_at > begins)
    )


def _stay(row: Any, members: dict[int, frozenset[int]], zone: ZoneInfo, *, is_new: bool = False) -> Stay:
    order_id, resource_id, starts_at, ends_at, x_dm, y_dm, title, address, *more = row
    moves, is_late = more or ("", False)
    return Stay(
        order_id=order_id, resource_id=resource_id, parts=members.get(resource_id, frozenset()) | {resource_id},
        day=local_date(starts_at, zone), starts_at=starts_at, ends_at=ends_at, point=(x_dm, y_dm), title=title,
        address=address, is_new=is_new, is_move=bool(moves), is_late=is_late,
    )  # fmt: skip


def _members() -> dict[int, frozenset[int]]:
    """By team the resources that work in it."""
    found: dict[int, set[int]] = {}
    for team_id, member_id in db.session.execute(select(TeamMember.team_id, TeamMember.member_id)):
        found.setdefault(team_id, set()).add(member_id)
    return {team: frozenset(members) for team, members in found.items()}
