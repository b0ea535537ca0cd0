"""Writing down a report that came in without an aide: once, however often its form arrives. Grouping it comes after."""

from typing import Any

from flask import current_app
from sqlalchemy import bindparam, insert, select
from sqlalchemy.orm import joinedload

from ...errors import Invalid
from ...extensions import db
from ...secret_links import hash_of, secret_of
from ...staff.log import append_log
from ..models import CallStatus, Placement, ServiceRequest
from ..taking.recording import place_report
from ..taking.report import CallReport
from ..writing import write_call
from .models import SentReport

WEB = "web"
"""The sender of the residents' own form; also the source of its calls, whose source id is the form's key."""
RECEIPT_WANTED = "receipt_wanted"
_LONGEST_KEY = 60


_BEFORE = select(SentReport.call_id).where(SentReport.sender == WEB, SentReport.key == bindparam("key"))
_INSERT = insert(SentReport.__table__)  # type: ignore[arg-type]  # a declarative table is a Table


def reported_before(key: str) -> SentReport | None:
    """The report that this form became already, or None."""
    if not key or len(key) > _LONGEST_KEY:
        raise Invalid("The form has no key of its own. Reload the page; what you typed stays.")
    db.session.flush()
    call_id = db.session.connection().scalar(_BEFORE, {"key": key})
    return None if call_id is None else find_sent(call_id)


def find_sent(call_id: int) -> SentReport:
    """How this call came in."""
    return db.session.get_one(SentReport, call_id, options=[joinedload(SentReport.call)])


def open_follow_up(call_id: int) -> SentReport | None:
    """What her reporter said anew of a report that was closed and not fixed, while that is open itself."""
    again = (
        select(SentReport)
        .join(ServiceRequest, ServiceRequest.id == SentReport.call_id)
        .where(SentReport.sender == WEB, SentReport.key >= f"{call_id}:", SentReport.key < f"{call_id};")
        .where(ServiceRequest.status == CallStatus.OPEN, ServiceRequest.withdrawn_at.is_(None))
    )
    return db.session.scalars(again.order_by(SentReport.call_id.desc()).limit(1)).first()


def secret_of_report(sent: SentReport) -> str:
    """The secret in the reporter's own link; only its hash is kept."""
    return _secret_of(sent.call_id)


def _secret_of(call_id: int) -> str:
    key: str = current_app.config["SETTINGS"].secret_key
    return secret_of(key, "report", call_id)


def place_columns_of(report: CallReport) -> dict[str, Any]:
    """The columns that say where it is; a point on the map is the reporter's own, as a source gives one."""
    place = place_report(report)
    if report.lat is not None and report.long is not None:
        place |= {"placement": Placement.SOURCE, "placement_score": None}
    return place


def record_report(
    report: CallReport, place: dict[str, Any], *, weight: int, follows: ServiceRequest | None = None
) -> int:
    """Write a report down with the secret by which its reporter changes it; it is not yet grouped. Flushes.

    The form that comes again at the same moment is refused by the database. Returns the call's id, see `find_sent`.
    """
    words = "Reported on the web."
    if follows is not None:
        words = f"Reported on the web: call {follows.service_request_id} was closed, and it is not fixed."
    call_id, _ = write_call({
        "source": WEB, "source_id": report.key, "channel": report.channel, "service_type_id": report.service_type_id,
        "description": report.description, "requested_datetime": report.at, "caller_id": report.caller_id,
        "weight": weight, **place,
    }, words, data={"follows_id": follows.id} if follows else None)  # fmt: skip
    secret_hash = hash_of(_secret_of(call_id))
    db.session.connection().execute(_INSERT, {
        "call_id": call_id, "sender": WEB, "key": report.key, "language": report.language, "secret_hash": secret_hash,
    })  # fmt: skip
    return call_id


def ask_for_receipt(sent: SentReport) -> None:
    """Say in the log that the reporter wants her number and link by mail; her address stays where it is kept.

    It is sent by `outreach/receipt_mail.py`, which reads the log. Flushes.
    """
    append_log("call", sent.call_id, RECEIPT_WANTED, "The reporter left a mail address for her number and link.",
               data={"language": sent.language})  # fmt: skip
    db.session.flush()
