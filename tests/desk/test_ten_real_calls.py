"""Ten real calls about places that are cases already, taken in a real browser by keys alone, each linked by one key."""

import math
import random
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from bench.held_back import BOSTON
from bench.recent_boston import Script, make_city_of
from tests.factories import make_user
from tracker.calls.models import ServiceRequest, ServiceType
from tracker.calls.pointing import look_up
from tracker.cases.alive import is_alive
from tracker.cases.models import CaseCall, ProblemCase
from tracker.clock import utc_now
from tracker.extensions import db
from tracker.places.city import city_projection, the_city
from tracker.staff.models import Role
from tracker.staff.sessions import cookie_name, start_session

pytestmark = [
    pytest.mark.browser,
    pytest.mark.samples,
    pytest.mark.skipif(
        not BOSTON.exists(), reason="the sample data are not there: set TRACKER_SAMPLE_DATA to their folder"
    ),
]
CALLS, HELD, LAST = 10, 4_000, 17_000


@pytest.fixture
def expected(app: Flask, database: object, tmp_path: Path) -> list[tuple[Script, str, set[str]]]:
    """Calls that were not imported: what is said, its kind, and the public ids of the cases in whose reach it lies."""
    assert app.test_cli_runner().invoke(args=["load-city", "--preset", "boston-311"]).exit_code == 0
    scripts = make_city_of(0, HELD, tmp_path, last=LAST)
    now = utc_now()
    alive = [case for case in db.session.scalars(select(ProblemCase)) if is_alive(case, now)]
    random.Random(311).shuffle(scripts)
    return list(islice(_repeats(scripts, alive), CALLS))


def _repeats(scripts: list[Script], alive: list[ProblemCase]) -> Iterator[tuple[Script, str, set[str]]]:
    """The plain rule of the design, case by case: the same family, within the reach of its rule.

    Both the file's own point and what the gazetteer knows of the address must lie there: the aide types the address.
    """
    projection = city_projection(the_city())
    for script in scripts:
        kind = db.session.get_one(ServiceType, script.type_id)
        same = [case for case in alive if case.family_id == kind.family_id]
        if script.lat is None or script.long is None:
            continue
        near = _in_reach(same, *projection.to_decimetres(script.lat, script.long))
        spot = look_up(script.address) if near else None
        if spot is not None and (found := near & _in_reach(same, spot.x_dm, spot.y_dm)):
            yield script, kind.service_name, found


def _in_reach(cases: list[ProblemCase], x_dm: int, y_dm: int) -> set[str]:
    return {
        case.public_id
        for case in cases
        if math.hypot(case.anchor_x_dm - x_dm, case.anchor_y_dm - y_dm) <= 10 * case.rule.radius_m
    }


def test_an_aide_takes_ten_calls_and_links_each_to_the_case_in_whose_reach_it_lies(
    app: Flask, expected: list[tuple[Script, str, set[str]]], live_address: str, chromium: Browser
) -> None:
    assert len(expected) == CALLS
    token = start_session(make_user(role=Role.AIDE))
    db.session.commit()
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": cookie_name(app.config["SETTINGS"]), "value": token, "url": live_address}])
    page = context.new_page()
    page.goto(f"{live_address}/staff/calls/new")
    for script, kind, cases in expected:
        number = take_by_keys(page, script, kind, cases)
        db.session.rollback()
        query = (
            select(ProblemCase.public_id)
            .join(CaseCall, CaseCall.case_id == ProblemCase.id)
            .join(ServiceRequest, ServiceRequest.id == CaseCall.call_id)
            .where(ServiceRequest.service_request_id == number, CaseCall.is_pinned, CaseCall.unlinked_at.is_(None))
        )
        assert db.session.scalars(query).one() in cases, (script.address, kind)
        db.session.rollback()
        page.keyboard.press("Alt+n")
        page.wait_for_url("**/calls/new")
    context.close()


def take_by_keys(page: Page, script: Script, kind: str, cases: set[str]) -> str:
    """Type the call, wait until one of the cases is offered, press its key; gives the call's number."""
    page.wait_for_function("document.activeElement.id === 'address'")  # the page itself puts the cursor there
    page.keyboard.type(script.address)
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type(script.words)
    page.keyboard.press("Tab")
    page.keyboard.type(kind)
    page.locator("#service_type").press("Tab")
    offer = page.locator(", ".join(f"button[name=link][value='{case}']" for case in cases)).first
    offer.wait_for()
    page.keyboard.press(f"Alt+{offer.get_attribute('data-shortcut')}")
    page.wait_for_url("**/taken")
    return page.url.split("/")[-2]
