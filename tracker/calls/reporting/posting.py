"""Writing down a report that another system posts: once, however often it is sent. Grouping it comes after.

A retry is known by the sender's own key, or by saying the same within a day. Either way the database refuses a second
row: `SentReport` is unique in sender and key, and the key of the same content counts on only after that day.
"""

from typing import Any

from sqlalchemy import select

from ...clock import utc_now
from ...errors import Invalid
from ...extensions import db
from ...identifiers import new_identifier
from ...places.city import the_city
from ...staff.api_keys.models import ApiKey
from ...staff.log import append_log
from ..models import Caller, CallStatus, Channel, ServicePace, ServiceRequest, ServiceType
from ..photos import keep_photo
from ..placing import Placer
from ..questions import keep_answers
from .models import SentReport
from .post import SAME_WITHIN, PostedReport, content_hash

_AFTER = ";"
"""What comes after «:» in code-point order: the end of all keys of one content."""


def posted_before(api_key: ApiKey, report: PostedReport) -> SentReport | None:
    """The report that this one became when it was sent before, or None.

    Raises `Invalid` when the sender's own key came with another report.
    """
    query = select(SentReport).where(SentReport.sender == _sender(api_key))
    if not report.retry_key:
        last = _last_of_content(api_key, report)
        return last if last is not None and last.sent_at > utc_now() - SAME_WITHIN else None
    before = db.session.scalars(query.where(SentReport.key == _own_key(report))).first()
    if before is not None and before.content_hash not in (None, content_hash(report)):
        raise Invalid("This Idempotency-Key came with another report before. Send a new key with each new report.")
    return before


def place_post(report: PostedReport) -> dict[str, Any]:
    """The columns that say where it is: as a source's own degrees, or from its text."""
    return Placer(the_city()).place([report.spot])[0]


def record_post(
    api_key: ApiKey, report: PostedReport, place: dict[str, Any], caller: Caller | None, *, is_repeat: bool
) -> SentReport:
    """Write a posted report down at the place that `place_post` found; it is not yet grouped. Flushes.

    The same one that comes in at the same moment is refused by the database.
    """
    kind = db.session.get_one(ServiceType, report.service_type_id)
    key, now = _own_key(report) if report.retry_key else _next_key(api_key, report), utc_now()
    call = ServiceRequest(
        service_request_id=new_identifier(), source=_sender(api_key), source_id=key, channel=Channel.OPEN311,
        service_type=kind, status=CallStatus.OPEN, description=report.description, media_url=report.media_url,
        requested_datetime=now, recorded_at=now, caller_id=caller.id if caller else None,
        weight=0 if is_repeat else kind.weight, **place,
    )  # fmt: skip
    db.session.add(call)
    db.session.flush()
    token = new_identifier() if kind.pace is ServicePace.BATCH else None
    sent = SentReport(
        call_id=call.id, call=call, sender=_sender(api_key), key=key, content_hash=content_hash(report),
        api_key_id=api_key.id, token=token, sent_at=now,
    )  # fmt: skip
    db.session.add(sent)
    append_log("call", call.id, "taken", f"Sent by {api_key.name} (Open311).")
    keep_answers(call, report.answers)
    for photo in report.photos:
        keep_photo(call, photo)
    db.session.flush()
    return sent


def find_by_token(token: str) -> SentReport | None:
    """The report for which a system was given this token, or None."""
    return db.session.scalars(select(SentReport).where(SentReport.token == token)).first()


def _sender(api_key: ApiKey) -> str:
    return f"key {api_key.id}"


def _own_key(report: PostedReport) -> str:
    return f"own:{report.retry_key}"


def _last_of_content(api_key: ApiKey, report: PostedReport) -> SentReport | None:
    start = f"content:{content_hash(report)}"
    query = select(SentReport).where(
        SentReport.sender == _sender(api_key), SentReport.key >= f"{start}:", SentReport.key < start + _AFTER
    )
    return db.session.scalars(query.order_by(SentReport.sent_at.desc()).limit(1)).first()


def _next_key(api_key: ApiKey, report: PostedReport) -> str:
    """Number 1 the first time; one more than the last where the same was sent more than a day ago."""
    last = _last_of_content(api_key, report)
    number = int(last.key.rpartition(":")[2]) + 1 if last is not None else 1
    return f"content:{content_hash(report)}:{number}"

