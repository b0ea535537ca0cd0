"""Reports that other systems post: read, refused with every reason, recorded once, grouped like any other call."""

import io
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from defusedxml import ElementTree
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError

from tests import factories as make
from tests.calls.pictures import SECRET, telling_photo
from tests.statements import asked_statements
from tracker.calls.models import Caller, Channel, Placement, ServicePace, ServiceRequest, ServiceType
from tracker.calls.photos.models import CallPhoto
from tracker.calls.questions.models import CallAnswer, Datatype
from tracker.calls.reporting.models import SentReport
from tracker.cases.models import ProblemCase
from tracker.extensions import db
from tracker.staff.api_keys.models import ApiKey

KEY = "a key for tests"
REQUESTS = "/open311/v2/requests.json"
LAT, LONG = make.ORIGIN
Post = Callable[..., Any]


@pytest.fixture
def kind(app: Flask, database: SQLAlchemy) -> Iterator[ServiceType]:
    """A city with one service and one key, at a fixed instant; form tokens are asked for as on a server."""
    app.config["WTF_CSRF_ENABLED"] = True
    with time_machine.travel(make.NOW, tick=False):
        make.make_city(jurisdiction_id="testville.example", contact="311@testville.example")
        make.make_api_key(text=KEY, name="City app", per_minute=500)
        family = make.make_family()
        make.make_rule(family=family)
        yield make.make_service_type(family=family, service_code="POTHOLE")


@pytest.fixture
def post(client: FlaskClient, kind: ServiceType) -> Post:
    """Post a pothole at the origin, or what the arguments make of it; None leaves one out."""

    def send(address: str = REQUESTS, headers: dict[str, str] | None = None, **arguments: Any) -> Any:
        values = {"api_key": KEY, "service_code": "POTHOLE", "lat": str(LAT), "long": str(LONG), **arguments}
        return client.post(address, data={k: v for k, v in values.items() if v is not None}, headers=headers)

    return send


def calls() -> list[ServiceRequest]:
    """Everything that was recorded."""
    db.session.expire_all()
    return list(db.session.scalars(select(ServiceRequest).order_by(ServiceRequest.id)))


def faults(answer: Any, status: int = 400) -> str:
    """The descriptions of a refusal, which came with this status."""
    assert answer.status_code == status, answer.text
    assert {one["code"] for one in answer.json} == {status}
    return " ".join(one["description"] for one in answer.json)


def test_a_report_is_recorded_with_all_that_was_said(post: Post) -> None:
    answer = post(
        description="Deep.\r\nTwo\x07 feet.", first_name="Zoe", last_name="Invented", phone="585 555 0100",
        email="zoe@example.org", address_string="12 Elm St", media_url="https://pictures.example/1.jpg",
        jurisdiction_id="TESTVILLE.example", device_id="d", account_id="a",
    )  # fmt: skip
    assert (answer.status_code, answer.content_type) == (200, "application/json; charset=utf-8")
    (told,) = answer.json
    assert "token" not in told and told["service_notice"].startswith("Thank you")
    (call,) = calls()
    assert (call.service_request_id, call.channel) == (told["service_request_id"], Channel.OPEN311)
    assert (call.description, call.address) == ("Deep.\nTwo feet.", "12 Elm St")
    assert (call.lat, call.long, call.placement, call.is_taken) == (LAT, LONG, Placement.SOURCE, True)
    assert call.public_label and call.caller and (call.caller.name, call.caller.email) == (
        "Zoe Invented", "zoe@example.org",
    )  # fmt: skip
    sent = db.session.get_one(SentReport, call.id)
    assert (sent.sender, sent.secret_hash) == (f"key {sent.api_key_id}", None)


def test_xml_is_answered_in_xml_and_the_key_may_stand_in_the_header_or_the_address(post: Post) -> None:
    answer = post("/open311/v2/requests.xml", {"Authorization": f"Bearer {KEY}"}, api_key=None)
    assert answer.content_type == "text/xml; charset=utf-8"
    number = ElementTree.fromstring(answer.text).findtext("request/service_request_id")
    assert number == calls()[0].service_request_id
    assert post(f"{REQUESTS}?api_key={KEY}", api_key=None).json[0]["service_request_id"] == number


@pytest.mark.parametrize("key", ["", "wrong", KEY.upper(), "ñ" * 500])
def test_without_a_right_key_nothing_is_taken(post: Post, key: str) -> None:
    assert "API key" in faults(post(api_key=key), 403)
    assert calls() == []


def test_a_cookie_is_no_key_and_a_revoked_key_is_none(post: Post, sign_in: Any) -> None:
    sign_in()
    assert "API key" in faults(post(api_key=None), 403)
    db.session.scalars(select(ApiKey)).one().revoked_at = make.NOW
    assert "API key" in faults(post(), 403)


def test_everything_that_is_wrong_is_named_in_one_answer(post: Post, kind: ServiceType) -> None:
    make.make_question(service_type=kind, code="depth", is_required=True, prompt="How deep?")
    answer = post(
        lat="43.1", long=None, description="x" * 4_001, email="e" * 300, media_url="javascript:alert(1)",
    )  # fmt: skip
    told = faults(answer)
    assert len(answer.json) == 5
    for word in ("long belong together", "description has 4,001", "email has", "media_url", "attribute[depth]"):
        assert word in told, word
    told = faults(post(service_code=None, lat=None, long=None))
    assert "service_code was not provided" in told and "location was not provided" in told
    assert calls() == []


@pytest.mark.parametrize(
    ("lat", "long"), [("nan", "1"), ("1", "inf"), ("91", "0"), ("x", "y"), ("1_0", "2"), ("0", "0"), (LONG, LAT)]
)
def test_a_place_that_cannot_be_is_refused(post: Post, lat: str, long: str) -> None:
    assert faults(post(lat=lat, long=long)) and calls() == []


def test_what_there_is_not_is_404(post: Post) -> None:
    assert "service_code was not found" in faults(post(service_code="NONE"), 404)
    assert "jurisdiction_id" in faults(post(jurisdiction_id="elsewhere.example"), 404)
    make.make_service_type(service_code="TEST", is_test=True)
    assert "service_code" in faults(post(service_code="TEST"), 404)


def test_nul_is_refused_as_open311_says_errors(post: Post) -> None:
    assert "NUL" in faults(post(description="a\0b"))


def test_an_address_alone_is_placed_or_waits_and_an_address_id_is_known(post: Post) -> None:
    home = make.make_address(key="7 ELM ST", display="7 Elm St")
    post(lat=None, long=None, address_string="7 Elm St")
    post(lat=None, long=None, address_string="Nowhere at all")
    post(lat=None, long=None, address_id=str(home.id), description="by number")
    assert [call.placement for call in calls()] == [Placement.GAZETTEER, Placement.UNLOCATED, Placement.SOURCE]
    for unknown in ("999999", "9" * 30, "9" * 5_000, "-1", "one"):
        assert "address_id" in faults(post(lat=None, long=None, address_id=unknown))


def test_answers_are_checked_and_kept(post: Post, kind: ServiceType) -> None:
    make.make_question(
        service_type=kind, code="sides", datatype=Datatype.MULTIPLE,
        values=[{"key": "n", "name": "North"}, {"key": "s", "name": "South"}],
    )  # fmt: skip
    make.make_question(service_type=kind, code="depth", datatype=Datatype.NUMBER, order=2)
    told = faults(post(**{"attribute[sides][]": ["n", "x"], "attribute[depth]": "deep"}))
    assert "attribute[sides]" in told and "attribute[depth]" in told
    post(**{"attribute[sides][]": ["s", "n"], "attribute[depth]": "2.5", "attribute[unknown]": "1"})
    kept = {one.code: one.value for one in db.session.scalars(select(CallAnswer))}
    assert kept == {"sides": "North; South", "depth": "2.5"}


def test_a_photo_is_made_anew_and_waits_to_be_released(post: Post) -> None:
    send = {"media": (io.BytesIO(telling_photo("JPEG")), "a.jpg")}
    assert post(**send).status_code == 200
    photo = db.session.scalars(select(CallPhoto)).one()
    assert not photo.is_released and photo.call_id == calls()[0].id
    told = faults(post(media=(io.BytesIO(SECRET), "b.jpg"), description="other"))
    assert "media" in told and len(calls()) == 1


def test_a_batch_is_answered_with_a_token_that_leads_to_the_number(
    post: Post, client: FlaskClient, kind: ServiceType
) -> None:
    kind.pace = ServicePace.BATCH
    (told,) = post().json
    assert "service_request_id" not in told
    number = calls()[0].service_request_id
    assert client.get(f"/open311/v2/tokens/{told['token']}.json").json == [
        {"service_request_id": number, "token": told["token"]}
    ]
    found = ElementTree.fromstring(client.get(f"/open311/v2/tokens/{told['token']}.xml").text)
    assert found.findtext("request/service_request_id") == number
    assert post().json == [told], "a retry is answered alike"
    for wrong in (number, "x", "None"):
        assert client.get(f"/open311/v2/tokens/{wrong}.json").status_code == 404


def test_a_blackbox_gives_neither_number_nor_token_and_says_whom_to_ask(post: Post, kind: ServiceType) -> None:
    kind.pace = ServicePace.BLACKBOX
    (told,) = post().json
    assert not {"service_request_id", "token"} & told.keys()
    assert "311@testville.example" in told["service_notice"] and len(calls()) == 1


def test_a_confidential_report_is_taken_and_no_answer_shows_it(post: Post, client: FlaskClient) -> None:
    make.make_service_type(service_code="ABUSE", service_name="Kept quiet", is_public=False, is_confidential=True)
    (told,) = post(service_code="ABUSE").json
    assert "not shown" in told["service_notice"] and len(calls()) == 1
    for path in (REQUESTS, f"/open311/v2/requests/{told['service_request_id']}.json"):
        assert "Kept quiet" not in client.get(path).text


def test_the_same_again_is_the_same_report_for_a_day(post: Post) -> None:
    first = post(description="Deep.").json
    with time_machine.travel(make.NOW + timedelta(hours=23), tick=False):
        assert post(description="Deep.").json == first
    assert post(description="Deeper.").json != first
    with time_machine.travel(make.NOW + timedelta(hours=25), tick=False):
        assert post(description="Deep.").json != first
        assert len(calls()) == 3
    with time_machine.travel(make.NOW + timedelta(hours=50), tick=False):
        post(description="Deep.")
        assert len(calls()) == 4


def test_a_senders_own_key_marks_a_retry_for_good_and_only_of_the_same_report(post: Post) -> None:
    mark = {"Idempotency-Key": "7f3a"}
    first = post(headers=mark, description="Deep.").json
    with time_machine.travel(make.NOW + timedelta(days=9), tick=False):
        assert post(headers=mark, description="Deep.").json == first
    assert "Idempotency-Key" in faults(post(headers=mark, description="Other."))
    assert post(headers={"Idempotency-Key": "other"}, description="Deep.").json != first
    assert "Idempotency-Key" in faults(post(headers={"Idempotency-Key": "k" * 201}))


@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "one"}])
def test_eight_retries_at_once_are_one_report(app: Flask, kind: ServiceType, headers: dict[str, str]) -> None:
    db.session.commit()
    form = {"api_key": KEY, "service_code": "POTHOLE", "lat": str(LAT), "long": str(LONG), "phone": "585 555 0100"}

    def send(_: int) -> Any:
        answer = Context().run(app.test_client().post, REQUESTS, data=form, headers=headers)
        assert answer.status_code == 200, answer.text
        return json.dumps(answer.json)

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(send, range(8)))) == 1
    assert len(calls()) == 1 and db.session.scalar(select(func.count()).select_from(Caller)) == 1


def test_two_users_of_an_app_who_say_nothing_of_themselves_send_two_reports(post: Post) -> None:
    for who in ({"device_id": "a"}, {"device_id": "b"}, {"account_id": "a"}, {}, {"device_id": "a"}):
        assert post(**who).status_code == 200
    assert len(calls()) == 4


def test_a_retry_is_known_by_what_was_sent_whatever_became_of_its_type(post: Post, kind: ServiceType) -> None:
    retry = {"Idempotency-Key": "mine"}
    first = post(headers=retry).json
    calls()[0].service_type = make.make_service_type(family=kind.family)
    db.session.commit()
    assert post(headers=retry).json == first
    for other in ({"address_string": "12 Elm St"}, {"email": "her@example.org"}, {"media": photo_of("lamp.jpg")}):
        assert post(headers=retry, **other).status_code == 400
    assert len(calls()) == 1


def test_who_is_refused_at_the_same_moment_is_tried_again_with_her_photos(post: Post, kind: ServiceType) -> None:
    refused = []

    @event.listens_for(db.session, "after_flush")
    def refuse_once(session: Any, _: Any) -> None:
        if not refused and any(isinstance(one, CallPhoto) for one in session.new):
            refused.append(True)
            raise IntegrityError("the same at the same moment", None, Exception())

    try:
        assert post(media=photo_of("lamp.jpg")).status_code == 200
    finally:
        event.remove(db.session, "after_flush", refuse_once)
    assert refused and db.session.scalar(select(func.count()).select_from(CallPhoto)) == 1


def photo_of(name: str) -> tuple[io.BytesIO, str]:
    """A photo as it is posted."""
    return io.BytesIO(telling_photo("JPEG")), name


def test_two_keys_that_send_the_same_send_two_reports(post: Post) -> None:
    make.make_api_key(text="another")
    assert post().json != post(api_key="another").json


def test_posted_reports_open_a_case_and_a_repeat_within_the_hour_weighs_nothing(post: Post) -> None:
    for number in range(3):
        post(description=f"Report {number}")
    case = db.session.scalars(select(ProblemCase)).one()
    assert case.call_count == 3
    post(description="It is I.", phone="585 555 0100", first_name="Zoe", email="")
    post(description="It is I again.", phone="585 555 0100", first_name="Zoe", email="")
    assert [call.weight for call in calls()] == [1, 1, 1, 1, 0]


def test_a_key_whose_minute_is_full_is_told_when_to_come_again(post: Post) -> None:
    db.session.scalars(select(ApiKey)).one().per_minute = 2
    assert post().status_code == 200
    assert post(lat="x").status_code == 400, "what is refused counts too"
    full = post(description="third")
    assert "2 times a minute" in faults(full, 429) and full.headers["Retry-After"] == "60"
    assert post("/open311/v2/requests.xml").content_type == "text/xml; charset=utf-8"
    with time_machine.travel(make.NOW + timedelta(minutes=1), tick=False):
        assert post(description="third").status_code == 200


def test_a_report_is_recorded_and_grouped_with_few_statements(post: Post) -> None:
    """Each costs what it costs, however fast the machine is: a storm of reports is held off by their number."""
    assert post(description="The first makes the copies that a process keeps").status_code == 200
    with asked_statements() as asked:
        assert post(description="The second").status_code == 200
    assert len(asked) <= 20, "\n".join(one.text for one in asked)
