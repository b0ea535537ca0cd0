"""The page about Open311 in Chromium: narrow and wide, light and dark, and axe is content."""

import pytest
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser

from tests.browsing import check_page
from tests.factories import make_city

pytestmark = pytest.mark.browser


def test_the_page_for_other_systems_works_in_every_look(
    chromium: Browser, live_address: str, database: SQLAlchemy
) -> None:
    make_city(contact="Open data desk, City Hall", data_license="CC0 1.0")
    database.session.commit()
    check_page(chromium, f"{live_address}/open311")
