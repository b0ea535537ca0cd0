"""The pages of drafts, storm days and breakdowns in a real browser; a draft opens by itself when its job is done."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser, Page

from tests import factories as make
from tests.browsing import check_page
from tests.scheduling.drafts import work_off
from tracker.clock import local_date, utc_now
from tracker.places.city import city_zone, the_city
from tracker.scheduling.bookings.booking import book_order
from tracker.scheduling.disruptions.weather_days import declare_weather
from tracker.scheduling.planning.drafting import draft_plan
from tracker.scheduling.planning.what_if import try_visit
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

pytestmark = pytest.mark.browser
ALWAYS = [(day, 0, 24 * 60) for day in range(7)]


@pytest.fixture
def user(database: SQLAlchemy) -> User:
    make.make_city(is_live=True)
    make.make_area()
    return make.make_user(role=Role.SCHEDULER)


@pytest.fixture
def cookies(app: Flask, user: User) -> dict[str, str]:
    return {cookie_name(app.config["SETTINGS"]): start_session(user)}


@pytest.fixture
def page(chromium: Browser, live_address: str, cookies: dict[str, str]) -> Iterator[Page]:
    context = chromium.new_context(reduced_motion="reduce", service_workers="block")
    context.add_cookies([{"name": name, "value": value, "url": live_address} for name, value in cookies.items()])
    yield context.new_page()
    context.close()


def test_the_pages_of_plans_pass_and_a_draft_shows_itself_when_it_is_made(
    database: SQLAlchemy, user: User, cookies: dict[str, str], chromium: Browser, live_address: str, page: Page
) -> None:
    tomorrow = local_date(utc_now(), city_zone(the_city())) + timedelta(days=1)
    noon = (utc_now() + timedelta(days=1)).replace(hour=16, minute=0, second=0, microsecond=0)
    crews = [make.make_resource(name=f"Tree crew {side}", shifts=ALWAYS) for side in ("north", "south")]
    due = (utc_now() + timedelta(days=9)).date()
    places = [(42.34 + 0.004 * number, -71.07 + 0.003 * number) for number in range(6)]
    orders = [make.make_work_order(title=f"Fell the oak {number}", due_on=due, case=make.make_case(lat=lat, long=long))
              for number, (lat, long) in enumerate(places)]  # fmt: skip
    stands = book_order(orders[0], crews[1], noon, None)
    make.make_work_order(title="Repair the lamp", skill="electric", due_on=due)
    draft = draft_plan(tomorrow, 2, user)
    database.session.commit()
    address = f"{live_address}/staff/plan/{draft.id}"
    check_page(chromium, address, cookies)  # while it waits for the worker
    page.goto(address)
    assert "waits for its turn" in page.inner_text("main")
    work_off()
    page.wait_for_selector(".plan-timeline")
    page.wait_for_selector(".route-stop")
    try_visit(draft, stands.work_order, crews[0], noon + timedelta(hours=3), user)
    declare_weather(tomorrow + timedelta(days=9), tomorrow + timedelta(days=9), "Heat", [], user)
    database.session.commit()
    storm = f"first_day={tomorrow}&last_day={tomorrow}&reason=Snow+storm"
    for path in ("plan", f"plan/{draft.id}", f"plan/{draft.id}/try", f"orders/{orders[1].id}/try?draft={draft.id}",
                 f"weather-days?{storm}", f"resources/{crews[0].id}/out-of-action"):  # fmt: skip
        check_page(chromium, f"{live_address}/staff/{path}", cookies)
