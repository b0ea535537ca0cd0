"""The program in a real browser: a server on a free port, the system's Chromium, and what every page must pass.

Mark a test file `browser`, ask for the fixtures `chromium` and `live_address`, and call `check_page` for each page. The
fixtures are registered once, in `conftest.py`: two browsers cannot be driven from one process.
"""

import os
import shutil
import threading
from collections.abc import Iterator
from contextvars import Context

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

LOOKS = [(width, scheme) for width in (1280, 320) for scheme in ("light", "dark")]
_SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]


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
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=lambda: Context().run(server.serve_forever))
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


def check_page(browser: Browser, address: str, cookies: dict[str, str] | None = None, *, status: int = 200) -> None:
    """Open a page at both widths, light and dark: no axe finding, no sideways scrolling, nothing from elsewhere.

    `status` is what it must answer with, so that a wrong address does not pass for the page that was meant.
    """
    site = "/".join(address.split("/")[:3])
    context = browser.new_context(reduced_motion="reduce")  # else colors are caught half-way from light to dark
    context.add_cookies([{"name": name, "value": value, "url": site} for name, value in (cookies or {}).items()])
    page = context.new_page()
    asked: list[str] = []
    told: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: told.append(message.text))
    answer = page.goto(address)
    assert answer is not None and answer.status == status, f"{address} did not answer {status}"
    for width, scheme in LOOKS:  # one page that changes its looks, as a turned phone does: loading it anew takes longer
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        result = Axe().run(page).response
        seen = f"{address} at {width} px, {scheme}"
        assert result["passes"], f"axe did not look at {seen}"
        assert [(found["id"], [node["html"] for node in found["nodes"]]) for found in result["violations"]] == [], seen
        assert page.evaluate("document.documentElement.scrollWidth") <= width, f"{seen} scrolls sideways"
    assert [url for url in asked if not url.startswith((site, "data:"))] == [], address
    assert [text for text in told if "Content Security Policy" in text] == [], address
    context.close()
