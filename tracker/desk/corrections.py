"""Corrections of a call, composed of the call's own verbs and the grouping that follows; the views commit."""

from ..calls.changes import place_call, restore_call, retype_call, withdraw_call
from ..calls.models import Placement, ServiceRequest, ServiceType
from ..calls.pointing import Pointed, point_at, read_address
from ..calls.queries import same_address_waiting
from ..cases.linking import retake_calls
from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..places.gazetteer import confirm_address
from ..staff.log import history_of
from ..staff.models import User


def newest_entry(call: ServiceRequest) -> int:
    """The newest entry in the call's history, 0 for none: a form filled against an older one is refused."""
    newest = history_of("call", call.id, limit=1)
    return newest[0].id if newest else 0


def require_unchanged(call: ServiceRequest, seen: int | None) -> None:
    """Raise `Conflict` when somebody corrected the call since the page was shown."""
    if seen != newest_entry(call):
        raise Conflict("Somebody corrected this call while you were at it. Look at what it says now, then do it again.")


def place_by_hand(
    call: ServiceRequest, *, address: str, lat: float | None, long: float | None, remember: bool, actor: User
) -> list[ServiceRequest]:
    """Place a call, with `remember` also every waiting call of the same address; returns all of them. Flushes."""
    pointed = point_at(address, lat, long)
    calls = [call]
    if remember:
        calls += same_address_waiting(call) if call.placement is Placement.UNLOCATED else []
        pointed = _confirm(call, pointed, actor)
    for one in calls:
        why = place_call(one, pointed, actor=actor)
    retake_calls(calls, why=why)
    return calls


def _confirm(call: ServiceRequest, pointed: Pointed, actor: User) -> Pointed:
    if not call.address_key:
        raise Invalid("The call names no address that could be remembered; take the tick away.")
    confirm_address(read_address(call.address), pointed.lat, pointed.long, actor=actor)
    return pointed


def retype(call: ServiceRequest, service_type_id: int, *, reason: str, actor: User) -> None:
    """Give a call another type and take it anew. Flushes."""
    service_type = db.session.get(ServiceType, service_type_id)
    if service_type is None:
        raise NotFound("There is no such service type. Choose one from the list.")
    retake_calls([call], why=retype_call(call, service_type, reason=reason, actor=actor))


def withdraw(call: ServiceRequest, *, reason: str, actor: User) -> None:
    """Withdraw a call; it leaves its place among the loose or the case that a rule put it in. Flushes."""
    retake_calls([call], why=withdraw_call(call, reason=reason, actor=actor))


def restore(call: ServiceRequest, *, reason: str, actor: User) -> None:
    """Take a withdrawal back and take the call anew. Flushes."""
    retake_calls([call], why=restore_call(call, reason=reason, actor=actor))
