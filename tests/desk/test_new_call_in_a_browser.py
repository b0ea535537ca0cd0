"""The page of a call in a real browser: from the keyboard, over a dead network, and in every look."""

import re
import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import func, select

from tests import factories as make
from tests.browsing import ask_axe, check_page
from tests.calls.pictures import draw, photo
from tests.cases.world import World
from tests.serving import running_server
from tracker.calls.models import ServiceRequest
from tracker.calls.photos.models import CallPhoto
from tracker.calls.taking.models import DraftedCall
from tracker.cases.models import CaseCall, ProblemCase
from tracker.clock import utc_now
from tracker.extensions import db
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

pytestmark = pytest.mark.browser


class DeskWorld(World):
    """The small city, with what a test may ask without opening a transaction."""

    type_id: int
    type_name: str


@pytest.fixture
def desk(database: object) -> DeskWorld:
    """A live city with a case at 1 Elm St, called about until yesterday."""
    world = DeskWorld()
    world.city.is_live = True
    make.make_address(key="1 ELM ST", number=1, display="1 Elm St")
    now = utc_now()
    for days in (3, 2, 1):
        make.make_call(
            service_type=world.service_type, address_key="1 ELM ST", requested_datetime=now - timedelta(days=days)
        )
    world.take()
    db.session.commit()
    world.type_id, world.type_name = world.service_type.id, world.service_type.service_name
    db.session.rollback()
    return world


@pytest.fixture
def aide_context(app: Flask, desk: DeskWorld, live_address: str, chromium: Browser) -> Iterator[BrowserContext]:
    """A browser in which an aide is signed in."""
    token = start_session(make.make_user(role=Role.AIDE))
    db.session.commit()
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": cookie_name(app.config["SETTINGS"]), "value": token, "url": live_address}])
    db.session.rollback()
    yield context
    context.close()


def until(page: Page, holds: Callable[[], object], what: str) -> None:
    """Let the page go on until something holds."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, f"it never came to this: {what}"
        page.wait_for_timeout(50)


def fresh(query: object) -> int:
    """A count, read anew."""
    db.session.rollback()
    count: int = db.session.scalar(query) or 0  # type: ignore[call-overload]
    db.session.rollback()  # whoever holds a transaction open keeps everybody from writing
    return count


def desk_calls() -> int:
    return fresh(select(func.count()).where(ServiceRequest.source == "desk"))


def drafts() -> int:
    return fresh(select(func.count(DraftedCall.id)))


def test_from_page_load_to_a_linked_call_in_at_most_25_keys(
    desk: DeskWorld, live_address: str, aide_context: BrowserContext
) -> None:
    page = aide_context.new_page()
    page.goto(f"{live_address}/staff/calls/new?phone=5855550142")
    pressed = 0

    def press(*keys: str) -> None:
        nonlocal pressed
        for key in keys:
            page.keyboard.press(key)
            pressed += 1

    page.wait_for_function("document.activeElement.id === 'address'")  # the page itself puts the cursor there
    press(*"1 elm st")
    until(page, lambda: page.locator("[data-shortcut='1']").count(), "the case at this corner is offered")
    press("Tab", "Tab", "Tab")
    page.keyboard.type("There is paint on the wall again.")
    press("Tab", *desk.type_name[:6])
    press("Alt+1")
    page.wait_for_url("**/taken")
    assert pressed <= 25
    assert "In the case" in page.locator("#became-title + p").inner_text()
    assert desk_calls() == 1
    linked = select(func.count()).where(CaseCall.is_pinned.is_(True), CaseCall.unlinked_at.is_(None))
    assert fresh(linked) == 1
    with page.expect_navigation():
        page.keyboard.press("Alt+u")
    until(page, lambda: fresh(linked) == 0, "the link is undone by one key")
    page.keyboard.press("Alt+n")
    page.wait_for_url("**/calls/new")
    page.close()


def test_a_draft_survives_a_reload_and_a_sign_out(
    app: Flask, desk: DeskWorld, live_address: str, aide_context: BrowserContext
) -> None:
    page = aide_context.new_page()
    page.goto(f"{live_address}/staff/calls/new")
    page.locator("#description").fill("Half a sentence about")
    until(page, lambda: page.locator("[data-call-saved]").inner_text() == "Kept.", "the draft is kept")
    assert drafts() == 1
    page.reload()
    page.locator(".drafts a").first.click()
    assert page.locator("#description").input_value() == "Half a sentence about"
    page.close()


def test_over_a_dead_network_the_desk_goes_on_and_nothing_is_doubled(
    desk: DeskWorld, live_address: str, aide_context: BrowserContext
) -> None:
    page = aide_context.new_page()
    page.goto(f"{live_address}/staff/calls/new")
    aide_context.set_offline(True)
    for words in ("First call", "Second call"):
        take_call(page, desk, words)
    assert "2 calls are kept on this device" in page.locator("[data-waiting-text]").inner_text()
    assert desk_calls() == 0
    aide_context.set_offline(False)
    until(page, lambda: page.locator("[data-waiting]").is_hidden(), "the calls are sent")
    assert desk_calls() == 2
    page.reload()
    assert desk_calls() == 2
    page.close()


def test_while_the_server_is_killed_the_page_opens_and_takes_calls_and_drafts_survive(
    app: Flask, desk: DeskWorld, free_port: int, chromium: Browser
) -> None:
    address, settings = f"http://127.0.0.1:{free_port}/staff/calls/new", app.config["SETTINGS"]
    token = start_session(make.make_user(role=Role.AIDE))
    db.session.commit()
    db.session.remove()
    context = chromium.new_context()
    context.add_cookies([{"name": cookie_name(settings), "value": token, "url": address}])
    page = context.new_page()
    with running_server(settings, free_port) as server:
        page.goto(address)
        until(page, lambda: page.evaluate(COPY_IS_KEPT), "a copy of the page is kept in the browser")
        page.locator("#description").fill("Typed before")
        until(page, lambda: page.locator("[data-call-saved]").inner_text() == "Kept.", "the draft is kept")
        server.send_signal(signal.SIGKILL)
        server.wait()
        page.reload()
        page.get_by_text("The server does not answer.", exact=True).wait_for()
        page.locator("#description").fill("Typed meanwhile")
        until(page, lambda: "this browser" in page.locator("[data-call-saved]").inner_text(), "the browser keeps it")
        page.goto(f"{address}?phone=5855550142")  # as a softphone opens it
        assert page.locator("#phone").input_value() == "5855550142"
        take_call(page, desk, "Said meanwhile")
        page.goto(address)
        page.get_by_text("1 call is kept on this device", exact=False).wait_for()
    assert desk_calls() == 0
    with running_server(settings, free_port):
        page.locator(".drafts a").first.wait_for(timeout=60_000)  # the page itself, once the call is sent
        assert desk_calls() == 1
        page.goto(address)
        assert sorted(page.locator(".drafts a").all_inner_texts()) == ["Typed before", "Typed meanwhile"]
        page.get_by_role("link", name="Typed meanwhile").click()
        page.get_by_text("Typed meanwhile").wait_for()
        assert page.locator("#description").input_value() == "Typed meanwhile"
    context.close()


COPY_IS_KEPT = "caches.match(new URL('away', location).href).then((kept) => Boolean(kept))"


def take_call(page: Page, desk: DeskWorld, words: str) -> None:
    """Type a call and record it, by the form that is open."""
    page.locator("#address").fill("1 Elm St")
    page.locator("#description").fill(words)
    page.locator("#service_type").select_option(str(desk.type_id))
    page.keyboard.press("Control+Enter")
    until(page, lambda: page.locator("#description").input_value() == "", "the form is free for the next call")


def test_the_copy_that_browsers_keep_names_nobody(
    app: Flask, client: FlaskClient, desk: DeskWorld, sign_in: Callable[..., User]
) -> None:
    aide = sign_in(Role.AIDE)
    client.post("/staff/calls/drafts", data={"key": "k", "number": "1", "address": "77 Canary Ct"})
    assert "77 Canary Ct" in client.get("/staff/calls/new").text
    copy = client.get("/staff/calls/away").text
    assert "call-form" in copy and desk.type_name in copy
    assert re.findall(f"77 Canary|{aide.display_name}|{aide.sign_in_name}", copy) == []


def test_a_call_with_a_photo_is_sent_with_it_and_is_kept_without_it_over_a_dead_network(
    desk: DeskWorld, live_address: str, aide_context: BrowserContext
) -> None:
    page = aide_context.new_page()
    page.goto(f"{live_address}/staff/calls/new")
    file = {"name": "a.png", "mimeType": "image/png", "buffer": photo("PNG", draw((400, 300)))}
    aide_context.set_offline(True)
    page.locator("#photos").set_input_files([file])  # type: ignore[list-item]
    take_call(page, desk, "Seen from the bus")
    assert "could not be kept" in page.locator("[data-call-saved]").inner_text()
    aide_context.set_offline(False)
    until(page, lambda: page.locator("[data-waiting]").is_hidden(), "the call is sent")
    page.reload()
    page.locator("#photos").set_input_files([file])  # type: ignore[list-item]
    page.locator("#address").fill("1 Elm St")
    page.locator("#description").fill("Seen from the bus again")
    page.locator("#service_type").select_option(str(desk.type_id))
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/taken")
    assert desk_calls() == 2
    assert fresh(select(func.count(CallPhoto.id))) == 1
    page.close()


def test_what_the_server_refuses_of_a_kept_call_becomes_a_draft_with_every_word_of_it(
    desk: DeskWorld, live_address: str, aide_context: BrowserContext
) -> None:
    page = aide_context.new_page()
    page.goto(f"{live_address}/staff/calls/new")
    for words in ("At first", "At first, then", "At first, then more"):
        page.locator("#description").fill(words)
        until(page, lambda: page.locator("[data-call-saved]").inner_text() == "Kept.", "the draft is kept")
        page.locator("[data-call-saved]").evaluate("(one) => { one.textContent = ''; }")
    aide_context.set_offline(True)
    page.locator("#description").fill("At first, then more, then all of it")  # of no kind: it will be refused
    page.keyboard.press("Control+Enter")
    page.keyboard.press("Control+Enter")
    until(page, lambda: page.locator("#description").input_value() == "", "the form is free for the next call")
    assert "1 call is kept on this device" in page.locator("[data-waiting-text]").inner_text()
    aide_context.set_offline(False)
    page.get_by_role("link", name="Go on with").click()
    page.get_by_text("all of it").wait_for()
    assert page.locator("#description").input_value() == "At first, then more, then all of it"
    assert (desk_calls(), drafts()) == (0, 1)
    page.close()


def test_after_signing_in_again_elsewhere_the_open_page_goes_on(
    app: Flask, desk: DeskWorld, live_address: str, chromium: Browser
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    aide = make.make_user(role=Role.AIDE)
    token = start_session(aide)
    db.session.commit()
    context = chromium.new_context()
    cookie = {"name": cookie_name(app.config["SETTINGS"]), "value": token, "url": live_address}
    context.add_cookies([cookie])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{live_address}/static/icon.svg")
    page.evaluate("caches.open('call-page')")  # the copy's former name
    page.goto(f"{live_address}/staff/calls/new")
    until(page, lambda: page.evaluate(COPY_IS_KEPT), "nothing is on its way any more")
    until(page, lambda: not page.evaluate("caches.has('call-page')"), "the older copy goes")
    context.clear_cookies()  # that of the forms too: signing in gives another
    context.add_cookies([cookie])  # type: ignore[list-item]
    context.new_page().goto(f"{live_address}/staff/account")
    page.locator("#address").fill("1 Elm St")
    page.locator("#service_type").select_option(str(desk.type_id))
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/taken")
    assert desk_calls() == 1
    context.close()


def test_what_is_refused_is_said_above_the_form_with_every_word_in_it(
    desk: DeskWorld, live_address: str, aide_context: BrowserContext
) -> None:
    page = aide_context.new_page()
    page.goto(f"{live_address}/staff/calls/new")
    page.locator("#description").fill("Words worth keeping")
    page.keyboard.press("Control+Enter")
    page.locator(".error-summary").wait_for()
    assert "Choose what the call is about" in page.locator(".error-summary").inner_text()
    assert page.locator("#description").input_value() == "Words worth keeping"
    page.close()


def test_a_click_on_the_plan_says_where_it_is(desk: DeskWorld, live_address: str, aide_context: BrowserContext) -> None:
    page = aide_context.new_page()
    page.goto(f"{live_address}/staff/calls/new?address=1+Elm+St")
    plan = page.locator("[data-plan]")
    box = plan.bounding_box()
    assert box is not None
    plan.click(position={"x": box["width"] / 2, "y": box["height"] / 4})
    moved = float(page.locator("#lat").input_value())
    assert 0.0002 < moved - make.ORIGIN[0] < 0.001
    assert abs(float(page.locator("#long").input_value()) - make.ORIGIN[1]) < 0.00001
    page.close()


def test_a_place_without_an_address_is_pointed_at_on_the_citys_map_by_mouse_and_by_keyboard(
    desk: DeskWorld, live_address: str, aide_context: BrowserContext
) -> None:
    page = aide_context.new_page()
    page.goto(f"{live_address}/staff/calls/new")
    page.get_by_text("No address? Point on the map").click()
    frame = page.locator("#map_city.leaflet-container")
    frame.wait_for()
    box = frame.bounding_box()
    assert box is not None
    frame.click(position={"x": box["width"] / 2 + 40, "y": box["height"] / 2})
    page.get_by_text("Taken:", exact=False).wait_for()
    latitude, longitude = (float(page.locator(name).input_value()) for name in ("#lat", "#long"))
    middle = make.ORIGIN
    assert abs(latitude - middle[0]) < 0.005 and longitude > middle[1]
    assert ask_axe(page) == []
    page.locator("#map_city").press("Enter")
    until(page, lambda: float(page.locator("#long").input_value()) < longitude, "the map's middle is taken")
    assert desk_calls() == 0, "Enter on the map records nothing"
    frame.click(position={"x": box["width"] / 2 - 60, "y": box["height"] / 2})
    clicked = page.locator("#long").input_value()
    page.keyboard.press("Control+Enter")  # no kind is chosen: it is refused, and the place stays where it was clicked
    page.locator(".error-summary").wait_for()
    assert page.locator("#long").input_value() == clicked and float(clicked) < middle[1]
    page.locator("#address").fill("1 Elm St")
    assert page.locator("#lat").input_value() == ""
    page.close()


def test_the_pages_of_a_call_pass_in_every_look(
    app: Flask, live_address: str, chromium: Browser, desk: DeskWorld
) -> None:
    aide = make.make_user(role=Role.AIDE)
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(aide)}
    case = db.session.scalars(select(ProblemCase)).first()
    call = db.session.scalars(select(ServiceRequest)).first()
    assert case is not None and call is not None
    db.session.add(DraftedCall(user_id=aide.id, key="one", fields={"address": "1 Elm St"}))
    db.session.commit()
    number = call.service_request_id
    for path in ("new", "away", "new?address=1+Elm+St&phone=5855550142", "form", f"{number}/taken", f"{number}/ask"):
        check_page(chromium, f"{live_address}/staff/calls/{path}", cookies)
