"""Closing a case with its outcome, and confirming it once its watch has passed without a call."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update

from ..batches import CHUNK, in_chunks
from ..calls.as_of import as_of
from ..errors import Invalid
from ..extensions import db
from ..places.city import the_city
from ..staff.log import append_log_rows
from ..staff.models import User
from .following import follow_cases
from .models import CaseStatus, ClosingOutcome, ProblemCase, SaraPhase
from .open_work import end_open_work
from .touching import require_version, touch_case
from .turns import take_turns
from .workflow import require_step

MONITORING_DAYS = 90
OUTCOMES = {
    ClosingOutcome.SOLVED: "The calls have stopped",
    ClosingOutcome.REDUCED: "There are clearly fewer calls",
    ClosingOutcome.MOVED: "The problem has moved elsewhere",
    ClosingOutcome.UNCHANGED: "Nothing more can be done here",
}


def close_case(
    case: ProblemCase,
    *,
    outcome: str,
    actor: User,
    kind: ClosingOutcome = ClosingOutcome.SOLVED,
    seen_version: int | None = None,
    monitoring_days: int = MONITORING_DAYS,
    call_off: bool = False,
) -> None:
    """Close a case with its outcome; a call within the monitoring reopens it as recurred.

    Raises `Invalid` naming what is still open of it, unless `call_off` says that this is called off.
    """
    require_version(case, seen_version)
    require_step(case.status, CaseStatus.CLOSED)
    if not outcome.strip():
        raise Invalid("Say what came of it: what was done, and whether the calls stopped.")
    end_open_work(case, reason="The case is closed.", actor=actor, call_off=call_off)
    case.outcome, case.outcome_kind = outcome.strip(), kind
    case.status, case.phase = CaseStatus.CLOSED, SaraPhase.ASSESSMENT
    case.closed_at = as_of(the_city())
    case.monitored_until = case.closed_at + timedelta(days=monitoring_days)
    text = f"Closed ({OUTCOMES[kind].lower()}), watched for {monitoring_days} days. {case.outcome}"
    touch_case(case, actor, "closed", text)
    follow_cases([case.id])


def take_closing_back(case: ProblemCase) -> None:
    """Forget that the case was closed, watched and confirmed; the outcome stays to be read."""
    case.closed_at = case.monitored_until = case.confirmed_at = None


def confirm_watched(at: datetime, portion: int = CHUNK) -> Iterator[int]:
    """Confirm every closed case whose watch ended before `at`; yields how many after each portion, for a commit.

    Calls of its last day may still be on their way: intake takes them late and opens the case again all the same.
    """
    over = select(ProblemCase.id).where(*_watch_is_over(at)).order_by(ProblemCase.monitored_until, ProblemCase.id)
    for ids in in_chunks(list(db.session.scalars(over)), portion):
        yield _confirm(ids, at)


def _watch_is_over(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        ProblemCase.status == CaseStatus.CLOSED,
        ProblemCase.confirmed_at.is_(None),
        ProblemCase.monitored_until < at,
    )


def _confirm(ids: list[int], at: datetime) -> int:
    take_turns()  # a call that is just being taken may open one of them again
    # All is asked anew: meanwhile one may be closed a second time with a watch of its own, or another run was faster.
    still = select(ProblemCase.id).where(ProblemCase.id.in_(ids), *_watch_is_over(at))
    confirmed = list(db.session.scalars(still))
    db.session.execute(
        update(ProblemCase).where(ProblemCase.id.in_(confirmed)).values(confirmed_at=at),
        execution_options={"synchronize_session": False},
    )
    append_log_rows(
        {
            "subject_kind": "case",
            "subject_id": case_id,
            "verb": "confirmed",
            "text": "Its watch ended without a new call.",
            "is_public": True,
        }
        for case_id in confirmed
    )
    db.session.expire_all()
    return len(confirmed)
