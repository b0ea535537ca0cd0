"""Shifts as people write them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import Invalid
from tracker.scheduling.resources.shift_text import read_shifts, write_shifts


def test_spans_are_read_in_order_and_with_any_blanks() -> None:
    assert read_shifts(" 18:00 - 20:00 ,7:00-15:30") == [(420, 930), (1080, 1200)]


def test_no_text_is_no_shift() -> None:
    assert read_shifts("  ") == []


def test_a_night_shift_may_end_on_the_next_day() -> None:
    assert read_shifts("22:00-06:00") == [(1320, 360)]


@pytest.mark.parametrize("text", ["seven to three", "07:00", "25:00-26:00", "07:60-08:00", "07:00-24:01", "7-15"])
def test_what_is_no_shift_is_refused_with_an_example_or_the_limits(text: str) -> None:
    with pytest.raises(Invalid, match=r"07:00-15:00|00:00 to 24:00"):
        read_shifts(text)


@pytest.mark.parametrize("text", ["07:00-15:00, 14:00-18:00", "07:00-15:00, 07:00-09:00", "20:00-06:00, 22:00-23:00"])
def test_shifts_of_one_day_that_overlap_are_refused(text: str) -> None:
    with pytest.raises(Invalid, match="runs into"):
        read_shifts(text)


@given(st.integers(0, 1439), st.integers(0, 1440))
def test_what_is_written_is_read_back(start: int, end: int) -> None:
    assert read_shifts(write_shifts([(start, end)])) == [(start, end)]
