"""What an import does with rows that it has met before, in this file or an earlier one."""

import random
from datetime import UTC, datetime
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.calls.csv_files import import_text, row, table
from tracker.calls.importing import reading
from tracker.calls.models import CallStatus, ServiceRequest
from tracker.cases.measures import measure_city
from tracker.extensions import db


def call(app: Flask, source_id: str) -> ServiceRequest:
    with app.app_context():
        return db.session.scalars(select(ServiceRequest).where(ServiceRequest.source_id == source_id)).one()


def partition(app: Flask) -> str:
    with app.app_context():
        return measure_city().partition_sha256


def test_a_second_run_adds_nothing_and_changes_no_case(city_app: Flask, tmp_path: Path) -> None:
    text = table([row(number) for number in range(8)] + [row("bad", lat="x")])
    first = import_text(city_app, tmp_path, text)
    assert first.counts == (9, 8, 0, 1) and first.result["cases_opened"] == 1
    before = partition(city_app)
    second = import_text(city_app, tmp_path, text)
    assert second.counts == (9, 0, 8, 1)
    assert (second.result["cases_opened"], second.result["updated"]) == (0, 0)
    assert partition(city_app) == before


def test_the_same_id_of_another_source_is_another_call(city_app: Flask, tmp_path: Path) -> None:
    import_text(city_app, tmp_path, table([row(1)]))
    other = (tmp_path / "map.toml").read_text("utf-8").replace("test-city", "elsewhere")
    assert import_text(city_app, tmp_path, table([row(1)]), other).counts == (1, 1, 0, 0)


def test_a_new_status_is_an_update(city_app: Flask, tmp_path: Path) -> None:
    import_text(city_app, tmp_path, table([row(1), row(2)]))
    changed = [row(1, status="Closed", closed="2026-03-05 10:00:00", notes="x"), row(2)]
    answer = import_text(city_app, tmp_path, table(changed))
    assert answer.counts == (2, 0, 2, 0) and answer.result["updated"] == 1
    found = call(city_app, "1")
    assert (found.status, found.source_status) == (CallStatus.CLOSED, "Closed")
    assert found.closed_at == found.updated_datetime == datetime(2026, 3, 5, 15, tzinfo=UTC)
    assert found.description == ""  # what was said stays as it was said
    assert import_text(city_app, tmp_path, table(changed)).result["updated"] == 0


def test_a_new_closing_alone_is_an_update(city_app: Flask, tmp_path: Path) -> None:
    import_text(city_app, tmp_path, table([row(1, status="Closed", closed="2026-03-05 10:00:00")]))
    answer = import_text(city_app, tmp_path, table([row(1, status="Closed", closed="2026-03-06 10:00:00")]))
    assert answer.result["updated"] == 1
    assert call(city_app, "1").closed_at == datetime(2026, 3, 6, 15, tzinfo=UTC)


def test_a_reopened_call_is_an_update(city_app: Flask, tmp_path: Path) -> None:
    import_text(city_app, tmp_path, table([row(1, status="Closed", closed="2026-03-05 10:00:00")]))
    assert import_text(city_app, tmp_path, table([row(1)])).result["updated"] == 1
    found = call(city_app, "1")
    assert (found.status, found.closed_at) == (CallStatus.OPEN, None)


def test_a_stale_status_replaces_no_newer_one(city_app: Flask, tmp_path: Path) -> None:
    import_text(city_app, tmp_path, table([row(1, status="Closed", updated="2026-03-05 10:00:00")]))
    answer = import_text(city_app, tmp_path, table([row(1, status="Open", updated="2026-03-04 10:00:00")]))
    assert answer.counts == (1, 0, 1, 0) and answer.result["updated"] == 0
    assert call(city_app, "1").source_status == "Closed"


TWINS = [
    row("a", opened="2026-03-02 10:00:00", lat="42.36", updated="2026-03-02 11:00:00", notes="second"),
    row("a", opened="2026-03-01 10:00:00", lat="42.35", updated="2026-03-01 11:00:00", notes="first"),
    row("a", opened="2026-03-01 10:00:00", lat="42.37", updated="2026-03-01 12:00:00", notes="first, elsewhere"),
    row("a", opened="2026-03-03 10:00:00", status="Closed", updated="2026-03-04 11:00:00", notes="third"),
]


@pytest.mark.parametrize("chunk", [1, 2, 5_000])
@pytest.mark.parametrize("order", list(permutations(range(4)))[::5])
def test_of_equal_ids_the_first_in_order_counts_with_the_newest_status(
    city_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, order: tuple[int, ...]
) -> None:
    monkeypatch.setattr(reading, "ROWS", chunk)
    answer = import_text(city_app, tmp_path, table([TWINS[place] for place in order]))
    assert answer.counts == (4, 1, 3, 0)
    found = call(city_app, "a")
    assert (found.requested_datetime, found.lat) == (datetime(2026, 3, 1, 15, tzinfo=UTC), 42.35)
    assert (found.description, found.source_status) == ("first", "Closed")
    assert found.updated_datetime == datetime(2026, 3, 4, 16, tzinfo=UTC)
    again = import_text(city_app, tmp_path, table([TWINS[place] for place in order]))
    assert again.counts == (4, 0, 4, 0) and again.result["updated"] == 0


@pytest.mark.parametrize("chunk", [1, 3, 5_000])
def test_a_shuffle_changes_no_call(
    city_app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(reading, "ROWS", chunk)
    chance = random.Random(chunk)
    rows = [row(f"{n % 9}", opened=f"2026-03-{1 + n % 5:02} 10:00:00", lat=f"42.35{n % 3}") for n in range(24)]
    chance.shuffle(rows)
    assert import_text(city_app, tmp_path, table(rows)).counts == (24, 9, 15, 0)
    with city_app.app_context():
        places = dict(db.session.execute(select(ServiceRequest.source_id, ServiceRequest.lat)).all())
    assert places == {str(n): min((m % 5, float(f"42.35{m % 3}")) for m in range(n, 24, 9))[1] for n in range(9)}


def test_a_taken_call_stays_where_it_was_taken(city_app: Flask, tmp_path: Path) -> None:
    import_text(city_app, tmp_path, table([row(1, opened="2026-03-05 10:00:00")]))
    import_text(city_app, tmp_path, table([row(1, opened="2026-03-01 10:00:00", lat="42.36")]))
    found = call(city_app, "1")
    assert (found.lat, found.requested_datetime.day) == (42.35, 5)


def test_statuses_of_one_file_without_instants_end_with_the_closing(city_app: Flask, tmp_path: Path) -> None:
    rows: list[Any] = [row(1, status="Closed", closed="2026-03-05 10:00:00"), row(1)]
    for number, order in enumerate([rows, rows[::-1]]):
        text = table([[f"{number}", *line[1:]] for line in order])
        assert import_text(city_app, tmp_path, text).counts == (2, 1, 1, 0)
        assert call(city_app, f"{number}").status is CallStatus.CLOSED


def test_every_row_has_a_number_of_ours(city_app: Flask, tmp_path: Path) -> None:
    import_text(city_app, tmp_path, table([row(number) for number in range(30)]))
    with city_app.app_context():
        numbers = func.count(ServiceRequest.service_request_id.distinct())
        assert db.session.scalar(select(numbers)) == 30
