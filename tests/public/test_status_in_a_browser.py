"""The page of a case, its photos and the staff's look at both, in Chromium."""

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser

from tests.browsing import check_page
from tests.calls.pictures import draw, photo
from tests.factories import NOW, make_area, make_call, make_case_call, make_city, make_service_type, make_street
from tests.factories import make_user as make_person
from tests.public.world import MASK, make_booking, make_public_case, make_public_family, set_as_of_now
from tracker.calls.photos import clean_photo, keep_photo, release_photo
from tracker.cases.telling_public import tell_public
from tracker.staff.log import append_log
from tracker.staff.models import Role
from tracker.staff.sessions import cookie_name, start_session

pytestmark = pytest.mark.browser
CASE = "7K3D-9QXZ-0MHT-4B2V"


@pytest.fixture
def looks(app: Flask, database: SQLAlchemy) -> tuple[dict[str, str], list[str]]:
    """The cookie of a contact, and the staff's addresses."""
    make_city()
    make_area(name="North Center")
    set_as_of_now()
    for number in range(-3, 4):
        west, east, south, north = MASK[1] - 0.006, MASK[1] + 0.006, MASK[0] - 0.004, MASK[0] + 0.004
        across = [[west, MASK[0] + number * 0.0011], [east, MASK[0] + number * 0.0013]]
        along = [[MASK[1] + number * 0.0016, south], [MASK[1] + number * 0.0014, north]]
        for name, line in ((f"Lantern Lane {number + 4}", across), (f"Orchard Street {number + 4}", along)):
            make_street(name=name, geometry={"type": "LineString", "coordinates": line})
    family = make_public_family(name="Street lights that are dark", color="#b8860b")
    case = make_public_case(public_id=CASE, family=family, call_count=12)
    kind = make_service_type(family=family, is_public=True, publish_after_days=0, service_name="Lamp out")
    me = make_person(role=Role.CONTACT)
    day = NOW.date().toordinal()
    shown = {"public_label": "100 block of Elm St", "public_lat": MASK[0], "public_long": MASK[1], "public_day": day}
    call = make_call(service_type=kind, address="137 Elm St", public_updated_day=day, **shown)
    make_case_call(case=case, call=call)
    released, waiting = (keep_photo(call, clean_photo(photo(image=draw((width, 600))))) for width in (900, 700))
    release_photo(released, "Two lamps in front of the school, both dark", actor=me)
    append_log("case", case.id, "opened", is_public=True)
    tell_public(case, "We asked the utility for two new lamps. They come by the end of June.", actor=me)
    make_booking(case)
    token = start_session(me)
    database.session.commit()
    paths = [
        f"cases/{CASE}/public", f"calls/{call.service_request_id}/public", "photos", f"photos/{waiting.id}/look",
        f"calls/{make_call(service_type=kind, public_day=None).service_request_id}/public",
    ]  # fmt: skip
    database.session.commit()
    return {cookie_name(app.config["SETTINGS"]): token}, paths


def test_the_page_of_a_case_and_the_staffs_look_at_it_pass_at_both_widths(
    chromium: Browser, live_address: str, looks: tuple[dict[str, str], list[str]]
) -> None:
    cookies, paths = looks
    for query in ("", "?lang=es"):
        check_page(chromium, f"{live_address}/cases/{CASE}{query}")
    for path in paths:
        check_page(chromium, f"{live_address}/staff/{path}", cookies)
    page = chromium.new_page(locale="en-US")
    page.goto(f"{live_address}/cases/{CASE}")
    page.locator("[data-share]").click()
    assert page.evaluate("document.querySelector('#share').value") == f"{live_address}/cases/{CASE}"
    assert page.evaluate("[...document.images].every((one) => one.alt)")
    page.close()
