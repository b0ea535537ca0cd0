"""What waits for each other in a circle is found, and what usual durations say; both pure."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.scheduling.orders.circles import find_circle
from tracker.scheduling.orders.durations import FEWEST, MOST, usual_duration

GRAPHS = st.dictionaries(st.integers(0, 6), st.sets(st.integers(0, 6), max_size=3), max_size=7)


@given(GRAPHS, st.integers(0, 6))
@settings(max_examples=60)
def test_a_circle_is_a_way_from_the_start_back_to_it_and_is_found_when_there_is_one(
    graph: dict[int, set[int]], start: int
) -> None:
    reached, edge = set(), {start}
    while edge:
        edge = {there for here in edge for there in graph.get(here, ())} - reached
        reached |= edge
    circle = find_circle(graph, start)
    assert bool(circle) == (start in reached)
    if circle:
        assert circle[0] == circle[-1] == start
        assert all(there in graph[here] for here, there in pairwise(circle))


def test_the_shortest_circle_is_told() -> None:
    assert find_circle({1: [2, 3], 2: [4], 4: [1], 3: [1]}, 1) == [1, 3, 1]
    assert find_circle({1: [1]}, 1) == [1, 1]
    assert find_circle({1: [2]}, 1) == []


def test_a_duration_is_told_with_its_middle_half_and_how_often_it_was_done() -> None:
    usual = usual_duration([30, 30, 45, 60, 60, 0, -5])
    assert usual is not None
    assert usual.words == "usually 45 minutes, half of them between 30 and 60 (5 done)"
    same = usual_duration([20] * 6)
    assert same is not None and same.words == "usually 20 minutes (6 done)"


def test_too_few_say_nothing_and_only_the_latest_count() -> None:
    assert usual_duration([60] * (FEWEST - 1)) is None
    usual = usual_duration([10] * MOST + [600] * 500)
    assert usual is not None and (usual.minutes, usual.done) == (10, MOST)
