"""Lists of requests and single ones: what they say, what can be asked, what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from defusedxml import ElementTree
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from tests.factories import NOW, make_area, make_call, make_case, make_case_call, make_city, make_point, make_rule
from tests.factories import make_service_type as make_kind
from tests.open311.world import get, make_request, numbers, refusal
from tests.public.world import MASK
from tracker.calls.models import CallStatus, ServiceType
from tracker.calls.photos.models import CallPhoto
from tracker.extensions import db
from tracker.staff.log import append_log


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> None:
    make_city(jurisdiction_id="testville.gov")
    make_area(name="North Center")
    make_point(label="100 block of Elm St")


@pytest.fixture
def lamp() -> ServiceType:
    return make_kind(service_code="lamp", service_name="Lamp out", group="Streets")


def test_a_request_says_its_masked_place_its_day_and_nothing_that_a_caller_said(
    client: FlaskClient, lamp: ServiceType
) -> None:
    texts = {"description": "the dog barks", "status_notes": "Told her", "address": "137 Elm St"}
    call = make_request(lamp, **texts, expected_datetime=NOW + timedelta(days=5), status=CallStatus.OPEN)
    (told,) = get(client, "requests.json", "requests")
    assert told == {
        "service_request_id": call.service_request_id, "status": "open", "status_notes": None,
        "service_name": "Lamp out", "service_code": "lamp", "description": None, "agency_responsible": "North Center",
        "service_notice": None, "requested_datetime": "2026-06-15T00:00:00-04:00",
        "updated_datetime": "2026-06-15T00:00:00-04:00", "expected_datetime": "2026-06-20T00:00:00-04:00",
        "address": "100 block of Elm St", "address_id": None, "zipcode": None, "lat": MASK[0], "long": MASK[1],
        "media_url": None,
    }  # fmt: skip
    assert get(client, f"requests/{call.service_request_id}.json", "requests") == [told]
    root = ElementTree.fromstring(client.get("/open311/v2/requests.xml").data)
    assert (root.tag, [child.tag for child in root]) == ("service_requests", ["request"])
    assert [field.tag for field in root[0]] == list(told)
    assert [field.text for field in root[0]] == [None if value is None else str(value) for value in told.values()]


def test_a_request_of_a_case_says_in_public_words_how_far_the_work_is(client: FlaskClient, lamp: ServiceType) -> None:
    shown = {"is_public": True, "public_label": "100 block of Elm St", "public_lat": MASK[0], "public_long": MASK[1]}
    case = make_case(rule=make_rule(family=lamp.family), last_call_at=NOW, **shown)
    call = make_request(lamp, days_ago=3, status=CallStatus.CLOSED, public_updated_day=(NOW.date()).toordinal())
    make_case_call(case=case, call=call)
    append_log("case", case.id, "told", "We asked the crew to look.", is_public=True)
    append_log("case", case.id, "noted", "Neighbor is a suspect.")
    db.session.add(CallPhoto(id="SHOWN", call_id=call.id, width=1, height=1, bytes=1, sha256="a", is_released=True))
    db.session.add(CallPhoto(id="HIDDEN", call_id=call.id, width=1, height=1, bytes=1, sha256="b"))
    (told,) = get(client, f"requests/{call.service_request_id}.json", "requests", extensions="true")
    assert told["status_notes"] == "We have noticed the repeat calls and are taking a first look."
    assert told["extended_attributes"]["case_number"] == case.public_id
    assert [(note["type"], note["description"]) for note in told["notes"]] == [
        ("submitted", None), ("activity", "We asked the crew to look."), ("closed", None)
    ]  # fmt: skip
    assert len(told["extended_attributes"]["photos"]) == 1 and "HIDDEN" not in str(told)
    assert numbers(client, has_photo="true") == [call.service_request_id] and numbers(client, has_photo="no") == []
    spanish = client.get(f"/open311/v2/requests/{call.service_request_id}.json", headers={"Accept-Language": "es"})
    assert spanish.json[0]["status_notes"] == told["status_notes"], "an answer is the same whoever asks"


def test_what_is_not_public_is_in_no_answer(client: FlaskClient, lamp: ServiceType) -> None:
    secret = make_kind(service_code="secret", is_public=False, is_confidential=True)
    hidden = [make_request(secret), make_request(lamp, withdrawn_at=NOW), make_call(service_type=lamp)]
    assert numbers(client) == []
    for call in hidden:
        refusal(client, f"requests/{call.service_request_id}.json", 404)
        assert numbers(client, service_request_id=call.service_request_id) == []
    same = refusal(client, "requests.json", service_code="nothing").replace("nothing", "secret")
    assert refusal(client, "requests.json", service_code="secret") == same
    assert refusal(client, "services/secret.json", 404) == refusal(client, "services/nothing.json", 404)


def test_without_dates_the_last_90_days_are_meant_and_numbers_override_everything(
    client: FlaskClient, lamp: ServiceType
) -> None:
    new = make_request(lamp, service_request_id="7K3D-9QXZ-0MHT-4B2V")
    old = make_request(lamp, days_ago=120)
    make_request(lamp, days_ago=91)
    edge = make_request(lamp, days_ago=90)
    assert numbers(client) == [new.service_request_id, edge.service_request_id]
    assert numbers(client, status="", q="", page="", start_date=" ") == numbers(client)
    both = f"{old.service_request_id}, {new.service_request_id.lower()},AAAA-0000"
    asked = {"service_request_id": both, "status": "never", "start_date": "yesterday"}
    assert numbers(client, **asked) == [new.service_request_id, old.service_request_id]


def test_dates_may_be_plain_or_instants_with_a_zone(client: FlaskClient, lamp: ServiceType) -> None:
    days = {back: make_request(lamp, days_ago=back).service_request_id for back in range(4)}
    assert numbers(client, start_date="2026-06-13", end_date="2026-06-14") == [days[1], days[2]]
    assert numbers(client, start_date="2026-06-14T00:00:00-04:00") == [days[0], days[1]]
    assert numbers(client, start_date="2026-06-14T00:00:00Z") == [days[0], days[1]]
    assert numbers(client, start_date="2026-06-14T04:00:01Z") == [days[0]]
    assert numbers(client, end_date="2026-06-13T03:59:59.5Z") == [days[3]]
    assert numbers(client, end_date="2026-06-13T04:00:00+00:00") == [days[2], days[3]]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"start_date": "2026-06-14T00:00:00"}, "zone"),
        ({"start_date": "2026-02-30"}, "start_date"),
        ({"end_date": "06/14/2026"}, "end_date"),
        ({"start_date": "1900-01-01"}, "2000"),
        ({"start_date": "0001-01-01T00:00:00+14:00"}, "start_date"),
        ({"start_date": "2026-01-01", "end_date": "2026-06-01"}, "90 days"),
        ({"start_date": "2026-06-10", "end_date": "2026-06-01"}, "after"),
        ({"updated_after": "2026-01-01", "updated_before": "2026-06-01"}, "90 days"),
        ({"status": "pending"}, "open, closed"),
        ({"service_code": "lamp,nothing"}, "nothing"),
        ({"page": "0"}, "page"),
        ({"page_size": "1001"}, "1000"),
        ({"page_size": "ten"}, "whole number"),
        ({"max_requests": "-1"}, "max_requests"),
        ({"lat": "42.1"}, "together"),
        ({"lat": "nan", "long": "1"}, "number"),
        ({"lat": "91", "long": "1"}, "90"),
        ({"lat": "42", "long": "-71", "radius": "0"}, "radius"),
        ({"radius": "10"}, "lat and long"),
        ({"bbox": "1,2,3"}, "west,south,east,north"),
        ({"bbox": "-71,43,-72,42"}, "order"),
        ({"bbox": "-71,1e999,-70,42"}, "number"),
        ({"q": "word " * 9}, "words"),
        ({"has_photo": "maybe"}, "true or false"),
        ({"extensions": "maybe"}, "true or false"),
        ({"agency_responsible": "Parks"}, "North Center"),
    ],
)
def test_every_wrong_value_is_refused_and_said_how_to_mend(
    client: FlaskClient, lamp: ServiceType, query: dict[str, str], says: str
) -> None:
    assert says in refusal(client, "requests.json", **query)


def test_pages_follow_one_another_and_max_requests_ends_them(client: FlaskClient, lamp: ServiceType) -> None:
    for back in range(7):
        make_request(lamp, days_ago=back)
    every = numbers(client)
    assert [numbers(client, page=page, page_size=3) for page in (1, 2, 3, 4)] == [every[:3], every[3:6], every[6:], []]
    assert numbers(client, max_requests=2) == every[:2] and numbers(client, page=2) == []
    assert numbers(client, page=2, page_size=3, max_requests=4) == every[3:4]


def test_updates_order_by_the_day_of_the_last_change_however_old_the_request(
    client: FlaskClient, lamp: ServiceType
) -> None:
    today = NOW.date().toordinal()
    make_request(lamp)
    old = make_request(lamp, days_ago=400, public_updated_day=today - 1, status=CallStatus.CLOSED)
    older = make_request(lamp, days_ago=100, public_updated_day=today - 3)
    window = {"updated_after": "2026-06-11", "updated_before": "2026-06-14T12:00:00Z"}
    assert numbers(client, **window) == [old.service_request_id, older.service_request_id]
    assert numbers(client, status="closed", **window) == [old.service_request_id]
    updates = get(
        client, "servicerequestupdates.json", "request_updates", start_date="2026-06-11", end_date="2026-06-14"
    )
    assert [(one["service_request_id"], one["status"]) for one in updates] == [
        (old.service_request_id, "CLOSED"), (older.service_request_id, "OPEN")
    ]  # fmt: skip
    asked: dict[str, Any] = {"start_date": "2026-06-11T15:00:00Z", "end_date": "2026-06-14T17:00:00Z"}
    assert get(client, "servicerequestupdates.json", "request_updates", **asked) == updates
    assert "both needed" in refusal(client, "servicerequestupdates.json", start_date="2026-06-11")
    assert "90 days" in refusal(client, "servicerequestupdates.json", start_date="2026-01-01", end_date="2026-06-14")


def test_what_is_held_back_makes_no_page_of_updates_short(client: FlaskClient, lamp: ServiceType) -> None:
    today = NOW.date().toordinal()
    slow = make_kind(family=lamp.family, service_code="slow", publish_after_days=3)
    make_request(lamp, public_updated_day=today - 60)
    for back in range(4):
        make_request(slow, days_ago=20, public_updated_day=today - back)
    told = [make_request(lamp, days_ago=20, public_updated_day=today - 3).service_request_id for _ in range(2)]
    window: dict[str, Any] = {"start_date": "2026-06-01", "end_date": "2026-06-15", "page_size": 3}
    updates = get(client, "servicerequestupdates.json", "request_updates", **window)
    assert len(updates) == 3 and {one["service_request_id"] for one in updates} > set(told)
    assert get(client, "servicerequestupdates.json", "request_updates", page=2, **window) == []


def test_another_jurisdiction_is_not_found(client: FlaskClient, lamp: ServiceType) -> None:
    make_request(lamp)
    for name in ("testville.gov", "www.testville.gov", "TESTVILLE.gov", ""):
        assert len(numbers(client, jurisdiction_id=name)) == 1
    for path in (
        "requests.json",
        "services.json",
        "discovery.json",
        "services/lamp.json",
        "servicerequestupdates.json",
    ):
        assert "testville.gov" in refusal(client, path, 404, jurisdiction_id="elsewhere.gov")


def test_the_same_answer_is_not_sent_twice_and_every_site_may_read_it(client: FlaskClient, lamp: ServiceType) -> None:
    make_request(lamp)
    first = client.get("/open311/v2/requests.json")
    assert first.headers["Access-Control-Allow-Origin"] == "*"
    known = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/open311/v2/requests.json", headers=known)
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/open311/v2/requests.json?q=lamp", headers=known).status_code == 200
    append_log("call", 1, "recorded")
    assert client.get("/open311/v2/requests.json", headers=known).status_code == 200
    head = client.head("/open311/v2/requests.json")
    assert (head.status_code, head.data, head.content_type) == (200, b"", "application/json; charset=utf-8")
    options = client.options("/open311/v2/requests.json")
    assert options.status_code == 200 and "GET" in options.headers["Access-Control-Allow-Methods"]
    for path in ("requests/ABC.json", "discovery.xml", "services.json"):
        wrong = client.delete(f"/open311/v2/{path}")
        assert wrong.status_code == 405 and "GET" in wrong.headers["Allow"]
        assert "405" in wrong.text and wrong.mimetype == ("text/xml" if path.endswith("xml") else "application/json")
