"""The triage pages in a real browser: both widths, light and dark, axe; the clock ticks; hard stops by the keyboard."""

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests import factories as make
from tests.browsing import check_page
from tests.cases.world import World
from tests.desk.test_triage import cleared
from tracker.calls.transfers.claims import claim_transfer
from tracker.calls.transfers.decisions import Given, answer_stops, decide_transfer, return_to_911
from tracker.calls.transfers.demands import Decision
from tracker.calls.transfers.hard_stops import HARD_STOPS, Answer
from tracker.clock import utc_now
from tracker.extensions import db
from tracker.staff.models import Role
from tracker.staff.sessions import cookie_name, start_session

pytestmark = pytest.mark.browser


def test_every_page_of_the_triage_passes(app: Flask, database: object, live_address: str, chromium: Browser) -> None:
    world = World()
    user = make.make_user(role=Role.SUPERVISOR)
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(user)}
    world.case()
    long = "urn:emergency:uid:incidentid:" + "a" * 60 + ":bcf.state.pa.us"
    caller = make.make_caller(phone="585-555-0100")
    free = make.make_transfer(source_id=long, caller=caller, narrative="w" * 300, received_at=utc_now(), priority=7)
    mine, raised = make.make_transfer(lat=None, long=None), make.make_transfer()
    theirs, back, closed = make.make_transfer(), make.make_transfer(), make.make_transfer()
    for one in (mine, raised, closed):
        claim_transfer(one, actor=user)
    claim_transfer(theirs, actor=make.make_user())
    answer_stops(raised, {"weapon": Answer.YES, "injury": Answer.NO}, actor=user)
    return_to_911(back, reason="She whispers.", actor=user)
    clear = cleared(user)
    answer_stops(closed, {stop.code: Answer.NO for stop in HARD_STOPS}, actor=user)
    decide_transfer(closed, Decision.CLOSED_ADMINISTRATIVELY, Given(reason="Twice.", told_caller=False), actor=user)
    other = make.make_user()
    agreed = cleared(other)
    decide_transfer(agreed, Decision.CLOSED_ADMINISTRATIVELY, Given(reason="Twice.", told_caller=False), actor=other)
    done = cleared(user)
    decide_transfer(done, Decision.REFERRED, Given(agency="Parks", told_caller=True), actor=user)
    lists = ["", "?show=mine", "?show=returning", "?show=done", "/agreements"]
    items = [f"/{one.number}" for one in (free, mine, raised, theirs, back, clear, closed, agreed, done)]
    db.session.commit()
    for page in lists + items:
        check_page(chromium, f"{live_address}/staff/triage{page}", cookies)
    check_page(chromium, f"{live_address}/staff/triage/NONE", cookies, status=404)


def test_the_clock_ticks_and_the_stops_are_answered_by_keyboard_alone(
    app: Flask, database: object, live_address: str, chromium: Browser
) -> None:
    make.make_city()
    user = make.make_user(role=Role.AIDE)
    token = start_session(user)
    transfer = make.make_transfer(received_at=utc_now())
    number = transfer.number
    db.session.commit()
    context = chromium.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies([{"name": cookie_name(app.config["SETTINGS"]), "value": token, "url": live_address}])
    page = context.new_page()
    page.goto(f"{live_address}/staff/triage")
    page.get_by_role("button", name="Take the next").press("Enter")
    page.wait_for_url(f"**/{number}")
    clock = page.locator(".transfer-clock .clock")
    first = clock.text_content()
    page.wait_for_timeout(2_200)
    assert clock.text_content() != first
    assert page.get_by_role("button", name="Telephone report taken").count() == 0
    page.locator("[name=stops-in_progress]").first.focus()
    for _ in HARD_STOPS:
        page.keyboard.press("Space")
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # now on the button
    page.get_by_role("heading", name="Decide").wait_for()
    db.session.rollback()
    db.session.refresh(transfer)
    assert transfer.stops_clear
    context.close()
