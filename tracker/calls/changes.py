"""Corrections of calls by people. What the caller said stays as said; each correction stands in the call's history.

Every verb returns why the call must be taken anew, in words for the cases it may leave: hand that to
`cases.linking.retake_calls`. All flush, none commits.
"""

from typing import Any

from sqlalchemy import update

from ..clock import utc_now
from ..errors import Conflict, Invalid
from ..extensions import db
from ..places.areas import AreaIndex
from ..places.models import AreaKind
from ..places.projection import cell_of
from ..staff.log import append_log
from ..staff.models import User
from .models import Placement, ServiceRequest, ServiceType
from .pointing import Pointed
from .public_days import MASK_COLUMNS

GIVEN_UP = "cannot_be_placed"


def retype_call(call: ServiceRequest, service_type: ServiceType, *, reason: str, actor: User) -> str:
    """Say that a call is about something else; its weight becomes its new type's, unless it was a follow-up (0)."""
    if service_type.id == call.service_type_id:
        raise Invalid(f"The call is of type {service_type.service_name} already; choose another one.")
    before = call.service_type
    is_follow_up = call.weight == 0 and before.weight > 0
    call.service_type = service_type
    call.weight = 0 if is_follow_up else service_type.weight
    why = f"retyped from {before.service_name} to {service_type.service_name}"
    _say(call, "retyped", f"{why.capitalize()}. {reason.strip()}".strip(), actor)
    return why


def place_call(call: ServiceRequest, pointed: Pointed, *, actor: User) -> str:
    """Say where a call lies. Its masked place is made anew when it is taken."""
    for column, value in place_columns(pointed).items():
        setattr(call, column, value)
    why = f"placed by hand at {pointed.label}"
    _say(call, "placed", f"{why.capitalize()} ({pointed.lat:.5f}, {pointed.long:.5f}): {pointed.reason}.", actor)
    return why


def place_columns(pointed: Pointed) -> dict[str, Any]:
    """The columns of a call that a person has placed; the public sees nothing of it until it is masked anew."""
    areas = {
        column: AreaIndex.load(kind).locate_one(pointed.lat, pointed.long) or None
        for column, kind in (("center_id", AreaKind.SERVICE_CENTER), ("neighborhood_id", AreaKind.NEIGHBORHOOD))
    }
    return {
        "lat": pointed.lat, "long": pointed.long, "x_dm": pointed.x_dm, "y_dm": pointed.y_dm,
        "cell": cell_of(pointed.x_dm, pointed.y_dm), "placement": Placement.STAFF, "placement_score": pointed.score,
        "address_id": pointed.address_id, "is_outside": False, **areas,
        **dict.fromkeys(MASK_COLUMNS),
    }  # fmt: skip


def give_up_place(call: ServiceRequest, *, reason: str, actor: User) -> None:
    """Say that a call cannot be placed: it leaves the queue, and everything about it stays."""
    if call.placement is not Placement.UNLOCATED:
        raise Conflict(f"Call {call.service_request_id} was placed meanwhile; look at where it lies now.")
    if not reason.strip():
        raise Invalid("Say why the call cannot be placed, so that nobody has to try again.")
    _say(call, GIVEN_UP, f"Cannot be placed: {reason.strip()}", actor)


def withdraw_call(call: ServiceRequest, *, reason: str, actor: User | None) -> str:
    """Say that a call does not stand (a mistake, taken back by the caller): it counts nowhere and stays on record."""
    if call.withdrawn_at is not None:
        raise Conflict(f"Call {call.service_request_id} was withdrawn already.")
    if not reason.strip():
        raise Invalid("Say why the call is withdrawn; the reason stays in its history.")
    call.withdrawn_at = utc_now()
    _say(call, "withdrawn", f"Withdrawn: {reason.strip()}", actor)
    return f"withdrawn: {reason.strip()}"


def restore_call(call: ServiceRequest, *, reason: str, actor: User | None) -> str:
    """Take a withdrawal back: the call counts again."""
    if call.withdrawn_at is None:
        raise Conflict(f"Call {call.service_request_id} stands already.")
    call.withdrawn_at = None
    _say(call, "restored", f"Stands again. {reason.strip()}".strip(), actor)
    return "its withdrawal was taken back"


def set_weight(service_type: ServiceType, weight: int, *, before: int) -> None:
    """Give a type's calls their new weight; follow-ups keep 0, unless the type itself weighed nothing before."""
    counted = ServiceRequest.service_type_id == service_type.id
    if before > 0:
        counted &= ServiceRequest.weight > 0
    db.session.execute(
        update(ServiceRequest).where(counted).values(weight=weight), execution_options={"synchronize_session": False}
    )


def _say(call: ServiceRequest, verb: str, text: str, actor: User | None) -> None:
    append_log("call", call.id, verb, text, actor=actor)
    db.session.flush()
