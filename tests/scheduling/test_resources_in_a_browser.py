"""The pages of teams, time off and spreadsheets in a real browser, also those that answer a form."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser, Page

from tests import factories as make
from tests.browsing import ask_axe, check_page
from tests.scheduling.test_in_a_browser import ALWAYS, next_hour, order
from tracker.scheduling.bookings.booking import book_order
from tracker.scheduling.resources.availability import Span
from tracker.scheduling.resources.exceptions import enter_exception
from tracker.scheduling.resources.models import ExceptionKind, Shift, TeamMember
from tracker.staff.models import Role
from tracker.staff.sessions import cookie_name, start_session

pytestmark = pytest.mark.browser
FILE = b"code,name,kind,skills,base_lat,base_long\na,New crew,crew,tree,42.35,-71.06\nnew-2,N,crow,tree,42.35,-71.06\n"


def look_at(page: Page) -> None:
    """The answer to a form: no axe finding and no sideways scrolling at 320 pixels."""
    page.set_viewport_size({"width": 320, "height": 800})
    assert ask_axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_the_pages_of_resources_pass(app: Flask, database: SQLAlchemy, live_address: str, chromium: Browser) -> None:
    make.make_city(is_live=True)
    at, tomorrow = next_hour(), next_hour() + timedelta(days=1)
    member = make.make_resource(name="Wood chipper", shifts=ALWAYS)
    break_at_noon = Shift(weekday=2, start_minute=420, end_minute=900, every_weeks=2, starts_on=at.date(),
                          break_minutes=30, break_from=690, break_until=780)  # fmt: skip
    member.shifts[2] = break_at_noon
    team = make.make_resource(name="Storm team", shifts=ALWAYS, members=[TeamMember(member=member)])
    book_order(order("Clear the road"), team, tomorrow, None)
    enter_exception(member, ExceptionKind.EXTRA, Span(at, at + timedelta(hours=2)), None, reason="Market")
    enter_exception(member, ExceptionKind.OFF, Span(at + timedelta(days=3), at + timedelta(days=4)), None)
    make.make_partner_request(promised_on=tomorrow.date(), due_on=tomorrow.date())
    team_page, off = f"/staff/resources/{team.id}", f"/staff/resources/{team.id}/time-off"
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(make.make_user(role=Role.SCHEDULER))}
    database.session.commit()
    for address in (team_page, f"{team_page}/members", "/staff/resources/import"):
        check_page(chromium, live_address + address, cookies)

    page = chromium.new_context().new_page()
    page.context.add_cookies([{"name": name, "value": value, "url": live_address} for name, value in cookies.items()])
    page.goto(live_address + off)
    page.get_by_label("From", exact=False).first.fill(f"{tomorrow - timedelta(days=1):%Y-%m-%d}")
    page.get_by_label("To", exact=True).fill(f"{tomorrow + timedelta(days=1):%Y-%m-%d}")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_role("link", name="Clear the road").wait_for()
    look_at(page)
    page.get_by_label("Cancel them and ask for their work again").press("Space")
    page.get_by_role("button", name="Save").press("Enter")
    page.get_by_text("1 booking cancelled, and the work is asked for again.").wait_for()

    page.goto(f"{live_address}/staff/resources/import")
    page.locator("[name=file]").set_input_files({"name": "resources.csv", "mimeType": "text/csv", "buffer": FILE})
    page.get_by_role("button", name="See what it would change").press("Enter")
    page.get_by_text("Line 3, column «kind»").wait_for()
    look_at(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Get the refused lines as a file").press("Enter")
    assert "new-2" in download.value.path().read_text("utf-8")
    page.get_by_role("button", name="Write this line, without those refused").press("Enter")
    page.get_by_text("The file was taken: 1 added").wait_for()
    page.context.close()
