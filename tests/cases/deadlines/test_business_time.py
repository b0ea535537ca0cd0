"""Working time, against an oracle that walks minute by minute and reads the clock on the wall."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.cases.deadlines.business_time import (
    Stretch,
    WorkCalendar,
    add_working_time,
    end_of_work,
    merge_stretches,
    working_days_between,
    working_time_between,
)

MINUTE = timedelta(minutes=1)
NEW_YORK = ZoneInfo("America/New_York")
OFFICE = {day: [(480, 1020)] for day in range(5)}
WEEK = WorkCalendar(NEW_YORK, OFFICE)
FEW = settings(max_examples=40, deadline=None)


def local(*reading: int) -> datetime:
    """The instant of a reading of New York's clocks."""
    return datetime(*reading, tzinfo=NEW_YORK).astimezone(UTC)  # type: ignore[misc,arg-type]


def is_open(minute: datetime, calendar: WorkCalendar, still: Sequence[Stretch]) -> bool:
    """What somebody at the door sees: the clock on the wall, the date, and whether everything stands still."""
    wall = minute.astimezone(calendar.zone)
    reading = wall.hour * 60 + wall.minute
    spans = [] if wall.date() in calendar.holidays else calendar.hours.get(wall.weekday(), [])
    return any(a <= reading < b for a, b in spans) and not any(a <= minute < b for a, b in still)


def slow_between(start: datetime, end: datetime, calendar: WorkCalendar, still: Sequence[Stretch]) -> timedelta:
    minutes = range(max(0, (end - start) // MINUTE))
    return MINUTE * sum(is_open(start + MINUTE * n, calendar, still) for n in minutes)


# Days about both changes of the clocks of 2026, and quiet ones.
starts = st.builds(
    lambda day, minute: datetime(2026, *day, tzinfo=UTC) + MINUTE * minute,
    st.sampled_from([(3, 6), (3, 7), (3, 8), (10, 30), (10, 31), (11, 1), (6, 15), (12, 24)]),
    st.integers(0, 1439),
)
ordinary_spans = st.sampled_from([[(480, 1020)], [(420, 720), (780, 960)], [(0, 1440)], [(1320, 1440)], []])
any_spans = st.lists(st.tuples(st.integers(0, 1439), st.integers(1, 1440)).filter(lambda s: s[0] < s[1]), max_size=3)


@st.composite
def calendars(draw: st.DrawFn, spans: st.SearchStrategy[list[tuple[int, int]]] = ordinary_spans) -> WorkCalendar:
    hours = {day: draw(spans) for day in range(7)}
    hours[draw(st.integers(0, 6))] = [(540, 600)]  # open at some time, at least
    days = draw(st.sets(st.integers(0, 5), max_size=3))
    holidays = frozenset(date(2026, 3, 6) + timedelta(days=n) for n in days)
    return WorkCalendar(draw(st.sampled_from([NEW_YORK, ZoneInfo("Europe/Berlin"), ZoneInfo("UTC")])), hours, holidays)


@st.composite
def stretches_after(draw: st.DrawFn, start: datetime) -> list[Stretch]:
    pairs = draw(st.lists(st.tuples(st.integers(-600, 4_000), st.integers(0, 2_000)), max_size=3))
    return [(start + MINUTE * begin, start + MINUTE * (begin + length)) for begin, length in pairs]


@FEW
@given(calendars(), starts, st.integers(0, 5_000), st.data())
def test_the_time_between_is_what_somebody_at_the_door_counts(
    calendar: WorkCalendar, start: datetime, minutes: int, data: st.DataObject
) -> None:
    end, still = start + MINUTE * minutes, data.draw(stretches_after(start))
    assert working_time_between(start, end, calendar, still) == slow_between(start, end, calendar, still)


@FEW
@given(calendars(any_spans), starts, st.integers(0, 3_000), st.data())
def test_adding_and_counting_are_each_others_inverse(
    calendar: WorkCalendar, start: datetime, minutes: int, data: st.DataObject
) -> None:
    hours, still = MINUTE * minutes, data.draw(stretches_after(start))
    due = add_working_time(start, hours, calendar, still)
    assert due >= start
    assert working_time_between(start, due, calendar, still) == hours
    if minutes:
        assert working_time_between(start, due - timedelta(microseconds=1), calendar, still) < hours


@FEW
@given(calendars(any_spans), starts, st.integers(0, 600), st.integers(0, 2_000), st.integers(0, 600), st.data())
def test_later_starts_more_hours_and_pauses_never_make_it_earlier(
    calendar: WorkCalendar, start: datetime, later: int, minutes: int, more: int, data: st.DataObject
) -> None:
    still = data.draw(stretches_after(start))
    due = add_working_time(start, MINUTE * minutes, calendar, still)
    assert add_working_time(start + MINUTE * later, MINUTE * minutes, calendar, still) >= due
    assert add_working_time(start, MINUTE * (minutes + more), calendar, still) >= due
    assert add_working_time(start, MINUTE * minutes, calendar) <= due
    pause = (start + MINUTE * later, start + MINUTE * (later + more))
    assert add_working_time(start, MINUTE * minutes, calendar, [*still, pause]) >= due


@FEW
@given(calendars(any_spans), starts, starts, starts)
def test_time_adds_up_and_is_never_negative(calendar: WorkCalendar, a: datetime, b: datetime, c: datetime) -> None:
    first, middle, last = sorted((a, b, c))
    parts = [working_time_between(*pair, calendar) for pair in ((first, middle), (middle, last))]
    assert sum(parts, timedelta()) == working_time_between(first, last, calendar)
    assert min(parts) >= timedelta() == working_time_between(last, first, calendar)


def test_nothing_added_is_the_start_itself_even_at_night() -> None:
    night = local(2026, 6, 13, 3, 0)
    assert add_working_time(night, timedelta(), WEEK) == night


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ((2026, 6, 15, 9, 0), 8, (2026, 6, 15, 17, 0)),  # up to the close of the day, not to the next morning
        ((2026, 6, 15, 9, 0), 9, (2026, 6, 16, 9, 0)),
        ((2026, 6, 12, 16, 0), 2, (2026, 6, 15, 9, 0)),  # over a weekend
        ((2026, 6, 13, 12, 0), 1, (2026, 6, 15, 9, 0)),  # from a Saturday
        ((2026, 7, 2, 16, 0), 2, (2026, 7, 6, 9, 0)),  # Friday the 3rd is a holiday
        ((2026, 10, 30, 16, 0), 10, (2026, 11, 2, 17, 0)),  # over the weekend on which clocks go back
    ],
)
def test_working_hours_are_added(start: tuple[int, ...], hours: int, due: tuple[int, ...]) -> None:
    calendar = WorkCalendar(NEW_YORK, OFFICE, frozenset({date(2026, 7, 3)}))
    assert add_working_time(local(*start), timedelta(hours=hours), calendar) == local(*due)


def test_the_day_on_which_clocks_move_is_as_long_as_it_really_is() -> None:
    always = WorkCalendar(NEW_YORK, {day: [(0, 1440)] for day in range(7)})
    for day, hours in ((date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (date(2026, 6, 1), 24)):
        start, next_day = local(day.year, day.month, day.day), day + timedelta(days=1)
        end = local(next_day.year, next_day.month, next_day.day)
        assert working_time_between(start, end, always) == timedelta(hours=hours)


def test_an_office_that_never_opens_is_refused_instead_of_waited_for() -> None:
    for hours in ({}, {0: [(600, 600)]}):
        with pytest.raises(ValueError, match="too seldom"):
            add_working_time(local(2026, 6, 15), timedelta(hours=1), WorkCalendar(NEW_YORK, hours))
    with pytest.raises(ValueError, match="never taken away"):
        add_working_time(local(2026, 6, 15), timedelta(hours=-1), WEEK)


def test_working_days_are_counted_by_the_calendar() -> None:
    monday, friday = local(2026, 6, 15, 23, 0), local(2026, 6, 19, 8, 0)
    assert working_days_between(monday, friday, WEEK) == 4
    assert working_days_between(friday, local(2026, 6, 22, 8, 0), WEEK) == 1
    assert working_days_between(friday, monday, WEEK) == 0


def test_the_close_of_a_day_is_known_only_where_the_office_opens() -> None:
    assert end_of_work(date(2026, 6, 15), WEEK) == local(2026, 6, 15, 17, 0)
    assert end_of_work(date(2026, 6, 14), WEEK) is None


def test_stretches_that_overlap_count_once() -> None:
    a, b, c, d = (local(2026, 6, 15, hour) for hour in (9, 11, 10, 12))
    assert merge_stretches([(c, d), (a, b), (d, d)]) == [(a, d)]
