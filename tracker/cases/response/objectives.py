"""Objectives of a case: what is to be reached by when, and whether it was."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from ...calls.models import ServiceRequest
from ...clock import utc_now
from ...errors import Conflict, Invalid, NotFound
from ...extensions import db
from ...staff.models import User
from ..models import CaseCall, ProblemCase
from ..touching import touch_case
from .conditions import check_day, require_workable
from .models import CaseObjective, Verdict

SHOWN = 100
MONTH = timedelta(days=30)
"""What «a month» of an objective is."""


def set_objective(
    case: ProblemCase, *, aim: str, due_on: date, actor: User, most_calls: int | None = None, key: str = ""
) -> CaseObjective:
    """Say what is to be reached by the end of `due_on`; `most_calls` measures it in linked calls within 30 days.

    Without words of its own an objective that is measured in calls says itself.
    """
    require_workable(case)
    check_day(due_on)
    aim = aim.strip() or ("" if most_calls is None else _say_most(most_calls))
    if not aim:
        raise Invalid("Say what is to be reached, or how many calls a month are not to be passed.")
    objective = CaseObjective(
        case_id=case.id, aim=aim, most_calls=most_calls, due_on=due_on, created_by_id=actor.id
    )  # fmt: skip
    db.session.add(objective)
    touch_case(case, actor, "objective_set", f"Objective by {due_on:%-d %b %Y}: {aim}", key=key)
    db.session.flush()
    return objective


def judge_objective(objective: CaseObjective, *, verdict: Verdict, words: str, actor: User, key: str = "") -> None:
    """Say whether it was reached, or that it is dropped, and how one knows."""
    if not objective.is_open:
        raise Conflict(f"This objective is {objective.verdict.label if objective.verdict else 'judged'} already.")
    if not words.strip():
        raise Invalid("Say how you know, in a sentence; it stays in the history.")
    objective.verdict, objective.words = verdict, words.strip()
    objective.judged_at, objective.judged_by_id = utc_now(), actor.id
    text = f"Objective {verdict.label}: {objective.aim} {objective.words}"
    touch_case(objective.case, actor, "objective_judged", text, key=key)


def find_objective(case: ProblemCase, objective_id: int) -> CaseObjective:
    """An objective of this case, as it stands now; raises `NotFound`."""
    objective = db.session.get(CaseObjective, objective_id, populate_existing=True)
    if objective is None or objective.case_id != case.id:
        raise NotFound("The case has no such objective. Look at its response as it stands now.")
    return objective


def objectives_of(case_id: int) -> Sequence[CaseObjective]:
    """The objectives of a case: open ones first, the earliest due first."""
    query = select(CaseObjective).where(CaseObjective.case_id == case_id)
    order = (CaseObjective.verdict.is_not(None), CaseObjective.due_on, CaseObjective.id)
    return db.session.scalars(query.order_by(*order).limit(SHOWN)).all()


def count_month(case_id: int, until: datetime) -> int:
    """The calls linked to the case that came within the 30 days before `until`."""
    query = (
        select(func.count())
        .select_from(CaseCall)
        .join(CaseCall.call)
        .where(CaseCall.case_id == case_id, CaseCall.unlinked_at.is_(None))
        .where(ServiceRequest.requested_datetime > until - MONTH, ServiceRequest.requested_datetime <= until)
    )
    return db.session.scalar(query) or 0


def _say_most(calls: int) -> str:
    return "No calls within a month." if calls == 0 else f"No more than {calls} calls within a month."
