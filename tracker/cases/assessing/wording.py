"""What an assessment says, in sentences that a council member understands, and never more than the figures allow. Pure.

Also what to beware of.
"""

import math
from collections.abc import Callable
from typing import Any

from ...formatters import plural
from .findings import Assessment, Findings, Verdict, baseline_weight
from .statistics import Change, Difference, Pair
from .windows import EARLIEST_VERDICT_DAYS, Windows

HEADINGS: dict[Verdict, str] = {
    Verdict.TOO_EARLY: "Too early to tell",
    Verdict.NO_BASELINE: "Nothing to compare with",
    Verdict.TOO_FEW: "Too few calls to tell",
    Verdict.UP: "Calls went up",
    Verdict.UNCLEAR: "No clear change",
    Verdict.HELD_DOWN: "It did better than elsewhere, where calls rose",
    Verdict.DOWN_UNCOMPARED: "Calls fell, with nothing to compare",
    Verdict.DOWN_EVERYWHERE: "Calls fell, but not clearly more than elsewhere",
    Verdict.MAY_HAVE_MOVED: "It may have moved next door",
    Verdict.HELPED: "It probably helped",
}
TONES: dict[Verdict, str] = {
    Verdict.UP: "bad",
    Verdict.MAY_HAVE_MOVED: "warn",
    Verdict.DOWN_EVERYWHERE: "warn",
    Verdict.HELPED: "good",
    Verdict.HELD_DOWN: "good",
}
"""How a verdict is colored; any other is plain."""
_HARDLY = 5.0
"""Per cent: a comparison that changed by less hardly changed."""


def say_heading(assessment: Assessment, findings: Findings) -> str:
    """The verdict in a few words; what helped is not called the response where none is known."""
    if findings.verdict is Verdict.HELPED and not assessment.is_response_known:
        return "Calls fell more than elsewhere"
    return HEADINGS[findings.verdict]


def say_all(assessment: Assessment, findings: Findings) -> dict[str, Any]:
    """Heading, tone, sentence and warnings by name."""
    return {
        "heading": say_heading(assessment, findings),
        "tone": TONES.get(findings.verdict, "plain"),
        "sentence": say_verdict(assessment, findings),
        "warnings": say_warnings(assessment, findings),
    }


def say_verdict(assessment: Assessment, findings: Findings) -> str:
    """The finding in one to three sentences."""
    return _SAYINGS[findings.verdict](assessment, findings).replace(" %", "\u00a0%")


def _too_early(assessment: Assessment, findings: Findings) -> str:
    after = assessment.windows.after
    if after is None and not assessment.is_closed:
        return "The response goes on. Counting starts when the case is closed, or when everything is done."
    days = 0 if after is None else math.floor(after.days)
    since = f"Only {plural(days, 'day')} have passed" if days != 1 else "Only 1 day has passed"
    return f"{since} since the response ended; at least {EARLIEST_VERDICT_DAYS} are needed before anything can be said."


def _no_baseline(assessment: Assessment, findings: Findings) -> str:
    since = f"Since the response ended there {_were(findings.treated.after)}."
    if assessment.windows.before is None:
        return f"The city's calls of this kind do not reach back before the ones that made this a case. {since}"
    return (
        "There were no reports here in the time it would be compared with: the problem was new when the case was "
        f"opened, so a fall cannot be shown. {since}"
    )


def _too_few(assessment: Assessment, findings: Findings) -> str:
    return f"{_counts(assessment, findings)} So few calls change by chance alone, so nothing can be said about a cause."


def _up(assessment: Assessment, findings: Findings) -> str:
    elsewhere = _elsewhere(assessment, findings)
    return f"{_counts(assessment, findings)} The problem was not solved. {elsewhere}".strip()


def _unclear(assessment: Assessment, findings: Findings) -> str:
    return f"{_counts(assessment, findings)} A difference of this size can be chance, in either direction."


def _held_down(assessment: Assessment, findings: Findings) -> str:
    return (
        f"{_counts(assessment, findings)} By itself that can be chance. {_elsewhere(assessment, findings)} Measured "
        f"against them the place did better, so {_cause(assessment)}."
    )


def _down_uncompared(assessment: Assessment, findings: Findings) -> str:
    return (
        f"{_counts(assessment, findings)} There are too few calls in {assessment.comparison} to compare with, so "
        "nobody can say whether they would have fallen anyway."
    )


def _down_everywhere(assessment: Assessment, findings: Findings) -> str:
    return (
        f"{_counts(assessment, findings)} {_elsewhere(assessment, findings)} Measured "
        "against that the fall here can be chance, so it cannot be put down to the response."
    )


def _may_have_moved(assessment: Assessment, findings: Findings) -> str:
    ring = findings.ring
    return (
        f"{_counts(assessment, findings)} But around it, up to 500 m away, calls went from {ring.before:,} to "
        f"{ring.after:,}, worse than further out, so part of the problem may have moved next door."
    )


def _helped(assessment: Assessment, findings: Findings) -> str:
    return f"{_counts(assessment, findings)} {_elsewhere(assessment, findings)} So {_cause(assessment)}."


_SAYINGS: dict[Verdict, Callable[[Assessment, Findings], str]] = {
    Verdict.TOO_EARLY: _too_early,
    Verdict.NO_BASELINE: _no_baseline,
    Verdict.TOO_FEW: _too_few,
    Verdict.UP: _up,
    Verdict.UNCLEAR: _unclear,
    Verdict.HELD_DOWN: _held_down,
    Verdict.DOWN_UNCOMPARED: _down_uncompared,
    Verdict.DOWN_EVERYWHERE: _down_everywhere,
    Verdict.MAY_HAVE_MOVED: _may_have_moved,
    Verdict.HELPED: _helped,
}


def _cause(assessment: Assessment) -> str:
    if assessment.is_response_known:
        return "the response probably helped"
    return "something helped, but the case does not say that a response was carried out"


def _were(count: int) -> str:
    return f"was {plural(count, 'report')}" if count == 1 else f"were {plural(count, 'report')}"


def _counts(assessment: Assessment, findings: Findings) -> str:
    """«Reports fell from 24 to 9 (down 63 %, between 20 % and 84 %).»"""
    treated, change = findings.treated, findings.change
    weight = baseline_weight(assessment.windows)
    level = treated.before / weight
    moved = "fell" if treated.after < level else "rose" if treated.after > level else "stayed the same"
    lengths = "" if abs(weight - 1) < 0.01 else f", over {_per_length(assessment.windows)}"
    numbers = f"from {treated.before:,} to {treated.after:,}" if moved != "stayed the same" else f"at {treated.after:,}"
    if lengths and moved == "stayed the same":
        numbers = f"at {treated.before:,} and {treated.after:,}"
    return f"Reports {moved} {numbers}{lengths}{_range(change)}."


def _per_length(windows: Windows) -> str:
    before, after = windows.before, windows.after
    if before is None or after is None:
        return ""
    return f"{before.days:.0f} days before and {after.days:.0f} days after"


def _range(change: Change | None) -> str:
    """« (down 63 %, likely between 16 % and 85 %)»: the interval's ends name their direction where it differs."""
    if change is None:
        return ""
    ends = sorted((change.low, change.high), key=abs)
    if change.high < 0 or change.low > 0:
        likely = " and ".join("any amount" if math.isinf(end) else f"{abs(end):,.0f} %" for end in ends)
    else:
        likely = f"{say_percent(change.low)} and {say_percent(change.high)}"
    return f" ({say_percent(change.percent)}, likely between {likely})"


def say_percent(percent: float) -> str:
    """«down 20 %», «up 5 %», «no change»."""
    if math.isinf(percent):
        return "any rise"
    size = _whole(percent)
    return f"{'down' if percent < 0 else 'up'} {size:,} %" if size else "no change"


def _whole(percent: float) -> int:
    """The same whole number in the sentence and in the table: halves go up."""
    return math.floor(abs(percent) + 0.5)


def _elsewhere(assessment: Assessment, findings: Findings) -> str:
    """How the comparison changed; empty where there was too little to compare."""
    if findings.difference is None:
        return ""
    percent = control_percent(assessment.windows, findings.control)
    numbers = f"({findings.control.before:,} before, {findings.control.after:,} after)"
    if abs(percent) < _HARDLY:
        return f"Calls of the same kind in {assessment.comparison} hardly changed {numbers}."
    moved = "fell" if percent < 0 else "rose"
    return f"Calls of the same kind in {assessment.comparison} {moved} by {_whole(percent):,} % {numbers}."


def control_percent(windows: Windows, control: Pair) -> float:
    """How the comparison's rate changed, in per cent."""
    return 100 * (control.after * baseline_weight(windows) / control.before - 1)


def say_difference(difference: Difference | None) -> str:
    """«15 fewer than elsewhere (between 4 and 26 fewer)», or why there is none."""
    if difference is None:
        return "Too few calls to compare."
    span = f"{_more(difference.low)} to {_more(difference.high)}"
    return f"{_more(difference.value)} than the comparison (95 % sure: {span})"


def _more(calls: float) -> str:
    return f"{abs(calls):.1f} {'fewer' if calls < 0 else 'more'}"


def say_warnings(assessment: Assessment, findings: Findings) -> list[str]:
    """What to beware of when reading the verdict; empty when there is nothing."""
    windows = assessment.windows
    warnings: list[str] = []
    if windows.before is None or findings.verdict is Verdict.NO_BASELINE:
        return warnings
    if not findings.is_baseline_clean:
        why = (
            "An earlier case lay at this place during the baseline"
            if windows.years_back
            else "The baseline lies right before the calls that made this a case"
        )
        warnings.append(
            f"{why}. Places are picked in a bad spell, and a bad spell often ends by itself (regression to the mean): "
            "part of any fall may be just that."
        )
    if findings.is_baseline_short:
        warnings.append(
            f"The baseline covers {windows.before.days:.0f} days; twelve months would even out the seasons and chance."
        )
    if not assessment.is_response_known:
        warnings.append("The case does not say that a response was carried out; only its end is known.")
    if assessment.has_ring and findings.moved is None and not windows.is_early:
        warnings.append("Too few calls lie around the place to tell whether the problem moved next door.")
    return warnings
