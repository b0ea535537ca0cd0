"""Writing a taken call down: once, however often its form arrives. Grouping it is up to the caller of these verbs."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import bindparam, insert, select

from ...errors import Invalid
from ...extensions import db
from ...staff.models import User
from ..changes import place_columns
from ..known_types import KnownType, find_type
from ..models import Placement, ServiceRequest
from ..pointing import look_up, point_at, read_address
from ..writing import write_call
from .models import Assistance, CallIntake
from .report import CallReport, weigh

SOURCE = "desk"
"""The source of every call that is taken by hand; its source id is the key of the form."""


_BEFORE = select(ServiceRequest.id).where(
    ServiceRequest.source == SOURCE, ServiceRequest.source_id == bindparam("source_id")
)  # fmt: skip
_INTAKE = insert(CallIntake.__table__)  # type: ignore[arg-type]  # a declarative table is a Table


def taken_before(key: str, actor: User) -> ServiceRequest | None:
    """The call that this form of this person became already, or None."""
    db.session.flush()
    found = db.session.connection().scalar(_BEFORE, {"source_id": source_id_of(key, actor)})
    return None if found is None else db.session.get_one(ServiceRequest, found)


def source_id_of(key: str, actor: User) -> str:
    """A form's key belongs to the person who was shown it: nobody finds another's call by it."""
    if not key or len(key) > 40:
        raise Invalid("The form has no key of its own. Reload the page; what you typed stays.")
    return f"{actor.id}:{key}"


def find_kind(report: CallReport) -> KnownType:
    """What the call is about; raises `Invalid` when nobody has said so."""
    kind = find_type(report.service_type_id)
    if kind is None:
        raise Invalid("Choose what the call is about.")
    return kind


def record_call(
    report: CallReport,
    place: Mapping[str, Any],
    actor: User,
    *,
    is_repeat: bool = False,
    split_from: ServiceRequest | None = None,
    follows: ServiceRequest | None = None,
) -> int:
    """Write a call down at the place that `place_report` found; it is not yet grouped. Returns its id. Flushes.

    The form that comes again is refused by the database.
    """
    kind = find_kind(report)
    call_id, _ = write_call({
        "source": SOURCE, "source_id": source_id_of(report.key, actor), "channel": report.channel,
        "service_type_id": kind.id, "description": report.description, "requested_datetime": report.at,
        "caller_id": report.caller_id,
        "weight": weigh(kind.weight, is_follow_up=follows is not None, is_repeat=is_repeat), **place,
    }, _words(report, is_repeat, split_from, follows), actor=actor)  # fmt: skip
    db.session.connection().execute(_INTAKE, {
        "call_id": call_id, "taken_by_id": actor.id, "queue": report.queue[:60], "language": report.language,
        "assistance": report.assistance, "is_late": report.is_late,
        "split_from_id": split_from.id if split_from else None, "follows_id": follows.id if follows else None,
    })  # fmt: skip
    return call_id


def place_report(report: CallReport) -> dict[str, Any]:
    """The columns that say where it is. Degrees win over the text: the aide chose an offer or pointed at the map.

    A place that nobody knows leaves the call in the unlocated queue; what was said stays as it was said.
    """
    read = read_address(report.address)
    said: dict[str, Any] = {
        "address": report.address.strip(), "address_key": read.key[:200], "unit": (report.unit or read.unit)[:40],
        "zipcode": read.postcode[:10],
    }  # fmt: skip
    if report.lat is not None and report.long is not None:
        pointed = point_at(report.address, report.lat, report.long)
        return {**said, **place_columns(pointed), "source_lat": report.lat, "source_long": report.long}
    found = look_up(report.address) if report.address.strip() else None
    if found is None:
        return {**said, "placement": Placement.UNLOCATED}
    return {**said, **place_columns(found), "placement": Placement.GAZETTEER}


def _words(
    report: CallReport, is_repeat: bool, split_from: ServiceRequest | None, follows: ServiceRequest | None
) -> str:
    """How the call was taken, in the words of its history."""
    parts = [f"Taken by {report.channel.value.replace('_', ' ')}"]
    if report.is_late:
        parts.append("written down later than it was said")
    if report.assistance is not Assistance.NONE:
        parts.append("with an interpreter" if report.assistance is Assistance.INTERPRETER else "over a relay service")
    if split_from is not None:
        parts.append(f"split from call {split_from.service_request_id}")
    if follows is not None:
        parts.append(f"asks about call {follows.service_request_id} and weighs nothing")
    if is_repeat:
        parts.append("the same caller said the same within the hour, so it weighs nothing")
    return "; ".join(parts) + "."
