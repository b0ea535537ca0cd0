"""Writing down what the kernel found: opened cases, links, loose calls, recurrences, owners, the log."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
from sqlalchemy import delete, select, update

from ..batches import Same, insert_columns, insert_rows
from ..clock import from_microseconds
from ..extensions import db
from ..formatters import plural
from ..places.projection import cell_of
from ..staff.log import append_log_rows
from .assigning import Newcomer, assign_newcomers
from .following import follow_cases
from .grouping import LOOSE_CALL, Grouping
from .ledger import Delivery
from .models import CaseCall, CaseStatus, LooseCall, ProblemCase, SaraPhase
from .opening import open_cases
from .recounting import recount_cases
from .rules import RuleInForce

_IDS_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Recorded:
    """What was written for one family: links made, ids of the cases opened and of those that recurred."""

    linked: int
    opened: list[int]
    recurred: list[int]


def record_grouping(family_id: int, rule: RuleInForce, delivery: Delivery, grouping: Grouping) -> Recorded:
    """Write one family's result. Flushes."""
    opened = open_cases(family_id, rule, delivery, grouping)
    case_ids = [case.id for case in delivery.cases] + opened
    linked = _link_calls(rule, delivery, grouping, case_ids)
    _keep_loose(family_id, delivery, grouping)
    recurred = _reopen(delivery, grouping, case_ids)
    changed = sorted({case_ids[index] for index in np.unique(grouping.case_of).tolist() if index >= 0 and case_ids})
    priorities = recount_cases(changed) if linked else {}
    were_closed = {case.id for case in delivery.cases if case.status is CaseStatus.CLOSED}
    follow_cases(were_closed.intersection(changed))
    assign_newcomers(_newcomers(family_id, opened, priorities))
    _log(rule, grouping, case_ids, opened, len(delivery.cases))
    return Recorded(linked, opened, recurred)


def _link_calls(rule: RuleInForce, delivery: Delivery, grouping: Grouping, case_ids: Sequence[int]) -> int:
    linked = np.flatnonzero(grouping.case_of >= 0)
    if not len(linked):
        return 0
    case_of = grouping.case_of[linked]
    dx = delivery.arrays.x_dm[linked] - grouping.cases.x_dm[case_of]
    dy = delivery.arrays.y_dm[linked] - grouping.cases.y_dm[case_of]
    distances = np.round(np.hypot(dx, dy) / 10, 1).tolist()
    weights = Counter(case_of[~grouping.joined[linked]].tolist())
    rows = [
        {
            "case_id": case_ids[case],
            "call_id": delivery.rows[index].id,
            "rule_id": rule.id,
            "distance_m": distance,
            "reason": _reason(rule, bool(grouping.joined[index]), distance, weights[case]),
        }
        for index, case, distance in zip(linked.tolist(), case_of.tolist(), distances, strict=True)
    ]
    insert_rows(CaseCall.__table__, rows)
    return len(rows)


def _reason(rule: RuleInForce, joined: bool, distance: float, founders: int) -> str:
    if joined:
        return f"{distance:g} m from the anchor of a case that was alive then (rule version {rule.version})."
    return (
        f"One of {plural(founders, 'call')} within {rule.measures.radius_m} m of the anchor in "
        f"{rule.measures.window_days} days, which made it a case (rule version {rule.version})."
    )


def _keep_loose(family_id: int, delivery: Delivery, grouping: Grouping) -> None:
    """New loose calls are kept for later; those linked now, or muted by a dismissal, are forgotten."""
    taken = delivery.arrays.taken
    gone = np.flatnonzero(taken & (grouping.case_of != LOOSE_CALL)).tolist()
    ids = [delivery.rows[index].id for index in gone]
    for start in range(0, len(ids), _IDS_AT_ONCE):
        db.session.execute(delete(LooseCall).where(LooseCall.call_id.in_(ids[start : start + _IDS_AT_ONCE])))
    new = np.flatnonzero(~taken & (grouping.case_of == LOOSE_CALL))
    calls = [delivery.rows[index] for index in new.tolist()]
    columns = {
        "call_id": [call.id for call in calls],
        "family_id": Same(family_id),
        "at": [call.at for call in calls],
        "x_dm": [call.x_dm for call in calls],
        "y_dm": [call.y_dm for call in calls],
        "cell": [cell_of(call.x_dm, call.y_dm) for call in calls],
        "weight": [call.weight for call in calls],
        "local_day": delivery.arrays.local_day[new].tolist(),
    }
    insert_columns(LooseCall.__table__, columns)


def _reopen(delivery: Delivery, grouping: Grouping, case_ids: Sequence[int]) -> list[int]:
    """A call after closure and within monitoring: the case recurred."""
    calls = zip(grouping.recurred.tolist(), grouping.recurred_by.tolist(), strict=True)
    return reopen_cases([(case_ids[case], from_microseconds(int(delivery.arrays.at_us[call]))) for case, call in calls])


def reopen_cases(recurred: Sequence[tuple[int, datetime]]) -> list[int]:
    """Each case (its id) recurred at the instant of its call: it is open again, and its owner is told."""
    changes: list[dict[str, Any]] = [
        {
            "id": case_id, "status": CaseStatus.OPEN, "phase": SaraPhase.SCANNING, "recurred_at": at,
            "confirmed_at": None,
        }
        for case_id, at in recurred
    ]  # fmt: skip
    if changes:
        db.session.execute(update(ProblemCase), changes)
    append_log_rows(
        {
            "subject_kind": "case",
            "subject_id": change["id"],
            "verb": "recurred",
            "text": "A new call came after the case was closed and within its monitoring: it is open again.",
            "is_public": True,
        }
        for change in changes
    )
    return [change["id"] for change in changes]


def _newcomers(family_id: int, opened: list[int], priorities: dict[int, int]) -> list[Newcomer]:
    centers: dict[int, int | None] = {}
    for start in range(0, len(opened), _IDS_AT_ONCE):
        ids = opened[start : start + _IDS_AT_ONCE]
        query = select(ProblemCase.id, ProblemCase.center_id).where(ProblemCase.id.in_(ids))
        centers |= dict(db.session.execute(query).all())
    return [Newcomer(case_id, centers[case_id], family_id, priorities[case_id]) for case_id in opened]


def _log(rule: RuleInForce, grouping: Grouping, case_ids: Sequence[int], opened: list[int], starting: int) -> None:
    """One entry per opened case, one per case that calls joined."""
    founders = Counter(grouping.case_of[(grouping.case_of >= starting) & ~grouping.joined].tolist())
    joiners = Counter(grouping.case_of[grouping.joined].tolist())
    append_log_rows(
        {
            "subject_kind": "case",
            "subject_id": case_id,
            "verb": "opened",
            "text": f"Opened by rule version {rule.version}: {plural(founders[starting + number], 'call')} within "
            f"{rule.measures.radius_m} m in {rule.measures.window_days} days.",
            "is_public": True,
        }
        for number, case_id in enumerate(opened)
    )
    append_log_rows(
        {
            "subject_kind": "case",
            "subject_id": case_ids[case],
            "verb": "linked",
            "text": f"{plural(count, 'call')} joined by rule.",
        }
        for case, count in sorted(joiners.items())
    )
