"""Evening out: every proposed move makes a team more even, and goes to somebody who may take it."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.cases.workload.balance import Carrier, Movable, suggest_moves

FAMILIES = st.frozensets(st.integers(1, 3), max_size=2)


def team(*loads: int, away: frozenset[int] = frozenset()) -> list[Carrier]:
    return [Carrier(number, f"P{number}", load, frozenset(), number in away) for number, load in enumerate(loads, 1)]


def cases(owner: int, *weights: int, begun: bool = False) -> list[Movable]:
    return [Movable(100 * owner + number, owner, 1, weight, begun) for number, weight in enumerate(weights)]


def test_the_heaviest_gives_to_the_lightest_until_they_are_even() -> None:
    moves = suggest_moves(team(20, 0, 10), cases(1, *[5] * 4))
    assert [(move.from_id, move.to_id) for move in moves] == [(1, 2), (1, 2)]
    assert moves[0].reason == "P1 carries 20, P2 0; afterwards 15 and 5. P1 has not begun with it."


def test_what_its_owner_has_begun_stays_as_long_as_something_else_can_go() -> None:
    begun, fresh = cases(1, 5, begun=True), [Movable(999, 1, 1, 1, False)]
    assert next(move.case_id for move in suggest_moves(team(12, 0), [*begun, *fresh])) == 999


def test_nobody_who_is_away_or_handles_other_problems_is_given_anything() -> None:
    assert suggest_moves(team(20, 0, away=frozenset({2})), cases(1, 5, 5)) == []
    other = Carrier(2, "P2", 0, frozenset({9}))
    assert suggest_moves([*team(20), other], cases(1, 5, 5)) == []


def test_an_even_team_is_left_alone() -> None:
    assert suggest_moves(team(10, 9), cases(1, 5, 5)) == []
    assert suggest_moves(team(10), cases(1, 5, 5)) == []
    assert suggest_moves([], []) == []


@settings(max_examples=60)
@given(
    st.lists(st.tuples(FAMILIES, st.booleans()), min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(1, 5), st.integers(1, 3), st.integers(1, 5), st.booleans()), max_size=25),
)
def test_every_move_lessens_the_difference_and_no_case_moves_twice(
    people: list[tuple[frozenset[int], bool]], drawn: list[tuple[int, int, int, bool]]
) -> None:
    movable = [
        Movable(number, 1 + (owner - 1) % len(people), family, weight, begun)
        for number, (owner, family, weight, begun) in enumerate(drawn)
    ]
    numbers = range(1, len(people) + 1)
    loads = {number: sum(case.weight for case in movable if case.contact_id == number) for number in numbers}
    carriers = [Carrier(number, f"P{number}", loads[number], *people[number - 1]) for number in loads]
    moves = suggest_moves(carriers, movable)
    assert len({move.case_id for move in moves}) == len(moves)
    for move in moves:
        case, taker = movable[move.case_id], carriers[move.to_id - 1]
        assert not taker.is_away and (not taker.families or case.family_id in taker.families)
        spread = abs(loads[move.from_id] - loads[move.to_id])
        loads[move.from_id] -= case.weight
        loads[move.to_id] += case.weight
        assert case.contact_id == move.from_id != move.to_id
        assert max(loads[move.from_id], loads[move.to_id]) < spread + min(loads[move.from_id], loads[move.to_id]) + 1
