"""Step 2 of the rule, compiled: where loose calls lie so dense that a case opens.

Every list is cleared of what is too old when it is read, so that lists stay short.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from tracker.cases.grouping.cells import INNER_RUNS, RUNS, Cells
from tracker.cases.grouping.compiled import compiled
from tracker.cases.grouping.joining import stretch
from tracker.cases.grouping.tables import FREE, NONE, OPEN, USED, Calls, Loose, Outcome, Scratch, Terms


@compiled
def add_loose(calls: Calls, loose: Loose, cell: int, call: int) -> None:
    node = loose.counts[FREE]
    if node == NONE:
        node = loose.counts[USED]
        loose.counts[USED] += 1
    else:
        loose.counts[FREE] = loose.nodes[node]["next"]
    heads = loose.heads if calls.weight[call] > 0 else loose.weightless
    loose.nodes[node]["at"], loose.nodes[node]["weight"] = calls.at[call], calls.weight[call]
    loose.nodes[node]["x"], loose.nodes[node]["y"] = calls.x[call], calls.y[call]
    loose.nodes[node]["call"], loose.nodes[node]["next"] = call, heads[cell]
    heads[cell] = node


@compiled
def _drop_loose(loose: Loose, heads: NDArray[np.int32], cell: int, previous: int, node: int) -> None:
    after = loose.nodes[node]["next"]
    if previous == NONE:
        heads[cell] = after
    else:
        loose.nodes[previous]["next"] = after
    loose.nodes[node]["next"] = loose.counts[FREE]
    loose.counts[FREE] = node


@compiled
def _drop_older(loose: Loose, heads: NDArray[np.int32], cell: int, oldest: int) -> None:
    """Forget the loose calls of a cell that no later call can reach any more."""
    previous, node = NONE, heads[cell]
    while node != NONE:
        after = loose.nodes[node]["next"]
        if loose.nodes[node]["at"] < oldest:
            _drop_loose(loose, heads, cell, previous, node)
        else:
            previous = node
        node = after


@compiled
def find_anchor(calls: Calls, cells: Cells, terms: Terms, loose: Loose, scratch: Scratch, call: int) -> int:
    """Find the latest counted call at the site where a case opens, or NONE."""
    if calls.weight[call] == 0 or not _may_open(calls, cells, terms, loose, call):
        return NONE
    near = _gather(calls, cells, terms, loose, scratch, call)
    if near == 0:
        return NONE
    sites = _weigh_sites(calls, terms, loose, scratch, near, call)
    best = NONE
    for site in range(sites):
        better = (
            best == NONE
            or scratch.weight[site] > scratch.weight[best]
            or (scratch.weight[site] == scratch.weight[best] and scratch.latest[site] > scratch.latest[best])
        )
        if better and _is_dense(calls, terms, loose, scratch, near, scratch.site[site]):
            best = site
    return NONE if best == NONE else scratch.latest[best]


@compiled
def _may_open(calls: Calls, cells: Cells, terms: Terms, loose: Loose, call: int) -> bool:
    """Whether the call's own site has the weight, or another site is within R: a quick way out."""
    at, cell, weight = calls.at[call], cells.of_call[call], 0
    for run in range(INNER_RUNS):
        for other in range(cells.runs[cell, run, 0], cells.runs[cell, run, 1]):
            if loose.heads[other] != NONE:
                _drop_older(loose, loose.heads, other, at - terms.window)
                node = loose.heads[other]
                while node != NONE:
                    dx, dy = loose.nodes[node]["x"] - calls.x[call], loose.nodes[node]["y"] - calls.y[call]
                    if dx * dx + dy * dy <= terms.reach and loose.nodes[node]["at"] <= at + terms.window:
                        weight += loose.nodes[node]["weight"]
                        if weight >= terms.threshold or dx != 0 or dy != 0:
                            return True
                    node = loose.nodes[node]["next"]
    return False


@compiled
def _gather(calls: Calls, cells: Cells, terms: Terms, loose: Loose, scratch: Scratch, call: int) -> int:
    """Note the counted calls within 2R and within W; 0 if even together they lack the weight."""
    at, cell, weight, near = calls.at[call], cells.of_call[call], 0, 0
    for run in range(INNER_RUNS, RUNS):
        for other in range(cells.runs[cell, run, 0], cells.runs[cell, run, 1]):
            if loose.heads[other] != NONE:
                _drop_older(loose, loose.heads, other, at - terms.window)
                node = loose.heads[other]
                while node != NONE:
                    dx, dy = loose.nodes[node]["x"] - calls.x[call], loose.nodes[node]["y"] - calls.y[call]
                    if dx * dx + dy * dy <= 4 * terms.reach and loose.nodes[node]["at"] <= at + terms.window:
                        scratch.near[near] = node
                        near += 1
                        weight += loose.nodes[node]["weight"]
                    node = loose.nodes[node]["next"]
    return near if weight >= terms.threshold else 0


@compiled
def _weigh_sites(calls: Calls, terms: Terms, loose: Loose, scratch: Scratch, near: int, call: int) -> int:
    """Note each site within R of the call with its weight and its latest call."""
    sites = 0
    for j in range(near):
        node = scratch.near[j]
        x, y = loose.nodes[node]["x"], loose.nodes[node]["y"]
        if (x - calls.x[call]) ** 2 + (y - calls.y[call]) ** 2 > terms.reach:
            continue
        site = 0
        while site < sites:
            known = scratch.site[site]
            if loose.nodes[known]["x"] == x and loose.nodes[known]["y"] == y:
                break
            site += 1
        if site == sites:
            scratch.site[site], scratch.weight[site], scratch.latest[site] = node, 0, NONE
            sites += 1
        scratch.weight[site] += loose.nodes[node]["weight"]
        scratch.latest[site] = max(scratch.latest[site], loose.nodes[node]["call"])
    return sites


@compiled
def _is_dense(calls: Calls, terms: Terms, loose: Loose, scratch: Scratch, near: int, site: int) -> bool:
    """Whether the disc about a site, of the calls noted, reaches the weight and the dates."""
    x, y = np.int64(loose.nodes[site]["x"]), np.int64(loose.nodes[site]["y"])
    weight, days = 0, 0
    for j in range(near):
        node = scratch.near[j]
        if (loose.nodes[node]["x"] - x) ** 2 + (loose.nodes[node]["y"] - y) ** 2 <= terms.reach:
            weight += loose.nodes[node]["weight"]
            if days < terms.days:
                days = _count_day(scratch, days, calls.day[loose.nodes[node]["call"]])
            if weight >= terms.threshold and days >= terms.days:
                return True
    return False


@compiled
def _count_day(scratch: Scratch, days: int, day: int) -> int:
    for seen in range(days):
        if scratch.day[seen] == day:
            return days
    scratch.day[days] = day
    return days + 1


@compiled
def open_case(
    calls: Calls, cells: Cells, terms: Terms, loose: Loose, outcome: Outcome, case: int, anchor: int, at: int
) -> None:
    """Open a case at the anchor and link its disc."""
    record = outcome.cases[case]
    record["x"], record["y"] = calls.x[anchor], calls.y[anchor]
    record["reach"], record["radius"], record["window"] = terms.reach, terms.radius, terms.window
    record["first"], record["last"] = 0, -1
    record["decided"], record["monitored"], record["status"] = 0, 0, OPEN
    cell = cells.of_call[anchor]
    for run in range(INNER_RUNS):
        for other in range(cells.runs[cell, run, 0], cells.runs[cell, run, 1]):
            _link_disc(loose, loose.heads, terms, outcome, other, case, at)
            _link_disc(loose, loose.weightless, terms, outcome, other, case, at)


@compiled
def _link_disc(
    loose: Loose, heads: NDArray[np.int32], terms: Terms, outcome: Outcome, cell: int, case: int, at: int
) -> None:
    """Link what lies in one cell of the disc, and forget what is too old on the way."""
    _drop_older(loose, heads, cell, at - terms.window)
    x, y = np.int64(outcome.cases[case]["x"]), np.int64(outcome.cases[case]["y"])
    previous, node = NONE, heads[cell]
    while node != NONE:
        after = loose.nodes[node]["next"]
        distance = (loose.nodes[node]["x"] - x) ** 2 + (loose.nodes[node]["y"] - y) ** 2
        if distance <= terms.reach and loose.nodes[node]["at"] <= at + terms.window:
            outcome.case_of[loose.nodes[node]["call"]] = case
            if loose.nodes[node]["weight"] > 0:
                stretch(outcome.cases, case, loose.nodes[node]["at"])
            _drop_loose(loose, heads, cell, previous, node)
        else:
            previous = node
        node = after
