"""A call from the aide's form to its case: recorded once, linked by her or grouped by the rules; the views commit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..calls.models import ServiceRequest
from ..calls.photos import CleanPhoto, keep_photo
from ..calls.questions.rules import ReadAnswer
from ..calls.questions.verbs import keep_answers
from ..calls.taking.drafts import end_draft
from ..calls.taking.models import CallIntake
from ..calls.taking.recording import find_kind, place_report, record_call, taken_before
from ..calls.taking.report import CallReport
from ..cases.intake import take_one
from ..cases.linking import active_link, link_call, unlink_call
from ..cases.suggesting import same_caller_repeat
from ..cases.touching import find_case
from ..cases.turns import take_turns
from ..errors import Conflict
from ..extensions import db
from ..staff.models import User

_BY_HAND = "Linked by the aide who took the call."
_UNDONE = "Undone at once by the aide who took the call."


@dataclass(frozen=True, slots=True)
class TakenCall:
    """A call that was taken, and whether this very form had arrived before."""

    call: ServiceRequest
    is_again: bool


def take_call(
    report: CallReport,
    actor: User,
    *,
    link_to: str = "",
    split_from: ServiceRequest | None = None,
    follows: ServiceRequest | None = None,
    reason: str = _BY_HAND,
    answers: Sequence[ReadAnswer] = (),
    photos: Sequence[CleanPhoto] = (),
) -> TakenCall:
    """Record a call and put it where it belongs. With `link_to` (a case's number) a person says so. Flushes.

    The form that arrives again, after a double click or a lost answer, gives the call that it became the first time.
    """
    take_turns()  # first, as everybody does; and of two sendings at once the second waits here
    before = taken_before(report.key, actor)
    if before is not None:
        return TakenCall(before, True)
    case = find_case(link_to, lock=True) if link_to else None
    place = place_report(report)
    call_id = record_call(
        report, place, actor, is_repeat=_is_repeat(report, place), split_from=split_from, follows=follows
    )  # fmt: skip
    if answers or photos or case is not None:
        call = db.session.get_one(ServiceRequest, call_id)
        keep_answers(call, answers, actor)
        for photo in photos:
            keep_photo(call, photo, actor)
        if case is not None:
            link_call(case, call, reason=reason, actor=actor)
    take_one(call_id)
    end_draft(actor, report.key)
    return TakenCall(db.session.get_one(ServiceRequest, call_id), False)


def _is_repeat(report: CallReport, place: Mapping[str, Any]) -> bool:
    """Whether the same caller said the same of the same place within the hour."""
    x_dm, y_dm = place.get("x_dm"), place.get("y_dm")
    if report.caller_id is None or x_dm is None or y_dm is None:
        return False
    repeat = same_caller_repeat(report.caller_id, find_kind(report).family_id, x_dm, y_dm, report.at)
    return repeat is not None and repeat.is_within_the_hour


def undo_link(call: ServiceRequest, actor: User) -> None:
    """Take the call that one has just taken out of its case again; no rule puts it back there. Flushes."""
    take_turns()
    link = active_link(call)
    intake = db.session.get(CallIntake, call.id)
    if link is None:
        raise Conflict("The call is in no case any more.")
    if intake is None or intake.taken_by_id != actor.id:
        raise Conflict("Somebody else took this call. Take it out of its case on the case's page, with a reason.")
    unlink_call(link, reason=_UNDONE, actor=actor)


def intake_of(call: ServiceRequest) -> CallIntake | None:
    """How the call was taken; None for one that no person took."""
    return db.session.get(CallIntake, call.id)
