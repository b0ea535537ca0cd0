"""Slots: quarter hours, counted once for everybody."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.errors import Invalid
from tracker.scheduling.bookings.slots import next_slot, slot_at, slot_start, slots_needed, slots_of

NINE = datetime(2026, 6, 15, 9, 0, tzinfo=UTC)


def test_a_slot_begins_where_the_one_before_it_ends() -> None:
    slot = slot_at(NINE)
    assert slot_start(slot) == NINE
    assert slot_start(slot + 1) == NINE + timedelta(minutes=15)


@given(st.datetimes(timezones=st.just(UTC)))
def test_every_instant_lies_in_its_slot_and_before_the_next(instant: datetime) -> None:
    assert slot_start(slot_at(instant)) <= instant < slot_start(slot_at(instant) + 1)
    assert slot_start(next_slot(instant) - 1) < instant <= slot_start(next_slot(instant))


@pytest.mark.parametrize(("minutes", "slots"), [(1, 1), (15, 1), (16, 2), (60, 4), (0, 0)])
def test_a_started_quarter_hour_is_a_whole_one(minutes: int, slots: int) -> None:
    assert slots_needed(minutes) == slots


def test_an_hour_takes_four_slots_and_not_the_one_it_ends_in() -> None:
    slots = slots_of(NINE, NINE + timedelta(hours=1))
    assert list(slots) == [slot_at(NINE) + offset for offset in range(4)]


@pytest.mark.parametrize(
    ("starts_at", "ends_at"),
    [
        (NINE + timedelta(minutes=5), NINE + timedelta(minutes=20)),
        (NINE, NINE + timedelta(minutes=20)),
        (NINE, NINE),
        (NINE, NINE - timedelta(minutes=15)),
    ],
)
def test_a_booking_off_the_quarter_hours_or_without_time_is_refused(starts_at: datetime, ends_at: datetime) -> None:
    with pytest.raises(Invalid):
        slots_of(starts_at, ends_at)
