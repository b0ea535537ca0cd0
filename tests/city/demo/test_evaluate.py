"""The two shares, on truths small enough to count on one's fingers."""

from tracker.city.demo import DemoTruth, Planted, evaluate

TRUTH = DemoTruth(
    (
        Planted("lighting", frozenset("abcd"), "chronic"),
        Planted("water", frozenset("wxyz"), "same_event"),
    ),
    frozenset(),
)


def test_a_problem_is_found_when_one_case_holds_half_of_its_calls() -> None:
    result = evaluate({1: {"a", "b"}, 2: {"w"}, 3: {"x"}}, TRUTH)

    assert (result.found, result.planted) == (1, 2)
    assert result.recall == 0.5


def test_a_case_is_planted_when_half_of_its_calls_are_of_one_problem() -> None:
    result = evaluate({1: {"a", "b", "p", "q"}, 2: {"w", "p", "q"}, 3: {"a", "w", "p"}}, TRUTH)

    assert (result.matching, result.opened) == (1, 3)
    assert result.precision == 1 / 3


def test_calls_of_two_problems_do_not_add_up() -> None:
    assert evaluate({1: {"a", "w", "p", "q"}}, TRUTH).matching == 0


def test_a_problem_found_twice_counts_once() -> None:
    result = evaluate({1: {"a", "b"}, 2: {"c", "d"}}, TRUTH)

    assert (result.found, result.matching) == (1, 2)


def test_no_cases_means_nothing_found_and_nothing_wrong() -> None:
    result = evaluate({}, TRUTH)

    assert (result.recall, result.precision) == (0.0, 1.0)
