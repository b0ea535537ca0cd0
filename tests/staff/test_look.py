"""The staff floor's pages in a real browser."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser

from tests.browsing import check_page
from tests.factories import make_api_key, make_city, make_user
from tracker.staff.accounts import disable_user, invite_user
from tracker.staff.models import Role, User

pytestmark = pytest.mark.browser
SignIn = Callable[..., User]


def cookies_of(client: FlaskClient) -> dict[str, str]:
    """The session cookie that `sign_in` gave the client."""
    cookie = client.get_cookie("tracker-session")
    assert cookie is not None
    return {"tracker-session": cookie.value}


@pytest.mark.parametrize(
    ("path", "status"), [("/staff/sign-in", 200), ("/no-such-page", 404), ("/staff/invitation/used-up", 404)]
)
def test_a_strangers_pages_are_open_to_everybody(chromium: Browser, live_address: str, path: str, status: int) -> None:
    check_page(chromium, live_address + path, status=status)


def test_an_invitation_is_open_to_everybody(chromium: Browser, live_address: str, database: SQLAlchemy) -> None:
    token = invite_user(make_user())
    database.session.commit()
    check_page(chromium, f"{live_address}/staff/invitation/{token}")


def test_an_administrators_pages_are_open_to_everybody(
    chromium: Browser, live_address: str, client: FlaskClient, sign_in: SignIn, database: SQLAlchemy
) -> None:
    make_city()
    me, gone = sign_in(Role.ADMINISTRATOR), make_user(display_name="Gone")
    invite_user(make_user(display_name="New"))
    disable_user(gone)
    key = make_api_key(name="City app")
    make_api_key(name="Old kiosk", revoked_at=key.created_at)
    keys = ["keys", "keys/new", f"keys/{key.id}"]
    database.session.commit()
    pages = ["users", "users/invite", f"users/{me.id}", f"users/{gone.id}", "account", "password", "audit?check=1"]
    for page in [*pages, *keys]:
        check_page(chromium, f"{live_address}/staff/{page}", cookies_of(client))


def test_the_menus_of_a_phone_open_close_and_stay_on_the_screen(
    chromium: Browser, live_address: str, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(Role.ADMINISTRATOR)
    context = chromium.new_context(viewport={"width": 320, "height": 800})
    context.add_cookies(
        [{"name": name, "value": value, "url": live_address} for name, value in cookies_of(client).items()]
    )
    page = context.new_page()
    page.goto(f"{live_address}/staff/account")
    menu = page.locator("#site-menu")
    assert not menu.is_visible()
    page.locator("[data-menu-toggle]").click()
    assert menu.is_visible()
    page.keyboard.press("Escape")
    assert not menu.is_visible()
    page.locator("details.account summary").click()
    box = page.locator(".account-panel").bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 320
    context.close()


def test_the_colors_chosen_by_hand_are_kept(chromium: Browser, live_address: str) -> None:
    context = chromium.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(f"{live_address}/staff/sign-in")
    page.locator("[data-theme-toggle]").click()
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(16, 25, 29)"
    context.close()


def test_without_scripts_the_menu_is_simply_there(
    chromium: Browser, live_address: str, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(Role.ADMINISTRATOR)
    context = chromium.new_context(viewport={"width": 320, "height": 800}, java_script_enabled=False)
    context.add_cookies(
        [{"name": name, "value": value, "url": live_address} for name, value in cookies_of(client).items()]
    )
    page = context.new_page()
    page.goto(f"{live_address}/staff/account")
    assert page.locator("#site-menu").is_visible()
    assert not page.locator("[data-menu-toggle]").is_visible()
    context.close()
