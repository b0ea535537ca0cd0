"""Which cases are alive at an instant; «lapsed» is derived from it and never stored."""

from collections import defaultdict
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from ..change_marks import Kept, current_marks
from ..extensions import db
from .models import CaseStatus, GroupingRule, ProblemCase

NOT_DISMISSED = ProblemCase.status != CaseStatus.DISMISSED
"""Cases of which something may still be to be done: what was open of a dismissed one, nobody has to do."""


def is_alive(case: ProblemCase, instant: datetime) -> bool:
    """Whether a case is open and its last call lies within its rule's window before `instant`, or it is worked on."""
    if case.status is not CaseStatus.OPEN:
        return False
    window = timedelta(days=case.rule.window_days)
    return case.is_touched or (case.last_call_at is not None and case.last_call_at >= instant - window)


def alive_at(instant: datetime) -> ColumnElement[bool]:
    """The same as a condition: one comparison per window in use, because engines reckon with dates differently."""
    fresh = [
        and_(ProblemCase.rule_id.in_(ids), ProblemCase.last_call_at >= instant - window)
        for window, ids in rules_by_window()
    ]
    return and_(ProblemCase.status == CaseStatus.OPEN, or_(ProblemCase.is_touched.is_(True), *fresh))


def lapsed_at(instant: datetime) -> ColumnElement[bool]:
    """Open, but neither worked on nor called about within its window; a case that never had a call counts as lapsed."""
    stale = [
        and_(ProblemCase.rule_id.in_(ids), ProblemCase.last_call_at < instant - window)
        for window, ids in rules_by_window()
    ]
    return and_(
        ProblemCase.status == CaseStatus.OPEN,
        ProblemCase.is_touched.is_(False),
        or_(ProblemCase.last_call_at.is_(None), *stale),
    )


def rules_by_window() -> list[tuple[timedelta, list[int]]]:
    """The ids of the rules by their window, shortest first."""
    return _kept.get(current_marks())


def _read_windows() -> list[tuple[timedelta, list[int]]]:
    rules: dict[int, list[int]] = defaultdict(list)
    for rule_id, days in db.session.execute(select(GroupingRule.id, GroupingRule.window_days)):
        rules[days].append(rule_id)
    return [(timedelta(days=days), ids) for days, ids in sorted(rules.items())]


_kept = Kept(_read_windows)
