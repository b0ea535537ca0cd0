"""Photos on the page of a call: added without script, seen by staff only, refused in words."""

import io
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser

from tests import factories as make
from tests.browsing import check_page
from tests.calls.pictures import SECRET, draw, photo, telling_photo
from tracker.calls.models import ServiceRequest
from tracker.calls.photos import CleanPhoto, clean_photo, keep_photo, photo_path, photos_of
from tracker.calls.photos.models import CallPhoto
from tracker.calls.questions import ReadAnswer, keep_answers
from tracker.desk import sent_photos
from tracker.extensions import db
from tracker.staff.log import history_of
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

SignIn = Callable[..., User]


@pytest.fixture
def call(database: SQLAlchemy) -> ServiceRequest:
    make.make_city()
    return make.make_call()


def send(client: FlaskClient, call: ServiceRequest, *files: tuple[bytes, str]) -> tuple[int, str]:
    """Send the form with these (contents, name)."""
    form = {"photos-files": [(io.BytesIO(data), name) for data, name in files]}
    answer = client.post(f"/staff/calls/{call.service_request_id}/photos", data=form)
    return answer.status_code, answer.text


def page(client: FlaskClient, call: ServiceRequest) -> str:
    return client.get(f"/staff/calls/{call.service_request_id}").text


def test_photos_are_added_to_a_call_that_is_there(client: FlaskClient, call: ServiceRequest, sign_in: SignIn) -> None:
    me = sign_in(Role.CONTACT)
    assert send(client, call, (telling_photo("JPEG"), "a.jpg"), (photo("PNG", draw((9, 9))), "b.png"))[0] == 302
    first, second = photos_of(call)
    assert {(one.width, one.height) for one in (first, second)} == {(60, 40), (9, 9)} and first.added_by == me
    text = page(client, call)
    assert f"/staff/photos/{first.id}" in text and 'alt="Photo 1 of 2: ' in text
    assert "A photo was added (9 by 9 pixels)." in text
    shown = client.get(f"/staff/photos/{first.id}")
    assert shown.status_code == 200 and shown.mimetype == "image/jpeg" and SECRET not in shown.data
    assert shown.headers["Cache-Control"] == "private, no-store"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert shown.headers["Content-Disposition"].startswith("inline") and "ETag" not in shown.headers


def test_a_form_that_is_sent_twice_adds_its_photos_once(
    client: FlaskClient, call: ServiceRequest, sign_in: SignIn
) -> None:
    sign_in()
    for _ in range(2):
        assert send(client, call, (photo(), "a.jpg"))[0] == 302
    assert len(photos_of(call)) == len(history_of("call", call.id)) == 1


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ([], "Choose at least one photo"),
        ([(photo(), "good.jpg"), (b"PK\3\4", "album.zip")], "album.zip: This is a zip file"),
        ([(b"\0\0\0\x18ftypheic", "x.heic")], "x.heic: This is a HEIC photo"),
        ([(photo()[:200], "cut.jpg")], "cut.jpg: The photo is damaged"),
        ([(photo(), f"{n}.jpg") for n in range(7)], "These are 7 photos; a call keeps at most 6"),
        ([(b"GIF89a", "<script>.gif")], "&lt;script&gt;.gif: This is not a photo"),
    ],
)
def test_all_that_was_sent_is_kept_or_nothing_and_why(
    files: list[tuple[bytes, str]], why: str, client: FlaskClient, call: ServiceRequest, sign_in: SignIn,
    database: SQLAlchemy, app: Flask,
) -> None:  # fmt: skip
    sign_in()
    status, text = send(client, call, *files)
    assert status == 400 and why in text and "No photo was kept" in text
    assert database.session.query(CallPhoto).count() == 0
    assert list((app.config["SETTINGS"].instance / "photos").rglob("*.jpg")) == []


def test_a_call_that_is_full_says_so_and_offers_no_form(
    client: FlaskClient, call: ServiceRequest, sign_in: SignIn
) -> None:
    sign_in()
    for number in range(6):
        keep_photo(call, clean_photo(photo("PNG", draw((9 + number, 9)))))
    assert "Add photos" not in page(client, call)
    status, text = send(client, call, (photo(), "seventh.jpg"))
    assert status == 409 and "has 6 photos" in text
    assert len(photos_of(call)) == 6


def test_20_mb_are_refused_at_once(client: FlaskClient, call: ServiceRequest, sign_in: SignIn) -> None:
    sign_in()
    form, address = bytes(21 * 1024 * 1024), f"/staff/calls/{call.service_request_id}/photos"
    answer = client.post(address, data=form, content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 413 and "20 MB" in answer.text


def test_who_may_only_look_adds_nothing(client: FlaskClient, call: ServiceRequest, sign_in: SignIn) -> None:
    kept = keep_photo(call, clean_photo(photo()))
    sign_in(Role.SCHEDULER)
    assert "Add photos" not in page(client, call) and "/staff/photos/" in page(client, call)
    assert send(client, call, (photo(), "a.jpg"))[0] == 403
    assert client.get(f"/staff/photos/{kept.id}").status_code == 200


def test_a_stranger_sees_no_photo(client: FlaskClient, call: ServiceRequest) -> None:
    kept = keep_photo(call, clean_photo(photo()))
    assert client.get(f"/staff/photos/{kept.id}").status_code == 302


def test_a_photo_whose_file_is_gone_and_one_that_never_was_are_not_found(
    client: FlaskClient, call: ServiceRequest, sign_in: SignIn
) -> None:
    kept = keep_photo(call, clean_photo(photo()))
    photo_path(kept.id).unlink()
    sign_in()
    gone = client.get(f"/staff/photos/{kept.id}")
    assert gone.status_code == 404 and "The file of this photo is gone" in gone.text
    for name in ("nothing", "..%2fsecret-key", "%2e%2e", "x" * 500):
        assert client.get(f"/staff/photos/{name}").status_code == 404


def test_nobody_waits_while_a_photo_is_unfolded(
    client: FlaskClient, call: ServiceRequest, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The transaction that found out who is asking has ended by then: on SQLite it would keep every writer out."""
    sign_in()
    under_way: list[bool] = []

    def watched(data: bytes) -> CleanPhoto:
        under_way.append(db.session().in_transaction())
        return clean_photo(data)

    monkeypatch.setattr(sent_photos, "clean_photo", watched)
    assert send(client, call, (photo(), "a.jpg"))[0] == 302
    assert under_way == [False]


def test_what_was_asked_stands_on_the_page_of_the_call(
    client: FlaskClient, call: ServiceRequest, sign_in: SignIn
) -> None:
    keep_answers(call, [ReadAnswer("q", "How <large> is it?", "Like a tire")])
    sign_in()
    assert "How &lt;large&gt; is it?" in page(client, call) and "Like a tire" in page(client, call)


@pytest.mark.browser
def test_the_page_of_a_call_with_photos_passes_and_takes_them_without_script(
    app: Flask, call: ServiceRequest, live_address: str, chromium: Browser, database: SQLAlchemy
) -> None:
    name, token = cookie_name(app.config["SETTINGS"]), start_session(make.make_user())
    address = f"{live_address}/staff/calls/{call.service_request_id}"
    keep_answers(call, [ReadAnswer("q", "How large is it?" + "x" * 90, "y" * 200)])
    database.session.commit()
    check_page(chromium, address, {name: token})
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([{"name": name, "value": token, "url": live_address}])
    visitor = context.new_page()
    visitor.goto(address)
    visitor.get_by_text("Add photos").click()
    file = {"name": "a.png", "mimeType": "image/png", "buffer": photo("PNG", draw((400, 300)))}
    visitor.locator("#photos-files").set_input_files([file])
    visitor.get_by_role("button", name="Keep them").click()
    visitor.get_by_alt_text("Photo 1 of 1").wait_for()
    context.close()
    for number in range(5):
        keep_photo(call, clean_photo(photo("PNG", draw((300, 200 + number)))))
    database.session.commit()
    check_page(chromium, address, {name: token})
