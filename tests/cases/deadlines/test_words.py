"""What pages say about deadlines, and what supervisors type."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.cases.deadlines.conftest import moment
from tracker.cases.deadlines.business_time import WorkCalendar
from tracker.cases.deadlines.dates import city_clock, reckon_dates
from tracker.cases.deadlines.defaults import DEFAULT_HOURS, DEFAULT_MEASURES, Measure
from tracker.cases.deadlines.filters import LateFilters, read_late_filters
from tracker.cases.deadlines.hours_text import read_spans, write_spans
from tracker.cases.deadlines.wording import say_distance, say_hours, say_moment

WEEK = WorkCalendar(ZoneInfo("America/New_York"), DEFAULT_HOURS)
NOON = moment(15)


@pytest.mark.parametrize(
    ("due", "words", "distance"),
    [
        (moment(15, 17), "Mon 15 Jun, 5 pm", "today"),
        (moment(16, 9, 30), "Tue 16 Jun, 9:30 am", "tomorrow"),
        (moment(17, 12), "Wed 17 Jun, 12 pm", "in 2 working days"),
        (moment(22, 8), "Mon 22 Jun, 8 am", "in 5 working days"),
        (moment(15, 11), "Mon 15 Jun, 11 am", "late since today"),
        (moment(12, 16), "Fri 12 Jun, 4 pm", "1 working day late"),
        (moment(8, 0), "Mon 8 Jun, 12 am", "5 working days late"),
        (moment(1, 8, month=1) + timedelta(days=366), "Sat 2 Jan 2027, 7 am", "in 144 working days"),
    ],
)
def test_a_deadline_is_said_as_people_say_it(due: datetime, words: str, distance: str) -> None:
    assert say_moment(due, NOON, WEEK) == words
    assert say_distance(due, NOON, WEEK) == distance


def test_what_became_late_on_a_day_off_is_just_late() -> None:
    assert say_distance(moment(13), moment(14), WEEK) == "late"


def test_hours_are_read_as_they_are_typed_and_written() -> None:
    assert read_spans(" 8-12, 13:00 to 17:30 ") == [(480, 720), (780, 1050)]
    assert read_spans("") == [] and read_spans("0:00-24:00") == [(0, 1440)]
    assert say_hours({0: [(480, 720), (780, 1050)], 1: []}) == "Mon 8 to 12 and 13 to 17:30"
    assert say_hours({}) == "never open"


@pytest.mark.parametrize("text", ["nine to five", "17-8", "8-25", "8:60-9:70", "8-12, 11-17", "8", "8-8", "-"])
def test_what_are_no_hours_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        read_spans(text)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 1440), min_size=2, max_size=6, unique=True))
def test_written_hours_are_read_as_they_were(minutes: list[int]) -> None:
    ordered = sorted(minutes)
    spans = list(zip(ordered[::2], ordered[1::2], strict=False))
    assert read_spans(write_spans(spans)) == spans


def test_the_three_dates_stand_in_order_whatever_the_measure() -> None:
    for measure in (*DEFAULT_MEASURES.values(), Measure(1, 0, 0), Measure(4_000, 3_999, 4_000)):
        dates = reckon_dates(NOON, measure, timedelta(minutes=30), WEEK)
        assert NOON <= dates.warn_at <= dates.due_at <= dates.escalate_at


def test_the_clock_of_the_city_stands_while_an_emergency_lasts() -> None:
    begin, end = moment(14), moment(16)
    assert city_clock(NOON, [(begin, None)]) == city_clock(NOON, [(begin, end), (moment(15, 11), None)]) == begin
    assert city_clock(NOON, [(begin, NOON), (end, None)]) == NOON, "over, or yet to come"


def test_filters_stand_in_the_address_and_ignore_what_is_unknown() -> None:
    filters = read_late_filters({"which": "late", "kind": "scan", "family": "3", "center": "x", "contact": "-1"})
    assert filters == LateFilters(which="late", kind="scan", family=3)
    assert filters.as_query() == {"which": "late", "kind": "scan", "family": 3}
    assert read_late_filters({"which": "all", "kind": "cake"}) == LateFilters()


def test_the_usual_measures_can_be_met_in_a_week_of_usual_hours() -> None:
    now = datetime(2026, 3, 6, 20, tzinfo=UTC)  # the Friday before clocks go forward
    dates = reckon_dates(now, DEFAULT_MEASURES[next(iter(DEFAULT_MEASURES))], timedelta(), WEEK)
    assert say_moment(dates.due_at, now, WEEK) == "Tue 10 Mar, 1 pm"
