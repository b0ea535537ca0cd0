"""Who has a transfer: one person at a time, decided by the database. All flush, none commits."""

from sqlalchemy import update

from ...clock import utc_now
from ...errors import Conflict, Invalid
from ...extensions import db
from ...places.city import city_zone, find_city
from ...staff.log import append_log
from ...staff.models import User
from .models import ReviewStatus, TransferReview


def claim_transfer(transfer: TransferReview, *, actor: User) -> None:
    """Take a waiting transfer for oneself. Of two at once one wins; the other's `Conflict` says who has it, since when.

    Claiming what one has already changes nothing, so a double click does no harm.
    """
    free = (
        update(TransferReview)
        .where(TransferReview.id == transfer.id, TransferReview.claimed_by_id.is_(None))
        .where(TransferReview.status == ReviewStatus.WAITING)
        .values(claimed_by_id=actor.id, claimed_at=utc_now())
        .returning(TransferReview.id)
    )
    won = db.session.scalar(free, execution_options={"synchronize_session": False}) is not None
    db.session.refresh(transfer)
    if won:
        append_log("transfer", transfer.id, "claimed", "Claimed.", actor=actor)
        db.session.flush()
    else:
        require_mine(transfer, actor)


def release_transfer(transfer: TransferReview, *, actor: User, may_force: bool = False) -> None:
    """Give a claimed transfer back to the queue; `may_force`: also somebody else's, as a supervisor may."""
    require_waiting(transfer)
    if transfer.claimed_by_id is None:
        raise Conflict("Nobody has this transfer any more; it stands in the queue.")
    if transfer.claimed_by_id != actor.id and not may_force:
        raise Conflict(_whose(transfer))
    whose = "Given back to the queue." if transfer.claimed_by_id == actor.id else _whose(transfer) + " Freed."
    transfer.claimed_by_id = transfer.claimed_at = None
    append_log("transfer", transfer.id, "released", whose, actor=actor)
    db.session.flush()


def require_mine(transfer: TransferReview, actor: User) -> None:
    """Raise `Conflict` unless `actor` has the transfer and it still waits for a decision."""
    require_waiting(transfer)
    if transfer.claimed_by_id is None:
        raise Invalid("Claim the transfer first, so that nobody else works on it at the same time.")
    if transfer.claimed_by_id != actor.id:
        raise Conflict(_whose(transfer))


def require_waiting(transfer: TransferReview) -> None:
    """Raise `Conflict` when the transfer was decided already; says by whom and how."""
    if transfer.status is not ReviewStatus.WAITING:
        who = transfer.decided_by.display_name if transfer.decided_by else "The sender"
        what = transfer.decision.value.replace("_", " ") if transfer.decision else "decided"
        raise Conflict(f"{who} has decided this transfer already: {what}. Look at what stands now.")


def _whose(transfer: TransferReview) -> str:
    """«Kim Lee has had it since 14:05 (3 minutes).», on the city's clocks."""
    assert transfer.claimed_by is not None and transfer.claimed_at is not None  # noqa: S101  # both or neither
    city = find_city()
    since = transfer.claimed_at.astimezone(city_zone(city)) if city else transfer.claimed_at
    minutes = max(0, int((utc_now() - transfer.claimed_at).total_seconds() // 60))
    return f"{transfer.claimed_by.display_name} has had it since {since:%H:%M} ({minutes} min)."
