"""The promise of the demo city: its planted problems are found, and what is found was planted."""

from datetime import UTC, datetime

import pytest

from tests.city.demo.years import SEED, UNTIL, calls_of, group_by_rules
from tracker.city.demo import demo_truth, evaluate

SUMMER = datetime(2027, 6, 3, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(("seed", "until"), [(SEED, UNTIL), (SEED, SUMMER), (7, UNTIL)])
def test_the_rules_find_the_planted_problems_and_little_else(seed: int, until: datetime) -> None:
    result = evaluate(group_by_rules(calls_of(seed, until)), demo_truth(seed, until))

    assert result.planted >= 300
    assert result.recall >= 0.95
    assert result.precision >= 0.9


def test_without_the_planted_calls_hardly_any_case_opens() -> None:
    background = tuple(call for call in calls_of() if call.problem < 0)

    assert len(group_by_rules(background)) < 0.1 * len(demo_truth(SEED, UNTIL).planted)


def test_confidential_and_test_calls_are_in_no_case() -> None:
    grouped = set().union(*group_by_rules(calls_of()).values())

    assert not grouped & demo_truth(SEED, UNTIL).never_grouped
