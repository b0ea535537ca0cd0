"""The clock of a case stands still while it waits for what nobody here can hurry, and more time for a good reason."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from ...clock import local_date, utc_now
from ...errors import Conflict, Invalid, NotFound
from ...extensions import db
from ...places.city import city_zone, the_city
from ...staff.models import User
from ..models import CaseStatus, ProblemCase
from ..touching import touch_case
from .business_time import WorkCalendar, end_of_work, working_time_between
from .dates import ZERO
from .defaults import FURTHEST
from .kinds import ASKED, WAITS_FOR, PauseReason
from .models import CaseDeadline, CasePause
from .reckoning import over, pauses_of, reckon, running_deadlines
from .wording import say_moment
from .working_calendar import read_city_time


def lasting_pause(case_id: int) -> CasePause | None:
    """The pause that the case is in, or None."""
    return db.session.scalars(
        select(CasePause).where(CasePause.case_id == case_id, CasePause.ended_at.is_(None))
    ).first()


def pause_case(
    case: ProblemCase, *, reason: PauseReason, words: str, actor: User, expected_on: date | None = None, key: str = ""
) -> CasePause:
    """Let the clock of a case stand still from now on. Flushes.

    Raises `Conflict` when it does already or the case is over, `Invalid` without words or for a day that is past.
    """
    if case.status is not CaseStatus.OPEN:
        raise Conflict(f"The case is {case.status.value}: nothing is due of it.")
    if lasting_pause(case.id) is not None:
        raise Conflict("The clock of this case stands still already. Start it again first.")
    if not words.strip():
        raise Invalid("Say in a few words what the case waits for; they stay in its history.")
    now = utc_now()
    if expected_on is not None and expected_on < local_date(now, city_zone(the_city())):
        raise Invalid("The day on which it probably goes on is past. Give a later one, or none.")
    pause = CasePause(
        case_id=case.id, reason=reason, words=words.strip(), expected_on=expected_on, started_at=now,
        started_by_id=actor.id,
    )  # fmt: skip
    db.session.add(pause)
    until = f", probably until {expected_on:%-d %b %Y}" if expected_on else ""
    touch_case(case, actor, "paused", f"Waits for {WAITS_FOR[reason]}{until}: {pause.words}", key=key)
    for deadline in running_deadlines([case.id])[case.id]:
        deadline.paused_at = now
    db.session.flush()
    return pause


def resume_case(case: ProblemCase, *, words: str, actor: User, key: str = "") -> None:
    """Let the clock go on; what was due is due as much later as it stood still. Flushes."""
    pause = lasting_pause(case.id)
    if pause is None:
        raise Conflict("The clock of this case runs already.")
    now = utc_now()
    pause.ended_at, pause.ended_by_id = now, actor.id
    touch_case(case, actor, "resumed", f"The clock goes on. {words.strip()}".strip(), key=key)
    time, pauses = read_city_time(the_city(), now), pauses_of([case.id])[case.id]
    for deadline in running_deadlines([case.id])[case.id]:
        deadline.paused_at = None
        reckon(deadline, time, pauses)
    db.session.flush()


def look_at_case(case: ProblemCase, *, words: str, actor: User, key: str = "") -> None:
    """Say that somebody looked at the case and that it goes on as it is; the wait for the next look begins. Flushes."""
    if case.status is not CaseStatus.OPEN:
        raise Conflict(f"The case is {case.status.value}: nobody has to look at it.")
    touch_case(case, actor, "reviewed", f"Looked at it. {words.strip()}".strip(), key=key)


def extend_deadline(deadline: CaseDeadline, *, until: date, reason: str, actor: User, key: str = "") -> None:
    """Give more time: up to the close of a working day. Later pauses and holidays move that too. Flushes.

    Raises `Invalid` without a reason, for a day without working hours, one that is no later than now or due, and one
    that is more than a year off.
    """
    require_running(deadline)
    if not reason.strip():
        raise Invalid("Say why there is more time; the reason stays in the history.")
    city, now = the_city(), utc_now()
    time, pauses = read_city_time(city, now), pauses_of([deadline.case_id])[deadline.case_id]
    close = _close_of(until, now, time.calendar)
    if close <= max(deadline.due_at, now):
        raise Invalid("The new day is no later than what is due already, or past. Choose a later one.")
    still = [*time.still, *over(pauses)]
    more = working_time_between(deadline.due_at, close, time.calendar, still)
    if more <= ZERO:
        raise Invalid("Until then everything stands still. Choose a later day.")
    deadline.extra_minutes += more // timedelta(minutes=1)
    deadline.is_extended = True
    reckon(deadline, time, pauses)
    if deadline.escalated_at is not None and deadline.acknowledged_at is None:
        deadline.acknowledged_at, deadline.acknowledged_by_id = now, actor.id
        deadline.acknowledged_words = reason.strip()
    what = f"{ASKED[deadline.kind]} by {say_moment(deadline.due_at, now, time.calendar)} instead"
    touch_case(deadline.case, actor, "extended", f"{what}: {reason.strip()}", key=key)


def _close_of(day: date, now: datetime, calendar: WorkCalendar) -> datetime:
    today = local_date(now, calendar.zone)
    if day < today:
        raise Invalid("The new day is past. Choose a later one.")
    if day > today + FURTHEST:
        raise Invalid("That is more than a year from now. Look at the year.")
    close = end_of_work(day, calendar)
    if close is None:
        raise Invalid(f"Nobody works on {day:%a %-d %b %Y}. Choose a working day.")
    return close


def find_deadline(case: ProblemCase, deadline_id: int) -> CaseDeadline:
    """A deadline of this case; raises `NotFound`."""
    deadline = db.session.get(CaseDeadline, deadline_id)
    if deadline is None or deadline.case_id != case.id:
        raise NotFound("The case has no such deadline. Look at its deadlines as they stand now.")
    return deadline


def require_running(deadline: CaseDeadline) -> None:
    """Raise `Conflict` for a deadline that is met or no longer asked."""
    if not deadline.is_running:
        raise Conflict(f"«{ASKED[deadline.kind]}» is not asked any longer.")
