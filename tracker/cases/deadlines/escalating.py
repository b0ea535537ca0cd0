"""What passed by its grace is told to the supervisors, once; one of them answers for it."""

from collections.abc import Sequence

from sqlalchemy import or_, select
from sqlalchemy.orm import contains_eager

from ...clock import utc_now
from ...errors import Conflict, Invalid
from ...extensions import db
from ...places.city import find_city
from ...staff.log import append_log_rows
from ...staff.models import User
from ..models import CaseStatus, ProblemCase
from ..touching import touch_case
from .kinds import ASKED
from .models import CaseDeadline
from .pausing import require_running
from .reckoning import RUNS
from .wording import say_moment
from .working_calendar import read_city_time

PORTION = 200
UNANSWERED = (*RUNS, CaseDeadline.escalated_at.is_not(None), CaseDeadline.acknowledged_at.is_(None))


def escalate_late(limit: int = PORTION) -> int:
    """Tell of at most `limit` deadlines that have passed by their grace, in the log of their cases; returns how many.

    Each is told once. What an older calendar dates is reckoned first, what stands still is not told. Flushes.
    """
    city = find_city()
    if city is None:
        return 0
    now = utc_now()
    time = read_city_time(city, now)
    untold = (
        select(CaseDeadline)
        .join(ProblemCase, ProblemCase.id == CaseDeadline.case_id)
        .where(*RUNS, CaseDeadline.escalated_at.is_(None), CaseDeadline.escalate_at <= time.clock)
        .where(or_(CaseDeadline.paused_at.is_(None), CaseDeadline.escalate_at <= CaseDeadline.paused_at))
        .where(CaseDeadline.calendar_id >= time.version, ProblemCase.status == CaseStatus.OPEN)
        .order_by(CaseDeadline.escalate_at, CaseDeadline.id)
    )
    rows = db.session.scalars(untold.limit(limit).with_for_update(of=CaseDeadline, skip_locked=True)).all()
    for row in rows:
        row.escalated_at = now
    append_log_rows(
        {
            "subject_kind": "case", "subject_id": row.case_id, "verb": "escalated",
            "text": f"{ASKED[row.kind]}: was due by {say_moment(row.due_at, now, time.calendar)}. "
                    "The supervisors are told.",
            "data": {"deadline_id": row.id, "kind": row.kind.value},
        }
        for row in rows
    )  # fmt: skip
    db.session.flush()
    return len(rows)


def escalated_deadlines(limit: int) -> Sequence[CaseDeadline]:
    """What waits for a supervisor's answer, the latest first, with its case."""
    query = (
        select(CaseDeadline)
        .join(CaseDeadline.case)
        .options(contains_eager(CaseDeadline.case).joinedload(ProblemCase.family))
        .options(contains_eager(CaseDeadline.case).joinedload(ProblemCase.contact))
        .where(*UNANSWERED, ProblemCase.status == CaseStatus.OPEN)
        .order_by(CaseDeadline.due_at, CaseDeadline.id)
    )
    return db.session.scalars(query.limit(limit)).all()


def acknowledge_escalation(deadline: CaseDeadline, *, words: str, actor: User, key: str = "") -> None:
    """A supervisor says what she does about it; it is off the list of what waits for an answer. Flushes."""
    require_running(deadline)
    if deadline.escalated_at is None:
        raise Conflict("Nobody was told of it yet; there is nothing to answer.")
    if deadline.acknowledged_at is not None:
        raise Conflict("A supervisor has answered for it already. Look at what she wrote.")
    if not words.strip():
        raise Invalid("Say what you do about it; your words stay in the history.")
    deadline.acknowledged_at, deadline.acknowledged_by_id = utc_now(), actor.id
    deadline.acknowledged_words = words.strip()
    text = f"{ASKED[deadline.kind]}, late: {deadline.acknowledged_words}"
    touch_case(deadline.case, actor, "acknowledged", text, key=key)
