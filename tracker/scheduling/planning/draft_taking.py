"""Take a draft over, whole or in part: its visits become bookings."""

from collections.abc import Collection

from sqlalchemy import select, update

from ...clock import utc_now
from ...errors import Conflict
from ...extensions import db
from ...formatters import plural
from ...staff.log import append_log
from ...staff.models import User
from ..bookings.models import Booking
from .accepting import Accepted, Choice, accept_plan, note_left_out
from .drafting import is_under_way
from .models import DraftKind, PlanDraft, PlannedLeftOut, PlannedVisit
from .proposal import LeftOut


def take_draft(draft: PlanDraft, actor: User, only: Collection[int] | None = None) -> Accepted:
    """Book and move what the draft proposes, or of it the orders `only`; what is not possible is refused in words.

    Taken twice, by one person or by two, it books nothing twice. When all of it stands, the draft has ended; its orders
    without a place then say why. Raises `Conflict` when the draft was discarded or is just being made.
    """
    db.session.execute(select(PlanDraft.id).where(PlanDraft.id == draft.id).with_for_update())
    db.session.refresh(draft)
    if draft.ended_at is not None and not draft.is_taken:
        raise Conflict("This plan was discarded. Ask for a new one.")
    if is_under_way(draft):
        raise Conflict("This plan is just being made. Wait until it is there.")
    visits = list(db.session.scalars(select(PlannedVisit).where(PlannedVisit.draft_id == draft.id)))
    chosen = [visit for visit in visits if only is None or visit.order_id in only]
    accepted = accept_plan([choice_of(visit) for visit in chosen], actor)
    if draft.kind is DraftKind.PLAN:
        note_left_out(accepted.refused)
    _carry_pins(visits, accepted)
    if draft.ended_at is None:
        _end_or_go_on(draft, accepted, is_whole=len(chosen) == len(visits), actor=actor)
    db.session.flush()
    return accepted


def choice_of(visit: PlannedVisit) -> Choice:
    """The visit as a choice that `accept_plan` takes."""
    return Choice(visit.order_id, visit.resource_id, visit.starts_at, visit.reason, visit.moves)


def _carry_pins(visits: list[PlannedVisit], accepted: Accepted) -> None:
    """What a person pinned in the draft stays pinned as a booking."""
    pinned = {visit.order_id for visit in visits if visit.is_pinned}
    ids = [one.id for one in (*accepted.booked, *accepted.moved) if one.work_order_id in pinned]
    db.session.execute(update(Booking).where(Booking.id.in_(ids)).values(is_pinned=True))


def _end_or_go_on(draft: PlanDraft, accepted: Accepted, *, is_whole: bool, actor: User) -> None:
    if is_whole and not accepted.refused:
        draft.ended_at, draft.is_taken = utc_now(), True
        if draft.kind is DraftKind.PLAN:
            query = select(PlannedLeftOut).where(PlannedLeftOut.draft_id == draft.id)
            note_left_out(LeftOut(left.order_id, left.reason) for left in db.session.scalars(query))
    append_log("plan", draft.id, "taken", f"«{draft.title}»: {say_accepted(accepted)}", actor=actor)


def say_accepted(accepted: Accepted) -> str:
    """What became of it, in a sentence."""
    parts = [f"{plural(len(accepted.booked), 'booking')} made"]
    parts += [f"{plural(len(accepted.moved), 'booking')} moved"] if accepted.moved else []
    parts += [f"{len(accepted.refused)} refused"] if accepted.refused else []
    told = ", ".join(parts) + "."
    return told + (f" {plural(accepted.standing, 'booking')} stood already." if accepted.standing else "")
