"""An assessment as a chart: calls in time with its windows, and the comparison as a line. Pure; two places draw it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from ...clock import local_date
from .findings import Assessment, Counted, Findings
from .windows import BIN_DAYS

WIDTH, HEIGHT = 640, 220
LEFT, _RIGHT, _TOP, _BOTTOM = 34, 6, 26, 28
_LABELED = 70
"""A zone that is at least this wide has its name above it."""
ZONES = {"before": "Before", "selection": "Calls that made it a case", "response": "Response", "after": "After"}


@dataclass(frozen=True, slots=True)
class Column:
    """One bin: its bar, what it stands for, and what the comparison would have here (None without one).

    Heights are calls per four weeks, so that shorter bins compare; `first` and `last` are city-local dates, inclusive.
    """

    x: float
    y: float
    width: float
    height: float
    window: str
    first: date
    last: date
    count: int
    control: int
    expected: float | None


@dataclass(frozen=True, slots=True)
class Zone:
    """The shade behind a window; `label` is empty where it would not fit."""

    name: str
    x: float
    width: float
    label: str


@dataclass(frozen=True, slots=True)
class AssessmentChart:
    """The drawing in its own units. `line` are the points of the comparison; `levels` and `ticks` are (place, text)."""

    width: int
    height: int
    left: float
    top: float
    base: float
    columns: list[Column]
    zones: list[Zone]
    line: list[tuple[float, float]]
    levels: list[tuple[float, str]]
    ticks: list[tuple[float, str]]


def draw_assessment(assessment: Assessment, findings: Findings, zone: ZoneInfo) -> AssessmentChart | None:
    """The chart, or None where nothing was counted."""
    bins = assessment.bins
    if not bins:
        return None
    start, end = bins[0].bin.span.start, bins[-1].bin.span.end
    room, base = WIDTH - LEFT - _RIGHT, HEIGHT - _BOTTOM
    scale = _scale(findings)
    expected = [None if scale is None else one.control * scale for one in bins]
    tall = [_rate(one, max(one.treated, value or 0)) for one, value in zip(bins, expected, strict=True)]
    most = max(1.0, *tall)

    def across(one: Counted) -> tuple[float, float]:
        left, right = ((at - start) / (end - start) for at in (one.bin.span.start, one.bin.span.end))
        return LEFT + room * left, LEFT + room * right

    def up(rate: float) -> float:
        return round(base - (base - _TOP) * rate / most, 1)

    columns, line = [], []
    for one, value in zip(bins, expected, strict=True):
        left, right = across(one)
        y, gap = up(_rate(one, one.treated)), min(1.5, (right - left) / 8)
        first, last = _days(one, zone)
        columns.append(
            Column(
                round(left + gap, 1), y, round(max(right - left - 2 * gap, 0.5), 1), round(base - y, 1),
                one.bin.window, first, last, one.treated, one.control, value,
            )
        )  # fmt: skip
        if value is not None:
            line += [(round(left, 1), up(_rate(one, value))), (round(right, 1), up(_rate(one, value)))]
    zones = [zone_ for name in ZONES if (zone_ := _zone(name, bins, [across(one) for one in bins])) is not None]
    levels = [(float(base), "0"), (up(most), f"{most:.0f}" if most >= 10 else f"{most:.1f}")]
    return AssessmentChart(WIDTH, HEIGHT, LEFT, _TOP, base, columns, zones, line, levels, _ticks(bins, zone))


def _rate(one: Counted, calls: float) -> float:
    """Calls per four weeks; a bin shorter than one week counts as one, so that a single call makes no tower."""
    return calls * BIN_DAYS / max(one.bin.span.days, 7)


def _scale(findings: Findings) -> float | None:
    """What the comparison's calls are multiplied by, to start level with the place."""
    if findings.difference is None:
        return None
    return findings.treated.before / findings.control.before


def _days(one: Counted, zone: ZoneInfo) -> tuple[date, date]:
    first, end = local_date(one.bin.span.start, zone), local_date(one.bin.span.end, zone)
    return first, max(first, end - timedelta(days=1))


def _zone(name: str, bins: Sequence[Counted], places: Sequence[tuple[float, float]]) -> Zone | None:
    own = [place for one, place in zip(bins, places, strict=True) if one.bin.window == name]
    if not own:
        return None
    left, right = own[0][0], own[-1][1]
    label = ZONES[name] if right - left >= _LABELED * (1 + (name == "selection")) else ""
    return Zone(name, round(left, 1), round(right - left, 1), label)


def _ticks(bins: Sequence[Counted], zone: ZoneInfo) -> list[tuple[float, str]]:
    first, last = _days(bins[0], zone)[0], _days(bins[-1], zone)[1]
    return [(float(LEFT), f"{first:%-d %b %Y}"), (float(WIDTH - _RIGHT), f"{last:%-d %b %Y}")]
