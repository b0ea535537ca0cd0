"""Open data: whole files of masked calls and cases, read page by page, the same values in every format."""

import csv
import gzip
import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests.factories import NOW, make_area, make_call, make_city, make_family, make_service_type, make_user
from tests.public.world import MASK, make_public_case, make_public_family, set_as_of_now
from tests.statements import asked_statements
from tracker.calls.models import CallImport, CallStatus, ServiceRequest, ServiceType
from tracker.cases.closing import close_case
from tracker.errors import Invalid
from tracker.extensions import db
from tracker.formatters import restore_cell
from tracker.places.models import City
from tracker.published.open_data import reading
from tracker.published.open_data.columns import BULK, CALLS, CASES, TABLES
from tracker.published.open_data.filters import DataFilters, read_data_filters
from tracker.published.open_data.reading import read_calls
from tracker.published.open_data.versions import current_version
from tracker.staff.log import append_log
from tracker.staff.models import LogEntry, Role

TODAY = date(2026, 6, 15)
FILES = ("cases.csv", "cases.geojson", "calls.csv", "calls.geojson", "georeport-bulk.csv")


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> City:
    city = make_city()
    set_as_of_now()
    return city


def published(kind: ServiceType, **columns: Any) -> ServiceRequest:
    """A call of `NOW` that has its mask."""
    shown = {"public_label": "100 block of Elm St", "public_lat": MASK[0], "public_long": MASK[1]}
    days = {"public_day": TODAY.toordinal(), "public_updated_day": TODAY.toordinal()}
    return make_call(service_type=kind, **{**shown, **days, **columns})


def rows_of(client: FlaskClient, address: str) -> list[dict[str, str]]:
    """The rows of a CSV file, its apostrophes taken off again."""
    lines = list(csv.reader(io.StringIO(client.get(address).text, newline="")))
    return [dict(zip(lines[0], map(restore_cell, line), strict=True)) for line in lines[1:]]


def points_of(client: FlaskClient, address: str) -> list[dict[str, Any]]:
    """The properties of a GeoJSON file's points, with their coordinates as lat and long."""
    found = json.loads(client.get(address).data)
    assert found["type"] == "FeatureCollection"
    return [
        {**one["properties"], "long": one["geometry"]["coordinates"][0], "lat": one["geometry"]["coordinates"][1]}
        for one in found["features"]
    ]


def test_a_call_stands_in_every_file_with_the_same_masked_values(client: FlaskClient) -> None:
    make_area(name="North Center")
    kind = make_service_type(
        is_public=True, service_code="lamp", service_name="Lamp out", family=make_family(code="dark", name="Dark")
    )
    call = published(kind, status=CallStatus.CLOSED, public_updated_day=TODAY.toordinal())
    (row,), (point,), (bulk,) = (
        rows_of(client, "/data/calls.csv"), points_of(client, "/data/calls.geojson"),
        rows_of(client, "/data/georeport-bulk.csv"),
    )  # fmt: skip
    assert row == {name: "" if value is None else str(value) for name, value in point.items()}
    assert row["service_request_id"] == bulk["service_request_id"] == call.service_request_id
    assert (row["status"], row["closed_date"], row["address"]) == ("closed", "2026-06-15", "100 block of Elm St")
    assert (row["center"], bulk["agency_responsible"]) == ("North Center", "North Center")
    assert bulk["requested_datetime"] == bulk["closed_date"] == "2026-06-15T00:00:00-04:00"
    assert (float(row["lat"]), float(row["long"])) == (round(MASK[0], 6), round(MASK[1], 6))
    assert [bulk[name] for name in ("status_notes", "source", "description")] == ["", "", ""]


def test_a_case_stands_in_both_files_with_a_band_and_no_count(client: FlaskClient) -> None:
    case = make_public_case(family=make_public_family(code="dark", name="Dark"), call_count=5)
    make_public_case(is_public=False)
    (row,), (point,) = rows_of(client, "/data/cases.csv"), points_of(client, "/data/cases.geojson")
    assert row == {name: "" if value is None else str(value) for name, value in point.items()}
    assert (row["case_id"], row["calls"], row["status"]) == (case.public_id, "4 to 9 calls", "open")
    close_case(case, outcome="Mended by J. Roe.", actor=make_user(role=Role.CONTACT))
    (row,) = rows_of(client, "/data/cases.csv?lang=es")
    assert (row["status"], row["closed_date"], row["calls"]) == ("watched", "2026-06-15", "4 to 9 calls")
    assert "Roe" not in client.get("/data/cases.csv").text


def test_only_what_is_published_is_in_a_file(client: FlaskClient) -> None:
    published(make_service_type(is_public=False))
    published(make_service_type(is_public=True, is_confidential=True))
    slow = make_service_type(is_public=True, publish_after_days=2)
    published(slow)
    published(slow, withdrawn_at=NOW, public_day=TODAY.toordinal() - 9)
    old = published(slow, public_day=TODAY.toordinal() - 2)
    assert [row["service_request_id"] for row in rows_of(client, "/data/calls.csv")] == [old.service_request_id]


def test_filters_stand_in_the_address(client: FlaskClient) -> None:
    dark, wet = make_public_family(code="dark"), make_public_family(code="wet")
    lamp = make_service_type(is_public=True, service_code="lamp", family=dark)
    pipe = make_service_type(is_public=True, service_code="pipe", family=wet)
    make_public_case(public_id="DARK", family=dark)
    make_public_case(public_id="WET", family=wet, opened_at=NOW - timedelta(days=400))
    published(lamp, service_request_id="NEW")
    published(pipe, service_request_id="OLD", public_day=date(2025, 12, 31).toordinal())
    for query, calls, cases in (
        ("", {"NEW", "OLD"}, {"DARK", "WET"}), ("?year=2026", {"NEW"}, {"DARK"}), ("?year=2025", {"OLD"}, {"WET"}),
        ("?family=wet", {"OLD"}, {"WET"}), ("?type=lamp", {"NEW"}, {"DARK", "WET"}), ("?type=no", set(), None),
        ("?year=&family=&type=", {"NEW", "OLD"}, {"DARK", "WET"}), ("?year=1999", set(), set()),
    ):  # fmt: skip
        assert {row["service_request_id"] for row in rows_of(client, f"/data/calls.csv{query}")} == calls, query
        if cases is not None:
            assert {row["case_id"] for row in rows_of(client, f"/data/cases.csv{query}")} == cases, query
    for wrong in ("26", "x", "20261", "-202", "2026 ; drop", "٢٠٢٦"):
        assert client.get(f"/data/calls.csv?year={wrong}").status_code == 400
        with pytest.raises(Invalid):
            read_data_filters({"year": wrong})


def test_formulas_are_inert_and_come_back_as_they_were(client: FlaskClient) -> None:
    texts = ["=1+1", "+1 Street", "-Elm", "@sum", "\tTab", "\rReturn", "'=quoted", 'Say "a, b"', "Two\nlines"]
    kind = make_service_type(is_public=True, service_name="=cmd()")
    for text in texts:
        published(kind, public_label=text)
    raw = list(csv.reader(io.StringIO(client.get("/data/calls.csv").text, newline="")))
    names = raw[0]
    for line in raw[1:]:
        assert not [cell for name, cell in zip(names, line, strict=True)
                    if cell[:1] in tuple("=+-@\t\r") and name not in ("lat", "long")]  # fmt: skip
    assert sorted(row["address"] for row in rows_of(client, "/data/calls.csv")) == sorted(texts)
    assert {point["address"] for point in points_of(client, "/data/calls.geojson")} == set(texts)


def test_pages_follow_day_and_number_and_nothing_is_held_between_them(
    database: SQLAlchemy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "PAGE", 3)
    kind = make_service_type(is_public=True)
    expected = sorted(
        (TODAY.toordinal() - number % 4, published(kind, public_day=TODAY.toordinal() - number % 4).service_request_id)
        for number in range(11)
    )
    database.session.commit()
    found = []
    with asked_statements() as asked:
        for page in read_calls(DataFilters()):
            assert len(page) <= 3
            assert not database.session().in_transaction()
            found += [(row.requested_on.toordinal(), row.number) for row in page]
    assert found == expected
    texts = [one.text for one in asked]
    assert not [text for text in texts if "OFFSET ?" in text.split("LIMIT")[0] or "service_requests.id >" in text]


def test_who_has_the_newest_is_told_so_and_a_change_is_news(client: FlaskClient) -> None:
    kind = make_service_type(is_public=True)
    secret = make_service_type(is_confidential=True)
    call = published(kind)
    append_log("call", call.id, "taken")
    for name in FILES:
        first = client.get(f"/data/{name}")
        etag = first.headers["ETag"]
        assert first.headers["Last-Modified"].endswith(("04:00:00 GMT", "05:00:00 GMT"))
        again = client.get(f"/data/{name}", headers={"If-None-Match": etag})
        assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
        assert client.get(f"/data/{name}?year=2026", headers={"If-None-Match": etag}).status_code == 200
        append_log("booking", 7, "made")
        append_log("call", published(secret).id, "taken")
        assert client.get(f"/data/{name}", headers={"If-None-Match": etag}).status_code == 304
        append_log("call", call.id, "closed")
        assert client.get(f"/data/{name}", headers={"If-None-Match": etag}).status_code == 200
        head = client.head(f"/data/{name}")
        assert (head.status_code, head.data) == (200, b"") and head.headers["ETag"]


def test_an_entry_that_is_committed_after_one_with_a_larger_number_is_news(client: FlaskClient) -> None:
    call = published(make_service_type(is_public=True))
    append_log("call", call.id, "taken")
    db.session.flush()
    first = db.session.scalars(select(LogEntry).order_by(LogEntry.id.desc())).first()
    assert first is not None
    late = LogEntry(id=first.id + 1, subject_kind="call", subject_id=call.id, verb="closed", at=NOW)
    db.session.add(LogEntry(id=first.id + 2, subject_kind="call", subject_id=call.id, verb="taken", at=NOW))
    db.session.flush()
    etag = client.get("/data/calls.csv").headers["ETag"]
    assert client.get("/data/calls.csv", headers={"If-None-Match": etag}).status_code == 304
    db.session.add(late)
    db.session.flush()
    assert client.get("/data/calls.csv", headers={"If-None-Match": etag}).status_code == 200


def test_an_import_is_news_before_and_after_its_end() -> None:
    before = current_version()
    run = CallImport(file_name="a.csv", source="a", encoding="utf-8", started_at=NOW)
    db.session.add(run)
    db.session.flush()
    begun = current_version()
    run.finished_at = NOW
    assert len({before.words, begun.words, current_version().words}) == 3
    changed_at = current_version().changed_at
    assert changed_at is not None and changed_at.isoformat() == "2026-06-15T04:00:00+00:00"


def test_a_file_is_zipped_for_who_takes_it(client: FlaskClient) -> None:
    published(make_service_type(is_public=True))
    plain = client.get("/data/calls.csv")
    zipped = client.get("/data/calls.csv", headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip" and gzip.decompress(zipped.data) == plain.data
    assert "Accept-Encoding" in zipped.headers["Vary"] and zipped.headers["ETag"] != plain.headers["ETag"]
    assert plain.headers["Access-Control-Allow-Origin"] == "*" and "Set-Cookie" not in plain.headers


def test_the_dictionary_is_the_table_that_the_files_are_written_by(client: FlaskClient) -> None:
    page = client.get("/data").text
    rows = rows_of(client, "/data/dictionary.csv")
    assert [(row["file"], row["column"]) for row in rows] == [
        (table.name, column.name) for table in TABLES for column in table.columns
    ]
    for table, name in ((CASES, "cases"), (CALLS, "calls"), (BULK, "georeport-bulk")):
        header = client.get(f"/data/{name}.csv").text.splitlines()[0].split(",")
        assert header == [column.name for column in table.columns]
        assert all(f"<code>{column}</code>" in page for column in header)
    assert all(row["description"] and row["description_es"] != row["description"] for row in rows)


def test_the_page_counts_by_year_and_kind_and_says_few_for_few(client: FlaskClient, city: City) -> None:
    family = make_public_family(code="dark", name="Dark streets")
    kind = make_service_type(is_public=True, family=family)
    for _ in range(4):
        published(kind)
    published(kind, public_day=date(2025, 1, 1).toordinal())
    make_public_case(family=family)
    page = client.get("/data").text
    assert "Dark streets" in page and ">2025<" in page and ">2026<" in page
    assert page.count("a few") == 3 and ">4<" in page and ">5<" in page
    assert "has not set terms of its own" in page
    city.data_license = "CC0 1.0"
    append_log("city", city.id, "changed")
    assert "CC0 1.0" in client.get("/data?lang=es").text
    assert "/data/calls.csv?year=2026&amp;type=lamp" in client.get("/data?year=2026&type=lamp").text
