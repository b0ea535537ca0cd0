"""Appointments in a real browser: a resident agrees upon a time on a phone, in both languages, without JavaScript."""

from datetime import timedelta

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser

from tests import factories as make
from tests.browsing import check_page
from tests.scheduling.agreeing_world import link_of, offered, plain_settings
from tracker.extensions import db
from tracker.scheduling.appointments.agreeing import confirm_appointment
from tracker.scheduling.appointments.holding import hold_window
from tracker.scheduling.appointments.keeping import ask_to_move, need_call
from tracker.scheduling.appointments.models import Appointment, AppointmentStatus
from tracker.scheduling.appointments.room import offered_windows
from tracker.staff.models import Role
from tracker.staff.sessions import cookie_name, start_session

pytestmark = pytest.mark.browser
WORDS = {"en": ("Confirm this time", "Agreed"), "es": ("Confirmar esta hora", "Acordada")}


def agree_by_phone(browser: Browser, address: str, language: str) -> None:
    """She opens her link, chooses the second window, confirms it, and sees that it is agreed."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 320, "height": 640})
    page = context.new_page()
    page.goto(f"{address}?lang={language}")
    page.locator("button.window").nth(1).click()
    confirm, agreed = WORDS[language]
    page.get_by_role("button", name=confirm).click()
    assert page.get_by_role("heading", name=agreed, exact=True).is_visible()
    context.close()


def test_every_page_of_appointments_passes_and_works_without_scripts(
    app: Flask, database: SQLAlchemy, live_address: str, chromium: Browser
) -> None:
    make.make_city(is_live=True)
    make.make_resource(name="Tree crew", shifts=[(day, 480, 960) for day in range(7)])
    case = make.make_case(public_label="100 block of Elm Street")
    first, second, third = (offered(make.make_work_order(title="Fell the oak", case=case)) for _ in range(3))
    links = [link_of(one) for one in (first, second, third)]
    agree_by_phone(chromium, live_address + links[0], "en")
    agree_by_phone(chromium, live_address + links[1], "es")
    db.session.expire_all()
    assert first.status is second.status is AppointmentStatus.CONFIRMED
    settings = plain_settings()
    windows = offered_windows(third.order, settings).windows
    hold_window(third, windows[0].starts_at, None, settings)
    lost = hold_window(offered(make.make_work_order(case=case)), windows[-1].starts_at, None, settings)
    ask_to_move(confirm_appointment(lost, None, settings), "A storm is coming, and the crews clear the streets.")
    need_call(third, "Ask her to choose a time.")
    order = make.make_work_order(case=case)
    for number in range(3):
        times = {"ended_at": make.NOW, "window_starts_at": make.NOW, "window_ends_at": make.NOW + timedelta(hours=2)}
        make.make_appointment(order=order, status=AppointmentStatus.NO_SHOW, name=f"Jane {number}", **times)
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(make.make_user(role=Role.SUPERVISOR))}
    hers = [f"{links[0]}?lang=en", f"{links[2]}?lang=es", f"{link_of(lost)}?lang=en"]
    pages = [f"orders/{make.make_work_order(case=case).id}/appointment", f"orders/{order.id}",
             "appointments?show=to_call", f"appointments/{third.id}"]  # fmt: skip
    db.session.commit()
    for address in hers:
        check_page(chromium, live_address + address)
    for page in pages:
        check_page(chromium, f"{live_address}/staff/{page}", cookies)
    assert db.session.query(Appointment).count() == 7
