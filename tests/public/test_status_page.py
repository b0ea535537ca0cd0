"""The story of a case as strangers read it: told in days and bands, kept, held back, and never more."""

import re
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from tests.calls.pictures import SECRET, draw, photo, telling_photo
from tests.factories import NOW, make_area, make_call, make_case_call, make_city, make_service_type, make_street
from tests.factories import make_user as make_person
from tests.public.world import MASK, make_booking, make_public_case, make_public_family, set_as_of_now
from tracker.calls.photos import clean_photo, hold_photo, keep_photo, photo_path, release_photo
from tracker.calls.photos.models import CallPhoto
from tracker.cases.models import ProblemCase
from tracker.cases.telling_public import take_back_word, tell_public
from tracker.published.words import say_band, say_times
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.staff.log import append_log
from tracker.staff.models import LogEntry, Role


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> None:
    make_city()
    set_as_of_now()


def page_of(client: FlaskClient, case: ProblemCase, query: str = "") -> str:
    """The text of the page with white space folded."""
    return re.sub(r"\s+", " ", client.get(f"/cases/{case.public_id}{query}").text)


def make_photo(case: ProblemCase, picture: bytes | None = None, **columns: object) -> CallPhoto:
    """A photo of a public call of the case."""
    kind = make_service_type(family=case.family, is_public=True)
    shown = {"public_label": "100 block of Elm St", "public_lat": MASK[0], "public_long": MASK[1]}
    day = NOW.date().toordinal()
    call = make_call(service_type=kind, **{**shown, "public_day": day, "public_updated_day": day, **columns})
    make_case_call(case=case, call=call)
    return keep_photo(call, clean_photo(picture or photo()))


def test_the_story_says_how_often_since_when_by_whom_what_was_done_and_what_comes(client: FlaskClient) -> None:
    make_area(name="North Center")
    case = make_public_case(call_count=12, first_call_at=NOW - timedelta(days=40))
    booking = make_booking(case)
    tell_public(case, "A new lamp is  ordered.\n", actor=make_person(role=Role.CONTACT))
    page = page_of(client, case)
    for text in ("People have reported this 10 to 19 times since May 2026.", "It is looked after by North Center.",
                 "A new lamp is ordered.", "A crew is booked for Jun 16, 2026."):  # fmt: skip
        assert text in page, text
    booking.work_order.status, booking.finished_at = WorkStatus.DONE, NOW
    append_log("case", case.id, "work_done")
    page = page_of(client, case)
    assert "A crew was there, and the work was done." in page and "No day for work there is set yet." in page
    assert booking.resource.name not in page and booking.work_order.title not in page


def test_counts_under_three_are_a_few(app: Flask) -> None:
    with app.test_request_context("/"):
        said = (say_band(0), say_times(0), say_times(1), say_times(5))
    assert said == (
        "a few calls", "a few times", "4 to 9 times", "100 or more times",
    )  # fmt: skip


def test_a_word_to_residents_stands_as_written_and_can_be_taken_back(client: FlaskClient, database: SQLAlchemy) -> None:
    case = make_public_case()
    me = make_person(role=Role.CONTACT, display_name="Nora Noter")
    tell_public(case, "Two <b>lamps</b> are dark.", actor=me)
    page = page_of(client, case)
    assert "Two &lt;b&gt;lamps&lt;/b&gt; are dark." in page and "Nora" not in page
    entry = database.session.scalars(database.select(LogEntry).where(LogEntry.verb == "told")).one()
    for _ in range(2):
        take_back_word(case, entry.id, actor=me)
    assert "lamps" not in page_of(client, case)
    assert database.session.scalar(database.select(database.func.count()).where(LogEntry.verb == "untold")) == 1


def test_the_streets_around_the_masked_place_are_drawn_and_said(client: FlaskClient) -> None:
    line = {"type": "LineString", "coordinates": [[MASK[1] - 0.002, MASK[0]], [MASK[1] + 0.002, MASK[0]]]}
    make_street(name="Lantern Lane", geometry=line)
    page = page_of(client, make_public_case())
    assert "Lantern Lane</text>" in page and "somewhere around 100 block of Elm St, about where the ring is" in page
    assert f"{MASK[0]:.4f}" not in page


def test_the_same_page_is_not_sent_twice_and_its_mark_tells_nothing(client: FlaskClient) -> None:
    case = make_public_case()
    address = f"/cases/{case.public_id}"
    first = client.get(address)
    mark = {"If-None-Match": first.headers["ETag"]}
    assert "Set-Cookie" not in first.headers and first.headers["Cache-Control"] == "no-cache"
    again = client.get(address, headers=mark)
    assert (again.status_code, again.data) == (304, b"")
    append_log("case", case.id, "noted", "Mrs. Roe of number 17 is upset.")
    case.version += 1
    assert client.get(address, headers=mark).status_code == 304, "a note changes nothing that strangers see"
    append_log("case", case.id, "told", "A new lamp is ordered.", is_public=True)
    assert client.get(address, headers=mark).status_code == 200
    assert client.get(f"{address}?lang=es", headers=mark).status_code == 200


def test_what_is_younger_than_the_delay_is_not_told(client: FlaskClient) -> None:
    family = make_public_family()
    slow = make_service_type(family=family, is_public=True, publish_after_days=2)
    case = make_public_case(
        family=family, call_count=11, opened_at=NOW - timedelta(days=5), recurred_at=NOW - timedelta(days=1)
    )
    today = NOW.date().toordinal()
    for age in (0, 1, 2, 3):
        call = make_call(service_type=slow, public_day=today - age, requested_datetime=NOW - timedelta(days=age))
        make_case_call(case=case, call=call)
    append_log("case", case.id, "opened", is_public=True)
    append_log("case", case.id, "recurred", is_public=True)
    append_log("case", case.id, "told", "Said today.", is_public=True)
    page = page_of(client, case)
    assert "4 to 9 times" in page and "4 to 9 calls" in client.get("/?status=every").text
    assert "put together as one case" in page
    assert "It is open again" not in page and "Said today." not in page
    assert "What is younger than 2 days" in page
    case.opened_at = NOW - timedelta(days=1)
    assert client.get(f"/cases/{case.public_id}").status_code == 404


def test_only_a_released_photo_of_a_public_call_is_sent_and_it_carries_nothing(client: FlaskClient) -> None:
    case, me = make_public_case(), make_person(role=Role.CONTACT)
    photo = make_photo(case, telling_photo("JPEG"))
    address = f"/photos/{photo.id}.jpg"
    assert client.get(address).status_code == 404 and address not in page_of(client, case)
    release_photo(photo, "Two dark lamps", actor=me)
    page = page_of(client, case)
    whole, small = (one.replace("&amp;", "&") for one in re.findall(rf'"({re.escape(address)}[^"]*)"', page))
    assert 'alt="Two dark lamps"' in page
    for one in (address, whole, small):
        answer = client.get(one)
        assert answer.status_code == 200 and SECRET not in answer.data and b"Exif" not in answer.data
        assert "Last-Modified" not in answer.headers and "Set-Cookie" not in answer.headers
        assert ("immutable" in answer.headers["Cache-Control"]) is (one != address)
        assert client.get(one, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
    hold_photo(photo, actor=me)
    assert [client.get(one).status_code for one in (address, whole, small)] == [404] * 3
    assert address not in page_of(client, case)


def test_a_photo_goes_with_its_call(client: FlaskClient) -> None:
    case, me = make_public_case(), make_person(role=Role.CONTACT)
    photo = make_photo(case)
    release_photo(photo, "Two dark lamps", actor=me)
    address = f"/photos/{photo.id}.jpg"
    assert client.get(address).status_code == 200
    call = photo.call
    for column, value in (("withdrawn_at", NOW), ("is_outside", True), ("public_day", None)):
        before = getattr(call, column)
        setattr(call, column, value)
        assert client.get(address).status_code == 404, column
        setattr(call, column, before)
    call.service_type.is_public = False
    assert client.get(address).status_code == 404


def test_a_large_photo_is_small_on_phones(client: FlaskClient) -> None:
    photo_file = photo(image=draw((1600, 1200)))
    one = make_photo(make_public_case(), photo_file)
    release_photo(one, "A wide street", actor=make_person(role=Role.CONTACT))
    whole, small = (client.get(f"/photos/{one.id}.jpg{query}").data for query in ("", "?width=640"))
    assert len(small) < len(whole) and whole == photo_path(one.id).read_bytes()
