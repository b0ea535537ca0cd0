"""Reporting in Chromium: what the resident's own story, told beside, does not come to."""

import re
from collections.abc import Iterator

import pytest
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser

from tests.browsing import ask_axe, check_page
from tests.factories import make_sent_report
from tests.public.reporting_world import make_known_case, make_reporting_city
from tracker.secret_links import hash_of

pytestmark = pytest.mark.browser


@pytest.fixture
def city(database: SQLAlchemy) -> Iterator[str]:
    """A city with a known case; its number."""
    case = make_known_case(make_reporting_city())
    number = case.public_id
    database.session.commit()
    yield number
    database.session.rollback()


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
