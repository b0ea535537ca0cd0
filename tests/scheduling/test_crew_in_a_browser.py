"""A crew member's day on a phone of 320 pixels: without network, with answers that get lost, and told once."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser, BrowserContext, Dialog, Page, Route
from sqlalchemy import func, select

from tests import factories as make
from tests.browsing import check_page
from tests.calls.pictures import draw, photo
from tests.desk.test_new_call_in_a_browser import fresh, until
from tracker.cases.file.papers.models import CasePaper
from tracker.clock import utc_now
from tracker.extensions import db
from tracker.places.city import city_zone, the_city
from tracker.scheduling.appointments.models import Appointment, AppointmentStatus
from tracker.scheduling.bookings.booking import book_order
from tracker.scheduling.crew.models import CrewStep
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.resources.models import CrewMember
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

pytestmark = pytest.mark.browser
ALWAYS = [(day, 0, 24 * 60) for day in range(7)]
WORK = ("Fell the oak at the school gate", "Trim the hedge", "Grind the stump")


@pytest.fixture
def driver(database: SQLAlchemy) -> User:
    """Somebody of a crew that has three things to do today, one of them where a resident waits."""
    make.make_city(is_live=True)
    now, zone = utc_now(), city_zone(the_city())
    local = now.astimezone(zone)
    tonight = (local.replace(hour=23, minute=0, second=0, microsecond=0)).astimezone(now.tzinfo)
    at = min(now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1), tonight)  # today at any hour
    crew = make.make_resource(name="Tree crew north", shifts=ALWAYS, cost_cents_per_hour=6000)
    driver = make.make_user(role=Role.CREW)
    db.session.add(CrewMember(user_id=driver.id, resource_id=crew.id))
    for number, title in enumerate(WORK):
        case = make.make_case(address=f"{number + 1} Elm St", call_count=4, public_label="Elm St near 2nd Ave")
        order = make.make_work_order(title=title, minutes=15, case=case, due_on=(at + timedelta(days=7)).date())
        booking = book_order(order, crew, at + number * timedelta(minutes=15), None)
        if not number:
            db.session.add(
                Appointment(
                    order_id=order.id, status=AppointmentStatus.CONFIRMED, name="Rosa Vega", token_hash="x",
                    window_starts_at=booking.starts_at, window_ends_at=booking.ends_at, note="Knock.",
                )
            )  # fmt: skip
    db.session.commit()
    return driver


@pytest.fixture
def phone(app: Flask, driver: User, live_address: str, chromium: Browser) -> Iterator[BrowserContext]:
    app.config["WTF_CSRF_ENABLED"] = True
    context = chromium.new_context(viewport={"width": 320, "height": 640})
    sign_in(context, app, driver, live_address)
    yield context
    context.close()


def sign_in(context: BrowserContext, app: Flask, user: User, address: str) -> None:
    token = start_session(user)
    db.session.commit()
    db.session.rollback()
    context.clear_cookies()
    context.add_cookies([{"name": cookie_name(app.config["SETTINGS"]), "value": token, "url": address}])


def steps() -> int:
    return fresh(select(func.count()).select_from(CrewStep))


def status_of(title: str) -> WorkStatus:
    db.session.rollback()
    found = db.session.scalars(select(WorkOrder.status).where(WorkOrder.title == title)).one()
    db.session.rollback()
    return found


def waiting(page: Page) -> str:
    return page.locator("[data-waiting-text]").inner_text()


def test_a_day_without_network_is_told_once(
    app: Flask, driver: User, live_address: str, phone: BrowserContext, chromium: Browser
) -> None:
    page = phone.new_page()
    page.goto(f"{live_address}/staff")
    page.wait_for_url("**/staff/crew")
    oak, hedge, stump = (page.locator(".stop", has_text=title) for title in WORK)
    assert "Rosa expects you" in oak.inner_text() and "Vega" not in page.content()
    until(page, lambda: page.evaluate("caches.match('/staff/crew-away').then(Boolean)"), "a copy of the sheet is kept")

    # Without network: a day's steps, a photo and a note; the page opens again and knows what waits.
    phone.set_offline(True)
    oak.get_by_role("button", name="Set out").click()
    until(page, lambda: "1 step is kept on this phone" in waiting(page), "the step waits")
    page.goto(f"{live_address}/staff/crew")
    page.get_by_text("There is no network.", exact=True).wait_for()
    assert "crew on its way" in oak.inner_text() and "kept here, not sent yet" in oak.inner_text()
    oak.get_by_role("button", name="Arrived").click()
    assert not oak.get_by_role("button", name="Arrived").is_visible()
    oak.locator("[name=photos]").set_input_files(
        {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo("JPEG", draw((900, 600)))}
    )
    until(page, lambda: "3 steps are kept" in waiting(page), "the photo waits")
    oak.locator("summary", has_text=re.compile("^Done")).click()
    oak.get_by_label("What was done").fill("All of it.")
    page.reload()  # the camera pushed the page out of memory
    assert oak.get_by_label("What was done").input_value() == "All of it."
    oak.get_by_role("button", name="It is done").click()
    hedge.locator("summary", has_text="Could not").click()
    hedge.get_by_label("Cars in the way").check()
    hedge.get_by_label("In a few words").fill("a red van")
    hedge.get_by_role("button", name="It could not be done").click()
    until(page, lambda: "5 steps are kept" in waiting(page), "all wait")
    assert steps() == 0

    # Signing out asks first.
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stay)
    page.locator(".account summary").click()
    page.get_by_role("button", name="Sign out").click()
    assert asked and asked[0].startswith("5 steps are not sent yet")
    page.locator(".account summary").click()

    # The network is back, but the first answer gets lost on the way: the server has it, the phone does not know.
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            return route.continue_()
        lost.append(route.request.post_data or "")
        route.fetch()
        return route.abort()

    page.route("**/staff/crew/steps", lose)
    phone.set_offline(False)
    until(page, lambda: steps() == 1 and lost, "the first step has arrived")
    until(page, lambda: page.locator("[data-waiting]").is_hidden(), "everything is sent")
    assert steps() == 5, "each once, the one whose answer was lost too"
    assert [status_of(title) for title in WORK] == [WorkStatus.DONE, WorkStatus.NOT_DONE, WorkStatus.PLANNED]
    assert fresh(select(func.count(CasePaper.id))) == 1
    assert fresh(select(func.count()).where(Appointment.status == AppointmentStatus.KEPT)) == 1
    assert "could not be done" in hedge.inner_text() and not hedge.get_by_role("button", name="Set out").is_visible()

    # What the office refuses stays, with the reason.
    db.session.execute(WorkOrder.__table__.update().where(WorkOrder.title == WORK[2]).values(status="cancelled"))
    db.session.commit()
    stump.get_by_role("button", name="Set out").click()
    refused = page.locator("[data-refused-list]")
    refused.get_by_text("cancelled").wait_for()
    assert WORK[2] in refused.inner_text() and steps() == 5 and page.locator("[data-waiting]").is_hidden()

    # Somebody else on the same phone sees nothing of it, neither what waits nor the sheet.
    phone.set_offline(True)
    oak.locator("summary", has_text="Note").click()
    oak.get_by_label("Note for the office").fill("The gate squeaks.")
    oak.get_by_role("button", name="Keep the note").click()
    until(page, lambda: "1 step is kept" in waiting(page), "the note waits")
    page.unroute("**/staff/crew/steps")
    page.route("**/staff/crew/steps", lambda route: route.abort())
    phone.set_offline(False)
    phone.clear_cookies()
    page.goto(f"{live_address}/staff/crew")  # signed out: the sign-in page
    until(page, lambda: not page.evaluate("caches.match('/staff/crew-away').then(Boolean)"), "the sheet is thrown away")
    other = make.make_user(role=Role.CREW)
    sign_in(phone, app, other, live_address)
    page.unroute("**/staff/crew/steps")
    page.goto(f"{live_address}/staff/crew")
    until(page, lambda: "1 step is kept here for somebody else" in waiting(page), "she is told that something waits")
    assert "squeaks" not in page.content() and "Elm St" not in page.content() and steps() == 5
    sign_in(phone, app, driver, live_address)
    page.goto(f"{live_address}/staff/crew")
    until(page, lambda: steps() == 6, "the note is sent by whoever wrote it")

    # Of a day that is over nothing stays on the phone; nor does the copy once whoever it was for is signed out.
    kept = "caches.match('/staff/crew-away').then(Boolean)"
    until(page, lambda: page.evaluate(kept), "a copy again")
    phone.set_offline(True)
    page.clock.set_fixed_time(utc_now() + timedelta(days=2))
    page.goto(f"{live_address}/staff/crew")
    page.locator("[data-too-old]").wait_for()
    assert "Elm St" not in page.content() and page.locator(".crew-tomorrow").count() == 0
    until(page, lambda: not page.evaluate(kept), "the copy is thrown away")
    phone.set_offline(False)
    page.goto(f"{live_address}/staff/crew")
    until(page, lambda: page.evaluate(kept), "a copy of the day as it stands now")
    phone.clear_cookies()
    page.evaluate("navigator.serviceWorker.ready.then((there) => there.active.postMessage('keep'))")
    until(page, lambda: not page.evaluate(kept), "signed out, the copy is thrown away")
    page.close()

    # Every page of it passes.
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(make.make_user(role=Role.ADMINISTRATOR))}
    crew = db.session.scalars(select(CrewMember.resource_id)).one()
    mine = {cookie_name(app.config["SETTINGS"]): start_session(driver)}
    db.session.commit()
    check_page(chromium, f"{live_address}/staff/crew-away", mine)  # the page itself, and the words of the copy
    for path in ("crew", f"crew/{crew}/sheet", f"users/{driver.id}/crew"):
        check_page(chromium, f"{live_address}/staff/{path}", cookies)
