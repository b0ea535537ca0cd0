"""Reporting a problem by the form: its steps, what is shown before it is sent, and what is recorded then."""

import io

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from PIL import Image
from sqlalchemy import func, select

from tests.factories import make_call, make_family, make_rule
from tests.public.reporting_world import (
    HOUSE,
    csrf,
    filled_in,
    make_known_case,
    make_reporting_city,
    number_in,
    secret_in,
    send,
    web_calls,
)
from tracker.calls.models import Caller, Channel, Placement, ServiceRequest, ServiceType
from tracker.calls.photos.models import CallPhoto
from tracker.calls.questions.models import CallAnswer
from tracker.calls.reporting.models import SentReport
from tracker.cases.intake import take_calls
from tracker.cases.models import CaseCall, CaseStatus
from tracker.public.quiet_proof import new_token
from tracker.public.report_views import MOST_SENT
from tracker.staff.models import LogEntry


@pytest.fixture
def lamp(database: SQLAlchemy) -> ServiceType:
    lamp = make_reporting_city()
    database.session.commit()
    return lamp


def step(client: FlaskClient, app: Flask, do: str, **fields: str) -> str:
    answer = client.post("/report", data={"csrf_token": csrf(client), **filled_in(app, do=do, **fields)})
    return answer.text


def test_the_steps_lead_one_after_the_other_and_keep_everything_typed(
    client: FlaskClient, app: Flask, lamp: ServiceType
) -> None:
    typed = {"kind": "", "asked": "", "shown": "", "name": "Jo Doe"}
    page = step(client, app, "to-details", **typed)
    assert 'value="lamp" checked' in page and "Which color has the pole?" in page, "found by its words"
    assert "Test lamp" not in page and "Neglect of a person (confidential)" in page
    assert "beside the blue door" in page and 'value="137 Elm St"' in page and 'value="Jo Doe"' in page
    page = step(client, app, "to-check", **{**typed, "kind": "lamp", "attribute[color]": "green"}, )
    assert "Which color" in page and "Others see" not in page, "the questions of a type are asked before it is checked"
    page = step(client, app, "to-check", **{**typed, "kind": "lamp", "asked": "lamp", "attribute[color]": "green"})
    assert "Others see: 100 block of Elm St" in page and "Nothing like it is known near there." in page
    assert "green" in page and "Jo Doe" in page and "beside the blue door" in page
    page = step(client, app, "back-to-what", **{**typed, "kind": "lamp", "attribute[color]": "green"})
    assert 'name="attribute[color]" value="green"' in page and "beside the blue door</textarea>" in page
    assert web_calls() == [], "nothing is recorded before it is sent"


def test_each_step_says_what_is_missing_and_goes_no_further(
    client: FlaskClient, app: Flask, lamp: ServiceType
) -> None:
    assert "Write what you saw" in step(client, app, "send", description=" ")
    assert "Write an address" in step(client, app, "send", address="")
    assert "outside the city" in step(client, app, "send", lat="10", long="10")
    assert "Choose what it is about." in step(client, app, "send", kind="test")
    assert "such as name@example.org" in step(client, app, "send", email="nobody")
    assert "Is it known already?" in step(client, app, "send", shown=""), "what is known is shown first"
    assert web_calls() == []


def test_a_sent_report_is_a_call_with_number_and_secret_and_counts(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    answer = send(client, app, name="Jo Doe", email="jo@example.org", **{"attribute[color]": "green"})
    assert answer.status_code == 200 and "no-store" in answer.headers["Cache-Control"]
    (call,) = web_calls()
    assert number_in(answer) == call.service_request_id
    assert (call.channel, call.address, call.placement) == (Channel.WEB, "137 Elm St", Placement.GAZETTEER)
    assert call.public_label == "100 block of Elm St" and call.is_taken and call.weight == 1
    assert call.caller is not None and call.caller.email == "jo@example.org"
    assert database.session.scalars(select(CallAnswer.value)).all() == ["green"]
    sent = database.session.scalars(select(SentReport)).one()
    assert sent.secret_hash and secret_in(answer) not in sent.secret_hash
    wanted = database.session.scalars(select(LogEntry).where(LogEntry.verb == "receipt_wanted")).one()
    assert "jo@" not in f"{wanted.text}{wanted.data}", "who mails it looks the address up"
    assert client.get(f"/reports/{secret_in(answer)}").status_code == 200


def test_an_anonymous_report_has_no_caller_and_a_point_on_the_map_is_its_place(
    client: FlaskClient, app: Flask, lamp: ServiceType
) -> None:
    send(client, app, address="", lat=str(HOUSE[0]), long=str(HOUSE[1]))
    (call,) = web_calls()
    assert call.caller is None and (call.lat, call.long) == HOUSE and call.placement is Placement.SOURCE


def test_an_address_that_nobody_knows_goes_to_the_unlocated_queue(
    client: FlaskClient, app: Flask, lamp: ServiceType
) -> None:
    assert "somebody will look for it" in step(client, app, "to-check", address="behind the old mill")
    send(client, app, address="behind the old mill")
    (call,) = web_calls()
    assert call.placement is Placement.UNLOCATED and call.address == "behind the old mill"


def test_the_same_form_sent_again_is_the_same_report(client: FlaskClient, app: Flask, lamp: ServiceType) -> None:
    form = {"csrf_token": csrf(client), **filled_in(app)}
    first, second = client.post("/report", data=form), client.post("/report", data=form)
    assert (number_in(first), secret_in(first)) == (number_in(second), secret_in(second))
    assert len(web_calls()) == 1


def test_words_of_danger_stop_before_anything_until_she_says_that_it_is_none(
    client: FlaskClient, app: Flask, lamp: ServiceType
) -> None:
    words = "A man with a gun stands under the dark lamp"
    for do in ("to-details", "to-check", "send"):
        page = step(client, app, do, description=words)
        assert 'href="tel:911"' in page and "“gun”" in page and 'name="calm" value="weapon"' in page, do
    assert web_calls() == []
    page = step(client, app, "to-check", description=f"{words}, and I smell gas", calm="weapon")
    assert "“smell gas”" in page and "“gun”" not in page, "what she has not said to be none stops again"
    send(client, app, description=words, calm="weapon")
    assert len(web_calls()) == 1


def test_what_is_known_near_there_is_shown_first_and_nothing_of_it_is_exact(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    case = make_known_case(lamp)
    make_call(service_type=lamp, lat=HOUSE[0] + 0.0001, long=HOUSE[1], address="139 Elm St", address_key="139 ELM ST",
              description="her secret words", requested_datetime=case.opened_at)  # fmt: skip
    database.session.add(LogEntry(at=case.opened_at, subject_kind="case", subject_id=case.id, verb="told",
                                  text="The poles are ordered.", is_public=True))  # fmt: skip
    taken_back = LogEntry(at=case.opened_at, subject_kind="case", subject_id=case.id, verb="told",
                          text="Mr. Roe did it.", is_public=True)  # fmt: skip
    database.session.add(taken_back)
    database.session.flush()
    database.session.add(LogEntry(at=case.opened_at, subject_kind="case", subject_id=case.id, verb="untold",
                                  data={"entry_id": taken_back.id}))  # fmt: skip
    other = make_family(name="Far problems")
    make_rule(family=other)
    database.session.flush()
    take_calls()
    page = step(client, app, "to-check")
    assert "known near there already" in page and f'value="{case.public_id}"' in page
    assert "Dark streets" in page and "The poles are ordered." in page
    assert "Mr. Roe" not in page and "her secret words" not in page and "139 Elm" not in page
    assert "Far problems" not in page
    far = step(client, app, "to-check", address="", lat=str(HOUSE[0] + 0.02), long=str(HOUSE[1]))
    assert case.public_id not in far and "Nothing like it is known" in far


def test_of_a_kind_that_is_held_back_no_news_are_told_before_others_hear_them(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    case = make_known_case(lamp)
    database.session.add(LogEntry(at=case.opened_at, subject_kind="case", subject_id=case.id, verb="told",
                                  text="The poles are ordered.", is_public=True))  # fmt: skip
    database.session.get_one(ServiceType, lamp.id).publish_after_days = 3
    send(client, app, description="dark at number 139, said Jane")
    page = step(client, app, "to-check")
    assert case.public_id in page and "poles" not in page and "Reports of others" not in page


def test_a_report_of_others_that_is_in_no_case_is_shown_by_block_and_day(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    send(client, app, description="dark at number 139, said Jane")
    page = step(client, app, "to-check")
    assert "Reports of others that are in no case yet" in page and "said Jane" not in page
    hidden = step(client, app, "to-check", kind="abuse", asked="abuse")
    assert "Reports of others" not in hidden and "Nothing like it" not in hidden, "a confidential one asks nobody"


def test_adding_to_a_known_case_links_the_report_by_its_reporters_word(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    case = make_known_case(lamp)
    answer = send(client, app, do="", add=case.public_id, address="", lat=str(HOUSE[0] + 0.05), long=str(HOUSE[1]))
    assert f"/cases/{case.public_id}" in answer.text and f"/subscribe?case={case.public_id}" in answer.text
    (call,) = web_calls()
    link = database.session.scalars(select(CaseCall).where(CaseCall.call_id == call.id)).one()
    assert link.case.public_id == case.public_id and link.is_pinned and link.made_by_id is None
    assert "Its reporter was shown this case" in link.reason and link.distance_m > 1_000
    assert database.session.get_one(type(case), case.id).is_touched, "no scan takes it back with her word in it"


def test_a_hidden_report_is_never_put_with_a_public_case_by_a_stranger(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    case = make_known_case(lamp)
    for kind in ("hidden", "abuse"):
        answer = send(client, app, do="", add=case.public_id, kind=kind, asked=kind)
        assert "/subscribe?" not in answer.text, "nobody follows what nobody sees"
    assert len(web_calls()) == 2 and database.session.scalar(select(func.count()).select_from(CaseCall)) == 0
    assert database.session.get_one(type(case), case.id).is_public, "nobody takes a case off the map that way"


@pytest.mark.parametrize("status", [CaseStatus.DISMISSED, CaseStatus.MERGED])
def test_a_case_that_the_public_does_not_see_takes_no_report(
    client: FlaskClient, app: Flask, lamp: ServiceType, status: CaseStatus
) -> None:
    case = make_known_case(lamp, status=status)
    answer = send(client, app, do="", add=case.public_id)
    assert answer.status_code == 400 and "There is no public case" in answer.text and web_calls() == []
    assert "beside the blue door" in answer.text, "what she wrote stays"


def test_what_a_program_fills_in_is_refused_and_kept_on_the_page(
    client: FlaskClient, app: Flask, lamp: ServiceType
) -> None:
    with app.app_context():
        young = new_token()
    for fields, words in (
        ({"website": "https://spam.example"}, "programs fill it in"),
        ({"token": "made-up"}, "made up or is very old"),
        ({"token": young}, "faster than anybody reads"),
    ):
        answer = send(client, app, **fields)
        assert answer.status_code == 400 and words in answer.text and "beside the blue door" in answer.text
    assert web_calls() == []


def test_too_many_reports_from_one_address_wait_and_keep_their_words(
    client: FlaskClient, app: Flask, lamp: ServiceType
) -> None:
    token = csrf(client)
    for _ in range(MOST_SENT):
        assert client.post("/report", data={"csrf_token": token, **filled_in(app)}).status_code == 200
    answer = client.post("/report", data={"csrf_token": token, **filled_in(app)})
    assert answer.status_code == 429 and "Wait a quarter of an hour" in answer.text
    assert "beside the blue door" in answer.text and len(web_calls()) == MOST_SENT


def test_without_its_form_token_nothing_is_taken(client: FlaskClient, app: Flask, lamp: ServiceType) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert client.post("/report", data=filled_in(app)).status_code == 400
    assert web_calls() == []


def picture() -> bytes:
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Camera of J. Roe"
    Image.new("RGB", (60, 40), "red").save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_photos_lose_what_they_carry_and_wait_for_somebody_to_release_them(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    form = {"csrf_token": csrf(client), **filled_in(app), "photos": [(io.BytesIO(picture()), "a.jpg")]}
    answer = client.post("/report", data=form, content_type="multipart/form-data")
    photo = database.session.scalars(select(CallPhoto)).one()
    assert not photo.is_released and photo.added_by_id is None
    own = client.get(f"/reports/{secret_in(answer)}/photos/{photo.id}")
    assert own.status_code == 200 and b"Roe" not in own.data and own.headers["Cache-Control"] == "no-store"
    form = {"csrf_token": csrf(client), **filled_in(app), "photos": [(io.BytesIO(b"GIF89a"), "b.gif")]}
    refused = client.post("/report", data=form, content_type="multipart/form-data")
    assert refused.status_code == 400 and "b.gif is no photo" in refused.text and len(web_calls()) == 1


def test_what_a_stranger_types_never_changes_who_somebody_is(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    send(client, app, name="Jo Doe", phone="585-555-0100")
    send(client, app, name="Jo Doe", phone="585-555-0100", email="somebody.else@example.org")
    send(client, app, name="Jo Doe", phone="585-555-0100")
    first, second, third = web_calls()
    assert first.caller_id == third.caller_id != second.caller_id
    assert database.session.get_one(Caller, first.caller_id).email == ""
    assert third.weight == 0, "the same person reported the same within the hour"
    assert database.session.scalar(select(func.count()).select_from(ServiceRequest)) == 3
