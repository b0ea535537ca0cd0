"""The program in a real browser: a server on a free port, the system's Chromium, and what every page must pass.

Mark a test file `browser`, ask for the fixtures `chromium` and `live_address`, and call `check_page` for each page. The
fixtures are registered once, in `conftest.py`: two browsers cannot be driven from one process.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import Context
from functools import partial
from weakref import WeakKeyDictionary

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from flask import Flask
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from werkzeug.serving import make_server

LOOKS = [(1280, "light"), (320, "light"), (320, "dark")]
"""The dark colors of 1280 pixels are those of 320, where nothing is hidden: a fourth look found nothing of its own."""
_SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
_RUN_AXE = """
async (only) => {
    const told = await axe.run({resultTypes: ["violations"], ...(only && {runOnly: {type: "rule", values: only}})});
    return [told.passes.length, told.violations.map((found) => [found.id, found.nodes.map((node) => node.html)])];
}
"""  # what it passed is counted and left there: handing it over takes longer than looking
_OF_COLORS = ["color-contrast", "link-in-text-block"]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless. Without one the tests are skipped, but where `CI` is set they fail."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        message = "no Chromium found: pages were not looked at. Install the package «chromium»."
        (pytest.fail if os.environ.get("CI") else pytest.skip)(message)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_SWITCHES)
        yield browser
        browser.close()


@pytest.fixture
def live_address(app: Flask) -> Iterator[str]:
    """The address of `app`, served as long as the test runs."""
    with serving(app) as address:
        yield address


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The address of an application while it is served."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    server.daemon_threads = False  # closing it waits for the last answer: the next test's database is another
    thread = threading.Thread(target=lambda: Context().run(server.serve_forever))
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def check_page(browser: Browser, address: str, cookies: dict[str, str] | None = None, *, status: int = 200) -> None:
    """Open a page in each of the `LOOKS`: no axe finding, no sideways scrolling, nothing from elsewhere.

    `status` is what it must answer with, so that a wrong address does not pass for the page that was meant.
    """
    site = "/".join(address.split("/")[:3])
    with _borrowed_page(browser) as (page, asked, told):
        known = (cookies or {}).items()
        page.context.add_cookies([{"name": name, "value": value, "url": site} for name, value in known])
        answer = page.goto(address)
        assert answer is not None and answer.status == status, f"{address} did not answer {status}"
        for width, scheme in LOOKS:  # a page that changes its looks, as a turned phone does: quicker than loading anew
            check_look(page, width, scheme, _OF_COLORS if scheme == "dark" else None)
    assert [request.url for request in asked if not request.url.startswith((site, "data:"))] == [], address
    assert [message.text for message in told if "Content Security Policy" in message.text] == [], address


_kept_pages: WeakKeyDictionary[Browser, Page] = WeakKeyDictionary()


@contextmanager
def _borrowed_page(browser: Browser) -> Iterator[tuple[Page, list[Request], list[ConsoleMessage]]]:
    """A page that knows nobody, with what it asks for and what it says in its console.

    Each browser keeps one for all checks: in a new one axe is compiled anew, which takes as long as the check itself.
    """
    if browser not in _kept_pages:  # reduced motion, else colors are caught half-way from light to dark
        _kept_pages[browser] = browser.new_context(reduced_motion="reduce", service_workers="block").new_page()
    page = _kept_pages[browser]
    asked: list[Request] = []
    told: list[ConsoleMessage] = []
    hear_request, hear_console = partial(asked.append), partial(told.append)
    page.on("request", hear_request)
    page.on("console", hear_console)
    try:
        yield page, asked, told
    except BaseException:
        _kept_pages.pop(browser).context.close()  # whatever state a failure left it in, nobody else meets it
        raise
    page.remove_listener("request", hear_request)
    page.remove_listener("console", hear_console)
    page.goto("about:blank")  # it asks the server of this test for nothing more
    page.context.clear_cookies()


def check_look(page: Page, width: int, scheme: str, only: list[str] | None = None) -> None:
    """An open page so wide, light or dark: no axe finding, no sideways scrolling. `only`: just these rules of axe."""
    page.set_viewport_size({"width": width, "height": 800})
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    seen = f"{page.url} at {width} px, {scheme}"
    assert ask_axe(page, only) == [], seen
    assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{seen} scrolls sideways"


def ask_axe(page: Page, only: list[str] | None = None) -> list[object]:
    """What axe finds wrong on an open page: each rule with the elements. `only`: just these rules."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    passed, found = page.evaluate(_RUN_AXE, only)
    assert passed, "axe did not look at anything"
    return list(found)
