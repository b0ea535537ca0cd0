"""The few cases around a place that a new call may belong to, by bounded look-ups in indexes."""

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Executable,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    func,
    or_,
    select,
)  # fmt: skip

from ...calls.models import Family, ServiceRequest, ServiceType
from ...extensions import db
from ...places.projection import cells_around
from ..alive import rules_by_window
from ..grouping import CaseCode
from ..models import CaseCall, CaseStatus, GroupingRule, ProblemCase
from .evidence import CallAsked, CallSeen, CaseSeen

REACH_M = 250
"""Cases whose anchor lies farther away are not looked at: every rule's radius, and a block beyond it."""
MOST_CASES, MOST_CALLS = 8, 12
"""The nearest cases that are looked into, and the newest calls of each that are read."""


Windows = tuple[tuple[timedelta, tuple[int, ...]], ...]
"""The rules' ids by their windows."""


def find_candidates(asked: CallAsked) -> list[CaseSeen]:
    """The joinable cases around the call: those of its family first, the caller's last one too, then by distance."""
    last_case = _case_of_last_call(asked)
    rows = _nearest_cases(asked, last_case)
    calls = _newest_calls([row.id for row in rows]) if rows else {}
    return [
        replace(_case_seen(row), calls=tuple(calls.get(row.id, ())), has_callers_last=row.id == last_case)
        for row in rows
    ]


def _execute(query: Executable, values: dict[str, Any]) -> Any:
    """Past the ORM: no entities are read here, and an aide is waiting."""
    return db.session.connection().execute(query, values)


_LAST_CALL = (
    select(ServiceRequest.id)
    .where(ServiceRequest.caller_id == bindparam("caller_id"), ServiceRequest.requested_datetime <= bindparam("at"))
    .order_by(ServiceRequest.requested_datetime.desc(), ServiceRequest.id.desc())
    .limit(1)
)
_LAST_CASE = select(CaseCall.case_id).where(
    CaseCall.call_id == _LAST_CALL.scalar_subquery(), CaseCall.unlinked_at.is_(None)
)


def _case_of_last_call(asked: CallAsked) -> int | None:
    """The case that the caller's last call is in, if it is in one."""
    if asked.caller_id is None:
        return None
    found: int | None = _execute(_LAST_CASE, {"caller_id": asked.caller_id, "at": asked.at}).scalar()
    return found


def _nearest_cases(asked: CallAsked, last_case: int | None) -> list[Any]:
    windows = tuple((window, tuple(ids)) for window, ids in rules_by_window())
    limits = {f"earliest_{n}": asked.at - window for n, (window, _) in enumerate(windows)}
    limits |= {f"latest_{n}": asked.at + window for n, (window, _) in enumerate(windows)}
    cells = cells_around(asked.x_dm, asked.y_dm, 10 * REACH_M)
    place = {"x": asked.x_dm, "y": asked.y_dm, "cells": cells, "at": asked.at}
    values = {**place, **limits, "family_id": asked.family_id, "last_case": last_case}
    return list(_execute(_nearest_query(windows), values))


@lru_cache(maxsize=8)
def _nearest_query(windows: Windows) -> Select[*tuple[Any, ...]]:
    """The query for one set of rules; putting it together takes longer than answering it, so it is kept."""
    dx = cast(ProblemCase.anchor_x_dm, BigInteger) - bindparam("x", type_=BigInteger)
    dy = cast(ProblemCase.anchor_y_dm, BigInteger) - bindparam("y", type_=BigInteger)
    distance = dx * dx + dy * dy
    wanted = ProblemCase.family_id == bindparam("family_id", type_=Integer)
    last = ProblemCase.id == bindparam("last_case", type_=BigInteger)
    return (
        select(
            ProblemCase.id, ProblemCase.public_id, ProblemCase.address, ProblemCase.family_id,
            Family.name.label("family_name"), ProblemCase.status, ProblemCase.is_touched, ProblemCase.anchor_x_dm,
            ProblemCase.anchor_y_dm, ProblemCase.last_call_at, GroupingRule.radius_m, GroupingRule.window_days,
        )
        .join(GroupingRule, GroupingRule.id == ProblemCase.rule_id)
        .join(Family, Family.id == ProblemCase.family_id)
        .where(ProblemCase.anchor_cell.in_(bindparam("cells", expanding=True)))
        .where(distance <= (10 * REACH_M) ** 2, _joinable(windows))
        .order_by(case((wanted, 0), (last, 0), else_=1), distance, ProblemCase.id)
        .limit(MOST_CASES)
    )  # fmt: skip


def _joinable(windows: Windows) -> ColumnElement[bool]:
    """What a call of the instant `at` may join: open and alive or worked on, or closed and still watched."""
    fresh = [
        and_(
            ProblemCase.rule_id.in_(ids),
            ProblemCase.first_call_at <= bindparam(f"latest_{n}"),
            ProblemCase.last_call_at >= bindparam(f"earliest_{n}"),
        )
        for n, (_, ids) in enumerate(windows)
    ]
    status = func.trim(ProblemCase.status)  # no index on the status may tempt SQLite away from the one on the place
    return or_(
        and_(status == CaseStatus.OPEN.value, or_(ProblemCase.is_touched.is_(True), *fresh)),
        and_(status == CaseStatus.CLOSED.value, ProblemCase.monitored_until > bindparam("at")),
    )


_RANK = func.row_number().over(partition_by=CaseCall.case_id, order_by=CaseCall.id.desc())
_RANKED = (
    select(CaseCall.case_id, CaseCall.call_id, _RANK.label("rank"))
    .where(CaseCall.case_id.in_(bindparam("case_ids", expanding=True)), CaseCall.unlinked_at.is_(None))
    .subquery()
)
_NEWEST_CALLS = (
    select(
        _RANKED.c.case_id, ServiceRequest.x_dm, ServiceRequest.y_dm, ServiceRequest.address_key,
        ServiceRequest.unit, ServiceType.family_id, ServiceRequest.caller_id, ServiceRequest.description,
    )
    .join(ServiceRequest, ServiceRequest.id == _RANKED.c.call_id)
    .join(ServiceType, ServiceType.id == ServiceRequest.service_type_id)
    .where(_RANKED.c.rank <= MOST_CALLS)
)  # fmt: skip


def _newest_calls(case_ids: list[int]) -> dict[int, list[CallSeen]]:
    found: dict[int, list[CallSeen]] = defaultdict(list)
    for case_id, *columns in _execute(_NEWEST_CALLS, {"case_ids": case_ids}):
        found[case_id].append(CallSeen(*columns))
    return found


def _case_seen(row: Any) -> CaseSeen:
    code = CaseCode.CLOSED if row.status is CaseStatus.CLOSED else CaseCode.OPEN
    return CaseSeen(
        id=row.id,
        public_id=row.public_id,
        address=row.address,
        family_id=row.family_id,
        family_name=row.family_name,
        code=CaseCode.WORKED_ON if code is CaseCode.OPEN and row.is_touched else code,
        x_dm=row.anchor_x_dm,
        y_dm=row.anchor_y_dm,
        radius_m=row.radius_m,
        window_days=row.window_days,
        last_call_at=row.last_call_at,
    )
