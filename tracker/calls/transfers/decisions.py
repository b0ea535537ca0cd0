"""Answers, the way back to 911, and every other decision on a transfer. All flush, none commits.

No path leads past the hard stops: `decide_transfer` judges the stored answers anew, and the database refuses what it
would have missed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ...clock import utc_now
from ...errors import Conflict, Invalid
from ...extensions import db
from ...staff.log import append_log
from ...staff.models import User
from ..models import ServiceRequest
from .claims import claim_transfer, require_mine
from .demands import DEMANDS, Decision, missing_fields
from .hard_stops import DOUBT, STOPS, Answer, Verdict, judge_stops
from .models import ReviewStatus, TransferAnswer, TransferReview
from .ordering import rank_transfer
from .queries import standing_answers


@dataclass(frozen=True, slots=True)
class Given:
    """What a person gives with a decision; each decision demands its part of it (see `demands.py`)."""

    reason: str = ""
    told_caller: bool | None = None
    agency: str = ""
    call_back_at: datetime | None = None
    service_type: int | None = None
    case: str = ""

    def as_fields(self) -> dict[str, object]:
        """By the names that the demands use."""
        return {name: getattr(self, name) for name in self.__slots__}


def answer_stops(transfer: TransferReview, answers: Mapping[str, Answer], *, actor: User) -> Verdict:
    """Keep answers to hard stops as they were given; returns what they leave. A danger is never answered away."""
    require_mine(transfer, actor)
    unknown = sorted(set(answers) - set(STOPS))
    if unknown:
        raise Invalid(f"There is no hard stop «{unknown[0][:40]}». Reload the page and answer again.")
    before = standing_answers(transfer)
    now = utc_now()
    for code, answer in answers.items():
        if before.get(code) is not answer:
            db.session.add(TransferAnswer(
                transfer_id=transfer.id, stop=code, answer=answer, answered_by_id=actor.id, answered_at=now
            ))  # fmt: skip
    db.session.flush()
    verdict = judge_stops(standing_answers(transfer))
    transfer.stops_clear = verdict.is_clear
    transfer.stops_answered_at = transfer.stops_answered_at if verdict.unanswered else now
    _rank_again(transfer, verdict)
    append_log("transfer", transfer.id, "answered", _answered(answers, verdict), actor=actor)
    db.session.flush()
    return verdict


def _answered(answers: Mapping[str, Answer], verdict: Verdict) -> str:
    if verdict.raised:
        return "Hard stops answered. Back to 911: " + " ".join(stop.why for stop in verdict.raised)
    if verdict.unanswered:
        return f"{len(answers)} hard stops answered; {len(verdict.unanswered)} not yet asked."
    return "Every hard stop is answered no."


def _rank_again(transfer: TransferReview, verdict: Verdict) -> None:
    rank = rank_transfer(
        received_at=transfer.received_at, code=transfer.incident_code,
        narrative=f"{transfer.incident_text} {transfer.narrative}",
        priority=transfer.priority, has_place=transfer.lat is not None, raised=[stop.code for stop in verdict.raised],
    )  # fmt: skip
    for column, value in rank.as_columns().items():
        setattr(transfer, column, value)


def return_to_911(transfer: TransferReview, *, reason: str, actor: User) -> None:
    """Send a transfer back to 911, at once and whatever was asked so far; the checklist follows.

    Whoever returns it claims it with that. Without a hard stop answered «yes» it is the aide's own doubt that sends it.
    """
    claim_transfer(transfer, actor=actor)
    verdict = judge_stops(standing_answers(transfer))
    if not verdict.raised:
        verdict = answer_stops(transfer, {DOUBT: Answer.UNSURE}, actor=actor)
    why = " ".join([*(stop.why for stop in verdict.raised), reason.strip()]).strip()
    transfer.reason = why
    _conclude(transfer, Decision.RETURNED_TO_911, ReviewStatus.RETURNING, actor)
    append_log("transfer", transfer.id, "returned_to_911", f"Returned to 911. {why}", actor=actor)
    db.session.flush()


def check_decision(transfer: TransferReview, decision: Decision, given: Given, *, actor: User) -> None:
    """Raise what speaks against a decision: somebody else's transfer, an open hard stop, something not yet given."""
    require_mine(transfer, actor)
    verdict = judge_stops(standing_answers(transfer))
    if verdict.raised:
        raise Invalid("Only a return to 911 is left. " + " ".join(stop.why for stop in verdict.raised))
    if verdict.unanswered or not transfer.stops_clear:
        raise Invalid(f"Ask every hard stop first; {len(verdict.unanswered)} are not answered yet.")
    if decision is Decision.RETURNED_TO_911:
        raise Invalid("A return to 911 has its own button; its checklist follows.")
    missing = missing_fields(decision, given.as_fields())
    if missing:
        raise Invalid(" ".join(missing))
    if given.call_back_at is not None and given.call_back_at < utc_now():
        raise Invalid("The call-back lies in the past; give a time to come.")


def decide_transfer(
    transfer: TransferReview,
    decision: Decision,
    given: Given,
    *,
    actor: User,
    call: ServiceRequest | None = None,
    closures_need_agreement: bool = True,
) -> None:
    """Decide a transfer whose every hard stop is clear; `call` is the call of this desk that came of it, if any.

    An administrative closure waits for a second person where the rule says so.
    """
    check_decision(transfer, decision, given, actor=actor)
    if transfer.direction != "from_911":
        raise Conflict("This transfer went to 911; there is nothing to decide here.")
    transfer.reason, transfer.told_caller = given.reason.strip(), given.told_caller
    transfer.agency, transfer.call_back_at = given.agency.strip()[:160], given.call_back_at
    transfer.call = call
    closing = decision is Decision.CLOSED_ADMINISTRATIVELY
    transfer.needs_agreement = closing and closures_need_agreement
    waits = transfer.needs_agreement
    _conclude(transfer, decision, ReviewStatus.AWAITING_AGREEMENT if waits else ReviewStatus.DONE, actor)
    append_log("transfer", transfer.id, decision.value, _said(transfer), actor=actor)
    db.session.flush()


def _conclude(transfer: TransferReview, decision: Decision, status: ReviewStatus, actor: User) -> None:
    transfer.decision, transfer.status = decision, status
    transfer.decided_by, transfer.decided_at = actor, utc_now()


def _said(transfer: TransferReview) -> str:
    """The decision in one paragraph, for the history."""
    assert transfer.decision is not None  # noqa: S101  # it was just made
    parts = [DEMANDS[transfer.decision].name + "."]
    if transfer.agency:
        parts.append(f"Agency: {transfer.agency}.")
    if transfer.told_caller is not None:
        parts.append("The caller was told." if transfer.told_caller else "The caller was not told.")
    if transfer.needs_agreement:
        parts.append("Waits for a supervisor's agreement.")
    return " ".join([*parts, transfer.reason]).strip()
