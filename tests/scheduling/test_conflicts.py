"""What a person is told when something is in the way."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from tracker.scheduling.bookings.conflicts import Standing, find_free, say_conflict, say_outside, say_span
from tracker.scheduling.resources.shifts import WorkingTime

ZONE = ZoneInfo("America/New_York")
NINE = datetime(2026, 6, 15, 13, 0, tzinfo=UTC)  # 09:00 in the city
HOUR = timedelta(hours=1)
DAY = WorkingTime(date(2026, 6, 15), NINE - HOUR, NINE + 7 * HOUR)


def test_a_conflict_names_who_is_taken_by_what_until_when_and_when_it_is_free() -> None:
    told = say_conflict("Crew 1", [Standing("Trim the tree", "12 Elm St", NINE, NINE + HOUR)], NINE + HOUR, ZONE)
    assert told == ("Crew 1 is taken: «Trim the tree» at 12 Elm St, Mon 15 Jun 2026, 09:00 to 10:00. Free from 10:00.")


def test_a_free_time_after_midnight_is_dated() -> None:
    told = say_conflict("Crew 1", [Standing("Trim", "12 Elm St", NINE, NINE + HOUR)], NINE + 16 * HOUR, ZONE)
    assert told.endswith("Free from Tue 16 Jun, 01:00.")


def test_a_full_day_is_said_to_be_full() -> None:
    told = say_conflict("Crew 1", [Standing("Trim", "12 Elm St", NINE, NINE + HOUR)], None, ZONE)
    assert told.endswith("No room is left that day; choose another.")


def test_what_was_cancelled_meanwhile_may_be_tried_again() -> None:
    assert "Try once more" in say_conflict("Crew 1", [], None, ZONE)


def test_a_span_over_midnight_dates_both_ends() -> None:
    assert say_span(NINE, NINE + 16 * HOUR, ZONE) == "Mon 15 Jun 2026, 09:00 to Tue 16 Jun, 01:00"


def test_a_time_outside_the_shift_is_answered_with_the_shift() -> None:
    assert "Mon 15 Jun 2026, 08:00 to 16:00" in say_outside("Crew 1", [DAY], ZONE)
    assert "no shift on that day" in say_outside("Crew 1", [], ZONE)


def test_the_next_free_time_is_after_what_is_taken_and_long_enough() -> None:
    taken = [(NINE, NINE + HOUR), (NINE + HOUR + timedelta(minutes=30), NINE + 3 * HOUR)]
    assert find_free([DAY], taken, NINE, 60) == NINE + 3 * HOUR
    assert find_free([DAY], taken, NINE, 30) == NINE + HOUR
    assert find_free([DAY], taken, NINE - HOUR, 60) == NINE - HOUR


def test_no_free_time_is_found_when_the_shift_ends_too_soon() -> None:
    assert find_free([DAY], [(NINE, NINE + 6 * HOUR)], NINE, 120) is None
