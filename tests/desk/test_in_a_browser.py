"""Every staff page about cases and calls in a real browser: both widths, light and dark, axe, no sideways scrolling."""

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests import factories as make
from tests.browsing import check_page
from tracker.calls.models import SinkCandidate
from tracker.cases.closing import close_case
from tracker.cases.decisions import dismiss_case
from tracker.cases.intake import take_calls
from tracker.cases.linking import unlink_call
from tracker.cases.models import CaseCall, ProblemCase
from tracker.cases.related import merge_cases
from tracker.extensions import db
from tracker.staff.models import Role
from tracker.staff.permissions import OFFICE
from tracker.staff.sessions import cookie_name, start_session

pytestmark = pytest.mark.browser


@pytest.fixture
def full_city(app: Flask, database: object) -> ProblemCase:
    """A case with calls, a former link and a neighbor, and something in every queue."""
    make.make_city()
    make.make_rule(family=make.make_family())
    family = make.make_family(name="Graffiti")
    make.make_rule(family=family)
    graffiti = make.make_service_type(family=family, service_name="Graffiti on a wall")
    make.make_contact(families=[family])
    make.make_street()
    make.make_address(key="1 ELM ST", number=1)
    for metres in (0, 0, 0, 5, 40):
        make.make_call(service_type=graffiti, lat=make.ORIGIN[0] + metres / 111_000)
    make.make_call(service_type=graffiti, lat=None, address="By the old oak")
    make.make_service_type(service_name="Odd smell", is_unsorted=True)
    db.session.add(SinkCandidate(lat=42.35, long=-71.06, x_dm=0, y_dm=0, calls=30, texts=12, types=6))
    case = db.session.get(ProblemCase, take_calls().opened[0])
    assert case is not None
    make.make_case(lat=make.ORIGIN[0] + 0.0005)
    person = make.make_user()
    close_case(make.make_case(public_id="CASE-SHVT-0000-0000"), outcome="Painted over.", actor=person)
    dismiss_case(make.make_case(public_id="CASE-DE4D-0000-0000"), reason="A mural.", actor=person)
    merged = make.make_case(public_id="CASE-MERG-ED00-0000", rule=case.rule)
    merge_cases(merged, case, reason="One wall.", actor=person)
    link = db.session.scalars(db.select(CaseCall).where(CaseCall.case_id == case.id).limit(1)).one()
    unlink_call(link, reason="A mural.", actor=person)
    db.session.commit()
    return case


def test_every_page_of_the_desk_passes(
    app: Flask, full_city: ProblemCase, live_address: str, chromium: Browser
) -> None:
    user = make.make_user(role=Role.SUPERVISOR)
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(user)}
    call = db.session.scalars(db.select(CaseCall).where(CaseCall.case_id == full_city.id)).first()
    assert call is not None
    pages = [
        "", "/cases", "/cases?status=any&center=1", f"/cases/{full_city.public_id}", "/cases/new",
        "/cases/CASE-SHVT-0000-0000", "/cases/CASE-DE4D-0000-0000", "/cases/CASE-MERG-ED00-0000",
        "/cases?q=nothing", "/city", "/why",
        f"/why?family={full_city.family_id}&lat=42.35&long=-71.06",
        "/unlocated", "/unlocated?after=1", "/unsorted", "/sinks", "/contacts",
        f"/contacts/{full_city.contact.user_id if full_city.contact else user.id}",
        f"/calls/{call.call.service_request_id}",
    ]  # fmt: skip
    db.session.commit()
    for page in pages:
        check_page(chromium, f"{live_address}/staff{page}", cookies)
    nowhere = f"/why?family={full_city.family_id}&address=Nowhere"
    for page, status in (("/cases/NONE", 404), (nowhere, 400)):
        check_page(chromium, f"{live_address}/staff{page}", cookies, status=status)


@pytest.mark.parametrize("role", sorted(OFFICE - {Role.SUPERVISOR}))
def test_every_roles_queue_and_its_refusals_pass(
    role: Role, app: Flask, full_city: ProblemCase, live_address: str, chromium: Browser
) -> None:
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(make.make_user(role=role))}
    db.session.commit()
    check_page(chromium, f"{live_address}/staff", cookies)
    page, status = ("nothing", 404) if role is Role.ADMINISTRATOR else ("users", 403)
    check_page(chromium, f"{live_address}/staff/{page}", cookies, status=status)


def test_a_printed_case_keeps_its_table_and_leaves_out_what_only_a_screen_can_do(
    app: Flask, full_city: ProblemCase, live_address: str, chromium: Browser
) -> None:
    name, token = cookie_name(app.config["SETTINGS"]), start_session(make.make_user(role=Role.SUPERVISOR))
    db.session.commit()
    context = chromium.new_context(viewport={"width": 700, "height": 900})  # about a sheet of paper
    context.add_cookies([{"name": name, "value": token, "url": live_address}])
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(f"{live_address}/staff/cases/{full_city.public_id}")
    assert page.locator(".call-table thead").is_visible()
    for gone in ("#do-title", ".site-menu", ".link-actions", ".jumps"):
        assert not page.locator(gone).first.is_visible(), gone
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    context.close()
