"""Assessments made of bare counts, for tests of what follows from them."""

from dataclasses import replace
from datetime import UTC, datetime

from tracker.cases.assessing.findings import Assessment, Counted
from tracker.cases.assessing.windows import DAY, SEASON, Bin, Span, Windows

CLOSED = datetime(2026, 2, 1, 12, tzinfo=UTC)
WINDOWS = Windows(
    selection=Span(CLOSED - 130 * DAY, CLOSED - 100 * DAY),
    response=Span(CLOSED - 80 * DAY, CLOSED),
    before=Span(CLOSED - SEASON, CLOSED - SEASON + 120 * DAY),
    after=Span(CLOSED, CLOSED + 120 * DAY),
    years_back=1,
)
CALM = (100, 100)
"""A comparison in which nothing changed."""
NONE = (0, 0)
Counts = tuple[int, int]


def assessment(
    place: Counts, control: Counts = CALM, ring: Counts = NONE, belt: Counts = NONE, *,
    windows: Windows = WINDOWS, **facts: object,
) -> Assessment:  # fmt: skip
    """An assessment with these counts before and after."""
    spans = (("before", windows.before), ("after", windows.after))
    bins = tuple(
        Counted(Bin(span, name), place[number], ring[number], belt[number], control[number])
        for number, (name, span) in enumerate(spans)
        if span is not None
    )
    usual = Assessment(
        as_of=CLOSED + 150 * DAY, windows=windows, radius_m=100, comparison="the rest of Northeast", has_ring=True,
        is_response_known=True, is_closed=True, had_case_before=False, bins=bins,
    )  # fmt: skip
    return replace(usual, **facts)  # type: ignore[arg-type]  # facts by name
