"""Plans as drafts: asked for, made by a long job, changed by hand, discarded. Verbs flush and never commit."""

from collections.abc import Generator, Iterable
from datetime import date, timedelta
from typing import Any

from sqlalchemy import delete, select

from ...batches import insert_rows
from ...clock import utc_now
from ...errors import Conflict, NotFound
from ...extensions import db
from ...staff.jobs.asking import ask_for_job
from ...staff.jobs.models import Job
from ...staff.log import append_log
from ...staff.models import User
from .draft_proposal import TAKEN_OUT, Outcome, gather_for_draft, outcome_of, propose_for_draft
from .models import DraftKind, PlanDraft, PlannedLeftOut, PlannedVisit
from .plans import check_days


def draft_plan(
    first_day: date,
    days: int,
    actor: User,
    *,
    title: str = "",
    only_orders: Iterable[int] | None = None,
    job_kind: str = "plan",
    **arguments: Any,
) -> PlanDraft:
    """Ask the planner for a draft of these days; the worker fills it, for `only_orders` if some are named.

    Raises `Invalid` for days that cannot be planned.
    """
    check_days(first_day, days)
    draft = PlanDraft(
        kind=DraftKind.PLAN, title=title or name_of_days(first_day, days), first_day=first_day, days=days,
        only_orders=None if only_orders is None else sorted(set(only_orders)), created_by_id=actor.id,
    )  # fmt: skip
    db.session.add(draft)
    db.session.flush()
    _ask(draft, actor, job_kind, arguments)
    append_log("plan", draft.id, "asked", f"Asked for «{draft.title}».", actor=actor)
    db.session.flush()
    return draft


def plan_again(draft: PlanDraft, actor: User) -> PlanDraft:
    """Ask for another proposal in the same draft: what is pinned or was taken out stays so.

    Raises `Conflict` when the draft has ended or is just being made.
    """
    lock_draft(draft)
    if is_under_way(draft):
        raise Conflict("This plan is just being made. Wait until it is there.")
    check_days(draft.first_day, draft.days)
    _ask(draft, actor, "plan", {})
    append_log("plan", draft.id, "asked_again", f"«{draft.title}» is planned again.", actor=actor)
    db.session.flush()
    return draft


def fill_draft(arguments: dict[str, Any]) -> Generator[str, None, str | None]:
    """The job: make the proposal of a draft. Nothing is held while the planner thinks."""
    draft = get_draft(int(arguments["draft_id"]))
    if draft.ended_at is not None:
        return None  # discarded before it was begun
    yield "Reading what has to be planned."
    gathered = gather_for_draft(get_draft(draft.id))
    yield f"Looking for the best places for {gathered.looked_for} orders."
    proposal = propose_for_draft(gathered)
    draft = get_draft(int(arguments["draft_id"]))
    lock_draft(draft)
    outcome = outcome_of(gathered, proposal)
    keep_outcome(draft, outcome)
    return outcome.notes


def keep_outcome(draft: PlanDraft, outcome: Outcome) -> None:
    """Write a proposal into its draft, in place of the one before; what is pinned or was taken out stays."""
    drop = delete(PlannedVisit).where(PlannedVisit.draft_id == draft.id, PlannedVisit.is_pinned.is_(False))
    db.session.execute(drop)
    drop = delete(PlannedLeftOut).where(PlannedLeftOut.draft_id == draft.id, PlannedLeftOut.reason != TAKEN_OUT)
    db.session.execute(drop)
    insert_rows(PlannedVisit.__table__, [{"draft_id": draft.id, **visit} for visit in outcome.visits])
    insert_rows(PlannedLeftOut.__table__, [{"draft_id": draft.id, **left} for left in outcome.left_out])
    draft.figures = outcome.figures
    db.session.flush()
    db.session.expire(draft)


def discard_draft(draft: PlanDraft, actor: User) -> None:
    """Nobody wants it; nothing of it is booked. Raises `Conflict` when it has ended already."""
    lock_draft(draft)
    draft.ended_at = utc_now()
    append_log("plan", draft.id, "discarded", f"«{draft.title}» was discarded.", actor=actor)
    db.session.flush()


def pin_visit(draft: PlanDraft, order_id: int, actor: User, *, is_pinned: bool) -> PlannedVisit:
    """Planning again leaves the visit where it is, or may place it anew."""
    lock_draft(draft)
    visit = get_visit(draft, order_id)
    visit.is_pinned = is_pinned
    said = "pinned" if is_pinned else "free again"
    append_log("plan", draft.id, "pinned" if is_pinned else "unpinned", f"«{visit.order.title}» {said}.", actor=actor)
    db.session.flush()
    return visit


def take_out(draft: PlanDraft, order_id: int, actor: User) -> None:
    """Take a visit out of the draft; planning again leaves it out."""
    lock_draft(draft)
    visit = get_visit(draft, order_id)
    append_log("plan", draft.id, "taken_out", f"«{visit.order.title}» was taken out.", actor=actor)
    db.session.delete(visit)
    if draft.kind is DraftKind.PLAN:
        db.session.merge(PlannedLeftOut(draft_id=draft.id, order_id=order_id, reason=TAKEN_OUT))
    db.session.flush()
    db.session.expire(draft)


def get_draft(draft_id: int) -> PlanDraft:
    """The draft; raises `NotFound`."""
    draft = db.session.get(PlanDraft, draft_id)
    if draft is None:
        raise NotFound("There is no such plan. Look at the plans that are still open.")
    return draft


def get_visit(draft: PlanDraft, order_id: int) -> PlannedVisit:
    """A visit of the draft; raises `NotFound` when it is not in it any more."""
    visit = db.session.get(PlannedVisit, (draft.id, order_id), populate_existing=True)
    if visit is None:
        raise NotFound("This work is not in the plan any more. Look at the plan again.")
    return visit


def lock_draft(draft: PlanDraft) -> None:
    """Hold the draft until the transaction ends, and read it anew; raises `Conflict` when it has ended."""
    db.session.execute(select(PlanDraft.id).where(PlanDraft.id == draft.id).with_for_update())
    db.session.refresh(draft)
    if draft.ended_at is not None:
        became = "taken over already" if draft.is_taken else "discarded"
        raise Conflict(f"This plan was {became}. Ask for a new one.")


def is_under_way(draft: PlanDraft) -> bool:
    """Whether its job still has to be done."""
    job = db.session.get(Job, draft.job_id, populate_existing=True) if draft.job_id is not None else None
    return job is not None and job.finished_at is None


def name_of_days(first_day: date, days: int) -> str:
    """«Plan for Tue 16 Jun», «Plan for Tue 16 Jun to Sat 20 Jun»."""
    last = first_day + timedelta(days=days - 1)
    return f"Plan for {first_day:%a %d %b}" + (f" to {last:%a %d %b}" if days > 1 else "")


def _ask(draft: PlanDraft, actor: User, kind: str, arguments: dict[str, Any]) -> None:
    job = ask_for_job(kind, {"draft_id": draft.id, **arguments}, actor, words="Waiting for the worker.")
    draft.job_id = job.id
