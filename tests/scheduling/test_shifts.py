"""Shifts: what the clock on the wall says, also on the days when it is moved."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.scheduling.resources.shifts import working_time_on, working_times

NEW_YORK = ZoneInfo("America/New_York")
MONDAY = date(2026, 6, 15)
SPRING_FORWARD = date(2026, 3, 8)  # a Sunday
FALL_BACK = date(2026, 11, 1)  # a Sunday


@dataclass(frozen=True)
class Weekly:
    weekday: int
    start_minute: int
    end_minute: int
    every_weeks: int = 1
    starts_on: date = date(2000, 1, 3)
    ends_on: date | None = None
    break_minutes: int = 0
    break_from: int | None = None
    break_until: int | None = None


def hours(shift: Weekly, day: date) -> float:
    stretch = working_time_on(shift, day, NEW_YORK)
    assert stretch is not None
    return (stretch.ends_at - stretch.starts_at) / timedelta(hours=1)


def test_a_shift_is_read_on_the_citys_clocks() -> None:
    stretch = working_time_on(Weekly(0, 7 * 60, 15 * 60), MONDAY, NEW_YORK)
    assert stretch is not None
    assert stretch.starts_at == datetime(2026, 6, 15, 11, 0, tzinfo=UTC)
    assert stretch.ends_at == datetime(2026, 6, 15, 19, 0, tzinfo=UTC)


def test_a_shift_falls_on_its_own_weekday_only() -> None:
    assert working_time_on(Weekly(1, 420, 900), MONDAY, NEW_YORK) is None


@pytest.mark.parametrize("end_minute", [6 * 60, 30 * 60])
def test_a_shift_over_midnight_ends_on_the_next_day_however_it_is_written(end_minute: int) -> None:
    stretch = working_time_on(Weekly(0, 22 * 60, end_minute), MONDAY, NEW_YORK)
    assert stretch is not None
    assert stretch.day == MONDAY
    assert stretch.ends_at == datetime(2026, 6, 16, 10, 0, tzinfo=UTC)  # 06:00 in the city


def test_a_night_shift_is_an_hour_shorter_when_the_clocks_go_forward() -> None:
    saturday = SPRING_FORWARD - timedelta(days=1)
    assert hours(Weekly(5, 22 * 60, 6 * 60), saturday) == 7


def test_a_night_shift_is_an_hour_longer_when_the_clocks_go_back() -> None:
    saturday = FALL_BACK - timedelta(days=1)
    assert hours(Weekly(5, 22 * 60, 6 * 60), saturday) == 9


@pytest.mark.parametrize("day", [SPRING_FORWARD, FALL_BACK])
def test_a_day_shift_keeps_its_clock_times_on_the_days_when_the_clock_is_moved(day: date) -> None:
    stretch = working_time_on(Weekly(6, 7 * 60, 15 * 60), day, NEW_YORK)
    assert stretch is not None
    assert stretch.starts_at.astimezone(NEW_YORK).hour == 7
    assert stretch.ends_at.astimezone(NEW_YORK).hour == 15


def test_a_shift_inside_the_hour_that_spring_leaves_out_does_not_take_place() -> None:
    assert working_time_on(Weekly(6, 2 * 60 + 30, 3 * 60), SPRING_FORWARD, NEW_YORK) is None


def test_shifts_that_touch_are_one_stretch_of_the_day_it_begins_on() -> None:
    shifts = [Weekly(0, 420, 900), Weekly(0, 900, 1080), Weekly(1, 420, 900)]
    stretches = working_times(shifts, MONDAY, 2, NEW_YORK)
    assert [(stretch.day, (stretch.ends_at - stretch.starts_at) / timedelta(hours=1)) for stretch in stretches] == [
        (MONDAY, 11),
        (MONDAY + timedelta(days=1), 8),
    ]


weekly = st.builds(Weekly, st.integers(0, 6), st.integers(0, 1439), st.integers(0, 1440))


@given(
    st.lists(weekly, max_size=8),
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.integers(1, 20),
    st.sampled_from(["America/New_York", "Europe/London", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_stretches_are_ordered_apart_and_never_negative(
    shifts: list[Weekly], first_day: date, days: int, zone: str
) -> None:
    stretches = working_times(shifts, first_day, days, ZoneInfo(zone))
    assert all(stretch.starts_at < stretch.ends_at for stretch in stretches)
    assert all(one.ends_at < two.starts_at for one, two in pairwise(stretches))
