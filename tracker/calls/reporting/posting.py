"""Writing down a report that another system posts: once, however often it is sent. Grouping it comes after.

A retry is known by the sender's own key, or by saying the same within a day. Either way the database refuses a second
row: `SentReport` is unique in sender and key, and the key of the same content counts on only after that day.
"""

from typing import Any, NamedTuple

from sqlalchemy import bindparam, insert, select

from ...change_marks import Marks
from ...clock import utc_now
from ...errors import Invalid
from ...extensions import db
from ...identifiers import new_identifier
from ...places.city import the_city
from ...staff.api_keys.using import UsedKey
from ..known_types import KnownType
from ..models import Caller, Channel, ServicePace, ServiceRequest
from ..photos import keep_photo
from ..placing import Placer
from ..questions import keep_answers
from ..writing import write_call
from .models import SentReport
from .post import SAME_WITHIN, PostedReport, content_hash

_AFTER = ";"
"""What comes after «:» in code-point order: the end of all keys of one content."""


class Posted(NamedTuple):
    """A posted report, as far as its sender is told: its number, or the token in its place."""

    number: str
    token: str | None
    service_type_id: int


_SENT: Any = (
    select(
        ServiceRequest.service_request_id, SentReport.token, ServiceRequest.service_type_id, SentReport.key,
        SentReport.sent_at, SentReport.content_hash,
    )
    .join(ServiceRequest, ServiceRequest.id == SentReport.call_id)
    .where(SentReport.sender == bindparam("sender"))
)  # fmt: skip
_BY_OWN_KEY = _SENT.where(SentReport.key == bindparam("key"))
_BY_CONTENT = (
    _SENT.where(SentReport.key >= bindparam("key"), SentReport.key < bindparam("after"))
    .order_by(SentReport.sent_at.desc()).limit(1)
)  # fmt: skip


def posted_before(api_key: UsedKey, report: PostedReport) -> tuple[Posted | None, str]:
    """The report that this one became when it was sent before, or None; and under which key it is kept now.

    Raises `Invalid` when the sender's own key came with another report.
    """
    db.session.flush()
    ask, sender = db.session.connection().execute, _sender(api_key)
    if report.retry_key:
        key = f"own:{report.retry_key}"
        before = ask(_BY_OWN_KEY, {"sender": sender, "key": key}).first()
        if before is not None and before.content_hash not in (None, content_hash(report)):
            raise Invalid("This Idempotency-Key came with another report before. Send a new key with each new report.")
        return (Posted(*before[:3]) if before else None), key
    start = f"content:{content_hash(report)}"
    last = ask(_BY_CONTENT, {"sender": sender, "key": f"{start}:", "after": start + _AFTER}).first()
    if last is None:
        return None, f"{start}:1"
    is_again = last.sent_at > utc_now() - SAME_WITHIN
    return (Posted(*last[:3]) if is_again else None), f"{start}:{int(last.key.rpartition(':')[2]) + 1}"


def place_post(report: PostedReport, marks: Marks) -> dict[str, Any]:
    """The columns that say where it is, as a source's own degrees or from its text."""
    return Placer(the_city(), marks).place([report.spot])[0]


_INSERT = insert(SentReport.__table__)  # type: ignore[arg-type]  # a declarative table is a Table


def record_post(
    api_key: UsedKey, report: PostedReport, key: str, place: dict[str, Any], kind: KnownType, caller: Caller | None,
    *, is_repeat: bool, marks: Marks,
) -> tuple[Posted, int]:  # fmt: skip
    """Write a posted report down under its key, at the place that `place_post` found; gives the call's id. Flushes.

    It is not yet grouped. The same one that comes in at the same moment is refused by the database.
    """
    sender, now = _sender(api_key), utc_now()
    call_id, number = write_call({
        "source": sender, "source_id": key, "channel": Channel.OPEN311, "service_type_id": kind.id,
        "description": report.description, "media_url": report.media_url, "requested_datetime": now,
        "caller_id": caller.id if caller else None, "weight": 0 if is_repeat else kind.weight, **place,
    }, f"Sent by {api_key.name} (Open311).", marks=marks)  # fmt: skip
    token = new_identifier() if kind.pace is ServicePace.BATCH else None
    db.session.connection().execute(_INSERT, {
        "call_id": call_id, "sender": sender, "key": key, "content_hash": content_hash(report),
        "api_key_id": api_key.id, "token": token, "sent_at": now,
    })  # fmt: skip
    if report.answers or report.photos:
        _keep_more(db.session.get_one(ServiceRequest, call_id), report)
    return Posted(number, token, kind.id), call_id


def _keep_more(call: ServiceRequest, report: PostedReport) -> None:
    keep_answers(call, report.answers)
    for photo in report.photos:
        keep_photo(call, photo)
    db.session.flush()


def find_by_token(token: str) -> SentReport | None:
    """The report for which a system was given this token, or None."""
    return db.session.scalars(select(SentReport).where(SentReport.token == token)).first()


def _sender(api_key: UsedKey) -> str:
    return f"key {api_key.id}"
