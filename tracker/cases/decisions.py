"""What people decide about a whole case: dismiss, reopen, note. `closing.py` ends one."""

from sqlalchemy import delete, select, update

from ..calls.as_of import as_of
from ..calls.models import ServiceRequest, ServiceType
from ..errors import Invalid
from ..extensions import db
from ..places.city import the_city
from ..places.projection import cells_around
from ..staff.models import User
from .closing import take_closing_back
from .following import follow_cases
from .intake import take_calls
from .models import CaseCall, CaseStatus, LooseCall, ProblemCase, SaraPhase
from .open_work import end_open_work
from .touching import require_version, touch_case
from .workflow import require_step


def _reason(text: str, question: str) -> str:
    if not text.strip():
        raise Invalid(question)
    return text.strip()


def add_note(case: ProblemCase, *, text: str, actor: User, seen_version: int | None = None, key: str = "") -> None:
    """Write something down on the case, for colleagues only."""
    words = _reason(text, "The note is empty; write something first.")
    touch_case(case, actor, "noted", words, seen_version=seen_version, key=key)


def dismiss_case(
    case: ProblemCase, *, reason: str, actor: User, seen_version: int | None = None, call_off: bool = False
) -> None:
    """Say that this is no problem: it takes no more calls, and around it only later calls count again.

    Raises `Invalid` naming what is still open of it, unless `call_off` says that this is called off.
    """
    require_version(case, seen_version)
    require_step(case.status, CaseStatus.DISMISSED)
    words = _reason(reason, "Say why this is no problem; the reason stays in its history.")
    end_open_work(case, reason="The case is dismissed.", actor=actor, call_off=call_off)
    case.dismissed_reason = words
    case.status, case.dismissed_at = CaseStatus.DISMISSED, as_of(the_city())
    touch_case(case, actor, "dismissed", f"Dismissed: {case.dismissed_reason}")
    muted = [loose.call_id for loose in _loose_around(case) if case.dismissed_at and loose.at <= case.dismissed_at]
    db.session.execute(delete(LooseCall).where(LooseCall.call_id.in_(muted)))


def reopen_case(case: ProblemCase, *, reason: str, actor: User, seen_version: int | None = None) -> None:
    """Take a closing or dismissal back. Calls that the dismissal had muted are taken anew."""
    require_step(case.status, CaseStatus.OPEN)
    was_dismissed = case.status is CaseStatus.DISMISSED
    case.status, case.phase = CaseStatus.OPEN, SaraPhase.SCANNING
    case.dismissed_at = None
    take_closing_back(case)
    touch_case(case, actor, "reopened", _reason(reason, "Say why the case is open again."), seen_version=seen_version)
    follow_cases([case.id])
    if was_dismissed:
        _unmute_around(case)
        take_calls()


def _loose_around(case: ProblemCase) -> list[LooseCall]:
    reach_dm = 10 * case.rule.radius_m
    near = select(LooseCall).where(
        LooseCall.family_id == case.family_id,
        LooseCall.cell.in_(cells_around(case.anchor_x_dm, case.anchor_y_dm, case.rule.radius_m * 10)),
    )
    return [loose for loose in db.session.scalars(near) if _is_within(case, loose.x_dm, loose.y_dm, reach_dm)]


def _is_within(case: ProblemCase, x_dm: int, y_dm: int, reach_dm: int) -> bool:
    return (x_dm - case.anchor_x_dm) ** 2 + (y_dm - case.anchor_y_dm) ** 2 <= reach_dm**2


def _unmute_around(case: ProblemCase) -> None:
    """Calls of the family near the anchor that are neither linked nor loose were muted: take them anew."""
    linked = select(CaseCall.id).where(CaseCall.call_id == ServiceRequest.id, CaseCall.unlinked_at.is_(None))
    loose = select(LooseCall.call_id).where(LooseCall.call_id == ServiceRequest.id)
    cells = cells_around(case.anchor_x_dm, case.anchor_y_dm, case.rule.radius_m * 10)
    muted = (
        select(ServiceRequest.id)
        .join(ServiceType, ServiceType.id == ServiceRequest.service_type_id)
        .where(ServiceType.family_id == case.family_id, ServiceRequest.cell.in_(cells))
        .where(~linked.exists(), ~loose.exists())
    )
    ids = list(db.session.scalars(muted))
    db.session.execute(
        update(ServiceRequest).where(ServiceRequest.id.in_(ids)).values(is_taken=False),
        execution_options={"synchronize_session": False},
    )
