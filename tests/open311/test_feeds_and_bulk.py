"""Feeds for readers, and everything at once as CSV, JSON and XML."""

import csv
import io

import pytest
from defusedxml import ElementTree
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from tests.factories import NOW, make_city, make_service_type
from tests.open311.world import get, make_request, numbers
from tracker.calls.models import CallStatus
from tracker.published import calls as published_calls

ATOM = "{http://www.w3.org/2005/Atom}"
BULK = "{http://wiki.open311.org/GeoReport_Bulk_v1}"


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> None:
    make_city()
    kind = make_service_type(service_name="=HYPERLINK(1) & <b>", service_code="odd")
    for back in (0, 0, 3, 200):
        make_request(kind, days_ago=back)
    make_request(kind, days_ago=300, status=CallStatus.CLOSED, public_updated_day=NOW.date().toordinal())


def test_feeds_hold_the_newest_requests_and_take_the_same_questions(client: FlaskClient) -> None:
    expected = numbers(client)
    rss = ElementTree.fromstring(client.get("/open311/v2/requests.rss").data)
    assert [one.text for one in rss.findall("channel/item/guid")] == expected
    assert rss.findtext("channel/item/title") == "=HYPERLINK(1) & <b>, 100 block of Elm St"
    assert rss.findtext("channel/item/pubDate") == "Mon, 15 Jun 2026 00:00:00 -0400"
    answer = client.get("/open311/v2/requests.atom?max_requests=1&q=hyperlink")
    atom = ElementTree.fromstring(answer.data)
    assert answer.mimetype == "application/atom+xml"
    assert [one.text for one in atom.findall(f"{ATOM}entry/{ATOM}id")] == [f"urn:request:{expected[0]}"]
    second = ElementTree.fromstring(client.get("/open311/v2/requests.rss?page=2&page_size=1").data)
    assert [one.text for one in second.findall("channel/item/guid")] == expected[1:2]
    assert client.get("/open311/v2/requests.rss?status=never").status_code == 400


def test_the_bulk_download_holds_everything_in_three_formats(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published_calls, "_AT_ONCE", 2)  # so that a small city takes several portions
    told = get(client, "bulk/requests.json", "bulk")
    assert len(told) == 5 and [one["service_request_id"] for one in told][:3] == numbers(client)
    assert told[-1]["closed_date"] == "2026-06-15T00:00:00-04:00"
    answer = client.get("/open311/v2/bulk/requests.csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [row["service_request_id"] for row in rows] == [one["service_request_id"] for one in told]
    assert rows[0]["service_name"].startswith("'=HYPERLINK") and float(rows[0]["long"]) == told[0]["long"]
    root = ElementTree.fromstring(client.get("/open311/v2/bulk/requests.xml").data)
    ids = [one.text for one in root.findall(f"{BULK}request/{BULK}service_request_id")]
    assert ids == [row["service_request_id"] for row in rows]
    by_update = get(client, "bulk/requests.json", "bulk", updated_after="2026-06-01")
    assert len(by_update) == 4
    assert get(client, "bulk/requests.json", "bulk", status="closed", end_date="2025-01-01") == []
    assert client.get("/open311/v2/bulk/requests.pdf").status_code == 404
