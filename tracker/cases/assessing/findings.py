"""From counts to findings: the figures, and the one verdict that they allow. Pure."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from .statistics import (
    Change,
    Difference,
    Pair,
    Quotient,
    add_differences,
    displacement_difference,
    displacement_quotient,
    percent_change,
)
from .windows import WANTED_BASELINE_DAYS, Bin, Windows

FEWEST_BEFORE = 5
"""With fewer calls before, nothing can be said about a fall."""
FEWEST_COMPARED = 10
"""With fewer calls in a comparison, before or after, it compares nothing."""


class Verdict(StrEnum):
    """What may be said."""

    TOO_EARLY = "too_early"
    NO_BASELINE = "no_baseline"
    TOO_FEW = "too_few"
    UP = "up"
    UNCLEAR = "unclear"
    HELD_DOWN = "held_down"
    DOWN_UNCOMPARED = "down_uncompared"
    DOWN_EVERYWHERE = "down_everywhere"
    MAY_HAVE_MOVED = "may_have_moved"
    HELPED = "helped"


@dataclass(frozen=True, slots=True)
class Counted:
    """The calls of one bin: at the place, in the ring around it, in the belt around that, and in the comparison."""

    bin: Bin
    treated: int = 0
    ring: int = 0
    belt: int = 0
    control: int = 0


@dataclass(frozen=True, slots=True)
class Assessment:
    """Everything an assessment rests on; whoever has it can reckon the rest anew."""

    as_of: datetime
    windows: Windows
    radius_m: int
    comparison: str
    """What it is compared with, in words."""
    has_ring: bool
    is_response_known: bool
    """Whether the case says that anything was done, and nobody says that it was not."""
    is_closed: bool
    had_case_before: bool
    """Whether an earlier case lay at the place during the baseline: then that was a bad spell too."""
    bins: tuple[Counted, ...]


@dataclass(frozen=True, slots=True)
class Findings:
    """The figures. What could not be compared is None."""

    verdict: Verdict
    treated: Pair
    ring: Pair
    belt: Pair
    control: Pair
    change: Change | None
    difference: Difference | None
    """At the place beyond its comparison, in calls of the place's own size."""
    moved: Difference | None
    """In the ring beyond its own comparison."""
    both: Difference | None
    """The two together: what was gained in all."""
    quotient: Quotient
    is_baseline_short: bool
    is_baseline_clean: bool
    """Whether the baseline is no bad spell: an earlier year's same season, and no case at the place then."""


def find(assessment: Assessment) -> Findings:
    """Reckon everything from the counts."""
    windows = assessment.windows
    treated, ring, belt, control = (_pair(assessment, area) for area in ("treated", "ring", "belt", "control"))
    weight = baseline_weight(windows)
    difference = _difference(treated, control)
    moved = _difference(ring, belt) if assessment.has_ring else None
    change = percent_change(treated.before, treated.after, before_weight=weight)
    both = None if difference is None or moved is None else add_differences(difference, moved)
    return Findings(
        verdict=_judge(windows, treated, change, difference, moved, is_better=_is_better(treated, control, difference)),
        treated=treated, ring=ring, belt=belt, control=control,
        change=change, difference=difference, moved=moved, both=both,
        quotient=displacement_quotient(treated, control, ring if assessment.has_ring else None, before_weight=weight),
        is_baseline_short=windows.before is not None and windows.before.days < WANTED_BASELINE_DAYS,
        is_baseline_clean=windows.years_back > 0 and not assessment.had_case_before,
    )  # fmt: skip


def _pair(assessment: Assessment, area: str) -> Pair:
    sums = {
        window: sum(getattr(one, area) for one in assessment.bins if one.bin.window == window)
        for window in ("before", "after")
    }
    return Pair(sums["before"], sums["after"])


def baseline_weight(windows: Windows) -> float:
    """What the baseline's calls are divided by, to be those of a time as long as the one after."""
    if windows.before is None or windows.after is None:
        return 1.0
    return windows.before.days / windows.after.days


def _leveled(control: Pair, treated: Pair) -> Pair:
    """The comparison divided by how much larger it was before, so that both start level."""
    return Pair(control.before, control.after, control.before / treated.before)


def _difference(treated: Pair, control: Pair) -> Difference | None:
    """The place's calls after, less what it would have had, had it changed as its comparison did.

    The calls before are brought to the comparison's level after, not to the length of the time after. The value is the
    same either way, but only so does its variance allow for chance in the calls before: T1 - T0 * C1 / C0 varies by
    T1 + T0 (C1/C0)² + C1 (T0/C0)² + C0 (T0 C1/C0²)² (delta method), which is what the weights make of the sum.
    """
    if not treated.before or min(control.before, control.after) < FEWEST_COMPARED:
        return None
    return displacement_difference(treated, _leveled(control, treated), before_weight=control.before / control.after)


def _is_better(treated: Pair, control: Pair, difference: Difference | None) -> bool:
    """Whether the place did better than its comparison, by the difference and by the exact interval as well.

    With few calls after, the difference's interval is too narrow on this side, and the exact one is not. That a fall
    which is not clear by itself can be clear against its comparison then also needs a comparison that rose.
    """
    if difference is None or difference.high >= 0:
        return False
    beyond = percent_change(treated.before, treated.after, before_weight=control.before / control.after)
    return beyond is not None and beyond.high < 0


def _judge(
    windows: Windows, treated: Pair, change: Change | None, difference: Difference | None, moved: Difference | None,
    *, is_better: bool,
) -> Verdict:  # fmt: skip
    """The first of these that is true, the least that can be said first."""
    is_up = change is not None and change.low > 0
    is_down = change is not None and change.high < 0
    is_moved = moved is not None and moved.low > 0
    tests = (
        (Verdict.TOO_EARLY, windows.is_early),
        (Verdict.NO_BASELINE, change is None),
        (Verdict.UP, is_up),
        (Verdict.TOO_FEW, treated.before < FEWEST_BEFORE),
        (Verdict.HELD_DOWN, not is_down and is_better and not is_moved),
        (Verdict.UNCLEAR, not is_down),
        (Verdict.MAY_HAVE_MOVED, is_moved),
        (Verdict.DOWN_UNCOMPARED, difference is None),
        (Verdict.HELPED, is_better),
    )
    return next((verdict for verdict, holds in tests if holds), Verdict.DOWN_EVERYWHERE)
