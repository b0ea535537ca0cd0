"""A transfer becomes a call of this desk: recorded here, taken and linked by the floors above. Flushes."""

from ...errors import Conflict, NotFound
from ...extensions import db
from ...identifiers import new_identifier
from ...places.city import the_city
from ...staff.log import append_log
from ...staff.models import User
from ..models import Channel, ServiceRequest, ServiceType
from ..placing import Placer, Spot
from .models import TransferReview

SOURCE = "911-transfer"
"""With the transfer's number it makes the call's own unique key: no transfer ever becomes two calls."""


def record_transferred_call(
    transfer: TransferReview, service_type_id: int, *, actor: User, address: str = ""
) -> ServiceRequest:
    """The call of a transfer, as it was said and at its own time; `address` where the aide knows better.

    The sender's own coordinates count only for the sender's own address.
    """
    service_type = db.session.get(ServiceType, service_type_id)
    if service_type is None:
        raise NotFound("There is no such service type. Choose one from the list.")
    if transfer.call_id is not None:
        raise Conflict("This transfer has become a call already.")
    said = address.strip() or transfer.address
    is_theirs = said == transfer.address
    spot = Spot(said, transfer.source_lat if is_theirs else None, transfer.source_long if is_theirs else None)
    place = Placer(the_city()).place([spot], learned=True)[0]
    call = ServiceRequest(
        service_request_id=new_identifier(), source=SOURCE, source_id=transfer.number, channel=Channel.TRANSFER_911,
        service_type=service_type, weight=service_type.weight, description=transfer.narrative,
        requested_datetime=transfer.received_at, caller_id=transfer.caller_id, **place,
    )  # fmt: skip
    db.session.add(call)
    db.session.flush()
    append_log("call", call.id, "recorded", f"Came of 911 transfer {transfer.number}.", actor=actor)
    return call
