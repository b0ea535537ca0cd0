"""The calendar in a real browser: booked and moved by mouse and by keys, conflicts seen before anything is saved."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser, Locator, Page, expect

from tests import factories as make
from tests.browsing import ask_axe, check_page
from tracker.clock import local_date, utc_now
from tracker.places.city import city_zone, the_city
from tracker.scheduling.bookings.booking import book_order, standing_booking
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.resources.shifts import day_start
from tracker.staff.models import Role
from tracker.staff.sessions import cookie_name, start_session

pytestmark = pytest.mark.browser
DAILY = [(day, 8 * 60, 16 * 60) for day in range(7)]


@pytest.fixture
def tomorrow(database: SQLAlchemy) -> date:
    """The day after today in the city: the browser's clock is the real one."""
    make.make_city(is_live=True)
    return local_date(utc_now(), city_zone(the_city())) + timedelta(days=1)


def at(day: date, hour: int) -> datetime:
    """An hour of that day, on which no clock is moved before it."""
    return day_start(day, city_zone(the_city())) + timedelta(hours=hour)


def order(title: str, **columns: object) -> WorkOrder:
    return make.make_work_order(title=title, due_on=(utc_now() + timedelta(days=7)).date(), **columns)


def drag(page: Page, source: Locator, to: tuple[float, float], *, let_go: bool = True) -> None:
    """Press on the source, go there in steps, and let go."""
    box = source.bounding_box()
    assert box
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + min(8, box["height"] / 2))
    page.mouse.down()
    page.mouse.move(*to, steps=4)
    if let_go:
        page.mouse.up()


def place_of(page: Page, crew_id: int, hour: float) -> tuple[float, float]:
    """The point of a crew's column at an hour of the day; the page shows 7 to 17."""
    box = page.locator(f'[data-resource="{crew_id}"] [data-pieces]').bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] * (hour - 7) / 10 + 1


def stands(database: SQLAlchemy, work: WorkOrder) -> tuple[str, str, int] | None:
    """Where the work is booked: resource, hour on the city's clocks, minutes. No lock of the test's is left behind."""
    database.session.expire_all()
    booking, told = standing_booking(work), None
    if booking is not None:
        minutes = int((booking.ends_at - booking.starts_at) / timedelta(minutes=1))
        starts = booking.starts_at.astimezone(city_zone(the_city()))
        told = (booking.resource.name, f"{starts:%H:%M}", minutes)
    database.session.rollback()
    return told


def test_work_is_booked_moved_and_resized_and_conflicts_are_seen_before_saving(
    app: Flask, database: SQLAlchemy, tomorrow: date, live_address: str, chromium: Browser
) -> None:
    north, south = (make.make_resource(name=f"Tree crew {name}", shifts=DAILY) for name in ("north", "south"))
    oak, hedge = order("Fell the oak"), order("Trim the hedge")
    book_order(oak, north, at(tomorrow, 9), None)
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(make.make_user(role=Role.SCHEDULER))}
    database.session.commit()
    north_id, south_id, hedge_id = north.id, south.id, hedge.id
    address = f"{live_address}/staff/schedule/day?day={tomorrow}"
    database.session.rollback()

    context = chromium.new_context(viewport={"width": 1280, "height": 1000}, reduced_motion="reduce")
    context.add_cookies([{"name": name, "value": value, "url": live_address} for name, value in cookies.items()])
    page = context.new_page()
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(address)
    said = page.locator("[data-day-said]")

    # By mouse, onto time that is taken: said before anything is saved, and nothing is.
    waiting = page.locator(f"#order-{hedge_id}")
    drag(page, waiting, place_of(page, north_id, 9.5), let_go=False)
    expect(said).to_contain_text("Tree crew north is taken: «Fell the oak»")
    expect(said).to_contain_text("Free from 10:00.")
    page.mouse.up()
    expect(said).to_contain_text("Not booked")
    assert stands(database, hedge) is None

    # By mouse, onto free time.
    drag(page, waiting, place_of(page, south_id, 10))
    expect(said).to_contain_text("Booked «Trim the hedge»: Tree crew south")
    assert stands(database, hedge) == ("Tree crew south", "10:00", 60)
    expect(waiting).to_have_count(0)

    # Its lower edge, half an hour further down.
    block = page.locator(".piece-booking", has_text="Trim the hedge")
    drag(page, block.locator("[data-edge]"), place_of(page, south_id, 11.5))
    expect(said).to_contain_text("«Trim the hedge» takes 90 minutes")
    assert stands(database, hedge) == ("Tree crew south", "10:00", 90)

    # By keys to the other crew: first onto what stands there, then below it; half an hour shorter besides.
    block.locator("[data-move]").focus()
    page.keyboard.press("Enter")
    expect(said).to_contain_text("is in hand at Tree crew south, 10:00 to 11:30")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowUp")
    expect(said).to_contain_text("Tree crew north, 09:45 to 11:15: Tree crew north is taken")
    assert ask_axe(page) == []
    page.keyboard.press("Enter")
    expect(said).to_contain_text("Not booked")
    for _ in range(5):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Shift+ArrowUp")
    expect(said).to_contain_text("Tree crew north, 11:00 to 12:00: free.")
    page.keyboard.press("Enter")
    expect(said).to_contain_text("Moved «Trim the hedge»: Tree crew north")
    assert stands(database, hedge) == ("Tree crew north", "11:00", 60)
    expect(block.locator("[data-move]")).to_be_focused()

    # Left with Escape it stays; moved by somebody else meanwhile, it is shown where it stands now.
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    page.mouse.click(*place_of(page, north_id, 9.5))  # in hand it also goes where one points
    expect(said).to_contain_text("Tree crew north, 09:30 to 10:30: Tree crew north is taken")
    page.keyboard.press("Escape")
    expect(said).to_contain_text("Left as it was.")
    assert stands(database, hedge) == ("Tree crew north", "11:00", 60)
    seen = block.get_attribute("data-seen")
    page.evaluate("mark => { document.querySelector(`[data-seen=\"${mark}\"]`).dataset.seen = '1.1.1.1'; }", seen)
    drag(page, block, place_of(page, south_id, 14))
    expect(said).to_contain_text("Somebody moved this booking meanwhile")
    assert stands(database, hedge) == ("Tree crew north", "11:00", 60)
    assert block.get_attribute("data-seen") == seen
    assert wrong == []
    context.close()

    for view in (f"/day?day={tomorrow}", f"?week={tomorrow}", f"/month?month={tomorrow:%Y-%m}"):
        check_page(chromium, f"{live_address}/staff/schedule{view}", cookies)
