"""What an assessment rests on, in words: its windows, its counts, its method. Pure."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from ...clock import local_date
from .findings import Assessment, Findings
from .statistics import Pair
from .windows import SEASON, Span, Windows
from .wording import control_percent, say_percent


def table_rows(assessment: Assessment, findings: Findings) -> list[tuple[str, str, str, str]]:
    """(area, before, after, change) in words, for the place, what is around it, and what they are compared with."""
    rows = [(f"This place, within {assessment.radius_m} m", findings.treated)]
    if assessment.has_ring:
        rows.append((f"Around it, {assessment.radius_m} to 500 m away", findings.ring))
        rows.append(("Compared with that: 500 m to 1 km away", findings.belt))
    rows.append((f"Comparison: {assessment.comparison}", findings.control))
    return [(words, f"{pair.before:,}", f"{pair.after:,}", _change_of(assessment, pair)) for words, pair in rows]


def _change_of(assessment: Assessment, pair: Pair) -> str:
    if assessment.windows.after is None:
        return "not yet"
    return say_percent(control_percent(assessment.windows, pair)) if pair.before else "no baseline"


def how_reckoned(assessment: Assessment) -> str:
    """The method in three sentences."""
    return (
        "Calls of the same kind are counted in stretches of time that a rule chooses. The likely range of the change "
        "is an exact 95 % interval for counts (Clopper-Pearson); the place is held against its comparison by the "
        f"weighted displacement difference (Wheeler and Ratcliffe 2018). The comparison, {assessment.comparison}, may "
        "hold places that are being worked on too."
    )


def explain_windows(assessment: Assessment, zone: ZoneInfo) -> list[tuple[str, str, str]]:
    """(name, dates, why) of each window, in the order of time."""
    windows = assessment.windows
    spans = (
        ("Before", windows.before, _why_before(windows)),
        ("Calls that made it a case", windows.selection, _WHY_SELECTION),
        ("Response", windows.response, _WHY_RESPONSE),
        ("After", windows.after, _WHY_AFTER),
    )
    return [(name, say_span(span, zone), why) for name, span, why in spans if span is not None]


_WHY_SELECTION = "Never the baseline: a place is picked in a bad spell, and its calls then fall by themselves."
_WHY_RESPONSE = "Neither before nor after: from the first thing that was done until it was over."
_WHY_AFTER = "From the end of the response to now, at most to the end of the watch."


def _why_before(windows: Windows) -> str:
    if windows.after is None:
        return "The year before the calls that made it a case, for as long as nothing can be compared yet."
    if windows.years_back:
        years = "a year" if windows.years_back == 1 else f"{windows.years_back} years"
        weeks = windows.years_back * (SEASON // timedelta(weeks=1))
        return f"The same season and weekdays {years} ({weeks} weeks) earlier."
    return "Right before the calls that made it a case: calls of this kind do not reach back to the same season before."


def say_span(span: Span, zone: ZoneInfo) -> str:
    """«3 Mar 2025 to 1 Jun 2025», on the city's calendar."""
    first, last = local_date(span.start, zone), local_date(span.end, zone)
    return f"{first:%-d %b %Y} to {last:%-d %b %Y}"
