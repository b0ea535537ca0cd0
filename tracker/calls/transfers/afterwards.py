"""What follows a decision: the warm transfer's checklist, and a second person's word on a closure. All flush."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ...clock import utc_now
from ...errors import Conflict, Invalid
from ...extensions import db
from ...staff.log import append_log
from ...staff.models import User
from .models import ReviewStatus, TransferReview, TransferStep
from .queries import steps_done
from .warm_transfer import STEP_CODES, STEPS, missing_steps


def tick_step(transfer: TransferReview, step: str, *, actor: User) -> None:
    """Note that a step of the warm transfer is done, now. The last one ends the review. Ticking twice changes nothing.

    Anybody on the desk may tick: the aide who returned it may still be on the line.
    """
    if step not in STEP_CODES:
        raise Invalid("There is no such step. Reload the page and tick again.")
    _require_returning(transfer)
    row = TransferStep(transfer_id=transfer.id, step=step, done_by_id=actor.id, done_at=utc_now())
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return
    words = next(one.words for one in STEPS if one.code == step)
    append_log("transfer", transfer.id, "ticked", words, actor=actor)
    if not missing_steps(steps_done(transfer)):
        _finish(transfer, "The hand-back is complete.", actor)
    db.session.flush()


def finish_return(transfer: TransferReview, *, note: str, actor: User) -> None:
    """End a hand-back of which some steps could not be done; the note says which and why."""
    _require_returning(transfer)
    if missing_steps(steps_done(transfer)) and not note.strip():
        raise Invalid("Say which step could not be done and why, such as «the caller hung up».")
    transfer.hand_back_note = note.strip()
    _finish(transfer, f"The hand-back ended. {note.strip()}".strip(), actor)


def agree_to_closure(transfer: TransferReview, *, actor: User) -> None:
    """Agree to an administrative closure; never to one's own."""
    _require_awaiting(transfer)
    if transfer.decided_by_id == actor.id:
        raise Invalid("You closed it yourself; somebody else has to agree.")
    transfer.agreed_by, transfer.agreed_at = actor, utc_now()
    transfer.status = ReviewStatus.DONE
    append_log("transfer", transfer.id, "agreed", "Agreed to the closure.", actor=actor)
    db.session.flush()


def decline_closure(transfer: TransferReview, *, reason: str, actor: User) -> None:
    """Do not agree: the transfer goes back to the queue, free for anybody, with the reason in its history."""
    _require_awaiting(transfer)
    if not reason.strip():
        raise Invalid("Say what should be done instead; whoever takes it next reads it.")
    transfer.decision = transfer.decided_by_id = transfer.decided_at = transfer.told_caller = None
    transfer.claimed_by_id = transfer.claimed_at = None
    transfer.reason, transfer.needs_agreement, transfer.status = "", False, ReviewStatus.WAITING
    append_log("transfer", transfer.id, "declined", f"Not closed: {reason.strip()}", actor=actor)
    db.session.flush()
    db.session.refresh(transfer)


def _finish(transfer: TransferReview, words: str, actor: User) -> None:
    transfer.status = ReviewStatus.DONE
    append_log("transfer", transfer.id, "handed_back", words, actor=actor)
    db.session.flush()


def _require_returning(transfer: TransferReview) -> None:
    if transfer.status is not ReviewStatus.RETURNING:
        raise Conflict("This hand-back is not open (any more). Look at what stands now.")


def _require_awaiting(transfer: TransferReview) -> None:
    if transfer.status is not ReviewStatus.AWAITING_AGREEMENT:
        raise Conflict("This closure does not wait for agreement (any more). Look at what stands now.")


def closures_waiting(actor: User) -> int:
    """How many closures wait for somebody other than `actor`."""
    query = select(TransferReview.id).where(TransferReview.status == ReviewStatus.AWAITING_AGREEMENT)
    return len(db.session.scalars(query.where(TransferReview.decided_by_id != actor.id).limit(100)).all())
