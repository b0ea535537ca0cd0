"""What another system tells about a request: kept once, and our status with it unless something newer stands.

Its words go into the history of the call, for staff. Strangers hear the status and the day, never the words.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from ...errors import Invalid, NotFound
from ...extensions import db
from ...identifiers import read_identifier
from ...places.city import city_zone, the_city
from ...staff.api_keys.using import UsedKey
from ...staff.log import append_log
from ..models import CallStatus, ServiceRequest
from ..public_days import PublicDays, last_change
from .models import RequestUpdate
from .told_status import STATUSES, changes_status


@dataclass(frozen=True, slots=True)
class ToldUpdate:
    """One update as it was sent and found right; `status` is one of `told_status.STATUSES`."""

    service_request_id: str
    update_id: str
    status: str
    updated_at: datetime
    description: str = ""
    media_url: str = ""


def record_update(api_key: UsedKey, told: ToldUpdate) -> RequestUpdate:
    """Keep an update, and let the call's status follow it when it is the newest. Flushes.

    Raises `NotFound` for a request that there is not, `Invalid` for an update of this system that was told before.
    """
    call = _hold_call(told.service_request_id)
    _require_new(api_key, told)
    since = _last_change(call)
    update = RequestUpdate(
        call_id=call.id, api_key_id=api_key.id, update_id=told.update_id, status=told.status,
        updated_at=told.updated_at, description=told.description, media_url=told.media_url,
    )  # fmt: skip
    db.session.add(update)
    counts = changes_status(told.updated_at, since)
    if counts:
        _change_status(call, told)
    late = "" if counts else " It is older than what stands, so the status stays."
    words = f" {told.description}" if told.description else ""
    append_log("call", call.id, "update_told", f"{api_key.name} told: {told.status}.{late}{words}")
    db.session.flush()
    return update


def _hold_call(number: str) -> ServiceRequest:
    """The call with this number, however it was typed; of two updates at once the second waits here."""
    named = ServiceRequest.service_request_id.in_((number, read_identifier(number)))
    call = db.session.scalars(select(ServiceRequest).where(named).with_for_update()).first()
    if call is None or call.withdrawn_at is not None:
        raise NotFound("service_request_id was not found.")
    return call


def _require_new(api_key: UsedKey, told: ToldUpdate) -> None:
    query = select(RequestUpdate.id).where(
        RequestUpdate.api_key_id == api_key.id, RequestUpdate.update_id == told.update_id
    )
    if db.session.scalar(query) is not None:
        raise Invalid("An update with this update_id already exists.")


def _last_change(call: ServiceRequest) -> datetime | None:
    """When another system or the call's case last said how it stands."""
    last = db.session.scalar(select(func.max(RequestUpdate.updated_at)).where(RequestUpdate.call_id == call.id))
    return max((at for at in (last, call.followed_at) if at is not None), default=None)


def _change_status(call: ServiceRequest, told: ToldUpdate) -> None:
    before, call.status = call.status, STATUSES[told.status]
    call.source_status, call.updated_datetime = told.status, told.updated_at
    if call.status is CallStatus.CLOSED:
        call.followed_at = None  # another system closed it too: that its case opens again does not open it
    if call.status is not before:
        at = max(told.updated_at, call.requested_datetime)
        call.closed_at = at if call.status is CallStatus.CLOSED else None
        call.followed_at = None
    at = last_change(call.requested_datetime, call.closed_at or told.updated_at, call.followed_at, call.stepped_at)
    call.public_updated_day = PublicDays(city_zone(the_city())).of(at)
