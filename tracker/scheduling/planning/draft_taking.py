"""Take a draft over, whole or in part: its visits become bookings."""

from collections.abc import Collection, Generator, Sequence
from typing import Any

from sqlalchemy import select, update

from ...batches import in_chunks
from ...clock import utc_now
from ...errors import Conflict
from ...extensions import db
from ...formatters import plural
from ...staff.jobs.asking import ask_for_job
from ...staff.log import append_log
from ...staff.models import User
from ..bookings.models import Booking
from ..orders.models import WorkOrder
from .accepting import Accepted, Choice, accept_plan, count_standing, note_left_out
from .drafting import get_draft, is_under_way
from .models import DraftKind, PlanDraft, PlannedLeftOut, PlannedVisit
from .proposal import LeftOut
from .what_if import BY_HAND

AT_ONCE = 40
"""As many visits a page takes over itself; more of them are a job, a portion after the other."""
_PORTION = 20


def take_draft(draft: PlanDraft, actor: User, only: Collection[int] | None = None) -> Accepted:
    """Book and move what the draft proposes, or of it the orders `only`; what is not possible is refused in words.

    Taken twice, by one person or by two, it books nothing twice. When all of it stands, the draft has ended; its orders
    without a place then say why. Raises `Conflict` when the draft was discarded or is just being made.
    """
    _hold(draft)
    if is_under_way(draft):
        raise Conflict("Somebody's plan or booking of this draft is just being made. Wait until it is there.")
    visits = list(db.session.scalars(select(PlannedVisit).where(PlannedVisit.draft_id == draft.id)))
    chosen = [visit for visit in visits if only is None or visit.order_id in only]
    accepted = _take(draft, chosen, actor)
    _end_or_go_on(draft, accepted, is_whole=len(chosen) == len(visits), actor=actor)
    return accepted


def titles_in(draft: PlanDraft, only: Collection[int] | None = None) -> dict[int, str]:
    """By order the title of what would be taken."""
    columns = select(PlannedVisit.order_id, WorkOrder.title).join(WorkOrder, PlannedVisit.order_id == WorkOrder.id)
    rows = db.session.execute(columns.where(PlannedVisit.draft_id == draft.id))
    return {number: title for number, title in rows if only is None or number in only}


def take_long(draft: PlanDraft, actor: User, only: Collection[int] | None = None) -> None:
    """The same for many visits: the worker does it and says how far it is."""
    _hold(draft)
    if is_under_way(draft):
        raise Conflict("Somebody's plan or booking of this draft is just being made. Wait until it is there.")
    arguments = {"draft_id": draft.id, "actor_id": actor.id, "only": None if only is None else sorted(only)}
    draft.job_id = ask_for_job("take", arguments, actor, words="Waiting for the worker.").id
    db.session.flush()


def take_by_job(arguments: dict[str, Any]) -> Generator[str, None, str]:
    """The job: moves first, all at once, because they make room; then portion by portion. Broken off, it goes on."""
    draft, only = get_draft(int(arguments["draft_id"])), arguments["only"]
    query = select(PlannedVisit).where(PlannedVisit.draft_id == draft.id)
    visits = list(db.session.scalars(query.order_by(PlannedVisit.starts_at, PlannedVisit.resource_id)))
    chosen = [visit for visit in visits if only is None or visit.order_id in only]
    moves = [visit.order_id for visit in chosen if visit.moves]
    others = [visit.order_id for visit in chosen if not visit.moves]
    total, count, is_whole = Accepted(), 0, len(chosen) == len(visits)
    for portion in ([moves] if moves else []) + list(in_chunks(others, _PORTION)):
        draft, actor = get_draft(int(arguments["draft_id"])), db.session.get_one(User, int(arguments["actor_id"]))
        _hold(draft)
        _add(total, _take(draft, _visits_now(draft, portion), actor))
        count += len(portion)
        yield f"{count} of {len(chosen)} visits are done."
    draft, actor = get_draft(int(arguments["draft_id"])), db.session.get_one(User, int(arguments["actor_id"]))
    _hold(draft)
    _end_or_go_on(draft, total, is_whole=is_whole, actor=actor)
    return say_accepted(total)


def _hold(draft: PlanDraft) -> None:
    db.session.execute(select(PlanDraft.id).where(PlanDraft.id == draft.id).with_for_update())
    db.session.refresh(draft)
    if draft.ended_at is not None and not draft.is_taken:
        raise Conflict("This plan was discarded. Ask for a new one.")


def _take(draft: PlanDraft, chosen: Sequence[PlannedVisit], actor: User) -> Accepted:
    choices = [choice_of(visit) for visit in chosen]
    if draft.is_taken:
        return count_standing(choices)
    accepted = accept_plan(choices, actor)
    if draft.kind is DraftKind.PLAN:
        note_left_out(accepted.refused)
    pinned = {visit.order_id for visit in chosen if visit.is_pinned}  # in the draft, and so as a booking
    ids = [one.id for one in (*accepted.booked, *accepted.moved) if one.work_order_id in pinned]
    db.session.execute(update(Booking).where(Booking.id.in_(ids)).values(is_pinned=True))
    return accepted


def _visits_now(draft: PlanDraft, order_ids: Sequence[int]) -> list[PlannedVisit]:
    query = select(PlannedVisit).where(PlannedVisit.draft_id == draft.id)
    chunks = in_chunks(order_ids)
    return [visit for some in chunks for visit in db.session.scalars(query.where(PlannedVisit.order_id.in_(some)))]


def _add(total: Accepted, part: Accepted) -> None:
    total.booked += part.booked
    total.moved += part.moved
    total.refused += part.refused
    total.standing += part.standing


def choice_of(visit: PlannedVisit) -> Choice:
    """The visit as a choice that `accept_plan` takes."""
    booking_id = int(visit.moves.split(".")[0]) if visit.moves else None
    is_by_hand = visit.reason == BY_HAND
    return Choice(
        visit.order_id, visit.resource_id, visit.starts_at, visit.reason, booking_id, visit.moves, is_by_hand
    )  # fmt: skip


def _end_or_go_on(draft: PlanDraft, accepted: Accepted, *, is_whole: bool, actor: User) -> None:
    if draft.ended_at is not None:
        return
    if is_whole and not accepted.refused:
        draft.ended_at, draft.is_taken = utc_now(), True
        if draft.kind is DraftKind.PLAN:
            query = select(PlannedLeftOut).where(PlannedLeftOut.draft_id == draft.id)
            note_left_out(LeftOut(left.order_id, left.reason) for left in db.session.scalars(query))
    append_log("plan", draft.id, "taken", f"«{draft.title}»: {say_accepted(accepted)}", actor=actor)
    db.session.flush()


def say_accepted(accepted: Accepted) -> str:
    """What became of it, in a sentence."""
    parts = [f"{plural(len(accepted.booked), 'booking')} made"]
    parts += [f"{plural(len(accepted.moved), 'booking')} moved"] if accepted.moved else []
    parts += [f"{len(accepted.refused)} refused"] if accepted.refused else []
    told = ", ".join(parts) + "."
    return told + (f" {plural(accepted.standing, 'booking')} stood already." if accepted.standing else "")
