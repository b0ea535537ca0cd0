"""Links that people make and remove, and calls that are taken anew because something about them changed."""

import math
from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from ..calls.models import ServiceRequest
from ..clock import utc_now
from ..errors import Conflict, Invalid
from ..extensions import db
from ..staff.log import append_log
from ..staff.models import User
from .following import follow_calls, follow_cases
from .intake import Taken, take_calls
from .models import CaseCall, CaseStatus, LooseCall, ProblemCase
from .recording import reopen_cases
from .recounting import recount_cases
from .touching import touch_case
from .turns import take_turns


def active_link(call: ServiceRequest) -> CaseCall | None:
    """The call's one active link, or None."""
    query = select(CaseCall).where(CaseCall.call_id == call.id, CaseCall.unlinked_at.is_(None))
    return db.session.scalars(query).first()


def link_call(
    case: ProblemCase, call: ServiceRequest, *, reason: str, actor: User, seen_version: int | None = None
) -> CaseCall:
    """Link a call to a case by hand, out of another one if a rule had put it there. The link is pinned. Flushes.

    Raises `Conflict` when somebody linked the call first, here or elsewhere; `Invalid` when the case takes none.
    """
    if case.status in (CaseStatus.MERGED, CaseStatus.DISMISSED):
        raise Invalid(f"Case {case.public_id} is {case.status.value} and takes no calls; choose another.")
    present = active_link(call)
    if present is not None and present.case_id == case.id:
        raise Conflict(f"Call {call.service_request_id} is in this case already.")
    if present is not None and present.is_pinned:
        raise Conflict(
            f"Somebody put call {call.service_request_id} into case {present.case.public_id} by hand. "
            "Take it out there first, if it belongs here."
        )
    if present is not None:
        _move_out(present, case, reason, actor)
    link = _add_pinned(case, call, reason or "Linked by hand.", actor)
    _forget_loose(call.id)
    text = f"Call {call.service_request_id} linked. {reason}".strip()
    touch_case(case, actor, "linked", text, seen_version=seen_version)
    changed = [case, *([present.case] if present else [])]
    recount_cases(sorted(one.id for one in changed))
    follow_calls([call.id])
    for one in changed:
        db.session.refresh(one)
    return link


def link_reported(case: ProblemCase, call: ServiceRequest, *, reason: str) -> CaseCall:
    """Link a report that nobody has taken yet to the case that its reporter means. Pinned by her word. Flushes.

    A closed case that is still watched is open again, as it would be for a call that the rule puts there. Raises
    `Invalid` when the case takes none.
    """
    if case.status in (CaseStatus.MERGED, CaseStatus.DISMISSED):
        raise Invalid(f"Case {case.public_id} is {case.status.value} and takes no calls; choose another.")
    link = _add_pinned(case, call, reason, None)
    _forget_loose(call.id)
    at = call.requested_datetime
    is_watched = case.status is CaseStatus.CLOSED and case.monitored_until is not None and at <= case.monitored_until
    touch_case(case, None, "linked", f"Call {call.service_request_id} linked. {reason}")
    if is_watched and case.closed_at is not None and at > case.closed_at:
        reopen_cases([(case.id, at)])
        follow_cases([case.id])
    recount_cases([case.id])
    db.session.refresh(case)
    return link


def unlink_call(link: CaseCall, *, reason: str, actor: User, seen_version: int | None = None) -> Taken:
    """Remove a call from a case: no rule puts it back there, but it counts elsewhere at once. Flushes."""
    if link.unlinked_at is not None:
        raise Conflict("This call was taken out of the case already.")
    if not reason.strip():
        raise Invalid("Say why the call does not belong here; the reason stays in the case's history.")
    case, call = link.case, link.call
    _end_link(link, actor, reason.strip())
    text = f"Call {call.service_request_id} taken out: {reason.strip()}"
    touch_case(case, actor, "unlinked", text, seen_version=seen_version)
    recount_cases([case.id])
    call.is_taken = False
    db.session.flush()
    call_id, taken = call.id, take_calls()
    follow_calls([call_id])
    db.session.refresh(case)
    return taken


def accept_link(link: CaseCall, *, actor: User) -> None:
    """A person agrees with the machine; that is no touch, so the machine may still change its mind."""
    text = f"Call {link.call.service_request_id} belongs here."
    append_log("case", link.case_id, "accepted_link", text, actor=actor, data={"call_id": link.call_id})
    db.session.flush()


def retake_calls(calls: Iterable[ServiceRequest], *, why: str) -> Taken:
    """Take calls anew after their type, place or existence changed. Flushes.

    Each leaves its loose place or rule-made link; a pinned link stays and the case's owner is told.
    """
    take_turns()
    left: set[int] = set()
    changed = []
    for call in calls:
        changed.append(call.id)
        link = active_link(call)
        if link is not None and link.is_pinned:
            text = f"Call {call.service_request_id}: {why}. It stays linked."
            append_log("case", link.case_id, "call_changed", text)
        elif link is not None:
            link.unlinked_at, link.unlink_reason = utc_now(), why
            left.add(link.case_id)
        _forget_loose(call.id)
        call.is_taken = False
    db.session.flush()
    recount_cases(sorted(left))
    for case_id in sorted(left):
        append_log("case", case_id, "left", f"A call left: {why}.")
    taken = take_calls()
    follow_calls(changed)
    return taken


def _move_out(link: CaseCall, into: ProblemCase, reason: str, actor: User) -> None:
    """Taking a call away is a person's decision about the case that loses it, too."""
    take_turns(link.case.family_id)
    text = f"Moved to case {into.public_id}: {reason}".rstrip(": ")
    _end_link(link, actor, text)
    touch_case(link.case, actor, "unlinked", f"Call {link.call.service_request_id}: {text}")


def _end_link(link: CaseCall, actor: User, reason: str) -> None:
    link.unlinked_at, link.unlinked_by_id, link.unlink_reason = utc_now(), actor.id, reason
    db.session.flush()


def _add_pinned(case: ProblemCase, call: ServiceRequest, reason: str, actor: User | None) -> CaseCall:
    link = CaseCall(
        case=case,
        call=call,
        made_by_id=actor.id if actor else None,
        is_pinned=True,
        reason=reason,
        distance_m=distance_to_anchor(case, call),
    )
    try:
        with db.session.begin_nested():
            db.session.add(link)
    except IntegrityError:
        raise Conflict(f"Somebody linked call {call.service_request_id} to a case just now.") from None
    return link


def distance_to_anchor(case: ProblemCase, call: ServiceRequest) -> float:
    """Metres from a call to the case's anchor, to 0.1; 0 for a call without a place."""
    return distance_to(case, call.x_dm, call.y_dm)


def distance_to(case: ProblemCase, x_dm: int | None, y_dm: int | None) -> float:
    """The same for a point in decimetres."""
    if x_dm is None or y_dm is None:
        return 0.0
    return round(math.hypot(x_dm - case.anchor_x_dm, y_dm - case.anchor_y_dm) / 10, 1)


def _forget_loose(call_id: int) -> None:
    db.session.execute(delete(LooseCall).where(LooseCall.call_id == call_id))
