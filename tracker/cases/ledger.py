"""What the kernel needs of the database, family by family: new calls, loose calls, cases that may be joined, bans."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from ..calls.arriving import HAS_ARRIVED
from ..calls.models import ServiceRequest, ServiceType
from ..calls.public_days import PublicDays
from ..change_marks import MARKS, Marks
from ..clock import to_microseconds
from ..database import UTCDateTime
from ..extensions import db
from ..places.projection import cells_around
from .grouping import Bans, CallArrays, CaseArrays, CaseCode
from .models import CaseCall, CaseStatus, GroupingRule, LooseCall, ProblemCase
from .rules import RuleInForce

SINGLE_CALL_LIMIT = 50
"""Up to this many new calls only the cells around them are read; beyond it the whole family's window is."""


class CallRow(NamedTuple):
    """A call as the grouping sees it; `at` aware, position in decimetres."""

    id: int
    at: datetime
    source: str
    source_id: str
    x_dm: int
    y_dm: int
    weight: int
    address: str
    address_key: str


def in_order(row: CallRow) -> tuple[datetime, str, str]:
    """The order key, by which calls are taken."""
    return row.at, row.source, row.source_id


@dataclass(slots=True)
class Delivery:
    """Everything one run of the kernel needs for one family, and which row each array index stands for."""

    rows: list[CallRow]
    arrays: CallArrays
    cases: list[Any]
    case_arrays: CaseArrays
    bans: Bans


COUNTABLE = and_(
    ServiceRequest.x_dm.is_not(None),
    ServiceRequest.is_outside.is_(False),
    ServiceRequest.withdrawn_at.is_(None),
    ServiceType.is_confidential.is_(False),
    ServiceType.is_test.is_(False),
)
"""Which calls may join or open a case: placed, inside the city, not withdrawn, neither confidential nor a test."""

_ORDER = (ServiceRequest.requested_datetime, ServiceRequest.source, ServiceRequest.source_id)
_PINNED = select(CaseCall.call_id).where(CaseCall.unlinked_at.is_(None), CaseCall.call_id == ServiceRequest.id)
IS_NOT_GROUPED = or_(
    ServiceRequest.x_dm.is_(None),
    ServiceRequest.is_outside.is_(True),
    ServiceRequest.withdrawn_at.is_not(None),
    ServiceRequest.service_type_id.in_(
        select(ServiceType.id).where(or_(ServiceType.is_confidential.is_(True), ServiceType.is_test.is_(True)))
    ),
    _PINNED.exists(),
)
"""Which calls are taken without a look at others: those that are not countable, or have a link by a person's word.

Said of the row itself: PostgreSQL looks at that anew if somebody places the call while an UPDATE waits for it.
"""
_COLUMNS = (
    ServiceRequest.id, *_ORDER, ServiceRequest.x_dm, ServiceRequest.y_dm, ServiceRequest.weight,
    ServiceRequest.address, ServiceRequest.address_key,
)  # fmt: skip


def waiting(*columns: ColumnElement[Any] | InstrumentedAttribute[Any]) -> Select[*tuple[Any, ...]]:
    """Columns of the calls that are to be taken: not yet taken, countable, and without a pinned link."""
    return (
        select(*columns)
        .join(ServiceType, ServiceType.id == ServiceRequest.service_type_id)
        .where(ServiceRequest.is_taken.is_(False), COUNTABLE, ~_PINNED.exists())
    )


_WAS_LOOSE = select(LooseCall.call_id).where(LooseCall.call_id == ServiceRequest.id).exists().label("was_loose")


def untaken_calls(family_id: int) -> tuple[list[CallRow], list[int]]:
    """The family's calls that are not yet taken, in order key; and the ids of those among them that lie loose.

    Sorted here: asked for in an order by time, SQLite would walk through all calls of the family instead of those that
    wait.
    """
    query = waiting(*_COLUMNS, _WAS_LOOSE).where(ServiceType.family_id == family_id, HAS_ARRIVED)
    rows = db.session.connection().execute(query).all()  # no entities among them: past the ORM it takes half the time
    calls = [CallRow(*call) for *call, _ in rows]
    return sorted(calls, key=in_order), [row.id for row in rows if row.was_loose]


class NewCall(NamedTuple):
    """A call that waits to be taken, among few."""

    row: CallRow
    family_id: int
    counts: bool
    """Whether it is to be grouped; if not, it is only settled."""
    was_loose: bool


_UNTAKEN = (
    select(
        *_COLUMNS, ServiceType.family_id, and_(COUNTABLE, ~_PINNED.exists()).label("counts"),
        _WAS_LOOSE, *MARKS,
    )
    .join(ServiceType, ServiceType.id == ServiceRequest.service_type_id)
    .where(ServiceRequest.is_taken.is_(False))
)  # fmt: skip
_ONE = _UNTAKEN.where(ServiceRequest.id == bindparam("call"))
_FEW = (
    # In the order of the index of the few: else PostgreSQL, where it has no statistics yet, looks through all calls.
    _UNTAKEN.where(HAS_ARRIVED).order_by(ServiceRequest.service_type_id, ServiceRequest.id).limit(SINGLE_CALL_LIMIT + 1)
)


def few_untaken_calls() -> tuple[list[NewCall], Marks] | None:
    """All calls that are not yet taken, with the marks of this transaction in the same statement.

    None when there are more than a few; without calls the marks say nothing.
    """
    rows = db.session.connection().execute(_FEW).all()
    return _new_calls(rows) if len(rows) <= SINGLE_CALL_LIMIT else None


def untaken_call(call_id: int) -> tuple[list[NewCall], Marks]:
    """The same of one call: nothing when it is taken already."""
    return _new_calls(db.session.connection().execute(_ONE, {"call": call_id}).all())


def _new_calls(rows: Sequence[Any]) -> tuple[list[NewCall], Marks]:
    calls = [NewCall(CallRow._make(row[:-5]), row.family_id, row.counts, row.was_loose) for row in rows]
    marks: Any = rows[0][-2:] if rows else (None, None)
    return calls, marks


def load_delivery(family_id: int, rule: RuleInForce, new: list[CallRow], zone: ZoneInfo) -> Delivery:
    """Everything that new calls of a family can meet, as arrays."""
    loose = _loose_calls(family_id, rule, new)
    taken_ids = {row.id for row in loose}
    rows = sorted([*loose, *new], key=in_order)
    at_us = np.fromiter((to_microseconds(row.at) for row in rows), np.int64, len(rows))
    days = PublicDays(zone)
    arrays = CallArrays(
        at_us=at_us,
        x_dm=np.fromiter((row.x_dm for row in rows), np.int64, len(rows)),
        y_dm=np.fromiter((row.y_dm for row in rows), np.int64, len(rows)),
        weight=np.fromiter((row.weight for row in rows), np.int64, len(rows)),
        local_day=np.fromiter((days.of(row.at) for row in rows), np.int64, len(rows)),
        taken=np.fromiter((row.id in taken_ids for row in rows), np.bool_, len(rows)),
    )
    cases = _cases(family_id, rule, new)
    return Delivery(rows, arrays, cases, _case_arrays(cases), _bans(family_id, rows, cases, taken_ids))


def _span(new: list[CallRow], days: int) -> tuple[datetime, datetime]:
    margin = timedelta(days=days)
    return new[0].at - margin, new[-1].at + margin


_FAMILY_ID: BindParameter[int] = bindparam("family_id")
_FIRST, _LAST = (bindparam(name, type_=UTCDateTime()) for name in ("first", "last"))
_LOOSE = (
    select(*_COLUMNS)
    .join(LooseCall, LooseCall.call_id == ServiceRequest.id)
    .where(LooseCall.family_id == _FAMILY_ID, LooseCall.at >= _FIRST, LooseCall.at <= _LAST)
)
_JOINABLE = (
    select(
        ProblemCase.id, ProblemCase.status, ProblemCase.is_touched, ProblemCase.anchor_x_dm, ProblemCase.anchor_y_dm,
        ProblemCase.first_call_at, ProblemCase.last_call_at, ProblemCase.closed_at, ProblemCase.dismissed_at,
        ProblemCase.monitored_until, GroupingRule.radius_m, GroupingRule.window_days,
    )
    .join(GroupingRule, GroupingRule.id == ProblemCase.rule_id)
    .where(ProblemCase.family_id == _FAMILY_ID, ProblemCase.status != CaseStatus.MERGED)
    .where(
        or_(
            ProblemCase.is_touched.is_(True),
            and_(ProblemCase.last_call_at >= _FIRST, ProblemCase.first_call_at <= _LAST),
        )
    )
    .order_by(ProblemCase.id)
)  # fmt: skip
_CELLS: BindParameter[int] = bindparam("cells", expanding=True)
_LOOSE_NEAR = _LOOSE.where(LooseCall.cell.in_(_CELLS))
_JOINABLE_NEAR = _JOINABLE.where(ProblemCase.anchor_cell.in_(_CELLS))


def _loose_calls(family_id: int, rule: RuleInForce, new: list[CallRow]) -> list[CallRow]:
    given = _around(family_id, new, rule.measures.window_days, 2 * rule.measures.radius_m)
    query = _LOOSE_NEAR if "cells" in given else _LOOSE
    return [CallRow._make(row) for row in db.session.connection().execute(query, given)]


def _cases(family_id: int, rule: RuleInForce, new: list[CallRow]) -> list[Any]:
    """Cases of the family that a new call may join or be muted by, in opening order."""
    given = _around(family_id, new, rule.reach_days, rule.reach_m)
    return list(db.session.connection().execute(_JOINABLE_NEAR if "cells" in given else _JOINABLE, given))


def _around(family_id: int, new: list[CallRow], days: int, radius_m: int) -> dict[str, Any]:
    """What is asked for around new calls: within days of them, and of few of them also in the cells around."""
    first, last = _span(new, days)
    given: dict[str, Any] = {"family_id": family_id, "first": first, "last": last}
    if len(new) <= SINGLE_CALL_LIMIT:
        given["cells"] = sorted({cell for row in new for cell in cells_around(row.x_dm, row.y_dm, 10 * radius_m)})
    return given


def _case_arrays(cases: list[Any]) -> CaseArrays:
    def column(values: Iterable[int]) -> np.ndarray[Any, np.dtype[np.int64]]:
        return np.fromiter(values, np.int64, len(cases))

    return CaseArrays(
        x_dm=column(c.anchor_x_dm for c in cases),
        y_dm=column(c.anchor_y_dm for c in cases),
        radius_m=column(c.radius_m for c in cases),
        window_days=column(c.window_days for c in cases),
        first_at_us=column(_microseconds(c.first_call_at, 1) for c in cases),
        last_at_us=column(_microseconds(c.last_call_at, 0) for c in cases),
        status=np.fromiter((_code(c) for c in cases), np.int8, len(cases)),
        decided_at_us=column(_microseconds(_decided_at(c), 0) for c in cases),
        monitored_until_us=column(_microseconds(c.monitored_until, 0) for c in cases),
    )


def _microseconds(instant: datetime | None, missing: int) -> int:
    """A case without positive calls gets first 1 and last 0: first later than last means no window."""
    return missing if instant is None else to_microseconds(instant)


def _decided_at(case: Any) -> datetime | None:
    at: datetime | None = case.dismissed_at if case.status is CaseStatus.DISMISSED else case.closed_at
    return at


def _code(case: Any) -> CaseCode:
    if case.status is CaseStatus.CLOSED:
        return CaseCode.CLOSED
    if case.status is CaseStatus.DISMISSED:
        return CaseCode.DISMISSED
    return CaseCode.WORKED_ON if case.is_touched else CaseCode.OPEN


_REMOVED = (
    select(CaseCall.call_id, CaseCall.case_id)
    .join(ServiceRequest, ServiceRequest.id == CaseCall.call_id)
    .join(ServiceType, ServiceType.id == ServiceRequest.service_type_id)
    .where(CaseCall.unlinked_by_id.is_not(None), ServiceRequest.is_taken.is_(False))
    .where(ServiceType.family_id == _FAMILY_ID)
)


def _bans(family_id: int, rows: list[CallRow], cases: list[Any], taken_ids: set[int]) -> Bans:
    """Which new calls a person has removed from which of these cases."""
    case_at = {case.id: index for index, case in enumerate(cases)}
    call_at = {row.id: index for index, row in enumerate(rows) if row.id not in taken_ids}
    asked = db.session.connection().execute(_REMOVED, {"family_id": family_id}) if cases else ()
    pairs = [
        (call_at[call_id], case_at[case_id])
        for call_id, case_id in asked
        if call_id in call_at and case_id in case_at
    ]
    columns = np.array(sorted(set(pairs)), dtype=np.int64).reshape(-1, 2)
    return Bans(call=columns[:, 0].copy(), case=columns[:, 1].copy())
