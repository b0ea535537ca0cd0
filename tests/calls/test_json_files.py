"""GeoReport requests as JSON, and the presets of two more cities: read record by record, poison costs itself only."""

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tests.calls.csv_files import LAT, LONG, Answer, import_file
from tracker.calls.importing.json_records import read_json_records
from tracker.calls.importing.mapping import PRESETS
from tracker.calls.importing.records import Record, Refusal
from tracker.calls.models import CallStatus, ServiceRequest
from tracker.extensions import db

JSON = "open311-json"


def request(number: int, **values: Any) -> dict[str, Any]:
    """One request as a GeoReport server tells it."""
    usual = {
        "service_request_id": number, "status": "open", "service_name": "Pothole", "service_code": "001",
        "requested_datetime": f"2026-03-01T{number % 24:02}:00:00-05:00", "address": "12 Elm St",
        "lat": float(LAT), "long": float(LONG), "description": 'A "deep" {one}, [really]',
    }  # fmt: skip
    return {**usual, **values}


def deliver(app: Flask, folder: Path, data: bytes | str, preset: str = JSON) -> Answer:
    """Import a file with these contents, its columns as the preset has them."""
    path = folder / "calls.json"
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return import_file(app, path, (PRESETS / f"{preset}.toml").read_text("utf-8"))


def reasons(answer: Answer) -> dict[int, str]:
    """Why records were refused, by their numbers."""
    return {line: reason for line, reason, _ in answer.rejects}


def calls(app: Flask) -> list[ServiceRequest]:
    """What was recorded."""
    with app.app_context():
        return list(db.session.scalars(select(ServiceRequest).order_by(ServiceRequest.source_id)))


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_requests_are_read_with_their_instants_and_status_and_once(
    city_app: Flask, tmp_path: Path, packed: bool
) -> None:
    told = [request(1), request(2, status="closed", updated_datetime="2026-03-04T00:00:00Z", zipcode=None)]
    data = json.dumps({"requests": told} if packed else told, indent=2).encode("utf-8-sig")
    answer = deliver(city_app, tmp_path, gzip.compress(data) if packed else data)
    assert answer.counts == (2, 2, 0, 0)
    first, second = calls(city_app)
    assert (first.source_id, first.requested_datetime.isoformat()) == ("1", "2026-03-01T06:00:00+00:00")
    assert (first.description, first.source_lat) == ('A "deep" {one}, [really]', float(LAT))
    assert (second.status, second.closed_at) == (CallStatus.CLOSED, None)
    assert deliver(city_app, tmp_path, json.dumps(told)).counts == (2, 0, 2, 0)


def test_each_poisoned_record_is_refused_with_its_number_and_reason(city_app: Flask, tmp_path: Path) -> None:
    parts = [json.dumps(one) for one in (
        request(1), request(2, lat=float("nan")), request(3, description="a\0b"), "text", 7, None, [request(4)],
        request(5, requested_datetime="30 February"), request(6, address={"street": "Elm"}),
        request(7, description="\ud800"), request(8, lat="9" * 500), request(9, requested_datetime=None), request(10),
    )]  # fmt: skip
    parts.insert(3, '{"service_request_id": "x", broken}')
    parts.insert(4, "[" * 100_000 + "]" * 100_000)
    answer = deliver(city_app, tmp_path, f"[{','.join(parts)}]")
    assert answer.counts == (15, 2, 0, 13)
    assert set(reasons(answer)) == set(range(2, 15))
    assert "NUL" in reasons(answer)[3] and "no JSON" in reasons(answer)[4] and "no object" in reasons(answer)[6]


def test_a_text_that_is_never_closed_costs_its_record_and_a_cut_off_file_its_last(
    city_app: Flask, tmp_path: Path
) -> None:
    whole = json.dumps([request(number) for number in range(1, 5)])
    cut = deliver(city_app, tmp_path, whole[:-30])
    assert cut.counts == (4, 3, 0, 1) and "ends in the middle" in reasons(cut)[4]
    second = whole.index('"service_request_id": 2')
    opened = whole[:second] + whole[second:].replace('"address": "12', '"address: "12', 1)
    broken = deliver(city_app, tmp_path, opened)
    assert broken.result["rows"] == sum(broken.counts[1:]) and broken.result["rejected"] >= 1


@pytest.mark.parametrize("data", ["", "{}", '{"a": 1}', "<xml/>", "null", "id,opened\n1,2\n"])
def test_what_is_no_array_is_refused_in_one_line(city_app: Flask, tmp_path: Path, data: str) -> None:
    answer = deliver(city_app, tmp_path, data)
    assert answer.code == 1 and len(answer.error.strip().splitlines()) == 1 and "array" in answer.error


VALUES = st.one_of(st.none(), st.booleans(), st.text(max_size=20), st.integers(), st.lists(st.text(max_size=3)))


@given(st.lists(st.one_of(st.dictionaries(st.sampled_from(["a", "b", "c"]), VALUES), VALUES), max_size=6))
def test_any_array_gives_one_record_or_refusal_for_each_element(elements: list[Any]) -> None:
    for text in (json.dumps(elements), json.dumps(elements, ensure_ascii=False, indent=1)):
        found = list(read_json_records(io.StringIO(text), ["a"]))
        assert [one.line for one in found] == list(range(1, len(elements) + 1))
        for element, one in zip(elements, found, strict=True):
            value = element.get("a") if isinstance(element, dict) else []
            assert isinstance(one, Refusal) is isinstance(value, list)
            if isinstance(one, Record) and isinstance(value, str):
                assert one.cells == [value]


@given(st.text(alphabet='[]{}",:\\ a1\n', max_size=40))
def test_no_garbage_makes_it_stumble(text: str) -> None:
    found = list(read_json_records(io.StringIO(f"[{text}"), ["a"]))
    assert [one.line for one in found] == list(range(1, len(found) + 1))


NYC = """Unique Key,Created Date,Closed Date,Agency,Complaint Type,Descriptor,Incident Zip,Incident Address,Status,\
Due Date,Resolution Description,Resolution Action Updated Date,Latitude,Longitude
1,03/01/2026 01:05:00 PM,03/02/2026 12:00:00 AM,DOT,Street Condition,Pothole,10001,12 ELM STREET,Closed,,Filled.,\
03/02/2026 12:00:00 AM,42.35,-71.06
2,03/01/2026 02:05:00 PM,,NYPD,Noise - Residential,Loud Music/Party,10001,12 ELM STREET,In Progress,,,,42.35,-71.06
"""
CHICAGO = """SR_NUMBER,SR_TYPE,SR_SHORT_CODE,OWNER_DEPARTMENT,STATUS,CREATED_DATE,LAST_MODIFIED_DATE,CLOSED_DATE,\
STREET_ADDRESS,ZIP_CODE,LATITUDE,LONGITUDE
SR26-1,Pothole in Street Complaint,PHF,CDOT,Completed,03/01/2026 01:05:00 PM,03/02/2026 01:00:00 AM,\
03/02/2026 01:00:00 AM,12 N ELM ST,60601,42.35,-71.06
SR26-2,Graffiti Removal Request,GRAF,DSS,Open,03/01/2026 02:05:00 PM,03/01/2026 02:05:00 PM,,12 N ELM ST,60601,,
"""


@pytest.mark.parametrize(("preset", "text"), [("nyc-311", NYC), ("chicago-311", CHICAGO)])
def test_the_published_files_of_two_cities_are_read(city_app: Flask, tmp_path: Path, preset: str, text: str) -> None:
    answer = deliver(city_app, tmp_path, text, preset)
    assert answer.counts == (2, 2, 0, 0)
    first, second = calls(city_app)
    assert (first.status, second.status) == (CallStatus.CLOSED, CallStatus.OPEN)
    assert first.closed_at and first.requested_datetime.isoformat() == "2026-03-01T18:05:00+00:00"
    assert first.agency_responsible and first.zipcode and first.address.startswith("12 ")


def test_a_call_that_its_case_closed_stays_so_until_its_source_closes_it_too(city_app: Flask, tmp_path: Path) -> None:
    deliver(city_app, tmp_path, json.dumps([request(1)]))
    with city_app.app_context():
        call = db.session.scalars(select(ServiceRequest)).one()
        call.status, call.closed_at = CallStatus.CLOSED, call.requested_datetime
        call.followed_at = call.requested_datetime
        db.session.commit()
    again = deliver(city_app, tmp_path, json.dumps([request(1)]))
    assert (again.result["updated"], calls(city_app)[0].status) == (0, CallStatus.CLOSED)
    closed = request(1, status="closed", updated_datetime="2026-03-05T00:00:00Z")
    assert deliver(city_app, tmp_path, json.dumps([closed])).result["updated"] == 1
    (call,) = calls(city_app)
    assert (call.status, call.followed_at, call.source_status) == (CallStatus.CLOSED, None, "closed")
