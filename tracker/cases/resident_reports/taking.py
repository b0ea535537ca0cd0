"""A resident's report from her form to its case: recorded once, then with the case that she chose, or by the rules."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from ...calls.known_types import KnownType, find_type
from ...calls.models import ServiceRequest
from ...calls.photos import CleanPhoto, keep_photo
from ...calls.questions.rules import ReadAnswer
from ...calls.questions.verbs import keep_answers
from ...calls.reporting.models import SentReport
from ...calls.reporting.recording import (
    ask_for_receipt,
    find_sent,
    place_columns_of,
    record_report,
    reported_before,
)
from ...calls.reporting.senders import Sender, keep_sender
from ...calls.taking.report import CallReport, weigh
from ...errors import Invalid
from ...extensions import db
from ..intake import take_one
from ..linking import link_reported
from ..models import CaseCall, ProblemCase
from ..suggesting import same_caller_repeat
from ..touching import find_case
from ..turns import take_turns

_CHOSEN = "Its reporter was shown this case before she sent her report, and said that it is the same."


def take_report(
    report: CallReport,
    sender: Sender,
    *,
    add_to: str = "",
    answers: Sequence[ReadAnswer] = (),
    photos: Sequence[CleanPhoto] = (),
) -> SentReport:
    """Record a report and put it where it belongs. `add_to`: the number of the case that she chose. Flushes.

    The form that arrives again, after a double click or a lost answer, gives the report that it became the first time.
    """
    take_turns()  # first, as everybody does; and of two sendings at once the second waits here
    before = reported_before(report.key)
    if before is not None:
        return before
    case = find_case(add_to, lock=True) if add_to else None
    caller = keep_sender(sender)
    report = replace(report, caller_id=caller.id if caller else None)
    place, kind = place_columns_of(report), _kind(report)
    call_id = record_report(report, place, weight=weigh(
        kind.weight, is_follow_up=False, is_repeat=_is_repeat(report, kind, place)
    ))  # fmt: skip
    if answers or photos or case is not None:
        call = db.session.get_one(ServiceRequest, call_id)
        keep_answers(call, answers)
        for photo in photos:
            keep_photo(call, photo)
        if case is not None:
            add_to_case(case, call)
    take_one(call_id)
    sent = find_sent(call_id)
    if sender.email.strip():
        ask_for_receipt(sent)
    return sent


def add_to_case(case: ProblemCase, call: ServiceRequest, *, reason: str = _CHOSEN) -> CaseCall | None:
    """Link a new report to the case that its reporter means; a closed case that is watched opens again. Flushes.

    A report of a type that is hidden or never counts is not linked by a stranger's word: the case would leave the map
    with it, since the public sees only cases all of whose calls are public.
    """
    kind = call.service_type
    if not (kind.is_public and kind.counts):
        return None
    return link_reported(case, call, reason=reason)


def _kind(report: CallReport) -> KnownType:
    kind = find_type(report.service_type_id)
    if kind is None:
        raise Invalid("Choose what it is about.")
    return kind


def _is_repeat(report: CallReport, kind: KnownType, place: Mapping[str, Any]) -> bool:
    """Whether the same person reported the same within the hour; of who stays anonymous nobody knows."""
    x_dm, y_dm = place.get("x_dm"), place.get("y_dm")
    if report.caller_id is None or x_dm is None or y_dm is None:
        return False
    repeat = same_caller_repeat(report.caller_id, kind.family_id, x_dm, y_dm, report.at)
    return repeat is not None and repeat.is_within_the_hour
