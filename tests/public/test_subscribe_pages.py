"""Subscribing on the pages: once, asked first, looked at by programs without harm, left with one request."""

import re
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser
from sqlalchemy import select

from tests.browsing import check_page
from tests.factories import make_address, make_area, make_city, make_subscription
from tests.public.world import MASK, make_public_case, make_public_family, set_as_of_now
from tracker.extensions import db
from tracker.outreach.notice_models import Notice
from tracker.outreach.subscriptions.models import Rhythm, Subscription, SubscriptionKind
from tracker.outreach.subscriptions.subscribing import secret_for
from tracker.places.models import AreaKind
from tracker.places.privacy import build_public_points
from tracker.public import subscribe_views
from tracker.public.subscribe_views import MOST_FROM_ONE_PLACE
from tracker.secret_links import hash_of


@pytest.fixture(autouse=True)
def city(app: Flask, database: SQLAlchemy) -> None:
    """A city that can send mail."""
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = replace(settings, mail_host="mail.example.org", address="https://cases.example.org")
    make_city()
    set_as_of_now()
    make_area(code="north", name="North Center")
    make_area(code="east", name="East Bank", kind=AreaKind.NEIGHBORHOOD)
    for number in range(101, 141, 2):
        make_address(key=f"{number} ELM ST", number=number, street_key="ELM ST", lat=MASK[0], long=MASK[1])
    build_public_points()
    make_public_case(public_id="CASE-1", family=make_public_family(code="dark", name="Dark streets"))


def filled(**values: str) -> dict[str, str]:
    usual = {"key": "form-1", "kind": "circle", "q": "137 Elm St", "radius": "300", "way": "mail", "rhythm": "weekly",
             "language": "en", "family": "", "address": "her@example.org", "neighborhood": "east",
             "center": "north"}  # fmt: skip
    return {**usual, **values}


def kept() -> list[Subscription]:
    db.session.expire_all()
    return list(db.session.scalars(select(Subscription).order_by(Subscription.id)))


def test_a_place_is_kept_as_its_public_point_once_and_its_address_is_asked(client: FlaskClient) -> None:
    pages = [client.post("/subscribe", data=filled()) for _ in range(2)]
    assert [page.status_code for page in pages] == [200, 200] and pages[0].data == pages[1].data
    (one,) = kept()
    assert (one.label, one.radius_m, one.rhythm) == ("100 block of Elm St", 300, Rhythm.WEEKLY)
    assert one.confirmed_at is None
    assert [notice.address for notice in db.session.scalars(select(Notice))] == ["her@example.org"]


@pytest.mark.parametrize(("values", "kind"), [
    ({"kind": "case", "number": "case-1"}, "case"), ({"kind": "neighborhood"}, "neighborhood"),
    ({"kind": "center"}, "center"), ({"kind": "all", "family": "dark"}, "all"),
])  # fmt: skip
def test_everything_else_can_be_followed_too(client: FlaskClient, values: dict[str, str], kind: str) -> None:
    assert client.post("/subscribe", data=filled(**values)).status_code == 200
    (one,) = kept()
    assert one.kind == kind and (one.family is None) == ("family" not in values)


@pytest.mark.parametrize("values", [
    {"kind": "nothing"}, {"kind": "case", "number": "NONE"}, {"q": "nowhere"}, {"way": "pigeon"}, {"way": "text"},
    {"address": "her@example.org\r\nBcc: him@example.org"}, {"rhythm": "hourly"}, {"language": "xx"}, {"key": ""},
    {"family": "none"}, {"kind": "neighborhood", "neighborhood": "none"}, {"radius": "1"}, {"address": ""},
    {"kind": "report", "number": "1"},
])  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_kept(client: FlaskClient, values: dict[str, str]) -> None:
    assert client.post("/subscribe", data=filled(**values)).status_code == 400
    assert kept() == []


def test_the_answer_is_the_same_whether_the_address_is_known_and_nobody_is_flooded(client: FlaskClient) -> None:
    pages = {client.post("/subscribe", data=filled(key=f"form-{number}")).data for number in range(7)}
    assert len(pages) == 1 and len(kept()) == 5
    statuses = [client.post("/subscribe", data=filled(key=f"f{number}", address=f"a{number}@example.org")).status_code
                for number in range(MOST_FROM_ONE_PLACE - 6)]  # fmt: skip
    assert statuses == [200] * (MOST_FROM_ONE_PLACE - 7) + [429]


def test_from_everywhere_together_no_more_is_asked_than_the_city_can_bear(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscribe_views, "MOST_IN_ALL", 5)
    statuses = [
        client.post("/subscribe", data={}, environ_overrides={"REMOTE_ADDR": f"198.51.100.{number}"}).status_code
        for number in range(6)
    ]
    assert statuses == [400] * 5 + [429]


def test_looking_at_the_link_changes_nothing_and_the_buttons_do(app: Flask, client: FlaskClient) -> None:
    client.post("/subscribe", data=filled())
    address = f"/subscriptions/{secret_for(kept()[0].id, app.config['SETTINGS'])}"
    for path in (address, f"{address}/leave"):
        page = client.get(path)
        assert page.status_code == 200 and page.headers["Cache-Control"] == "no-store"
        assert "300 meters around 100 block of Elm St" in page.text
    assert kept()[0].confirmed_at is None and kept()[0].ended_at is None
    assert client.post(f"{address}/confirm").status_code == 302
    assert kept()[0].confirmed_at is not None
    client.post(f"{address}/change", data={"rhythm": "at_once", "language": "es", "family": "dark"})
    assert (kept()[0].next_rhythm, kept()[0].language, kept()[0].family_id is None) == (Rhythm.AT_ONCE, "es", False)
    shown = re.search(r"<input[^>]*value=.at_once.[^>]*>", client.get(address).text)
    assert shown is not None and "checked" in shown[0], "what was chosen is shown before the worker has changed it"
    assert client.post(f"{address}/change", data={"rhythm": "x", "language": "es", "family": ""}).status_code == 400
    assert client.get("/subscriptions/guessed").status_code == 404
    assert client.post("/subscriptions/guessed/leave").status_code == 404


def test_a_mail_program_leaves_with_one_request_without_cookie_or_token(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    make_subscription(secret_hash=hash_of("hers"))
    answer = app.test_client().post("/subscriptions/hers/leave", data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200 and kept()[0].ended_at is not None
    assert app.test_client().post("/subscriptions/hers/confirm").status_code == 400


def test_a_link_fills_the_form_in_and_changes_nothing(client: FlaskClient) -> None:
    for query, kind in (("case=CASE-1", "case"), ("call=R1", "report"), ("q=137+Elm+St", "circle"),
                        ("center=north", "center"), ("", "circle")):  # fmt: skip
        page = client.get(f"/subscribe?{query}").text
        radios = re.findall(r"<input[^>]*checked[^>]*>", page)
        assert any(f'value="{kind}"' in radio for radio in radios), (query, radios)
    assert "CASE-1" in client.get("/subscribe?case=CASE-1").text and kept() == []


def test_a_city_that_sends_no_mail_leads_to_the_feeds(app: Flask, client: FlaskClient) -> None:
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], address="")
    page = client.get("/subscribe").text
    assert "See the feeds" in page and 'name="address"' not in page
    assert client.post("/subscribe", data=filled()).status_code == 400


@pytest.mark.browser
def test_the_pages_pass_at_both_widths_and_ask_only_what_is_chosen(
    app: Flask, chromium: Browser, live_address: str
) -> None:
    make_subscription(secret_hash=hash_of("asked"), confirmed_at=None)
    make_subscription(secret_hash=hash_of("live"), kind=SubscriptionKind.CIRCLE, lat=1.0, long=1.0, radius_m=200,
                      label="100 block of Elm St")  # fmt: skip
    db.session.commit()
    for path in ("/subscribe", "/subscribe?lang=es", "/feeds?q=137+Elm+St", "/subscriptions/asked",
                 "/subscriptions/live?lang=es"):  # fmt: skip
        check_page(chromium, f"{live_address}{path}")
    page = chromium.new_context(java_script_enabled=False, viewport={"width": 320, "height": 800}).new_page()
    page.goto(f"{live_address}/subscribe?lang=en")
    assert page.locator("#q").is_visible() and not page.locator("#number").is_visible()
    page.get_by_label("One case, by its number").check()
    assert page.locator("#number").is_visible() and not page.locator("#q").is_visible()
    page.locator("#number").fill("CASE-1")
    page.locator("#address").fill("her@example.org")
    page.get_by_role("button", name="Follow").click()
    page.get_by_role("heading", name="One more step").wait_for()
    page.context.close()
