"""The windows of an assessment: chosen by rule, never overlapping what made the case, never in the future."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.cases.assessing.windows import DAY, SEASON, Moments, Span, choose_windows, cut_bins

CLOSED = datetime(2026, 2, 1, 12, tzinfo=UTC)
USUAL = Moments(
    opened_at=CLOSED - 100 * DAY,
    window_days=30,
    founded_at=CLOSED - 120 * DAY,
    response_at=CLOSED - 80 * DAY,
    ended_at=CLOSED,
    monitored_until=CLOSED + 90 * DAY,
    as_of=CLOSED + 200 * DAY,
    data_from=CLOSED - 1000 * DAY,
)


def test_the_usual_case_is_compared_with_the_same_weeks_of_the_year_before() -> None:
    windows = choose_windows(USUAL)
    assert windows.selection == Span(CLOSED - 130 * DAY, CLOSED - 100 * DAY)
    assert windows.response == Span(CLOSED - 80 * DAY, CLOSED)
    assert windows.after == Span(CLOSED, CLOSED + 90 * DAY)
    assert windows.before == Span(CLOSED - SEASON, CLOSED + 90 * DAY - SEASON)
    assert windows.years_back == 1 and not windows.is_early


def test_without_an_earlier_season_the_time_right_before_the_selection_serves() -> None:
    windows = choose_windows(replace(USUAL, data_from=CLOSED - 300 * DAY))
    assert windows.before == Span(CLOSED - 220 * DAY, CLOSED - 130 * DAY) and windows.years_back == 0


def test_where_the_city_s_calls_begin_late_the_baseline_is_shorter_or_missing() -> None:
    short = choose_windows(replace(USUAL, data_from=CLOSED - 150 * DAY)).before
    assert short is not None and short.days == 20
    assert choose_windows(replace(USUAL, data_from=CLOSED - 110 * DAY)).before is None


def test_a_long_time_after_goes_back_as_many_years_as_it_needs() -> None:
    windows = choose_windows(replace(USUAL, monitored_until=CLOSED + 500 * DAY, as_of=CLOSED + 500 * DAY,
                                     data_from=CLOSED - 2000 * DAY))  # fmt: skip
    assert windows.years_back == 2 and windows.before is not None and windows.before.days == 500


def test_founding_calls_that_began_earlier_belong_to_the_selection() -> None:
    earlier = choose_windows(replace(USUAL, founded_at=CLOSED - 150 * DAY)).selection
    assert earlier.start == CLOSED - 150 * DAY
    far = choose_windows(replace(USUAL, founded_at=CLOSED - 400 * DAY)).selection
    assert far.start == CLOSED - 130 * DAY


def test_too_little_time_after_is_too_early() -> None:
    assert choose_windows(replace(USUAL, as_of=CLOSED + 27 * DAY)).is_early
    assert not choose_windows(replace(USUAL, as_of=CLOSED + 28 * DAY)).is_early
    going_on = choose_windows(replace(USUAL, ended_at=None))
    assert going_on.is_early and going_on.after is None
    assert going_on.before is not None and going_on.before.days == 364


def test_a_watch_too_short_to_tell_does_not_end_the_counting() -> None:
    after = choose_windows(replace(USUAL, monitored_until=CLOSED)).after
    assert after is not None and after.end == USUAL.as_of


days = st.integers(-3000, 3000).map(lambda number: CLOSED + number * DAY / 3)
moments = st.builds(
    Moments, opened_at=days, window_days=st.integers(1, 400), founded_at=st.none() | days,
    response_at=st.none() | days, ended_at=st.none() | days, monitored_until=st.none() | days, as_of=days,
    data_from=days,
)  # fmt: skip


@settings(max_examples=100)
@given(moments)
def test_windows_keep_apart_have_length_and_lie_in_the_past(drawn: Moments) -> None:
    windows = choose_windows(drawn)
    spans = [span for span in (windows.before, windows.selection, windows.response, windows.after) if span is not None]
    for span in spans:
        assert span.days > 0 and span.end <= drawn.as_of
    for number, span in enumerate(spans):
        assert not any(span.overlaps(other) for other in spans[number + 1 :])
    if windows.before is not None:
        assert windows.before.end <= windows.selection.start and windows.before.start >= drawn.data_from
    if windows.years_back and windows.before is not None and windows.after is not None:
        assert windows.before.end - windows.before.start == windows.after.end - windows.after.start
        assert (windows.after.start - windows.before.start) % timedelta(weeks=52) == timedelta()


@settings(max_examples=100)
@given(moments)
def test_bins_tile_every_window_and_nothing_twice(drawn: Moments) -> None:
    windows = choose_windows(drawn)
    bins = cut_bins(windows)
    assert all(one.span.end == other.span.start for one, other in pairwise(bins))
    for name in ("before", "selection", "response", "after"):
        span, own = getattr(windows, name), [one.span for one in bins if one.window == name]
        assert ([] if span is None else [span.start, span.end]) == ([own[0].start, own[-1].end] if own else [])
