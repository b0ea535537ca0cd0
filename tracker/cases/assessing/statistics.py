"""The figures of an assessment: differences against a comparison, their uncertainty, displacement. Pure.

Each number says how far it can be trusted. Sources stand at each function.
"""

import math
from dataclasses import dataclass

_NORMAL_95 = 1.959963984540054
_TINY = 1e-300


@dataclass(frozen=True, slots=True)
class Pair:
    """Calls of one area before and after. `area` is what its calls are divided by, so that areas compare."""

    before: int
    after: int
    area: float = 1.0


@dataclass(frozen=True, slots=True)
class Difference:
    """A weighted displacement difference in calls, its standard error, and its 95 % interval.

    `z` is None where nothing was counted at all, for then nothing is known about chance.
    """

    value: float
    standard_error: float
    z: float | None
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Change:
    """A change in per cent of the rate before (-62.5 is a fall), with its 95 % interval; `high` may be infinite."""

    percent: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Quotient:
    """The weighted displacement quotient and what it is made of; `quotient` is None where it must not be read."""

    gross_effect: float
    net_effect: float | None
    success: float | None
    displacement: float | None
    quotient: float | None
    total_net_effect: float | None
    why_not: str
    """Why there is no quotient, in words; empty where there is one."""


def displacement_difference(
    treated: Pair,
    control: Pair,
    ring: Pair | None = None,
    ring_control: Pair | None = None,
    *,
    before_weight: float = 1.0,
    after_weight: float = 1.0,
) -> Difference:
    """The weighted displacement difference (WDD): the change in the treated place beyond that of its comparison.

    Wheeler and Ratcliffe (2018), «A simple weighted displacement difference test to evaluate place based crime
    interventions», Crime Science 7:11. Each count is divided by the weight of its period and of its area, and so adds
    count / weight² to the variance: a Poisson count varies by itself. Below 0 is a fall. With `ring` and
    `ring_control` the change next door is added, so what merely moved there counts as no gain.
    """
    signed = [(treated, 1), (control, -1)]
    if ring is not None and ring_control is not None:
        signed += [(ring, 1), (ring_control, -1)]
    value = variance = 0.0
    for pair, sign in signed:
        before, after = before_weight * pair.area, after_weight * pair.area
        value += sign * (pair.after / after - pair.before / before)
        variance += pair.after / after**2 + pair.before / before**2
    return _with_interval(value, math.sqrt(variance))


def add_differences(one: Difference, other: Difference) -> Difference:
    """The sum of two differences that share no count: their variances add."""
    return _with_interval(one.value + other.value, math.hypot(one.standard_error, other.standard_error))


def _with_interval(value: float, error: float) -> Difference:
    z = value / error if error else None
    return Difference(value, error, z, value - _NORMAL_95 * error, value + _NORMAL_95 * error)


def displacement_quotient(
    treated: Pair, control: Pair, ring: Pair | None, *, before_weight: float = 1.0, after_weight: float = 1.0
) -> Quotient:
    """The weighted displacement quotient (WDQ) with gross, net and total net effect.

    Bowers and Johnson (2003), as laid out in Guerette (2009), «Analyzing crime displacement and diffusion», POP Center
    Tool Guide 10, Appendix C. The quotient is read only where the response succeeded (success measure below 0): above 0
    the gain spread next door (beyond 1 by more than the gain itself), below 0 something moved there (below -1 more than
    was gained). A quotient over an empty cell means nothing, so there is none. Weights matter to the gross effect only:
    everything else compares places within one period.
    """
    gross = treated.before / before_weight - treated.after / after_weight
    if not control.before or not control.after:
        return Quotient(gross, None, None, None, None, None, "The comparison had no calls in one of the periods.")
    success = treated.after / control.after - treated.before / control.before
    trend = control.after / control.before
    if ring is None:
        return Quotient(gross, -success, success, None, None, None, "Nothing was counted next door.")
    moved = ring.after / control.after - ring.before / control.before
    total = (treated.before * trend - treated.after) + (ring.before * trend - ring.after)
    why_not = ""
    if success >= 0:
        why_not = "It is read only where the place did better than its comparison, and it did not."
    elif not all((treated.before, treated.after, ring.before, ring.after)):
        why_not = "One of the counts is 0, and a quotient over nothing means nothing."
    return Quotient(gross, -success, success, moved, None if why_not else moved / success, total, why_not)


def percent_change(before: int, after: int, *, before_weight: float = 1.0, after_weight: float = 1.0) -> Change | None:
    """How the rate changed, with an exact 95 % interval; None where there was nothing before.

    Given their sum, `after` of two Poisson counts is binomial, with a share that the ratio of the two rates fixes
    (Przyborowski and Wilenski 1940, Biometrika 31); the share's interval is that of Clopper and Pearson (1934,
    Biometrika 26). It covers the truth at least 95 times in 100, however few the calls. Weights are the lengths of the
    periods, in any one unit.
    """
    if before <= 0:
        return None
    exposure = before_weight / after_weight
    low, high = share_interval(after, before + after)
    ratios = (after / before, low / (1 - low), high / (1 - high) if high < 1 else math.inf)
    return Change(*(100 * (ratio * exposure - 1) for ratio in ratios))


def share_interval(hits: int, trials: int, *, confidence: float = 0.95) -> tuple[float, float]:
    """The Clopper-Pearson interval of a share, `hits` of `trials`, each side by bisection on the beta distribution."""
    tail = (1 - confidence) / 2
    low = 0.0 if hits == 0 else _beta_quantile(tail, hits, trials - hits + 1)
    high = 1.0 if hits == trials else _beta_quantile(1 - tail, hits + 1, trials - hits)
    return low, high


def _beta_quantile(chance: float, a: float, b: float) -> float:
    """The x at which the beta distribution function of (a, b) is `chance`, to 1e-13."""
    low, high = 0.0, 1.0
    while high - low > 1e-13:
        middle = (low + high) / 2
        low, high = (middle, high) if beta_below(middle, a, b) < chance else (low, middle)
    return (low + high) / 2


def beta_below(x: float, a: float, b: float) -> float:
    """The regularized incomplete beta function I_x(a, b), by its continued fraction (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_below(1 - x, b, a)  # there the fraction of the mirrored function converges fast
    front = a * math.log(x) + b * math.log1p(-x) - (math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b))
    return math.exp(front) / a * _fraction(x, a, b)


def _fraction(x: float, a: float, b: float) -> float:
    """Lentz's way through the continued fraction of `beta_below`, front to back."""
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d or _TINY)
    value = d
    for m in range(1, 10_000):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / ((1 + term * d) or _TINY)
            c = (1 + term / c) or _TINY
            value *= c * d
        if abs(c * d - 1) < 1e-15:
            break
    return value
