"""The public pages in Chromium: the map draws, nothing comes from elsewhere, the keyboard and axe are content."""

import time
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser, Page

from tests.browsing import LOOKS, ask_axe, check_page
from tests.factories import NOW, make_area, make_city, make_street
from tests.public.world import MASK, make_public_case, make_public_family, set_as_of_now
from tracker.places.models import AreaKind

pytestmark = pytest.mark.browser
NASTY = "<img src=x onerror=alert(1)>${alert(2)}"


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> None:
    make_city()
    make_area(name="North Center")
    make_area(kind=AreaKind.NEIGHBORHOOD, name="East Bank")
    make_street()
    make_street(name="Main Street", priority="main")
    set_as_of_now()
    family = make_public_family(name=NASTY, color="#b8860b")
    make_public_case(public_id="ALONE", family=family)
    for number in range(3):
        make_public_case(public_id=f"TOGETHER{number}", family=family, public_lat=MASK[0] + 0.01)
    database.session.commit()


def wait_until(page: Page, expression: str) -> None:
    """Ask the page until the expression holds; `wait_for_function` breaks under our content security policy."""
    end = time.monotonic() + 20
    while not page.evaluate(expression):
        assert time.monotonic() < end, f"the page never came to {expression}"
        page.wait_for_timeout(50)


@pytest.fixture
def map_page(chromium: Browser, live_address: str) -> Iterator[Page]:
    """The map, drawn; at the end nothing was asked of another host and the policy had nothing to say."""
    page = chromium.new_page(viewport={"width": 1280, "height": 800})
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    page.on("pageerror", lambda error: told.append(str(error)))
    page.on("dialog", lambda dialog: told.append(dialog.message))
    page.goto(f"{live_address}/")
    wait_until(page, "!!document.documentElement.dataset.mapReady")
    yield page
    assert [url for url in asked if not url.startswith((live_address, "data:"))] == []
    assert told == []
    page.close()


def test_the_map_shows_the_cases_and_says_how_many(map_page: Page) -> None:
    assert map_page.locator("[data-map-status]").inner_text() == "4 of 4 cases are in this part of the map."
    assert map_page.locator(".leaflet-marker-icon.point").count() == 1
    assert map_page.locator(".leaflet-marker-icon.is-place").inner_text().startswith("3")
    assert map_page.locator(".map-name", has_text="East Bank").count() == 1
    drawn = "[...document.querySelectorAll('#map_city canvas')].some((one) => one.getContext('2d')"
    assert map_page.evaluate(f"{drawn}.getImageData(0, 0, one.width, one.height).data.some((value) => value > 0))")


def test_a_place_opens_and_closes_by_keyboard_and_its_texts_stay_texts(map_page: Page) -> None:
    map_page.locator(".leaflet-marker-icon.is-place").focus()
    map_page.keyboard.press("Enter")
    links = map_page.locator(".case-popup a")
    assert [links.nth(number).inner_text() for number in range(links.count())] == [NASTY] * 3
    assert links.first.get_attribute("href") == "/cases/TOGETHER0"
    assert map_page.evaluate("document.activeElement.getAttribute('href')") == "/cases/TOGETHER0"
    assert map_page.locator(".case-popup img").count() == 0
    map_page.keyboard.press("Escape")
    wait_until(map_page, "!document.querySelector('.case-popup')")
    assert map_page.evaluate("document.activeElement.classList.contains('is-place')")


def test_moving_the_map_by_keyboard_asks_again_and_tells(map_page: Page) -> None:
    map_page.locator("#map_city").focus()
    for _ in range(8):
        map_page.keyboard.press("+")
        map_page.wait_for_timeout(300)
    for _ in range(20):
        map_page.keyboard.press("ArrowLeft")
    wait_until(map_page, "document.querySelector('[data-map-status]').textContent.startsWith('No cases')")


def test_the_map_is_painted_anew_when_the_colors_change(map_page: Page) -> None:
    color = "Object.values(cityMap.layers.centers._layers)[0].options.fillColor"
    light = map_page.evaluate(color)
    map_page.locator("[data-theme-toggle]").click()
    wait_until(map_page, f"{color} !== '{light}'")


def test_a_link_skips_the_map(map_page: Page) -> None:
    map_page.locator(".skip-map").focus()
    assert map_page.locator(".skip-map").is_visible()
    map_page.keyboard.press("Enter")
    assert map_page.evaluate("document.activeElement.id") == "cases"


def test_without_scripts_the_list_and_the_filters_work(chromium: Browser, live_address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{live_address}/")
    assert page.locator(".case-line").count() == 4
    assert not page.locator("#map_city").is_visible()
    page.locator("#status").select_option("solved")
    with page.expect_navigation():
        page.locator(".map-filters button[type=submit]").click()
    assert "status=solved" in page.url and page.locator(".case-line").count() == 0
    context.close()


def test_axe_finds_nothing_on_the_drawn_map_with_an_open_place(chromium: Browser, live_address: str) -> None:
    for width, scheme in LOOKS:
        page = chromium.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
        page.goto(f"{live_address}/?status=every")
        wait_until(page, "!!document.documentElement.dataset.mapReady")
        page.locator(".leaflet-marker-icon.is-place").focus()
        page.keyboard.press("Enter")
        wait_until(page, "getComputedStyle(document.querySelector('.leaflet-popup')).opacity === '1'")  # it fades in
        assert ask_axe(page) == [], (width, scheme)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.close()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/?q=nowhere", 200), ("/?q=East+Bank&lang=es", 200), ("/cases/ALONE", 200), ("/cases/NONE", 404),
        ("/privacy", 200), ("/accessibility?lang=es", 200),
    ],
)  # fmt: skip
def test_every_other_page_passes_at_both_widths_light_and_dark(
    chromium: Browser, live_address: str, path: str, status: int
) -> None:
    check_page(chromium, f"{live_address}{path}", status=status)


def test_the_longest_state_in_spanish_fits_a_phone(chromium: Browser, live_address: str, database: SQLAlchemy) -> None:
    family = make_public_family(code="quiet", name="Quiet")
    make_public_case(public_id="QUIET", family=family, last_call_at=NOW - timedelta(days=300))
    database.session.commit()
    page = chromium.new_page()
    page.goto(f"{live_address}/cases/QUIET?lang=es")
    assert "Tranquilo" in page.locator(".badge-tag").first.inner_text()
    page.close()
    check_page(chromium, f"{live_address}/cases/QUIET?lang=es")
