"""How urgent a case is, and that its words tell how the figure came about."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.cases.priority import Priority, rate_case

LAST = datetime(2026, 6, 30, tzinfo=UTC)


def days_before(*days: float) -> list[datetime]:
    return [LAST - timedelta(days=number) for number in days]


def test_a_case_without_calls_comes_last() -> None:
    assert rate_case([], 0, 5, 30) == Priority(5, 0.0, "No calls are linked.")


@pytest.mark.parametrize(
    ("weight", "harm", "score", "level"),
    [(4, 2, 3.1, 4), (3, 1, 1.33, 5), (15, 2, 5.33, 3), (15, 3, 8.0, 2), (7, 5, 10.0, 2), (63, 3, 12.0, 1)],
)
def test_the_score_is_harm_times_the_logarithm_of_the_calls(weight: int, harm: int, score: float, level: int) -> None:
    rated = rate_case(days_before(0, 10, 20), weight, harm, 30)
    assert (rated.score, rated.level) == (score, level)
    assert rated.reason == f"3 calls (weight {weight}), harm {harm} of 5, not growing: score {score:g}."


@pytest.mark.parametrize(
    ("days", "grows"),
    [
        ((0, 1), True),
        ((0,), False),
        ((0, 1, 20), False),  # two against one may be chance
        ((0, 1, 20, 21), False),
        ((0, 1, 2, 3, 20, 21), True),
        ((0, 15), False),
        ((0, 14.9), True),
        ((0, 1, 2, 40, 50, 60), True),
    ],
)
def test_a_case_grows_when_the_newer_half_of_its_window_has_twice_the_calls(
    days: tuple[float, ...], grows: bool
) -> None:
    rated = rate_case(days_before(*days), 3, 3, 30)
    assert ("not growing" not in rated.reason) == grows
    assert rated.score == (6.0 if grows else 4.0)


@given(st.lists(st.floats(0, 60), min_size=1, max_size=9), st.integers(1, 500), st.integers(1, 5))
def test_more_weight_and_more_harm_never_come_later(days: list[float], weight: int, harm: int) -> None:
    calls = days_before(*days)
    rated = rate_case(calls, weight, harm, 30)
    assert 1 <= rated.level <= 5
    assert rate_case(calls, weight + 1, harm, 30).score >= rated.score
    assert rate_case(calls, weight, harm + 1, 30).score > rated.score
    assert rate_case(calls, weight + 1, harm, 30).level <= rated.level
    assert rate_case(calls[::-1], weight, harm, 30) == rated
