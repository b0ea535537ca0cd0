"""The rule itself, compiled: takes calls one by one, in order, and makes cases of them."""

from __future__ import annotations

from tracker.cases.grouping.arrays import MUTED_CALL, Ints
from tracker.cases.grouping.cells import Cells
from tracker.cases.grouping.compiled import compiled, entry
from tracker.cases.grouping.joining import cover_cells, drop_past_cases, find_case, is_muted, join
from tracker.cases.grouping.opening import add_loose, find_anchor, open_case
from tracker.cases.grouping.tables import NONE, Calls, Cover, Loose, Outcome, Scratch, Terms


@entry
def take_calls(
    calls: Calls,
    cells: Cells,
    terms: Terms,
    bans: tuple[Ints, Ints],
    loose: Loose,
    cover: Cover,
    scratch: Scratch,
    outcome: Outcome,
    known: int,
) -> tuple[int, int]:
    """Take every new call; give the number of cases opened and of cases that recurred.

    The first `known` records of `outcome.cases` are the starting cases, listed in `cover`;
    `bans` are sorted by call.
    """
    opened, recurred, ban = 0, 0, 0
    _seat_taken(calls, cells, loose, cover, outcome)
    for call in range(calls.at.size):
        if calls.taken[call]:
            continue
        while ban < bans[0].size and bans[0][ban] < call:
            ban += 1
        at, cell = calls.at[call], cells.of_call[call]
        case = NONE
        if cover.heads[cell] != NONE:
            drop_past_cases(cover, outcome.cases, cell, at)
            case = find_case(calls, cover, outcome.cases, bans, ban, cell, call)
        if case != NONE:
            if join(calls, outcome, case, call):
                outcome.recurred[recurred], outcome.recurred_by[recurred] = case, call
                recurred += 1
        elif is_muted(calls, cover, outcome.cases, cell, call):
            outcome.case_of[call] = MUTED_CALL
        else:
            add_loose(calls, loose, cell, call)
            anchor = find_anchor(calls, cells, terms, loose, scratch, call)
            if anchor != NONE:
                case = known + opened
                outcome.opened_by[opened], outcome.anchor[opened] = call, anchor
                open_case(calls, cells, terms, loose, outcome, case, anchor, at)
                cover_cells(cells, cover, case, cells.of_call[anchor])
                opened += 1
    return opened, recurred


@compiled
def _seat_taken(calls: Calls, cells: Cells, loose: Loose, cover: Cover, outcome: Outcome) -> None:
    """Put the calls taken before where they lie, except those that a dismissal mutes."""
    for call in range(calls.at.size):
        if calls.taken[call]:
            cell = cells.of_call[call]
            if is_muted(calls, cover, outcome.cases, cell, call):
                outcome.case_of[call] = MUTED_CALL
            else:
                add_loose(calls, loose, cell, call)
