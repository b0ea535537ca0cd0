"""The intervals of findings: as wide as chance makes them, whichever way the comparison went."""

import numpy as np
import pytest

from tests.cases.assessing.counted import NONE, assessment
from tracker.cases.assessing.findings import Verdict, find

DRAWS = 500


def test_the_interval_knows_that_the_calls_before_were_counted_not_fixed() -> None:
    found = find(assessment((20, 20), (100, 200)))
    assert found.difference is not None and found.difference.value == pytest.approx(-20)
    # 20 after + 20 before, doubled as the comparison did + the comparison, divided by five
    assert found.difference.standard_error**2 == pytest.approx(20 + 20 * 2**2 + 200 / 5**2 + 100 * (2 / 5) ** 2)
    assert found.difference.z == pytest.approx(-1.80, abs=0.005)
    assert (round(found.difference.low), round(found.difference.high)) == (-42, 2)
    assert found.verdict is Verdict.UNCLEAR


def test_a_place_without_calls_after_still_has_an_interval() -> None:
    found = find(assessment((20, 0), (100, 50)))
    assert found.difference is not None and found.difference.value == pytest.approx(-10)
    assert found.difference.standard_error**2 == pytest.approx(20 / 2**2 + 50 / 5**2 + 100 / 10**2)
    assert find(assessment((0, 20), (100, 50))).difference is None
    assert find(assessment((20, 5), NONE)).difference is None


def test_both_together_are_the_sum_with_the_chance_of_either() -> None:
    found = find(assessment((60, 30), (400, 600), ring=(20, 25), belt=(50, 40)))
    difference, moved, both = found.difference, found.moved, found.both
    assert difference is not None and moved is not None and both is not None
    assert both.value == pytest.approx(difference.value + moved.value)
    assert both.standard_error**2 == pytest.approx(difference.standard_error**2 + moved.standard_error**2)
    assert both.z == pytest.approx(both.value / both.standard_error)
    assert both.high - both.value == pytest.approx(both.value - both.low)


@pytest.mark.parametrize("trend", [0.5, 1.0, 2.0])
def test_help_is_seldom_claimed_where_there_was_none(trend: float) -> None:
    """The place only follows its comparison: at most about one in forty is called better, whatever the trend."""
    chance = np.random.default_rng(311)
    draws = zip(*(chance.poisson(rate, DRAWS).tolist() for rate in (20, 20 * trend, 1_000, 1_000 * trend)), strict=True)
    said = [find(assessment((t0, t1), (c0, c1), has_ring=False)).verdict for t0, t1, c0, c1 in draws]
    assert 0 < sum(verdict in (Verdict.HELPED, Verdict.HELD_DOWN) for verdict in said) / DRAWS < 0.03


def test_a_place_is_held_down_only_where_calls_rose_elsewhere() -> None:
    """The difference alone would call 20 to 9 better, the exact interval would not: then it is no clear change."""
    found = find(assessment((20, 9), (100_000, 100_000)))
    assert found.difference is not None and found.difference.high < 0
    assert found.verdict is Verdict.UNCLEAR
    assert find(assessment((20, 9), (100_000, 150_000))).verdict is Verdict.HELD_DOWN
