"""A caller of this desk is handed to 911: on record at once, with the same checklist as every way back. Flushes."""

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from ...clock import utc_now
from ...extensions import db
from ...staff.log import append_log
from ...staff.models import User
from ..models import ServiceRequest
from .demands import Decision
from .hard_stops import DOUBT
from .models import Direction, ReviewStatus, TransferReview
from .ordering import rank_transfer

SOURCE = "desk"


def hand_over_call(call: ServiceRequest, *, reason: str, actor: User) -> TransferReview:
    """Note that the caller of a 311 call goes to 911; the second time it is the same hand-over."""
    try:
        with db.session.begin_nested():
            transfer = _make(call, reason.strip(), actor)
            db.session.add(transfer)
    except IntegrityError:
        mine = TransferReview.source == SOURCE, TransferReview.source_id == call.service_request_id
        return db.session.scalars(select(TransferReview).where(*mine)).one()
    text = f"Handed to 911. {reason.strip()}".strip()
    append_log("transfer", transfer.id, "returned_to_911", text, actor=actor)
    append_log("call", call.id, "handed_to_911", text, actor=actor)
    db.session.flush()
    return transfer


def _make(call: ServiceRequest, reason: str, actor: User) -> TransferReview:
    now = utc_now()
    rank = rank_transfer(received_at=now, code="", narrative=call.description, raised=[DOUBT])
    return TransferReview(
        source=SOURCE, source_id=call.service_request_id, direction=Direction.BACK_TO_911, received_at=now,
        incident_text=call.service_type.service_name[:200], narrative=call.description, address=call.address,
        address_id=call.address_id, lat=call.lat, long=call.long, placement=call.placement,
        placement_score=call.placement_score, caller_id=call.caller_id, call=call, status=ReviewStatus.RETURNING,
        claimed_by=actor, claimed_at=now, decision=Decision.RETURNED_TO_911, decided_by=actor, decided_at=now,
        reason=reason, **rank.as_columns(),
    )  # fmt: skip
