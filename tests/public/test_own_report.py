"""One's own report behind its secret link, and any report by its tracking number."""

import io
import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from PIL import Image
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from tests.calls.pictures import SECRET, telling_photo
from tests.factories import make_user
from tests.public.reporting_world import (
    make_known_case,
    make_reporting_city,
    number_in,
    secret_in,
    send,
    web_calls,
)
from tracker.calls.models import CallStatus, ServiceRequest, ServiceType
from tracker.calls.photos.models import CallPhoto
from tracker.calls.photos.releasing import release_photo
from tracker.calls.reporting.models import ReporterWord, WordKind
from tracker.cases.linking import active_link
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.clock import utc_now
from tracker.extensions import db
from tracker.public.own_report_views import MOST_CHANGES
from tracker.staff.log import history_of
from tracker.staff.models import Role


@pytest.fixture
def lamp(database: SQLAlchemy) -> ServiceType:
    lamp = make_reporting_city()
    database.session.commit()
    return lamp


def say(client: FlaskClient, secret: str, action: str, text: str = "", **fields: str) -> TestResponse:
    """Fill in one of the page's forms, with its own key."""
    page = client.get(f"/reports/{secret}").text
    key = re.findall(rf'name="{action}-key" value="([^"]+)"', page)
    sent = {f"{action}-key": key[0] if key else "a-key", f"{action}-text": text}
    return client.post(f"/reports/{secret}/{action}", data={**sent, **{f"{action}-{n}": v for n, v in fields.items()}})


def test_her_page_shows_all_that_she_said_and_nothing_of_anybody_else(
    client: FlaskClient, app: Flask, lamp: ServiceType
) -> None:
    secret = secret_in(send(client, app, name="Jo Doe", phone="585-555-0100", **{"attribute[color]": "green"}))
    (call,) = web_calls()
    caller = call.caller
    assert caller is not None
    caller.name, caller.email = "Somebody Merged", "merged@example.org"
    call.status_notes = "Noted by staff"
    answer = client.get(f"/reports/{secret}")
    assert answer.headers["Cache-Control"] == "no-store" and "noindex" in answer.headers["X-Robots-Tag"]
    for text in ("beside the blue door", "137 Elm St", "green", call.service_request_id, "your name"):
        assert text in answer.text, text
    for text in ("Somebody", "merged@", "585-555", "Noted by staff"):
        assert text not in answer.text, text
    assert client.get("/reports/nobody-s-secret").status_code == 404
    assert client.get(f"/reports/{secret}/photos/other").status_code == 404


def test_she_adds_and_corrects_and_what_she_said_first_stays(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    case = make_known_case(lamp)
    secret = secret_in(send(client, app, do="", add=case.public_id))
    assert say(client, secret, "add", "It also hums.").status_code == 303
    assert say(client, secret, "correct", "It is the green door.").status_code == 303
    assert say(client, secret, "correct", " ").status_code == 400
    (call,) = web_calls()
    assert call.description.endswith("beside the blue door")
    words = database.session.scalars(select(ReporterWord).order_by(ReporterWord.id)).all()
    assert [(word.kind, word.text) for word in words] == [
        (WordKind.ADDED, "It also hums."), (WordKind.CORRECTED, "It is the green door."),
    ]  # fmt: skip
    page = client.get(f"/reports/{secret}").text
    assert "You corrected" in page and "It is the green door." in page and "beside the blue door" in page
    told = [entry.text for entry in history_of("case", case.id) if entry.verb == "reporter_said"]
    assert len(told) == 2 and not any("green" in text for text in told)


def test_a_form_sent_twice_says_it_once(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    secret = secret_in(send(client, app))
    for _ in range(2):
        client.post(f"/reports/{secret}/add", data={"add-key": "same", "add-text": "It hums."})
    assert len(database.session.scalars(select(ReporterWord)).all()) == 1
    assert client.post(f"/reports/{secret}/add", data={"add-text": "without a key"}).status_code == 400


def test_withdrawing_takes_it_out_of_the_case_of_the_rule_and_can_be_taken_back(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    secrets = [secret_in(send(client, app, description=f"dark, {number}")) for number in range(3)]
    call = web_calls()[0]
    assert active_link(call) is not None, "three reports made a case"
    assert say(client, secrets[0], "withdraw", "My mistake").status_code == 303
    call = web_calls()[0]
    assert call.withdrawn_at is not None and active_link(call) is None
    page = client.get(f"/reports/{secrets[0]}").text
    assert "Withdrawn by you" in page and "It stands after all" in page
    assert say(client, secrets[0], "withdraw").status_code == 303, "again changes nothing"
    assert "Withdrawn by its reporter" in client.get(f"/track?number={call.service_request_id}").text
    assert say(client, secrets[0], "restore").status_code == 303
    call = web_calls()[0]
    assert call.withdrawn_at is None and active_link(call) is not None


def test_a_withdrawn_report_that_was_pinned_stays_and_its_owner_reads_it(
    client: FlaskClient, app: Flask, lamp: ServiceType
) -> None:
    case = make_known_case(lamp)
    secret = secret_in(send(client, app, do="", add=case.public_id))
    say(client, secret, "withdraw")
    assert active_link(web_calls()[0]) is not None
    assert any("withdrawn" in entry.text for entry in history_of("case", case.id) if entry.verb == "call_changed")


def closed_case_with_report(
    client: FlaskClient, app: Flask, lamp: ServiceType, *, days: int
) -> tuple[ProblemCase, str]:
    """Her report is in a case that was closed since, and is watched for so many days from now on."""
    case = make_known_case(lamp)
    secret = secret_in(send(client, app, do="", add=case.public_id))
    now = utc_now()
    db.session.execute(update(ServiceRequest).values(requested_datetime=now - timedelta(days=9)))
    times = {"closed_at": now - timedelta(days=5), "monitored_until": now + timedelta(days=days)}
    db.session.execute(update(ProblemCase).values(status=CaseStatus.CLOSED, **times))
    db.session.commit()
    return case, secret


def test_closed_but_not_fixed_is_a_new_call_and_reopens_the_watched_case(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    case, secret = closed_case_with_report(client, app, lamp, days=30)
    assert "It was closed, but it is not fixed" in client.get(f"/reports/{secret}").text
    answer = say(client, secret, "not-fixed", "Dark again")
    assert answer.status_code == 303 and secret not in answer.headers["Location"]
    first, second = web_calls()
    link = active_link(second)
    assert (second.weight, second.lat, second.description) == (1, first.lat, "Dark again")
    assert link is not None and link.case_id == case.id
    stood = database.session.get_one(ProblemCase, case.id)
    assert stood.status is CaseStatus.OPEN and stood.recurred_at is not None
    assert second.status is CallStatus.OPEN
    verbs = [entry.verb for entry in history_of("case", case.id)]
    assert "recurred" in verbs and "not_fixed" in verbs
    assert "Dark again" in client.get(answer.headers["Location"]).text
    assert say(client, secret, "not-fixed", "and again").status_code == 409, "it is open now: she adds to it"


def test_not_fixed_after_the_watch_stands_with_the_case_and_its_owner_decides(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    case, secret = closed_case_with_report(client, app, lamp, days=-1)
    for _ in range(2):
        answer = client.post(f"/reports/{secret}/not-fixed", data={"not-fixed-key": "same", "not-fixed-text": "Dark"})
        assert answer.status_code == 303
    assert len(web_calls()) == 2, "one form is one call"
    for _ in range(2):
        again = client.post(f"/reports/{secret}/not-fixed", data={"not-fixed-key": "other", "not-fixed-text": "Still"})
        assert again.headers["Location"] == answer.headers["Location"]
    assert len(web_calls()) == 2, "while that one is open, more of the same counts no more"
    link = active_link(web_calls()[1])
    assert link is not None and link.case_id == case.id and "is not fixed" in link.reason
    assert database.session.get_one(ProblemCase, case.id).status is CaseStatus.CLOSED


def add_photos(client: FlaskClient, secret: str, *pictures: bytes) -> TestResponse:
    files = [(io.BytesIO(picture), f"{number}.jpg") for number, picture in enumerate(pictures)]
    return client.post(f"/reports/{secret}/photos", data={"photos": files})


def test_photos_are_added_through_the_link_made_anew_and_wait_for_staff(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    secret = secret_in(send(client, app))
    for _ in range(2):
        assert add_photos(client, secret, telling_photo("JPEG")).status_code == 303
    (photo,) = database.session.scalars(select(CallPhoto))
    assert photo.added_by_id is None and not photo.is_released and photo.looked_at is None
    assert photo.call_id == web_calls()[0].id
    own = client.get(f"/reports/{secret}/photos/{photo.id}")
    assert own.status_code == 200 and SECRET not in own.data and b"Exif" not in own.data
    assert client.get(f"/photos/{photo.id}.jpg").status_code == 404, "nobody else sees it before staff have"
    release_photo(photo, "A dark lamp", actor=make_user(role=Role.CONTACT))
    database.session.commit()
    assert client.get(f"/photos/{photo.id}.jpg").status_code == 200


def test_what_is_no_photo_and_more_than_six_are_refused_in_words(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    secret = secret_in(send(client, app))
    assert "Choose a photo first" in add_photos(client, secret).text
    wrong = add_photos(client, secret, b"no photo", telling_photo("JPEG"))
    assert wrong.status_code == 400 and "0.jpg is no photo" in wrong.text
    assert database.session.scalars(select(CallPhoto)).all() == []
    pictures = [small_photo(number) for number in range(7)]
    assert add_photos(client, secret, *pictures).status_code == 400
    assert add_photos(client, secret, *pictures[:6]).status_code == 303
    full = add_photos(client, secret, pictures[6])
    assert full.status_code == 409 and "at most 6 photos" in full.text
    assert add_photos(client, "guessed", pictures[0]).status_code == 404
    say(client, secret, "withdraw")
    assert add_photos(client, secret, pictures[0]).status_code == 409
    assert len(database.session.scalars(select(CallPhoto)).all()) == 6


def small_photo(number: int) -> bytes:
    """A picture of one color."""
    file = io.BytesIO()
    Image.new("RGB", (40, 30), (number * 30, 90, 60)).save(file, "PNG")
    return file.getvalue()


def test_the_owner_of_its_case_reads_that_photos_came(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    case = make_known_case(lamp)
    database.session.commit()
    secret = secret_in(send(client, app, add=case.public_id))
    add_photos(client, secret, telling_photo("JPEG"))
    texts = [entry.text for entry in history_of("case", case.id)]
    assert any("added photos" in text for text in texts)


def test_danger_and_haste_are_stopped_here_too(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    secret = secret_in(send(client, app))
    page = say(client, secret, "add", "now he has a knife").text
    assert 'href="tel:911"' in page and "now he has a knife" in page
    assert database.session.scalars(select(ReporterWord)).all() == []
    assert say(client, secret, "add", "now he has a knife", calm="weapon").status_code == 303
    for _ in range(MOST_CHANGES):
        answer = say(client, secret, "add", "more")
    assert answer.status_code == 429


def test_a_number_reads_type_status_masked_place_dates_and_case_and_nothing_else(
    client: FlaskClient, app: Flask, lamp: ServiceType
) -> None:
    case = make_known_case(lamp)
    number = number_in(send(client, app, do="", add=case.public_id, name="Jo Doe"))
    page = client.get(f"/track?number={number.lower().replace('-', ' ')}").text
    assert "Lamp out" in page and "100 block of Elm St" in page and f"/cases/{case.public_id}" in page
    assert "blue door" not in page and "Jo Doe" not in page and "137 Elm" not in page


def test_a_number_answers_for_reports_without_case_or_place_and_for_held_back_ones(
    client: FlaskClient, app: Flask, database: SQLAlchemy, lamp: ServiceType
) -> None:
    number = number_in(send(client, app, address="behind the mill"))
    page = client.get(f"/track?number={number}").text
    assert "Not found yet" in page and "None yet" in page and "mill" not in page
    lamp = database.session.get_one(ServiceType, lamp.id)
    lamp.publish_after_days = 3
    database.session.commit()
    held = number_in(send(client, app))
    page = client.get(f"/track?number={held}").text
    assert "are shown from" in page and "Elm" not in page


def test_hidden_and_unknown_numbers_answer_alike(client: FlaskClient, app: Flask, lamp: ServiceType) -> None:
    hidden, secret = (number_in(send(client, app, kind=kind, asked=kind)) for kind in ("hidden", "abuse"))
    pages = [client.get("/track", query_string={"number": one}) for one in (hidden, secret, "ZZZZ-ZZZZ-ZZZZ-ZZZZ")]
    assert {page.status_code for page in pages} == {404}
    texts = {re.sub(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){3}", "#", page.text) for page in pages}
    assert len(texts) == 1 and "Both look alike" in texts.pop()


def test_the_staff_read_what_she_said_on_the_page_of_the_call(
    client: FlaskClient, app: Flask, database: SQLAlchemy, sign_in: object, lamp: ServiceType
) -> None:
    secret = secret_in(send(client, app))
    say(client, secret, "correct", "<b>It is the green door.</b>")
    (call,) = web_calls()
    sign_in(Role.AIDE)  # type: ignore[operator]  # the fixture
    page = client.get(f"/staff/calls/{call.service_request_id}").text
    assert "Said later" in page and "&lt;b&gt;It is the green door.&lt;/b&gt;" in page
