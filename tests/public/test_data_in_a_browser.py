"""Open data and its description in Chromium: narrow and wide, light and dark, axe content."""

import pytest
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser

from tests.browsing import check_page
from tests.factories import NOW, make_area, make_call, make_city, make_service_type
from tests.public.world import MASK, make_public_case, make_public_family, set_as_of_now

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> None:
    make_city(contact="data@testville.example")
    make_area(name="North Center")
    set_as_of_now()
    for name in ("Dark streets", "Water and sewers"):
        family = make_public_family(code=name.split()[0].casefold(), name=name)
        make_public_case(family=family)
        kind = make_service_type(family=family, is_public=True, service_name=f"{name}: report")
        for number in range(12):
            day = NOW.date().toordinal() - 100 * number
            make_call(service_type=kind, public_label="100 block of Elm St", public_lat=MASK[0], public_long=MASK[1],
                      public_day=day, public_updated_day=day)  # fmt: skip
    database.session.commit()


def test_open_data_and_their_description_are_for_everybody(chromium: Browser, live_address: str) -> None:
    for path in ("/data?year=2026", "/data?lang=es", "/developers"):
        check_page(chromium, f"{live_address}{path}")
