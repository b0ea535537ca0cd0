"""Cases that sleep: out of the owner's sight until a day, or until anything happens to them."""

from datetime import date, timedelta

from sqlalchemy import ColumnElement, and_, select

from ...clock import utc_now
from ...errors import Conflict, Invalid
from ...extensions import db
from ...places.city import city_today
from ...staff.models import User
from ..models import CaseStatus, ProblemCase
from ..response.models import CaseTask
from ..touching import touch_case
from .models import CaseSnooze

LONGEST = timedelta(days=366)


def snooze_case(case: ProblemCase, *, until: date, reason: str, actor: User, key: str = "") -> CaseSnooze:
    """Let the case leave its owner's list until a day; anything that happens to it wakes it. Flushes.

    Raises `Conflict` when it is not open, `Invalid` for a day that is not ahead or more than a year away.
    """
    today = city_today()
    if case.status is not CaseStatus.OPEN:
        raise Conflict(f"The case is {case.status.value}: only an open case can be snoozed.")
    if until <= today:
        raise Invalid("Choose a day after today; the case is back on that day.")
    if until - today > LONGEST:
        raise Invalid("That is more than a year away. Choose an earlier day, or close the case.")
    if not reason.strip():
        raise Invalid("Say what you wait for; it stays in the history.")
    end_snooze(case)
    touch_case(case, actor, "snoozed", f"Snoozed until {until:%-d %b %Y}: {reason.strip()}", key=key)
    snooze = CaseSnooze(
        case_id=case.id, snoozed_on=today, until=until, reason=reason.strip(), by=actor, version=case.version,
        calls=case.call_count,
    )  # fmt: skip
    db.session.add(snooze)
    db.session.flush()
    return snooze


def wake_case(case: ProblemCase, *, actor: User) -> None:
    """Put a sleeping case back on its owner's list."""
    if asleep(case) is None:
        raise Conflict("The case is awake already.")
    end_snooze(case)
    touch_case(case, actor, "woken", "Back on the list before its day.")


def end_snooze(case: ProblemCase) -> None:
    """Whatever snooze stands, ends. Flushes."""
    snooze = _standing(case.id)
    if snooze is not None:
        snooze.ended_at = utc_now()
        db.session.flush()


def keep_asleep(case: ProblemCase, before: int) -> None:
    """What changed the case since version `before` is no reason to wake it (somebody only follows it). Flushes."""
    snooze = _standing(case.id)
    if snooze is not None and snooze.version == before:
        snooze.version = case.version
        db.session.flush()


def asleep(case: ProblemCase, today: date | None = None) -> CaseSnooze | None:
    """The snooze that keeps the case out of sight now, or None."""
    query = (
        select(CaseSnooze)
        .join(ProblemCase, ProblemCase.id == CaseSnooze.case_id)
        .where(CaseSnooze.case_id == case.id, CaseSnooze.ended_at.is_(None), is_asleep(today or city_today()))
    )
    return db.session.scalars(query).first()


def is_asleep(today: date) -> ColumnElement[bool]:
    """The condition, where `CaseSnooze` with `ended_at` NULL is joined: it sleeps still.

    Awake on its day, after a change by a person, a new call (a recurrence is one), or when a task falls due meanwhile.
    """
    fallen_due = select(CaseTask.id).where(
        CaseTask.case_id == CaseSnooze.case_id, CaseTask.is_open,
        CaseTask.due_on > CaseSnooze.snoozed_on, CaseTask.due_on <= today,
    )  # fmt: skip
    return and_(
        CaseSnooze.until > today,
        CaseSnooze.version == ProblemCase.version,
        CaseSnooze.calls >= ProblemCase.call_count,
        ~fallen_due.exists(),
    )


def _standing(case_id: int) -> CaseSnooze | None:
    query = select(CaseSnooze).where(CaseSnooze.case_id == case_id, CaseSnooze.ended_at.is_(None))
    return db.session.scalars(query).first()
