"""City-local clock readings become instants, through both turns of the clocks, and never run backwards."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.dialects import sqlite

from tests.calls.csv_files import MAP, import_text, row, table
from tracker.calls.importing.drafts import InstantReader
from tracker.calls.models import CallStatus, ServiceRequest
from tracker.clock import attach_utc, can_be_meant, from_local
from tracker.database import UTCDateTime
from tracker.extensions import db

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def reader(*formats: str, zone: str = "America/New_York") -> InstantReader:
    return InstantReader(formats or ("iso",), ZoneInfo(zone), NOW)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-15 12:00:00", "2026-01-15T17:00:00+00:00"),
        ("2026-07-15 12:00:00", None),  # lies in the future
        ("2025-07-15 12:00:00", "2025-07-15T16:00:00+00:00"),
        ("2026-03-08 01:59:59", "2026-03-08T06:59:59+00:00"),
        ("2026-03-08 02:30:00", "2026-03-08T07:30:00+00:00"),  # in the gap: as if the clock had not yet been moved
        ("2026-03-08 03:00:00", "2026-03-08T07:00:00+00:00"),
        ("2025-11-02 00:59:59", "2025-11-02T04:59:59+00:00"),
        ("2025-11-02 01:30:00", "2025-11-02T05:30:00+00:00"),  # comes twice: the first
        ("2025-11-02 02:00:00", "2025-11-02T07:00:00+00:00"),
        ("2025-11-02T01:30:00-05:00", "2025-11-02T06:30:00+00:00"),  # says itself that it is the second
        ("2025-11-02T01:30:00Z", "2025-11-02T01:30:00+00:00"),
        ("2025-11-02T01:30:00.25+00:00", "2025-11-02T01:30:00.250000+00:00"),
        ("2025-06-01", "2025-06-01T04:00:00+00:00"),
    ],
)
def test_readings_in_new_york(text: str, instant: str | None) -> None:
    if instant is None:
        with pytest.raises(Exception, match="lies in the future"):
            reader().read(text, "requested")
    else:
        found = reader().read(text, "requested")
        assert (found.isoformat(), found.tzinfo) == (instant, UTC)


def test_half_an_hour_of_daylight_saving_is_right_too() -> None:
    island = reader(zone="Australia/Lord_Howe")
    assert island.read("2025-10-05 01:45:00", "requested").isoformat() == "2025-10-04T15:15:00+00:00"
    assert island.read("2025-10-05 02:45:00", "requested").isoformat() == "2025-10-04T15:45:00+00:00"


READINGS = st.datetimes(datetime.fromisoformat("1972-01-01"), datetime.fromisoformat("2026-05-01"))


@given(READINGS, st.sampled_from(["America/New_York", "Asia/Kolkata"]))
def test_every_reading_is_within_an_hour_of_what_the_zone_says(reading: datetime, zone: str) -> None:
    found = reader(zone=zone).read(reading.isoformat(" "), "requested")
    told = found.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert abs(told - reading) in (timedelta(0), timedelta(hours=1))
    assert told == reading or told - reading == timedelta(hours=1)  # only in the gap, and then onwards


def test_other_ways_to_write_a_date() -> None:
    american = reader("%m/%d/%Y %I:%M:%S %p", "iso")
    assert american.read("07/01/2025 12:05:00 AM", "requested").isoformat() == "2025-07-01T04:05:00+00:00"
    assert american.read("2025-07-01T00:05:00", "requested").isoformat() == "2025-07-01T04:05:00+00:00"


def stored(app: Flask) -> dict[str, ServiceRequest]:
    with app.app_context():
        return {call.source_id: call for call in db.session.scalars(select(ServiceRequest))}


def test_date_and_time_may_stand_in_two_columns(city_app: Flask, tmp_path: Path) -> None:
    mapping = MAP.replace('"opened"', '["opened", "updated"]').replace('updated = "updated"\n', "")
    mapping = 'datetime_formats = ["%m/%d/%y %H:%M"]\n' + mapping
    rows = [
        row("both", opened="03/08/26", updated="04:05"),
        row("no time", opened="03/08/26", updated=" "),
        row("no date", opened="", updated="04:05"),
    ]
    answer = import_text(city_app, tmp_path, table(rows), mapping)
    assert answer.counts == (3, 1, 0, 2)
    assert [reason for _, reason, _ in answer.rejects] == ["the row has no date of the call"] * 2
    assert stored(city_app)["both"].requested_datetime == datetime(2026, 3, 8, 8, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("opened", "closed", "kept"),
    [
        ("2026-03-08 01:50:00", "2026-03-08 03:10:00", "2026-03-08 07:10:00"),  # twenty minutes, over the gap
        ("2025-11-02 01:50:00", "2025-11-02 01:10:00", None),  # closed in the second such hour; which we cannot know
        ("2026-03-01 10:00:00", "2026-03-01 09:59:59", None),
        ("2026-03-01 10:00:00", "2026-03-01 10:00:00", "2026-03-01 15:00:00"),
    ],
)
def test_no_call_is_closed_before_it_came_in(
    city_app: Flask, tmp_path: Path, opened: str, closed: str, kept: str | None
) -> None:
    assert import_text(city_app, tmp_path, table([row("a", opened=opened, closed=closed, status="")])).counts[1] == 1
    call = stored(city_app)["a"]
    assert call.closed_at == (datetime.fromisoformat(kept).replace(tzinfo=UTC) if kept else None)
    assert call.status is CallStatus.CLOSED  # that it was closed is known all the same


def test_calls_of_both_turns_stay_in_the_order_of_their_instants(city_app: Flask, tmp_path: Path) -> None:
    texts = ["2025-11-02T01:30:00-04:00", "2025-11-02T01:30:00-05:00", "2025-11-02 02:00:00"]
    rows = [row(f"{3 - number}", opened=text) for number, text in enumerate(texts)]
    import_text(city_app, tmp_path, table(rows))
    calls = sorted(stored(city_app).values(), key=lambda call: call.requested_datetime)
    assert [call.source_id for call in calls] == ["3", "2", "1"]


@given(
    st.datetimes(datetime(1971, 1, 1), datetime(2199, 1, 1)),  # noqa: DTZ001  # clock readings
    st.sampled_from(["America/New_York", "Australia/Lord_Howe", "Europe/Dublin", "UTC"]),
)
def test_counting_gives_the_instant_that_replacing_the_zone_gives(reading: datetime, zone: str) -> None:
    plain = reading.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)
    instant = from_local(reading, ZoneInfo(zone))
    assert (instant, instant.tzinfo) == (plain, UTC)
    assert attach_utc(plain.replace(tzinfo=None)) == instant


@given(
    st.datetimes(datetime(1, 1, 2), datetime(9999, 12, 30)),  # noqa: DTZ001  # clock readings
    st.sampled_from(["America/New_York", "Asia/Kathmandu", "UTC"]),
)
def test_sqlite_stores_an_instant_as_its_utc_clock_reading_spelled_in_full(reading: datetime, zone: str) -> None:
    write = UTCDateTime().bind_processor(sqlite.dialect())
    assert write is not None
    for instant in (reading.replace(tzinfo=UTC), reading.replace(tzinfo=ZoneInfo(zone))):
        in_utc = instant.astimezone(UTC).replace(tzinfo=None)
        assert write(instant) == in_utc.isoformat(" ", "microseconds")


def test_a_year_that_is_a_slip_of_the_keyboard_cannot_be_meant() -> None:
    meant = [date(2000, 1, 1), date(2199, 12, 31), datetime(2026, 7, 1, tzinfo=UTC)]
    slips = [date(26, 1, 1), date(1999, 12, 31), date(2200, 1, 1), date(9999, 12, 31)]
    assert [can_be_meant(day) for day in (*meant, *slips)] == [True] * 3 + [False] * 4


@pytest.mark.parametrize(
    ("reading", "zone", "instant"),
    [
        (datetime.max, "America/New_York", datetime.max.replace(tzinfo=UTC)),  # noqa: DTZ901  # clock readings
        (datetime.min, "Australia/Lord_Howe", datetime.min.replace(tzinfo=UTC)),  # noqa: DTZ901
    ],
)
def test_a_reading_at_either_end_of_the_calendar_has_the_last_instant_there_is(
    reading: datetime, zone: str, instant: datetime
) -> None:
    assert from_local(reading, ZoneInfo(zone)) == instant
