"""A case's figures from its active links: span, count, weight, priority, whether the public may see it."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, bindparam, select

from ..batches import update_rows
from ..calls.models import Family, ServiceRequest, ServiceType
from ..extensions import db
from .models import CaseCall, GroupingRule, ProblemCase
from .priority import rate_case

_IDS_AT_ONCE = 500


def recount_cases(case_ids: Sequence[int]) -> dict[int, int]:
    """Refresh the figures of these cases from their active links; returns each one's priority. Flushes."""
    db.session.flush()
    priorities: dict[int, int] = {}
    for start in range(0, len(case_ids), _IDS_AT_ONCE):
        chunk = case_ids[start : start + _IDS_AT_ONCE]
        calls = _linked_calls(chunk)
        cases = db.session.connection().execute(_CASES, {"case_ids": chunk})
        changes = [_figures(case, calls[case.id]) for case in cases]
        update_rows(ProblemCase.__table__, changes)
        priorities |= {change["id"]: change["priority"] for change in changes}
    return priorities


_CASE_IDS: BindParameter[int] = bindparam("case_ids", expanding=True)
_CASES = (
    select(ProblemCase.id, GroupingRule.window_days, GroupingRule.threshold, Family.harm_weight)
    .join(GroupingRule, GroupingRule.id == ProblemCase.rule_id)
    .join(Family, Family.id == ProblemCase.family_id)
    .where(ProblemCase.id.in_(_CASE_IDS))
)
_LINKED = (
    select(CaseCall.case_id, ServiceRequest.requested_datetime, ServiceRequest.weight, ServiceType.is_public)
    .join(ServiceRequest, ServiceRequest.id == CaseCall.call_id)
    .join(ServiceType, ServiceType.id == ServiceRequest.service_type_id)
    .where(CaseCall.case_id.in_(_CASE_IDS), CaseCall.unlinked_at.is_(None))
)


def _linked_calls(case_ids: Sequence[int]) -> dict[int, list[tuple[datetime, int, bool]]]:
    calls: dict[int, list[tuple[datetime, int, bool]]] = defaultdict(list)
    for case_id, at, weight, is_public in db.session.connection().execute(_LINKED, {"case_ids": case_ids}):
        calls[case_id].append((at, weight, is_public))
    return calls


def _figures(case: Any, calls: list[tuple[datetime, int, bool]]) -> dict[str, Any]:
    weighty = [at for at, weight, _ in calls if weight > 0]
    weight = sum(weight for _, weight, _ in calls)
    priority = rate_case(weighty, weight, case.harm_weight, case.window_days)
    return {
        "id": case.id,
        "first_call_at": min(weighty, default=None),
        "last_call_at": max(weighty, default=None),
        "call_count": len(calls),
        "weight": weight,
        "is_below_threshold": weight < case.threshold,
        "priority": priority.level,
        "priority_score": priority.score,
        "priority_reason": priority.reason,
        "is_public": bool(calls) and all(is_public for _, _, is_public in calls),
    }
