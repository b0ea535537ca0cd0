"""Search, call list, callers and the queues in a real browser: looks, axe, and everything that the keyboard can do."""

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from tests import factories as make
from tests.browsing import check_page
from tests.cases.world import FAR, World
from tracker.calls.callers import add_caller_note
from tracker.calls.merging import merge_callers
from tracker.calls.models import Caller, Placement, ServiceRequest, ServiceType
from tracker.extensions import db
from tracker.staff.models import Role
from tracker.staff.sessions import cookie_name, start_session

pytestmark = pytest.mark.browser


@pytest.fixture
def cookies(app: Flask, world: World) -> dict[str, str]:
    """Somebody who may do everything here."""
    name = cookie_name(app.config["SETTINGS"])
    return {name: start_session(make.make_user(role=Role.SUPERVISOR, display_name="Lead"))}


@pytest.fixture
def caller(world: World) -> Caller:
    """A caller with a case, calls, a wish, a note and another name."""
    case = world.case()
    caller = make.make_caller(name="Ann Lee", phone="585-555-0142", wants_call_back="After five", language="vi")
    also = make.make_caller(name="A. Lee", phone="585-555-0142")
    make.make_caller(name="Bob Lee", phone="585-555-0142")
    for call in db.session.scalars(db.select(ServiceRequest)):
        call.caller_id, call.description = caller.id, "The swing is broken again, and has been since Monday"
    add_caller_note(caller, "Asks about the swing each week", actor=world.person)
    merge_callers(also.id, caller.id, actor=world.person)
    make.make_address(lat=make.ORIGIN[0] + FAR, key="7 OAK ST", display="7 Oak St", street_key="OAK ST", number=7)
    assert case.id
    return caller


def open_page(chromium: Browser, address: str, cookies: dict[str, str]) -> Page:
    """A page as the person sees it."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    site = "/".join(address.split("/")[:3])
    context.add_cookies([{"name": name, "value": value, "url": site} for name, value in cookies.items()])
    page = context.new_page()
    page.goto(address)
    return page


def test_every_page_passes_at_both_widths_light_and_dark(
    caller: Caller, cookies: dict[str, str], live_address: str, chromium: Browser
) -> None:
    make.make_call(lat=None, address="7 Oak Street", address_key="7 OAK ST")
    make.make_service_type(service_name="Odd smell", is_unsorted=True)
    pages = [
        "/search", "/search?q=swing", "/search?q=1+elm", "/search?q=ann&kind=people", "/search?q=nothing+at+all",
        "/calls", "/calls?q=swing&status=open&type=1", "/calls?since=2030-01-01", "/callers", "/callers?q=lee",
        "/callers?q=585-55S-0142", f"/callers/{caller.id}", f"/callers/{caller.id + 1}", "/unlocated", "/unsorted",
    ]  # fmt: skip
    db.session.commit()  # the test holds no lock while the pages write their audit rows
    for page in pages:
        check_page(chromium, f"{live_address}/staff{page}", cookies)


def test_the_slash_goes_to_the_box_from_anywhere_but_not_while_typing(
    caller: Caller, cookies: dict[str, str], live_address: str, chromium: Browser
) -> None:
    db.session.commit()
    page = open_page(chromium, f"{live_address}/staff/cases", cookies)
    page.keyboard.press("/")
    page.keyboard.type("swing 1/2")
    assert page.input_value("#site-search") == "swing 1/2"
    page.fill("#site-search", "swing")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "/staff/search?q=swing" in page.url and "The swing is broken" in page.inner_text("main")
    page.click(".account summary")
    page.click(".account [data-keys-switch]")
    page.goto(f"{live_address}/staff/cases")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") != "site-search"
    page.context.close()


def test_the_unlocated_queue_is_worked_without_the_mouse(
    world: World, caller: Caller, cookies: dict[str, str], live_address: str, chromium: Browser
) -> None:
    lost = [
        make.make_call(service_type=world.service_type, lat=None, address=text, address_key=key, is_taken=True)
        for text, key in (("By the old oak", ""), ("Nowhere", ""), ("7 Oak Street", "7 OAK ST"))
    ]
    hopeless, skipped, placed = lost
    db.session.commit()
    page = open_page(chromium, f"{live_address}/staff/unlocated", cookies)
    page.keyboard.press("1")
    with page.expect_navigation():
        page.keyboard.press("p")
    assert "1 call placed" in page.inner_text(".flashes")
    page.keyboard.press("Escape")  # out of the address field that waits for a text
    with page.expect_navigation():
        page.keyboard.press("s")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.keyboard.type("paces, no street named")  # p and c are letters here
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "cannot be placed" in page.inner_text(".flashes")
    page.context.close()
    db.session.expire_all()
    assert placed.placement is Placement.STAFF and skipped.placement is hopeless.placement is Placement.UNLOCATED


def test_types_are_filed_without_the_mouse(
    world: World, cookies: dict[str, str], live_address: str, chromium: Browser
) -> None:
    first = make.make_service_type(service_name="Odd smell", is_unsorted=True)
    second = make.make_service_type(service_name="Strange noise", is_unsorted=True)
    db.session.commit()
    page = open_page(chromium, f"{live_address}/staff/unsorted", cookies)
    page.keyboard.press("n")
    page.keyboard.press("n")
    page.keyboard.press("1")
    with page.expect_navigation():
        page.keyboard.press("f")
    assert "is filed under Graffiti" in page.inner_text(".flashes")
    page.context.close()
    db.session.expire_all()
    filed = [one for one in (first, second) if not one.is_unsorted]
    assert [one.service_name for one in filed] == ["Strange noise"]
    assert db.session.get_one(ServiceType, second.id).family_id == world.family.id


def test_ticking_all_ticks_what_is_shown(
    caller: Caller, cookies: dict[str, str], live_address: str, chromium: Browser
) -> None:
    db.session.commit()
    page = open_page(chromium, f"{live_address}/staff/calls", cookies)
    page.check("[data-tick-all]")
    assert page.locator("input[name=call]:checked").count() == page.locator("input[name=call]").count() == 3
    page.context.close()
