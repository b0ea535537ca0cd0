"""Months in an address, and how many days lie in each."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.published.months import count_by_month, latest_months, next_month, read_month, span_of, write_month

DAYS = st.dates(date(1950, 1, 1), date(2150, 12, 31))


@settings(max_examples=50)
@given(day=DAYS)
def test_a_month_is_read_as_it_is_written_and_holds_its_days(day: date) -> None:
    first = read_month(write_month(day))
    assert first == day.replace(day=1)
    low, beyond = span_of(first)
    assert low <= day.toordinal() < beyond and date.fromordinal(beyond) == next_month(day)


@pytest.mark.parametrize("written", ["", "2026", "2026-13", "2026-00", "2026-1", "0000-01", "٢٠٢٦-01", "2026-01-0"])
def test_anything_else_is_no_month(written: str) -> None:
    assert read_month(written) is None


@settings(max_examples=30)
@given(last=DAYS, ages=st.lists(st.integers(-40, 900), max_size=40))
def test_days_are_counted_in_the_month_in_which_they_lie(last: date, ages: list[int]) -> None:
    months = latest_months(last, 24)
    days = [date.fromordinal(last.toordinal() - age) for age in ages]
    counts = count_by_month(np.array([day.toordinal() for day in days], dtype=np.int64), months)
    assert len(months) == 24 and months[-1] == last.replace(day=1)
    assert counts == [sum(day.replace(day=1) == month for day in days) for month in months]
