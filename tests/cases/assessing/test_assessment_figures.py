"""The figures of assessments: worked numbers from the literature, and what must hold whatever the counts."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import beta

from tracker.cases.assessing.statistics import (
    Pair,
    beta_below,
    displacement_difference,
    displacement_quotient,
    percent_change,
    share_interval,
)

TREATED, CONTROL, RING, RING_CONTROL = Pair(207, 110), Pair(308, 318), Pair(178, 157), Pair(150, 140)
counts = st.integers(0, 400)
pairs = st.builds(Pair, counts, counts)
few = settings(max_examples=40)


def test_the_difference_with_displacement_is_that_of_the_literature() -> None:
    found = displacement_difference(TREATED, CONTROL, RING, RING_CONTROL)
    assert found.value == -118
    assert found.standard_error == pytest.approx(math.sqrt(1568))
    assert found.z == pytest.approx(-2.98, abs=0.001)
    assert (round(found.low), round(found.high)) == (-196, -40)


def test_periods_of_unequal_length_are_weighted() -> None:
    found = displacement_difference(Pair(80, 20), Pair(100, 50), before_weight=2)
    assert found.value == -20 and found.standard_error == pytest.approx(math.sqrt(115))
    assert displacement_difference(Pair(20, 10), Pair(20, 20), before_weight=2).value == -10


def test_areas_of_unequal_size_are_weighted() -> None:
    found = displacement_difference(Pair(207, 110, 1.2), Pair(308, 318, 0.9), Pair(178, 157, 1.5), Pair(150, 140, 1.6))
    assert found.value == pytest.approx(-99.694, abs=0.001)
    assert found.standard_error == pytest.approx(35.428, abs=0.001)
    assert found.z == pytest.approx(-2.814, abs=0.001)
    assert (found.low, found.high) == (pytest.approx(-169.13, abs=0.01), pytest.approx(-30.26, abs=0.01))


def test_effects_and_the_quotient_are_the_worked_ones() -> None:
    found = displacement_quotient(TREATED, CONTROL, RING)
    assert found.gross_effect == 97
    assert found.net_effect == pytest.approx(0.32617, abs=1e-5)
    assert found.success == pytest.approx(-0.32617, abs=1e-5)
    assert found.displacement == pytest.approx(-0.08421, abs=1e-5)
    assert found.quotient == pytest.approx(0.25819, abs=1e-5)
    assert found.total_net_effect == pytest.approx(130.5)
    assert found.why_not == ""


@pytest.mark.parametrize(
    ("treated", "control", "ring", "why"),
    [
        (Pair(10, 30), Pair(20, 20), Pair(5, 5), "did better"),
        (Pair(10, 10), Pair(20, 20), Pair(5, 5), "did better"),
        (Pair(10, 0), Pair(20, 20), Pair(5, 5), "counts is 0"),
        (Pair(10, 5), Pair(20, 20), Pair(0, 5), "counts is 0"),
        (Pair(10, 5), Pair(0, 20), Pair(5, 5), "comparison had no calls"),
        (Pair(10, 5), Pair(20, 0), Pair(5, 5), "comparison had no calls"),
        (Pair(10, 5), Pair(20, 20), None, "next door"),
    ],
)
def test_a_quotient_that_must_not_be_read_is_none_and_says_why(
    treated: Pair, control: Pair, ring: Pair | None, why: str
) -> None:
    found = displacement_quotient(treated, control, ring)
    assert found.quotient is None and why in found.why_not


@few
@given(pairs, pairs, pairs)
def test_a_quotient_is_read_only_after_a_success_and_without_empty_cells(t: Pair, c: Pair, d: Pair) -> None:
    found = displacement_quotient(t, c, d)
    cells = (t.before, t.after, c.before, c.after, d.before, d.after)
    is_readable = all(cells) and t.after / c.after < t.before / c.before
    assert (found.quotient is not None) == is_readable == (found.why_not == "")


@few
@given(pairs, pairs, st.floats(0.2, 5))
def test_swapping_place_and_comparison_turns_the_difference_around(t: Pair, c: Pair, weight: float) -> None:
    one, other = (displacement_difference(*two, before_weight=weight) for two in ((t, c), (c, t)))
    assert one.value == pytest.approx(-other.value) and one.standard_error == pytest.approx(other.standard_error)
    assert one.low <= one.value <= one.high
    assert (one.z is None) == (not any((t.before, t.after, c.before, c.after)))


@few
@given(st.integers(0, 300), st.integers(0, 300))
def test_the_interval_of_a_share_is_that_of_the_beta_distribution(hits: int, misses: int) -> None:
    if hits + misses == 0:
        return
    low, high = share_interval(hits, hits + misses)
    assert low == pytest.approx(beta.ppf(0.025, hits, misses + 1) if hits else 0, abs=1e-9)
    assert high == pytest.approx(beta.ppf(0.975, hits + 1, misses) if misses else 1, abs=1e-9)
    assert low <= hits / (hits + misses) <= high


@few
@given(st.floats(0, 1), st.integers(1, 400), st.integers(1, 400))
def test_the_beta_function_is_right_everywhere(x: float, a: int, b: int) -> None:
    assert beta_below(x, a, b) == pytest.approx(float(beta.cdf(x, a, b)), abs=1e-9)


def test_a_change_in_per_cent_is_exact_and_knows_about_lengths() -> None:
    change = percent_change(24, 9)
    assert change is not None
    assert (change.percent, round(change.low), round(change.high)) == (-62.5, -85, -16)
    assert percent_change(0, 9) is None
    gone = percent_change(6, 0)
    assert gone is not None and gone.percent == gone.low == -100 and -100 < gone.high < 0
    level = percent_change(20, 10, before_weight=2)
    assert level is not None and level.percent == 0 and level.low < 0 < level.high


@few
@given(st.integers(1, 200), counts, st.floats(0.2, 5))
def test_the_change_lies_within_its_interval(before: int, after: int, weight: float) -> None:
    change = percent_change(before, after, before_weight=weight)
    assert change is not None
    assert -100 <= change.low <= change.percent + 1e-9 and change.percent <= change.high + 1e-9
