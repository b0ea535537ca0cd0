"""One case is worked from scanning to confirmed solved, another comes back: clicked through in a real browser."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page
from sqlalchemy import select

from tests import factories as make
from tests.cases.world import World
from tracker.cases.assigning import assign_case
from tracker.cases.models import ProblemCase
from tracker.clock import utc_now
from tracker.extensions import db
from tracker.jobs import assess_cases, run_nightly
from tracker.outreach.notice_models import Notice
from tracker.outreach.telling import tell_staff
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

pytestmark = pytest.mark.browser
ELEMENTS = ("community", "harm", "expectation", "events", "recurring", "similarity")


class Desk:
    """A live city with a case at 1 Elm St, its owner and an aide, and a browser for each of them."""

    def __init__(self, app: Flask, address: str, browser: Browser) -> None:
        self.app, self.address, self.browser = app, address, browser
        self.world = World()
        self.world.city.is_live = True
        make.make_address(key="1 ELM ST", number=1, display="1 Elm St")
        for days in (3, 2, 1):
            make.make_call(
                service_type=self.world.service_type, address_key="1 ELM ST",
                requested_datetime=utc_now() - timedelta(days=days),
            )  # fmt: skip
        self.owner = make.make_user(role=Role.CONTACT, email="owner@example.org")
        self.aide = make.make_user(role=Role.AIDE)
        case = db.session.get_one(ProblemCase, self.world.take().opened[0])
        contact = make.make_contact(user=self.owner)
        assign_case(case, contact=contact, reason="She knows the street.", actor=make.make_user(role=Role.SUPERVISOR))
        self.number, self.type_id = case.public_id, str(self.world.service_type.id)
        self.signed_in: list[BrowserContext] = []
        db.session.commit()

    def sign_in(self, user: User) -> Page:
        """A page of somebody who has just signed in."""
        token = start_session(user)
        db.session.commit()
        context = self.browser.new_context(viewport={"width": 1280, "height": 900})
        cookie = {"name": cookie_name(self.app.config["SETTINGS"]), "value": token, "url": self.address}
        context.add_cookies([cookie])  # type: ignore[list-item]  # a plain mapping is one
        self.signed_in.append(context)
        return context.new_page()

    def of_case(self, part: str = "") -> str:
        """The address of a page of the case."""
        return f"{self.address}/staff/cases/{self.number}{part}"


@pytest.fixture
def desk(app: Flask, database: object, live_address: str, chromium: Browser) -> Iterator[Desk]:
    made = Desk(app, live_address, chromium)
    yield made
    for context in made.signed_in:
        context.close()


def send(page: Page, button: str) -> None:
    """Press a button that sends a form, and wait for the page that answers."""
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).first.click()


def unfold(page: Page, summary: str) -> None:
    """Open what is folded under these words."""
    page.locator("summary", has_text=summary).first.click()


def work_through(desk: Desk, page: Page) -> None:
    """Accept, answer six questions, analyze, and begin the response: every page by its links and buttons."""
    page.goto(desk.of_case())
    send(page, "Accept this case")
    page.goto(desk.of_case("/scanning"))
    for element in ELEMENTS:
        page.locator(f"#{element}_answer").get_by_label("Yes").check()
        page.locator(f"#{element}_words").fill(f"What people say about {element}.")
    send(page, "Keep the answers")
    page.goto(desk.of_case("/scanning"))
    send(page, "Go on to analysis")
    page.goto(desk.of_case("/analysis"))
    page.get_by_label("Working hypothesis").fill("It comes back because nobody sees the wall.")
    page.locator("#place").fill("A wall in the dark.")
    send(page, "Keep the analysis")
    page.goto(desk.of_case("/analysis"))
    send(page, "Go on to response")


def respond(desk: Desk, page: Page) -> None:
    """A task is given, waits in the way of the assessment, and is done."""
    page.goto(desk.of_case("/response"))
    unfold(page, "Add a task")
    page.get_by_label("What is to be done").fill("Light the wall")
    page.locator("input[type=date][name$=due_on]:visible").fill(utc_now().date().isoformat())
    send(page, "Give the task")
    page.goto(desk.of_case("/scanning"))
    assert "«Light the wall»" in page.locator(".open-points").inner_text()
    page.goto(desk.of_case("/response"))
    page.get_by_role("link", name="Light the wall").first.click()
    page.get_by_label("What came of it").fill("Two lamps.")
    send(page, "Keep it as done")
    page.goto(desk.of_case("/scanning"))
    send(page, "Go on to assessment")


def close(desk: Desk, page: Page) -> None:
    """The case is closed as solved."""
    page.goto(desk.of_case())
    unfold(page, "Close it")
    page.get_by_label("The calls have stopped").check()
    page.get_by_label("In your words").fill("Lit, and no call since.")
    send(page, "Close the case")
    assert "watched until" in page.locator(".flash-success", has_text="Closed on").inner_text()


def test_a_case_is_worked_from_scanning_to_confirmed_solved(desk: Desk) -> None:
    page = desk.sign_in(desk.owner)
    work_through(desk, page)
    respond(desk, page)
    close(desk, page)
    assert "Confirmed solved" not in page.locator("main").inner_text()
    with time_machine.travel(utc_now() + timedelta(days=92)):
        run_nightly()
        assess_cases()
        page = desk.sign_in(desk.owner)
        page.goto(desk.of_case())
        assert "confirmed solved" in page.locator("main").inner_text().lower()
        page.goto(desk.of_case("/assessment"))
        assert page.locator("h1").is_visible()


def test_a_closed_case_comes_back_with_a_call_that_an_aide_takes_and_its_owner_is_told(desk: Desk) -> None:
    mailing = replace(desk.app.config["SETTINGS"], mail_host="mail.example.org", address="https://cases.example.org")
    page = desk.sign_in(desk.owner)
    page.goto(desk.of_case())
    send(page, "Accept this case")
    close(desk, page)
    tell_staff(mailing)  # what happened before is not told
    db.session.commit()
    with time_machine.travel(utc_now() + timedelta(days=20)):
        taking = desk.sign_in(desk.aide)
        taking.goto(f"{desk.address}/staff/calls/new")
        taking.locator("#address").fill("1 Elm St")
        taking.locator("#description").fill("The paint is back on the wall.")
        taking.locator("#service_type").select_option(desk.type_id)
        taking.locator("#description").press("Control+Enter")
        taking.wait_for_url("**/taken")
        tell_staff(mailing)
        db.session.commit()
        owner = desk.sign_in(desk.owner)
        owner.goto(desk.of_case())
        assert "It came back on" in owner.locator(".flash-warning").first.inner_text()
        assert "Lit, and no call since." in owner.locator(".flash-warning").first.inner_text()
    notice = db.session.scalars(select(Notice).where(Notice.user_id == desk.owner.id)).one()
    assert notice.subject == "It came back: 1 Elm St"
