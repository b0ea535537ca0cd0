"""Every scheduling page in a real browser: both widths, light and dark, axe, no sideways scrolling."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser

from tests import factories as make
from tests.browsing import check_page
from tracker.clock import utc_now
from tracker.scheduling.bookings.booking import book_order
from tracker.scheduling.bookings.changing import change_order, entry_of
from tracker.scheduling.bookings.ending import could_not_do, finish_order
from tracker.scheduling.bookings.retiring import retire_resource
from tracker.scheduling.orders.dependencies import set_waits_for
from tracker.scheduling.orders.entry import OrderEntry
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.orders.recurring import Rhythm, repeat_work
from tracker.staff.models import Role
from tracker.staff.sessions import cookie_name, start_session

pytestmark = pytest.mark.browser
ALWAYS = [(day, 0, 24 * 60) for day in range(7)]
"""Shifts without a gap, so that the test may book at any hour it is run."""


def next_hour() -> datetime:
    """The next full hour: the browser's clock is the real one."""
    return utc_now().replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)


def order(title: str, **columns: object) -> WorkOrder:
    """An order that is due in a week."""
    return make.make_work_order(title=title, due_on=(utc_now() + timedelta(days=7)).date(), **columns)


@pytest.fixture
def pages(database: SQLAlchemy) -> list[str]:
    """Orders of every status, a busy crew, one out of service; the addresses of the pages that show them."""
    make.make_city(is_live=True)
    crew = make.make_resource(name="Tree crew north", shifts=ALWAYS)
    retired = make.make_resource(name="Tree crew south")
    retire_resource(retired, make.make_user(role=Role.SCHEDULER), release=False)
    orders = [order("Fell the oak"), order("Trim the hedge"), order("Grind the stump"), order("Plant a new tree")]
    at = next_hour()
    for number, one in enumerate(orders[:3]):
        book_order(one, crew, at + timedelta(hours=2 * number), None)
    finish_order(orders[1], None, note="Trimmed.")
    could_not_do(orders[2], None, reason="A car stood in the way.")
    unskilled = order("Repair the lamp", skill="electric")
    database.session.flush()
    ids = [one.id for one in (*orders, unskilled)]
    case = orders[0].case
    mow = OrderEntry("Mow", "grass", 30, at.date(), needs=("mower",), people=2)
    recurring = repeat_work(case, make.make_user(role=Role.SUPERVISOR), Rhythm(14, at.date() + timedelta(days=3)), mow)
    second = order("Haul the wood away", case=case)
    set_waits_for(second, [orders[0]])
    change_order(
        second, replace(entry_of(second), people=2, needs=("truck",), load=3, latest_at=at + timedelta(days=2)), None
    )
    return [
        f"/orders/{second.id}", f"/orders/{second.id}/change", f"/cases/{case.public_id}/orders/repeat",
        f"/recurring-orders/{recurring.id}",
        "/schedule", "/schedule?kind=vehicle", "/plan", "/orders?status=any", "/orders?q=nothing",
        *(f"/orders/{number}" for number in ids), f"/cases/{case.public_id}/orders/new",
        "/resources?retired=1", "/resources?q=nothing", "/resources/new",
        f"/resources/{crew.id}", f"/resources/{crew.id}/edit", f"/resources/{retired.id}",
    ]  # fmt: skip


def test_every_scheduling_page_passes(
    app: Flask, database: SQLAlchemy, pages: list[str], live_address: str, chromium: Browser
) -> None:
    user = make.make_user(role=Role.SUPERVISOR)
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(user)}
    database.session.commit()
    for page in pages:
        check_page(chromium, f"{live_address}/staff{page}", cookies)
    check_page(chromium, f"{live_address}/staff/plan?days=99", cookies, status=400)
