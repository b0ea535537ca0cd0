"""Every page of related cases, splits and problems in a real browser: both widths, light and dark, axe."""

import pytest
from flask import Flask
from playwright.sync_api import Browser
from sqlalchemy import select

from tests import factories as make
from tests.browsing import check_page
from tracker.calls.models import ServiceRequest
from tracker.cases.intake import take_calls
from tracker.cases.linking import active_link
from tracker.cases.models import CaseCall, ProblemCase
from tracker.cases.related import merge_cases, split_case
from tracker.cases.related.merging import merge_of
from tracker.extensions import db
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

pytestmark = pytest.mark.browser
STREETS = ("12 Elm St", "14 Elm St", "Elm St & Oak Ave")


@pytest.fixture
def pages(app: Flask, database: object) -> tuple[User, list[str]]:
    """Somebody who may everything, and the addresses of pages on which something is to be seen."""
    make.make_city()
    family = make.make_family(name="Graffiti")
    rule = make.make_rule(family=family)
    graffiti = make.make_service_type(family=family, service_name="Graffiti on a wall")
    make.make_street()
    for number in range(9):
        place = {"address": STREETS[number % 3], "address_key": STREETS[number % 3].upper()}
        make.make_call(service_type=graffiti, lat=make.ORIGIN[0] + (number % 3) * 0.0003, **place)
    case = db.session.get_one(ProblemCase, take_calls().opened[0])
    person = make.make_user(role=Role.SUPERVISOR)
    merged = make.make_case(rule=rule, public_id="CASE-MERG-ED00-0000", address="20 Elm St", lat=make.ORIGIN[0] + 0.001)
    for _ in range(2):
        make.make_case_call(case=merged, call=make.make_call(service_type=graffiti))
    merge_cases(merged, case, reason="One crew paints both walls.", actor=person)
    came = db.session.scalars(select(CaseCall).where(CaseCall.case_id == case.id, CaseCall.is_pinned)).first()
    assert came is not None
    split_case(case, [came.id], reason="This one is a mural.", actor=person)
    far = make.make_case(address="310 Oak Ave", lat=make.ORIGIN[0] + 0.006)
    make.make_relation(case=case, other=far, reason="The same tag on both.")
    make.make_case(address="16 Elm St", lat=make.ORIGIN[0] + 0.0009)
    problem = make.make_problem(name="Walls along the Elm Street bus line", cases=[case, far, merged],
                                description="One crew tags what lies by the stops of the 39.")  # fmt: skip
    move = merge_of(merged)
    assert move is not None and active_link(db.session.get_one(ServiceRequest, came.call_id)) is not None
    db.session.commit()
    cases = "/staff/cases/"
    return person, [
        cases + case.public_id, cases + merged.public_id, f"{cases}{case.public_id}/related",
        f"{cases}{case.public_id}/split", f"{cases}{merged.public_id}/undo/{move.id}", "/staff/problems",
        "/staff/problems/new", f"/staff/problems/{problem.public_id}",
    ]  # fmt: skip


def test_pages_of_related_cases_pass(
    app: Flask, live_address: str, chromium: Browser, pages: tuple[User, list[str]]
) -> None:
    person, addresses = pages
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(person)}
    db.session.commit()
    for address in addresses:
        check_page(chromium, live_address + address, cookies)
