"""Step 1 of the rule, compiled: which case a call joins, and what dismissals mute.

Cases are listed in every cell that their radius reaches, so a call reads its own cell only.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from tracker.cases.grouping.arrays import Ints
from tracker.cases.grouping.cells import INNER_RUNS, MARGIN, Cells
from tracker.cases.grouping.compiled import compiled, entry
from tracker.cases.grouping.tables import CLOSED, DISMISSED, FREE, NONE, OPEN, USED, WORKED_ON, Calls, Cover, Outcome


@compiled
def find_case(
    calls: Calls, cover: Cover, cases: NDArray[Any], bans: tuple[Ints, Ints], ban: int, cell: int, call: int
) -> int:
    """Find the joinable case with the nearest anchor, of equals the one opened first, or NONE."""
    best, nearest = NONE, 0
    node = cover.heads[cell]
    while node != NONE:
        case = cover.nodes[node, 0]
        distance = _square_distance(calls, cases, case, call)
        if distance <= cases[case]["reach"] and _is_joinable(cases, case, calls.at[call]):
            better = best == NONE or distance < nearest or (distance == nearest and case < best)
            if better and not _is_banned(bans, ban, call, case):
                best, nearest = case, distance
        node = cover.nodes[node, 1]
    return best


@compiled
def _square_distance(calls: Calls, cases: NDArray[Any], case: int, call: int) -> int:
    dx = calls.x[call] - np.int64(cases[case]["x"])
    dy = calls.y[call] - np.int64(cases[case]["y"])
    return int(dx * dx + dy * dy)


@compiled
def _is_joinable(cases: NDArray[Any], case: int, at: int) -> bool:
    status, first, last = cases[case]["status"], cases[case]["first"], cases[case]["last"]
    if status == OPEN:
        window = cases[case]["window"]
        return bool(first <= last and first - window <= at <= last + window)
    return bool(status == WORKED_ON or (status == CLOSED and at < cases[case]["monitored"]))


@compiled
def _is_banned(bans: tuple[Ints, Ints], ban: int, call: int, case: int) -> bool:
    """Whether the pair is among the bans, of which those of `call` begin at `ban`."""
    while ban < bans[0].size and bans[0][ban] == call:
        if bans[1][ban] == case:
            return True
        ban += 1
    return False


@compiled
def is_muted(calls: Calls, cover: Cover, cases: NDArray[Any], cell: int, call: int) -> bool:
    """Whether the call lies in the reach of a dismissed case and not after its dismissal."""
    node = cover.heads[cell]
    while node != NONE:
        case = cover.nodes[node, 0]
        muting = cases[case]["status"] == DISMISSED and calls.at[call] <= cases[case]["decided"]
        if muting and _square_distance(calls, cases, case, call) <= cases[case]["reach"]:
            return True
        node = cover.nodes[node, 1]
    return False


@compiled
def join(calls: Calls, outcome: Outcome, case: int, call: int) -> bool:
    """Link the call; reopen a closed case if the call is later than its closure, and say so."""
    outcome.case_of[call], outcome.joined[call] = case, True
    if calls.weight[call] > 0:
        stretch(outcome.cases, case, calls.at[call])
    recurs = bool(outcome.cases[case]["status"] == CLOSED and calls.at[call] > outcome.cases[case]["decided"])
    if recurs:
        outcome.cases[case]["status"] = WORKED_ON
    return recurs


@compiled
def stretch(cases: NDArray[Any], case: int, at: int) -> None:
    """Let the case's window reach the instant; first later than last is no window yet."""
    first, last = cases[case]["first"], cases[case]["last"]
    cases[case]["first"] = at if first > last else min(first, at)
    cases[case]["last"] = at if first > last else max(last, at)


@compiled
def drop_past_cases(cover: Cover, cases: NDArray[Any], cell: int, at: int) -> None:
    """Take out the cases that mean nothing to calls from `at` on."""
    previous, node = NONE, cover.heads[cell]
    while node != NONE:
        case, after = cover.nodes[node, 0], cover.nodes[node, 1]
        if not _is_past(cases, case, at):
            previous = node
        else:
            if previous == NONE:
                cover.heads[cell] = after
            else:
                cover.nodes[previous, 1] = after
            cover.nodes[node, 1] = cover.counts[FREE]
            cover.counts[FREE] = node
        node = after


@compiled
def _is_past(cases: NDArray[Any], case: int, at: int) -> bool:
    status, first, last = cases[case]["status"], cases[case]["first"], cases[case]["last"]
    if status == OPEN:
        return bool(first > last or at > last + cases[case]["window"])
    if status == CLOSED:
        return bool(at >= cases[case]["monitored"])
    return bool(status == DISMISSED and at > cases[case]["decided"])


@compiled
def cover_cells(cells: Cells, cover: Cover, case: int, cell: int) -> None:
    """List a case opened in `cell` under the rule that the cells were cut for."""
    for run in range(INNER_RUNS):
        _cover_run(cover, case, cells.runs[cell, run, 0], cells.runs[cell, run, 1])


@compiled
def _cover_run(cover: Cover, case: int, first: int, end: int) -> None:
    for cell in range(first, end):
        node = cover.counts[FREE]
        if node == NONE:
            node = cover.counts[USED]
            cover.counts[USED] += 1
        else:
            cover.counts[FREE] = cover.nodes[node, 1]
        cover.nodes[node, 0], cover.nodes[node, 1] = case, cover.heads[cell]
        cover.heads[cell] = node


@entry
def list_starting_cases(cells: Cells, cover: Cover, cases: NDArray[Any], write: bool) -> int:
    """List cases, whatever their radius, in the cells they reach; give the number of entries.

    With `write` false it only counts, so that room can be made.
    """
    entries = 0
    for case in range(cases.size):
        x, y, radius = int(cases[case]["x"]), int(cases[case]["y"]), int(cases[case]["radius"])
        lowest = max((y - radius - cells.bottom) // cells.side, 0)
        highest = min((y + radius - cells.bottom) // cells.side, int(cells.keys[-1]) // cells.stride)
        left = max((x - radius - cells.left) // cells.side, -MARGIN) + MARGIN
        right = min((x + radius - cells.left) // cells.side + MARGIN, cells.stride - 1)
        for row in range(lowest, highest + 1):
            first = int(np.searchsorted(cells.keys, row * cells.stride + left))
            end = int(np.searchsorted(cells.keys, row * cells.stride + right, side="right"))
            entries += len(range(first, end))
            if write:
                _cover_run(cover, case, first, end)
    return entries
