"""Reporting in Chromium: at 320 pixels, by keyboard alone, in both languages, with scripts and without."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser, Page

from tests.browsing import ask_axe, check_page
from tests.factories import make_sent_report
from tests.public.reporting_world import make_known_case, make_reporting_city, web_calls
from tracker.cases.linking import active_link
from tracker.secret_links import hash_of

pytestmark = pytest.mark.browser
WORDS = {
    "en": ("known near there already", "Your report is here", "Lamp out"),
    "es": ("Esto ya se conoce cerca de allí", "Su reporte llegó", "Lamp out"),
}


@pytest.fixture
def city(database: SQLAlchemy) -> Iterator[str]:
    """A city with a known case; its number."""
    case = make_known_case(make_reporting_city())
    number = case.public_id
    database.session.commit()
    yield number
    database.session.rollback()


def press_until(page: Page, selector: str) -> None:
    """Go to a control by the Tab key alone."""
    for _ in range(80):
        if page.evaluate("(one) => document.activeElement.matches(one)", selector):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never came to {selector}")


def go_on(page: Page, selector: str) -> None:
    """Press a button by the keyboard and wait for its page."""
    press_until(page, selector)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def look(page: Page, *, scripts: bool) -> None:
    assert page.locator("html").evaluate("(one) => one.scrollWidth") <= 320
    if scripts:
        assert ask_axe(page) == [], page.url


@pytest.mark.parametrize(("language", "scripts"), [("en", False), ("es", True)])
def test_by_keyboard_on_a_phone_she_is_shown_the_known_case_adds_to_it_and_tracks_her_report(
    chromium: Browser, live_address: str, city: str, app: Flask, database: SQLAlchemy, language: str, scripts: bool
) -> None:
    known, received, kind = WORDS[language]
    context = chromium.new_context(
        viewport={"width": 320, "height": 700}, java_script_enabled=scripts, locale=language, reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{live_address}/report")
    look(page, scripts=scripts)
    press_until(page, "#description")
    page.keyboard.type("The lamp is dark, and one can see nothing there at night.")
    press_until(page, "#address")
    page.keyboard.type("137 Elm St")
    go_on(page, "button[value=to-details]")
    look(page, scripts=scripts)
    assert page.locator("input[name=kind]:checked").get_attribute("value") == "lamp"
    go_on(page, "button[value=to-check]")
    look(page, scripts=scripts)
    assert known in page.locator("main").inner_text() and web_calls() == []
    database.session.rollback()
    go_on(page, f"button[name=add][value='{city}']")
    while received not in page.locator("main").inner_text():  # it was quicker than a person: everything stayed
        go_on(page, f"button[name=add][value='{city}']")
    look(page, scripts=scripts)
    number = page.locator(".receipt-number").inner_text()
    page.goto(f"{live_address}/track")
    press_until(page, "#number")
    page.keyboard.type(number)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    look(page, scripts=scripts)
    assert kind in page.locator("main").inner_text()
    (call,) = web_calls()
    link = active_link(call)
    assert link is not None and link.case.public_id == city
    context.close()


def test_the_point_is_picked_on_the_map_by_keyboard_and_taken_away_again(
    chromium: Browser, live_address: str, city: str
) -> None:
    page = chromium.new_page(viewport={"width": 320, "height": 700})
    page.goto(f"{live_address}/report")
    page.locator("[data-report-map] summary").press("Enter")
    page.locator("[data-report-map][data-ready]").wait_for(state="attached")
    page.locator("#map_city").press("Enter")
    assert re.fullmatch(r"42\.\d{6}", page.locator("input[name=lat]").input_value())
    assert ask_axe(page) == []
    page.locator("[data-point-remove]").press("Enter")
    assert page.locator("input[name=lat]").input_value() == ""
    page.close()


def test_every_page_passes_at_both_widths_light_and_dark(
    chromium: Browser, live_address: str, city: str, database: SQLAlchemy
) -> None:
    make_sent_report(secret_hash=hash_of("one-s-own"))
    database.session.commit()
    check_page(chromium, f"{live_address}/report?q=137+Elm+St")
    check_page(chromium, f"{live_address}/track?lang=es")
    check_page(chromium, f"{live_address}/track?number=NONE", status=404)
    check_page(chromium, f"{live_address}/reports/one-s-own")
