"""Step 2 of the rule, compiled: where loose calls lie so dense that a case opens.

Every list is cleared of what is too old when it is read, so that lists stay short.
"""

from __future__ import annotations

import numpy as np

from tracker.cases.grouping.cells import INNER_RUNS, RUNS, Cells
from tracker.cases.grouping.compiled import compiled
from tracker.cases.grouping.joining import stretch
from tracker.cases.grouping.tables import BITS, FREE, NONE, OPEN, USED, Calls, Lists, Loose, Outcome, Scratch, Terms

# For each five bits, the place of the lowest that is set.
LOWEST = np.array([0, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0, 4, 0, 1, 0, 2, 0, 1, 0, 3, 0, 1, 0, 2, 0, 1, 0])


@compiled
def add_loose(calls: Calls, loose: Loose, cell: int, call: int) -> int:
    """Put a call among the loose ones of its cell; give its node."""
    node = int(loose.counts[FREE])
    if node == NONE:
        node = int(loose.counts[USED])
        loose.counts[USED] += 1
    else:
        loose.counts[FREE] = loose.nodes[node]["next"]
    lists = loose.counted if calls.weight[call] > 0 else loose.weightless
    loose.nodes[node]["at"], loose.nodes[node]["weight"] = calls.at[call], calls.weight[call]
    loose.nodes[node]["x"], loose.nodes[node]["y"] = calls.x[call], calls.y[call]
    loose.nodes[node]["call"], loose.nodes[node]["next"] = call, lists.heads[cell]
    lists.heads[cell] = node
    lists.filled[cell // BITS] |= 1 << (cell % BITS)
    return node


@compiled
def _drop(loose: Loose, lists: Lists, cell: int, previous: int, node: int) -> None:
    """Take a node out of its list, whose node before it is `previous`."""
    after = loose.nodes[node]["next"]
    if previous != NONE:
        loose.nodes[previous]["next"] = after
    else:
        lists.heads[cell] = after
        if after == NONE:
            lists.filled[cell // BITS] &= ~(1 << (cell % BITS))
    loose.nodes[node]["next"] = loose.counts[FREE]
    loose.counts[FREE] = node


@compiled
def _filled(lists: Lists, first: int, end: int) -> int:
    """Give, as bits, which of at most five neighboring cells hold calls."""
    word = first // BITS
    pair = lists.filled[word] | lists.filled[word + 1] << BITS
    return int(pair >> (first % BITS) & ((1 << (end - first)) - 1))


@compiled
def find_anchor(calls: Calls, cells: Cells, terms: Terms, loose: Loose, scratch: Scratch, call: int) -> int:
    """Find the latest counted call at the site where a case opens, or NONE."""
    if calls.weight[call] == 0:
        return NONE
    near = _note_inner(calls, cells, terms, loose, scratch, call)
    if not _may_open(calls, terms, loose, scratch, near, call):
        return NONE
    near = _note_outer(calls, cells, terms, loose, scratch, near, call)
    if _weigh(loose, scratch, near) < terms.threshold:
        return NONE
    best = NONE
    for site in range(_weigh_sites(calls, terms, loose, scratch, near, call)):
        better = (
            best == NONE
            or scratch.weight[site] > scratch.weight[best]
            or (scratch.weight[site] == scratch.weight[best] and scratch.latest[site] > scratch.latest[best])
        )
        if better and _is_dense(calls, terms, loose, scratch, near, scratch.site[site]):
            best = site
    return NONE if best == NONE else int(scratch.latest[best])


@compiled
def _note_inner(calls: Calls, cells: Cells, terms: Terms, loose: Loose, scratch: Scratch, call: int) -> int:
    """Note the counted calls within 2R and W in the 3 x 3 cells about the call."""
    near, cell = 0, cells.of_call[call]
    for run in range(INNER_RUNS):
        first, end = cells.runs[cell, run, 0], cells.runs[cell, run, 1]
        near = _note_run(calls, terms, loose, scratch, near, call, first, end)
    return near


@compiled
def _note_outer(calls: Calls, cells: Cells, terms: Terms, loose: Loose, scratch: Scratch, near: int, call: int) -> int:
    """Note those in the 16 cells around the 3 x 3 as well."""
    cell = cells.of_call[call]
    for run in range(INNER_RUNS, RUNS):
        first, end = cells.runs[cell, run, 0], cells.runs[cell, run, 1]
        inner = run - INNER_RUNS - 1
        if 0 <= inner < INNER_RUNS:
            gap, past = cells.runs[cell, inner, 0], cells.runs[cell, inner, 1]
            near = _note_run(calls, terms, loose, scratch, near, call, first, gap)
            near = _note_run(calls, terms, loose, scratch, near, call, past, end)
        else:
            near = _note_run(calls, terms, loose, scratch, near, call, first, end)
    return near


@compiled
def _note_run(
    calls: Calls, terms: Terms, loose: Loose, scratch: Scratch, near: int, call: int, first: int, end: int
) -> int:
    """Note those in a run of cells, and forget what no later call can reach any more."""
    x, y, at = calls.x[call], calls.y[call], calls.at[call]
    filled = _filled(loose.counted, first, end)
    while filled:
        cell = first + LOWEST[filled]
        filled &= filled - 1
        previous, node = NONE, loose.counted.heads[cell]
        while node != NONE:
            after, its_at = loose.nodes[node]["next"], loose.nodes[node]["at"]
            if its_at < at - terms.window:
                _drop(loose, loose.counted, cell, previous, node)
            else:
                previous = node
                dx, dy = loose.nodes[node]["x"] - x, loose.nodes[node]["y"] - y
                if dx * dx + dy * dy <= 4 * terms.reach and its_at <= at + terms.window:
                    scratch.near[near] = node
                    near += 1
            node = after
    return near


@compiled
def _may_open(calls: Calls, terms: Terms, loose: Loose, scratch: Scratch, near: int, call: int) -> bool:
    """Whether the call's own site has the weight, or another site is within R: a quick way out."""
    weight = 0
    for j in range(near):
        node = scratch.near[j]
        dx, dy = loose.nodes[node]["x"] - calls.x[call], loose.nodes[node]["y"] - calls.y[call]
        if dx * dx + dy * dy <= terms.reach:
            weight += loose.nodes[node]["weight"]
            if weight >= terms.threshold or dx != 0 or dy != 0:
                return True
    return False


@compiled
def _weigh(loose: Loose, scratch: Scratch, near: int) -> int:
    weight = 0
    for j in range(near):
        weight += loose.nodes[scratch.near[j]]["weight"]
    return weight


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
            _link_disc(loose, loose.counted, terms, outcome, other, case, at)
            _link_disc(loose, loose.weightless, terms, outcome, other, case, at)


@compiled
def _link_disc(loose: Loose, lists: Lists, terms: Terms, outcome: Outcome, cell: int, case: int, at: int) -> None:
    """Link what lies in one cell of the disc, and forget what is too old on the way."""
    x, y = np.int64(outcome.cases[case]["x"]), np.int64(outcome.cases[case]["y"])
    previous, node = NONE, lists.heads[cell]
    while node != NONE:
        after = loose.nodes[node]["next"]
        its_at = loose.nodes[node]["at"]
        distance = (loose.nodes[node]["x"] - x) ** 2 + (loose.nodes[node]["y"] - y) ** 2
        too_old = its_at < at - terms.window
        if distance <= terms.reach and its_at <= at + terms.window and not too_old:
            outcome.case_of[loose.nodes[node]["call"]] = case
            if loose.nodes[node]["weight"] > 0:
                stretch(outcome.cases, case, its_at)
            _drop(loose, lists, cell, previous, node)
        elif too_old:
            _drop(loose, lists, cell, previous, node)
        else:
            previous = node
        node = after
