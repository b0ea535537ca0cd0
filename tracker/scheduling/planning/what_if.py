"""Try something by hand: visits put into a draft, each held against what stands and against the draft itself."""

from datetime import date, datetime

from sqlalchemy import delete, select

from ...clock import local_date
from ...errors import Conflict
from ...extensions import db
from ...places.city import city_zone, the_city
from ...staff.log import append_log
from ...staff.models import User
from ..bookings.booking import check_possible, mark_of, standing_booking
from ..bookings.conflicts import say_span
from ..bookings.models import Booking
from ..bookings.taking_time import parts_of
from ..orders.models import WorkOrder
from ..resources.models import CityResource
from .draft_reading import read_stays
from .drafting import is_under_way, lock_draft
from .models import DraftKind, PlanDraft, PlannedLeftOut, PlannedVisit
from .plans import check_days
from .stays import in_the_way

BY_HAND = "Tried by hand."
_MOST_DAYS = 31


def open_what_ifs(actor: User) -> list[PlanDraft]:
    """The person's own trials that have not ended, newest first."""
    query = select(PlanDraft).where(PlanDraft.created_by_id == actor.id, PlanDraft.ended_at.is_(None))
    query = query.where(PlanDraft.kind == DraftKind.WHAT_IF).order_by(PlanDraft.id.desc()).limit(20)
    return list(db.session.scalars(query))


def begin_what_if(first_day: date, actor: User, *, title: str = "") -> PlanDraft:
    """An empty draft to try things in. Raises `Invalid` for a day that cannot be planned."""
    check_days(first_day, 1)
    draft = PlanDraft(
        kind=DraftKind.WHAT_IF, title=title or f"What if, from {first_day:%a %d %b}", first_day=first_day, days=1,
        created_by_id=actor.id,
    )  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    append_log("plan", draft.id, "begun", f"«{draft.title}» was begun.", actor=actor)
    db.session.flush()
    return draft


def try_visit(
    draft: PlanDraft, order: WorkOrder, resource: CityResource, starts_at: datetime, actor: User
) -> PlannedVisit:
    """Put the order into the draft at that time, or elsewhere in it; nothing is booked.

    Raises `Conflict` or `Invalid`, in words, when it cannot be, whether for what stands or for the draft itself.
    """
    lock_draft(draft)
    if is_under_way(draft):
        raise Conflict("This plan is just being made. Wait until it is there.")
    stands = _check_order(order)
    ends_at = check_possible(order, resource, starts_at, own_id=stands.id if stands else None)
    if stands is not None and (stands.resource_id, stands.starts_at) == (resource.id, starts_at):
        raise Conflict("It is booked just there already. To leave it there, take it out of the draft.")
    _include_day(draft, local_date(starts_at, city_zone(the_city())))
    _check_room(draft, order, resource, starts_at, ends_at)
    for kind in (PlannedVisit, PlannedLeftOut):
        db.session.execute(delete(kind).where(kind.draft_id == draft.id, kind.order_id == order.id))
    db.session.expire(draft)
    visit = PlannedVisit(
        draft_id=draft.id, order_id=order.id, resource_id=resource.id, starts_at=starts_at, ends_at=ends_at,
        is_late=local_date(ends_at, city_zone(the_city())) > order.due_on, is_pinned=draft.kind is DraftKind.PLAN,
        moves=mark_of(stands) if stands else "", reason=BY_HAND,
    )  # fmt: skip
    db.session.add(visit)
    text = f"«{order.title}» tried: {resource.name}, {_span_text(starts_at, ends_at)}."
    append_log("plan", draft.id, "tried", text, actor=actor)
    db.session.flush()
    return visit


def _check_order(order: WorkOrder) -> Booking | None:
    if not order.status.is_open or order.status.is_under_way:
        raise Conflict(f"This work order is «{order.status.label}», so there is nothing to try with it.")
    stands = standing_booking(order)
    if stands is not None and stands.is_pinned:
        raise Conflict("Somebody pinned its booking: it stays where it is. Take the pin off first.")
    return stands


def _include_day(draft: PlanDraft, day: date) -> None:
    """A trial grows with what is tried in it; a plan is for its own days."""
    first, last = min(draft.first_day, day), max(draft.last_day, day)
    if (first, last) == (draft.first_day, draft.last_day):
        return
    days = (last - first).days + 1
    if draft.kind is DraftKind.PLAN or days > _MOST_DAYS:
        raise Conflict(f"{day:%a %d %b %Y} is too far from the days of this draft. Try it in one of its own.")
    draft.first_day, draft.days = first, days
    db.session.flush()


def _check_room(
    draft: PlanDraft, order: WorkOrder, resource: CityResource, starts_at: datetime, ends_at: datetime
) -> None:
    stays = [stay for stay in read_stays(draft).after if stay.order_id != order.id]
    others = in_the_way(stays, frozenset(part.id for part in parts_of(resource)), starts_at, ends_at)
    if others:
        told = "; ".join(f"«{one.title}» at {one.address}, {_span_text(one.starts_at, one.ends_at)}" for one in others)
        raise Conflict(f"{resource.name} is taken: {told}. Choose another time, or move that one in the draft first.")


def _span_text(starts_at: datetime, ends_at: datetime) -> str:
    return say_span(starts_at, ends_at, city_zone(the_city()))
