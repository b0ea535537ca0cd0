"""Transfers as staff look them up: one by its number, the queue in its order, what was answered and ticked."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from ...errors import NotFound
from ...extensions import db
from ...identifiers import read_identifier
from ...staff.models import User
from .hard_stops import Answer, worst_answers
from .models import ReviewStatus, TransferAnswer, TransferReview, TransferStep


def find_transfer(number: str, *, lock: bool = False) -> TransferReview:
    """The transfer with this number, however it was typed; `lock` holds it until the transaction ends."""
    query = select(TransferReview).where(TransferReview.number == read_identifier(number))
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    transfer = db.session.scalars(query.limit(1)).first()
    if transfer is None:
        raise NotFound(f"There is no transfer {number[:40]}. Look at the triage queue.")
    return transfer


def transfers_in(*statuses: ReviewStatus, claimed_by: User | None = None) -> Select[TransferReview]:
    """The transfers of these statuses in the order of the queue; with `claimed_by` only that person's."""
    query = (
        select(TransferReview)
        .options(joinedload(TransferReview.claimed_by), joinedload(TransferReview.decided_by))
        .where(TransferReview.status.in_(statuses))
    )
    if claimed_by is not None:
        query = query.where(TransferReview.claimed_by_id == claimed_by.id)
    if statuses == (ReviewStatus.DONE,):
        return query.order_by(TransferReview.decided_at.desc(), TransferReview.id.desc())
    return query.order_by(TransferReview.line, TransferReview.due_at, TransferReview.id)


def count_open(claimed_by: User | None = None) -> dict[ReviewStatus, int]:
    """How many transfers stand in each status that still wants somebody; with `claimed_by` only that person's."""
    wanted = (ReviewStatus.WAITING, ReviewStatus.RETURNING, ReviewStatus.AWAITING_AGREEMENT)
    query = select(TransferReview.status, func.count()).where(TransferReview.status.in_(wanted))
    if claimed_by is not None:
        query = query.where(TransferReview.claimed_by_id == claimed_by.id)
    found: dict[ReviewStatus, int] = dict(db.session.execute(query.group_by(TransferReview.status)).all())
    return {status: found.get(status, 0) for status in wanted}


def next_waiting() -> TransferReview | None:
    """The transfer that nobody has and that ought to be looked at first."""
    query = transfers_in(ReviewStatus.WAITING).where(TransferReview.claimed_by_id.is_(None))
    return db.session.scalars(query.limit(1)).first()


def standing_answers(transfer: TransferReview) -> dict[str, Answer]:
    """Per hard stop the answer that counts: the most dangerous one ever given."""
    query = select(TransferAnswer.stop, TransferAnswer.answer).where(TransferAnswer.transfer_id == transfer.id)
    rows = db.session.execute(query.order_by(TransferAnswer.id)).all()
    return worst_answers((row.stop, row.answer) for row in rows)


def steps_done(transfer: TransferReview) -> dict[str, TransferStep]:
    """The steps of the warm transfer that were ticked, by their codes."""
    query = select(TransferStep).options(joinedload(TransferStep.done_by))
    rows: Sequence[TransferStep] = db.session.scalars(query.where(TransferStep.transfer_id == transfer.id)).all()
    return {row.step: row for row in rows}
