"""What a reporter changes later, through her secret link: adds, corrects, withdraws, or says that it is not fixed."""

from collections.abc import Sequence

from ...calls.changes import restore_call, withdraw_call
from ...calls.models import CallStatus, Channel, ServiceRequest
from ...calls.photos import CleanPhoto, keep_photo, photos_of
from ...calls.queries import find_call
from ...calls.reporting.later_words import keep_word, said_before
from ...calls.reporting.models import SentReport, WordKind
from ...calls.reporting.recording import find_sent, open_follow_up, record_report, reported_before
from ...calls.taking.report import CallReport
from ...clock import utc_now
from ...errors import Conflict
from ...extensions import db
from ...staff.log import append_log
from ..intake import take_calls
from ..linking import active_link, retake_calls
from ..models import CaseStatus, ProblemCase
from ..turns import take_turns
from .taking import add_to_case

_BY_REPORTER = "by its reporter"
_MERGES = 20


def add_words(sent: SentReport, kind: WordKind, text: str, *, key: str) -> None:
    """Keep what she adds or corrects beside what she said; its case's owner reads there that it came. Flushes."""
    call = _hold(sent)
    if said_before(call.id, key) is not None:
        return
    keep_word(sent, kind, text, key=key)
    case = case_of(call)
    if case is not None:
        what = "added to" if kind is WordKind.ADDED else "corrected"
        append_log("case", case.id, "reporter_said", f"The reporter of call {call.service_request_id} {what} it.",
                   data={"call_id": call.id})  # fmt: skip
    db.session.flush()


def add_photos(sent: SentReport, photos: Sequence[CleanPhoto]) -> None:
    """Keep photos that she sends later, each once; staff look at them before anybody else may see them. Flushes.

    Raises `Conflict` for a report that is withdrawn, or that would have more than its six photos.
    """
    call = _hold(sent)
    if call.withdrawn_at is not None:
        raise Conflict("This report is withdrawn.")
    known = {photo.id for photo in photos_of(call)}
    added = {keep_photo(call, photo).id for photo in photos} - known
    case = case_of(call)
    if added and case is not None:
        append_log("case", case.id, "reporter_said", f"The reporter of call {call.service_request_id} added photos.",
                   data={"call_id": call.id})  # fmt: skip
    db.session.flush()


def withdraw_report(sent: SentReport, text: str, *, key: str) -> None:
    """She takes her report back: it counts nowhere and stays on record. Flushes."""
    call = _hold(sent)
    if said_before(call.id, key) is not None or call.withdrawn_at is not None:
        return
    keep_word(sent, WordKind.WITHDRAWN, text, key=key)
    retake_calls([call], why=withdraw_call(call, reason=_BY_REPORTER, actor=None))


def restore_report(sent: SentReport) -> None:
    """Her report stands again after all; one that stands already is left as it is. Flushes."""
    call = _hold(sent)
    if call.withdrawn_at is not None:
        retake_calls([call], why=restore_call(call, reason=_BY_REPORTER, actor=None))


def may_say_not_fixed(call: ServiceRequest) -> bool:
    """Whether the report, or the case that it belongs to, is closed."""
    case = case_of(call)
    is_closed = call.status is CallStatus.CLOSED or (case is not None and case.status is CaseStatus.CLOSED)
    return call.withdrawn_at is None and is_closed


def say_not_fixed(sent: SentReport, text: str, *, key: str) -> SentReport:
    """A new call at the same place that follows the first and counts; the watched case recurs, its owner reads it.

    Said twice by one form it is one call. Raises `Conflict` where nothing is closed. Flushes.
    """
    call = _hold(sent)
    new_key = f"{sent.call_id}:{key}"
    before = reported_before(new_key)
    if before is not None:
        return before
    if not may_say_not_fixed(call):
        raise Conflict("This report is not closed. Add what you know to it.")
    keep_word(sent, WordKind.NOT_FIXED, text, key=key)
    under_way = open_follow_up(call.id)
    if under_way is not None:
        return under_way  # said more than once it still counts as one call
    case = case_of(call)
    call_id = record_report(
        _again(call, sent, text, new_key), _place_of(call), weight=call.service_type.weight, follows=call
    )
    take_calls()
    new = find_sent(call_id)
    if case is not None:
        _tell_case(case, call, new.call)
    db.session.refresh(new.call)
    return new


def case_of(call: ServiceRequest) -> ProblemCase | None:
    """The open or closed case that the call belongs to, through whatever merges."""
    link = active_link(call)
    case = link.case if link else None
    for _ in range(_MERGES):
        if case is None or case.status is not CaseStatus.MERGED:
            break
        case = case.merged_into
    return case if case is not None and case.status in (CaseStatus.OPEN, CaseStatus.CLOSED) else None


def _hold(sent: SentReport) -> ServiceRequest:
    """The report's call, held until the transaction ends; the turns first, as everybody takes them."""
    take_turns()
    return find_call(sent.call.service_request_id, lock=True)


def _again(call: ServiceRequest, sent: SentReport, text: str, key: str) -> CallReport:
    return CallReport(
        key=key, channel=Channel.WEB, service_type_id=call.service_type_id, description=text.strip(),
        address=call.address, unit=call.unit, lat=call.lat, long=call.long, at=utc_now(), caller_id=call.caller_id,
        language=sent.language,
    )  # fmt: skip


_PLACE = (
    "address", "address_key", "address_id", "unit", "zipcode", "source_lat", "source_long", "lat", "long", "x_dm",
    "y_dm", "cell", "placement", "placement_score", "is_on_sink", "is_outside", "center_id", "neighborhood_id",
)  # fmt: skip


def _place_of(call: ServiceRequest) -> dict[str, object]:
    """Where the first call lies now, corrections of staff included; the new one gets a mask of its own."""
    return {name: getattr(call, name) for name in _PLACE}


def _tell_case(case: ProblemCase, call: ServiceRequest, new: ServiceRequest) -> None:
    """The new call stands with the case that did not mend it, unless a rule has put it somewhere."""
    if active_link(new) is None:
        reason = f"Its reporter says that call {call.service_request_id}, which is in this case, is not fixed."
        add_to_case(case, new, reason=reason)
    text = f"Closed but not fixed, says the reporter of call {call.service_request_id}; call {new.service_request_id}."
    append_log("case", case.id, "not_fixed", text, data={"call_id": new.id})
    db.session.flush()
