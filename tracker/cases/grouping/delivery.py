"""Takes one delivery of calls of one family: from plain arrays into the kernel and back."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.cases.grouping.arrays import (
    LOOSE_CALL,
    Bans,
    CallArrays,
    CaseArrays,
    Grouping,
    Ints,
    Rule,
    empty_cases,
)
from tracker.cases.grouping.cells import Cells, lay_cells
from tracker.cases.grouping.joining import list_starting_cases
from tracker.cases.grouping.kernel import take_calls
from tracker.cases.grouping.tables import (
    BITS,
    CASE,
    LOOSE_NODE,
    NONE,
    Calls,
    Cover,
    Lists,
    Loose,
    Outcome,
    Scratch,
    Terms,
)

DM_PER_M = 10
DAY_US = timedelta(days=1) // timedelta(microseconds=1)
FARTHEST_DM = 1 << 30  # more than twice around the earth; keeps squares of differences within 64 bits
MOST_CALLS = (1 << 31) - 1  # list nodes number calls with 32 bits
CELLS_OF_A_CASE = 9  # a case opened under the current rule reaches into its 3 x 3 cells
# The kernel's names for the columns of CaseArrays that it takes and gives unchanged.
PLAIN_COLUMNS = {
    "x": "x_dm",
    "y": "y_dm",
    "first": "first_at_us",
    "last": "last_at_us",
    "status": "status",
    "decided": "decided_at_us",
    "monitored": "monitored_until_us",
}


def group_calls(calls: CallArrays, cases: CaseArrays, rule: Rule, bans: Bans | None = None) -> Grouping:
    """Take the new calls in order and say which case each belongs to (design.md, section 3).

    `calls` are the new ones and the loose ones taken before, `cases` the starting cases of the
    same family in opening order, merged ones left out. Nothing given is written to.
    Raises ValueError for arrays of unequal length, calls out of order, negative weights and
    positions or radii beyond the earth.
    """
    columns = _read_calls(calls)
    records = _read_cases(cases)
    if columns.at.size == 0:
        return _write_result(_make_outcome(columns, records, 0), records.size, 0)
    terms = _read_rule(rule)
    cells = lay_cells(columns.x, columns.y, terms.radius)
    outcome = _make_outcome(columns, records, _most_openings(columns, rule))
    cover = _make_cover(cells, records, outcome.cases.size - records.size)
    counts = take_calls(
        columns,
        cells,
        terms,
        _sort_bans(bans),
        _make_loose(cells, columns.at.size),
        cover,
        _make_scratch(columns.at.size),
        outcome,
        records.size,
    )
    return _write_result(outcome, records.size + counts[0], counts[1])


def compile_kernel() -> None:
    """Compile what is not yet in the cache on disk, by taking one call; `make setup` runs this."""
    one = np.zeros(1, np.int64)
    group_calls(CallArrays(one, one, one, one, one, np.zeros(1, np.bool_)), empty_cases(), Rule(50, 14, 4))


def _int64(values: NDArray[Any]) -> Ints:
    """Give the one layout that the kernel is compiled for, copying only what has another."""
    return np.require(values, np.int64, ["C", "A", "W"])


def _read_calls(calls: CallArrays) -> Calls:
    columns = Calls(
        _int64(calls.at_us),
        _int64(calls.x_dm),
        _int64(calls.y_dm),
        _int64(calls.weight),
        _int64(calls.local_day),
        np.require(calls.taken, np.bool_, ["C", "A", "W"]),
    )
    if any(column.shape != (columns.at.size,) for column in columns):
        raise ValueError("The columns of the calls differ in length.")
    if columns.at.size > MOST_CALLS:
        raise ValueError(f"One delivery takes at most {MOST_CALLS:,} calls; cut it.")
    if np.any(columns.at[1:] < columns.at[:-1]):
        raise ValueError("The calls are not in order; sort them by order key.")
    if np.any(columns.weight < 0):
        raise ValueError("A call's weight is negative; use zero for calls that do not count.")
    _check_near_earth(columns.x, columns.y)
    return columns


def _check_near_earth(*columns: Ints) -> None:
    for column in columns:
        if column.size and (column.min() <= -FARTHEST_DM or column.max() >= FARTHEST_DM):
            raise ValueError("A position or radius lies beyond the earth; it should be in local decimetres.")


def _read_cases(cases: CaseArrays) -> NDArray[Any]:
    columns = [np.asarray(getattr(cases, field.name)) for field in fields(cases)]
    if any(column.shape != (cases.x_dm.size,) for column in columns):
        raise ValueError("The columns of the cases differ in length.")
    radius = _int64(cases.radius_m) * DM_PER_M
    _check_near_earth(_int64(cases.x_dm), _int64(cases.y_dm), radius)
    records = np.empty(radius.size, CASE)
    for name, column in PLAIN_COLUMNS.items():
        records[name] = getattr(cases, column)
    records["radius"], records["reach"] = radius, radius**2
    records["window"] = _int64(cases.window_days) * DAY_US
    return records


def _read_rule(rule: Rule) -> Terms:
    radius = rule.radius_m * DM_PER_M
    return Terms(radius**2, rule.window_days * DAY_US, radius, rule.threshold, rule.distinct_days)


def _sort_bans(bans: Bans | None) -> tuple[Ints, Ints]:
    if bans is None:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    order = np.argsort(bans.call, kind="stable")
    return _int64(bans.call[order]), _int64(bans.case[order])


def _most_openings(columns: Calls, rule: Rule) -> int:
    """Bound the cases that can open: each needs the threshold's weight, and a call of its own."""
    return int(min(columns.weight.sum() // rule.threshold, np.count_nonzero(~columns.taken)))


# The pools below are bounds: pages that are never written cost no memory.


def _make_outcome(columns: Calls, records: NDArray[Any], most_openings: int) -> Outcome:
    cases = np.empty(records.size + most_openings, CASE)
    cases[: records.size] = records
    return Outcome(
        np.full(columns.at.size, LOOSE_CALL, np.int64),
        np.zeros(columns.at.size, np.bool_),
        np.empty(most_openings, np.int64),
        np.empty(most_openings, np.int64),
        cases,
        np.empty(records.size, np.int64),
        np.empty(records.size, np.int64),
    )


def _make_cover(cells: Cells, records: NDArray[Any], most_openings: int) -> Cover:
    heads = np.full(cells.keys.size, NONE, np.int32)
    empty = Cover(heads, np.empty((0, 2), np.int32), np.array([NONE, 0]))
    entries = list_starting_cases(cells, empty, records, False)
    most = entries + most_openings * min(CELLS_OF_A_CASE, cells.keys.size)
    cover = empty._replace(nodes=np.empty((most, 2), np.int32))
    list_starting_cases(cells, cover, records, True)
    return cover


def _make_loose(cells: Cells, calls: int) -> Loose:
    return Loose(_make_lists(cells), _make_lists(cells), np.empty(calls, LOOSE_NODE), np.array([NONE, 0]))


def _make_lists(cells: Cells) -> Lists:
    return Lists(np.full(cells.keys.size, NONE, np.int32), np.zeros(cells.keys.size // BITS + 2, np.int64))


def _make_scratch(calls: int) -> Scratch:
    return Scratch(
        np.empty(calls, np.int32),
        np.empty(calls, np.int32),
        np.empty(calls, np.int64),
        np.empty(calls, np.int32),
        np.empty(calls, np.int64),
    )


def _write_result(outcome: Outcome, cases: int, recurred: int) -> Grouping:
    opened = cases - outcome.recurred.size
    return Grouping(
        case_of=outcome.case_of,
        joined=outcome.joined,
        opened_by=outcome.opened_by[:opened].copy(),
        anchor=outcome.anchor[:opened].copy(),
        cases=_write_cases(outcome.cases[:cases]),
        recurred=outcome.recurred[:recurred].copy(),
        recurred_by=outcome.recurred_by[:recurred].copy(),
    )


def _write_cases(records: NDArray[Any]) -> CaseArrays:
    plain = {column: records[name].astype(np.int64) for name, column in PLAIN_COLUMNS.items() if name != "status"}
    return CaseArrays(
        radius_m=records["radius"].astype(np.int64) // DM_PER_M,
        window_days=records["window"] // DAY_US,
        status=records["status"].astype(np.int8),
        **plain,
    )
