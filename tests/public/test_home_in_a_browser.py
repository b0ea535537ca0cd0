"""The first page in Chromium: an address leads to a case by keyboard alone, with and without scripts; what is near."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser, Page

from tests.browsing import check_page, serving
from tests.factories import NOW, ORIGIN, make_area, make_city, make_point, square
from tests.public.test_home import DAY, make_solved
from tests.public.test_in_a_browser import wait_until
from tests.public.world import MASK, make_public_case, make_public_family, set_as_of_now
from tracker.places.models import AreaKind

pytestmark = pytest.mark.browser
HER = {"latitude": MASK[0] + 0.00123456, "longitude": MASK[1] - 0.00234567}
"""Where the resident stands; no part of it finer than a square may reach the server."""


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> None:
    make_city()
    make_area(name="North Center")
    make_area(kind=AreaKind.NEIGHBORHOOD, name="East Bank", geometry=square(*MASK, half=0.005))
    make_area(kind=AreaKind.NEIGHBORHOOD, name="Far Side", geometry=square(ORIGIN[0] + 0.05, half=0.005))
    make_point(key="100-100 BLOCK ELM ST @0,0", label="100 block of Elm St", lat=MASK[0], long=MASK[1])
    set_as_of_now()
    family = make_public_family(name="Dark streets", color="#b8860b")
    make_public_case(public_id="NEAR", family=family, opened_at=NOW - 40 * DAY)
    make_public_case(public_id="FAR", family=family, public_lat=MASK[0] + 0.02, public_label="900 block of Oak St")
    for number in range(8):
        make_solved(public_id=f"SOLVED{number}", family=family, days_ago=30 * (number + 1))
    database.session.commit()


def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the element has the focus, as somebody without a mouse does."""
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate(f"document.activeElement.matches({selector!r})"):
            return
    raise AssertionError(f"Tab never came to {selector}")


def find_by_keyboard(page: Page, address: str, nearest: str) -> None:
    """Type an address, read the nearest case in the list, open it."""
    page.goto(address)
    tab_to(page, "#q")
    page.keyboard.type("123 Elm St")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert nearest in page.locator("#list-title").inner_text()
    tab_to(page, "#cases h3 a")
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/cases/NEAR"
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert urlsplit(page.url).path == "/cases/NEAR"


def test_an_address_leads_to_a_case_by_keyboard_alone_on_a_phone(chromium: Browser, live_address: str) -> None:
    for with_scripts in (True, False):
        for language, nearest in (("en", "Nearest to 100 block of Elm St"), ("es", "cuadra 100 de Elm St")):
            context = chromium.new_context(
                viewport={"width": 320, "height": 640}, java_script_enabled=with_scripts, locale=language
            )
            find_by_keyboard(context.new_page(), f"{live_address}/", nearest)
            context.close()


def test_months_heat_and_what_is_near_without_a_word_of_where_she_stands(chromium: Browser, live_address: str) -> None:
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, geolocation=HER, permissions=["geolocation"], reduced_motion="reduce"
    )
    page = context.new_page()
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.goto(f"{live_address}/")
    wait_until(page, "!!document.documentElement.dataset.mapReady")
    slide_to_may(page)
    show_heat(page)
    del asked[:]
    find_near(page)
    for url in asked:
        tell_no_position(url)
    assert told == []
    context.close()


def slide_to_may(page: Page) -> None:
    """One month back from «any month» is this one; one more is May, in which one of the open cases began."""
    slider = page.locator("#month-slider")
    assert slider.get_attribute("aria-valuetext") == "Any month"
    slider.focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert slider.get_attribute("aria-valuetext") == "May 2026"
    wait_until(page, "location.search === '?month=2026-05' && document.querySelectorAll('.case-line').length === 1")
    wait_until(page, "document.querySelector('[data-map-status]').textContent.startsWith('1 of 1')")
    assert page.locator("#share").input_value().endswith("/?month=2026-05")
    page.keyboard.press("End")
    wait_until(page, "location.search === '' && document.querySelectorAll('.case-line').length === 2")


def show_heat(page: Page) -> None:
    """A tick by keyboard puts the solved ones on the map, and into the address."""
    page.locator("[data-heat]").focus()
    page.keyboard.press("Space")
    wait_until(page, "document.querySelector('[data-map-status]').textContent.endsWith('at least 3 were solved: 1.')")
    assert page.evaluate("location.search") == "?heat=1" and page.locator("#share").input_value().endswith("/?heat=1")
    page.locator("#month-slider").press("ArrowLeft")
    said = "document.querySelector('[data-map-status]').textContent"
    wait_until(page, f"{said}.startsWith('1 of 1') && {said}.endsWith('were solved: 1.')")
    page.locator("#month-slider").press("End")
    wait_until(page, f"{said}.startsWith('2 of 2') && {said}.endsWith('were solved: 1.')")
    wait_until(page, "location.search === '?heat=1'")


def find_near(page: Page) -> None:
    """The button looks in this browser and puts the nearest case on top; the whole list can be had back."""
    page.locator("[data-near-me]").focus()
    page.keyboard.press("Enter")
    wait_until(page, "!document.querySelector('[data-near]').hidden")
    lines = page.locator("[data-near] .case-line")
    assert lines.count() == 1 and "100 block of Elm St" in lines.first.inner_text() and "0.1 mi" in lines.inner_text()
    assert page.evaluate("document.activeElement.hasAttribute('data-near-title')")
    page.locator("#map_city").focus()
    page.keyboard.press("+")
    page.wait_for_timeout(400)
    assert "&at=" not in page.locator("#share").input_value()
    page.locator("[data-near-over]").click()
    assert page.locator("[data-list] .case-line").count() == 2


def tell_no_position(url: str) -> None:
    """A request carries whole squares: their numbers, or a box whose edges are theirs."""
    query = parse_qs(urlsplit(url).query)
    assert not re.search(r"\d\.\d{3}", url.replace(",".join(query.get("bbox", [])), "")), url
    for edge in ",".join(query.get("bbox", [])).split(","):
        assert not edge or abs(float(edge) * 50 - round(float(edge) * 50)) < 0.001, url


def test_every_view_passes_at_both_widths(chromium: Browser, live_address: str, framed_app: Flask) -> None:
    for path in ("/?lang=es&status=confirmed&heat=1", "/?family=nothing", "/?month=2026-05"):
        check_page(chromium, f"{live_address}{path}")
    with serving(framed_app) as framed_address:
        check_page(chromium, f"{framed_address}/embed")
