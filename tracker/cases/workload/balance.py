"""How the load of a team could be evened out: which cases would go from whom to whom, and why. Pure.

It only proposes: a supervisor agrees to each move, or to none.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

MOST_MOVES = 20


@dataclass(frozen=True, slots=True)
class Carrier:
    """A contact as the balance sees her. `families` empty: all."""

    contact_id: int
    name: str
    load: int
    families: frozenset[int]
    is_away: bool = False


@dataclass(frozen=True, slots=True)
class Movable:
    """A case that could change hands: `weight` is what it adds to a load, `is_begun` whether its owner has begun."""

    case_id: int
    contact_id: int
    family_id: int
    weight: int
    is_begun: bool


@dataclass(frozen=True, slots=True)
class Move:
    """One proposed move, and why."""

    case_id: int
    from_id: int
    to_id: int
    reason: str


def suggest_moves(carriers: Sequence[Carrier], cases: Sequence[Movable], most: int = MOST_MOVES) -> list[Move]:
    """Moves that bring the heaviest load down, one after the other, each making the team more even than before.

    From whoever carries most to whoever of those present carries least and handles the family; a case whose owner has
    not begun goes first, then the one that brings the two closest. A move is proposed only if it lessens the
    difference, so no case would go back, and the proposals end by themselves.
    """
    team = {one.contact_id: one for one in carriers}
    left = {case.case_id: case for case in cases if case.contact_id in team}
    moves: list[Move] = []
    while len(moves) < most and (move := _next_move(team, list(left.values()))) is not None:
        case = left.pop(move.case_id)
        for contact_id, change in ((move.from_id, -case.weight), (move.to_id, case.weight)):
            team[contact_id] = replace(team[contact_id], load=team[contact_id].load + change)
        moves.append(move)
    return moves


def _next_move(team: dict[int, Carrier], cases: Sequence[Movable]) -> Move | None:
    for giver in sorted(team.values(), key=lambda one: (-one.load, one.contact_id)):
        options = [
            (case.is_begun, taker.load, abs(giver.load - taker.load - 2 * case.weight), case.case_id, taker, case)
            for case in cases
            if case.contact_id == giver.contact_id
            for taker in team.values()
            if _may_take(taker, giver, case)
        ]
        if options:
            *_, taker, case = min(options, key=lambda option: option[:4])
            return Move(case.case_id, giver.contact_id, taker.contact_id, _why(giver, taker, case))
    return None


def _may_take(taker: Carrier, giver: Carrier, case: Movable) -> bool:
    """Whether she is another, here, handles the family, and would still carry less than the giver does now."""
    is_able = not taker.families or case.family_id in taker.families
    return (
        taker.contact_id != giver.contact_id and not taker.is_away and is_able
        and taker.load + case.weight < giver.load
    )  # fmt: skip


def _why(giver: Carrier, taker: Carrier, case: Movable) -> str:
    begun = "" if case.is_begun else f" {giver.name} has not begun with it."
    return (
        f"{giver.name} carries {giver.load}, {taker.name} {taker.load}; afterwards {giver.load - case.weight} and "
        f"{taker.load + case.weight}.{begun}"
    )
