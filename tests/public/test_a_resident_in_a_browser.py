"""One resident's whole story in Chromium, by keyboard alone: she finds, follows, reports, tracks and is not content.

Told in English with scripts, in light colors, and in Spanish without, in dark ones. Axe looks at what she sees.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from email.message import Message

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from tests.browsing import check_look
from tests.factories import make_family, make_rule, make_service_type, make_user
from tests.outreach.mail_server import KeepingServer, running_mail_server
from tests.public.reporting_world import make_known_case, make_reporting_city, web_calls
from tests.public.test_in_a_browser import wait_until
from tracker.cases.closing import close_case
from tracker.cases.linking import active_link
from tracker.cases.models import ProblemCase
from tracker.config import Settings
from tracker.extensions import db
from tracker.jobs import send_mail
from tracker.public.quiet_proof import LEAST_AGE
from tracker.staff.models import Role

pytestmark = pytest.mark.browser
HER_MAIL = "her@example.org"
HER_HOUSE = "137 Elm St"
KNOWN = "CASE-0000-0000-0001"


@dataclass(frozen=True, slots=True)
class Telling:
    """How the story is told: language, scripts, colors, what she writes, and the words by which she knows each page."""

    language: str
    with_scripts: bool
    scheme: str
    dark_lamp: str
    dark_again: str
    pothole: str
    nearest: str
    one_more_step: str
    mail: str
    followed: str
    known: str
    received: str
    in_no_case: str
    open_again: str


TELLINGS = (
    Telling(
        "en", True, "light",
        dark_lamp="The lamp is dark, and one can see nothing there at night.", dark_again="It went out again.",
        pothole="There is a deep pothole before the door.", nearest="Nearest to 100 block of Elm St",
        one_more_step="One more step", mail="do you want this news?", followed="You hear of it",
        known="This is known near there already", received="Your report is here", in_no_case="None yet: a case is made",
        open_again="It is open again.",
    ),
    Telling(
        "es", False, "dark",
        dark_lamp="La farola está apagada y de noche no se ve nada.", dark_again="Se apagó otra vez.",
        pothole="Hay un bache profundo delante de la puerta.", nearest="Más cerca de cuadra 100 de Elm St",
        one_more_step="Un paso más", mail="¿quiere estas noticias?", followed="Activa",
        known="Esto ya se conoce cerca de allí", received="Su reporte llegó",
        in_no_case="Ninguno todavía: se hace un caso", open_again="Está abierto de nuevo.",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Receipt:
    """What she keeps of a report: its number, and the address of her own page of it."""

    number: str
    link: str


class Resident:
    """Somebody with a phone of 320 pixels and no mouse: she reads, types, and presses Tab and Enter."""

    def __init__(self, page: Page, site: str, telling: Telling) -> None:
        self.page, self.site, self.telling = page, site, telling
        self.has_looked_at: set[tuple[str, ...]] = set()
        self.devtools = page.context.new_cdp_session(page)
        self.lets_scripts_run(telling.with_scripts)

    def lets_scripts_run(self, runs: bool) -> None:
        """Scripts of pages that are loaded from now on; what was loaded without them stays without."""
        self.devtools.send("Emulation.setScriptExecutionDisabled", {"value": not runs})

    def goes_to(self, address: str) -> None:
        """Type an address into the browser."""
        self.page.goto(address if address.startswith("http") else f"{self.site}{address}")
        self.looks()

    def looks(self) -> None:
        """Read the page: in her language, and as anybody can use it, which is checked once per page."""
        assert self.page.locator("html").get_attribute("lang") == self.telling.language
        assert self.page.locator("html.js").count() == self.telling.with_scripts
        if self.page.locator("#map_city[data-cases]").count():
            self.sees_the_map()
        headings = tuple(self.page.locator("h1, h2").all_inner_texts())
        if headings not in self.has_looked_at:
            self.has_looked_at.add(headings)
            self.has_it_checked()

    def has_it_checked(self) -> None:
        self.lets_scripts_run(True)  # axe is one, and waits for its own timers
        check_look(self.page, 320, self.telling.scheme)
        self.lets_scripts_run(self.telling.with_scripts)

    def sees_the_map(self) -> None:
        """Without scripts there is none: the list is all of it."""
        if self.telling.with_scripts:
            wait_until(self.page, "!!document.documentElement.dataset.mapReady")
        assert self.page.locator("#map_city").is_visible() == self.telling.with_scripts

    def sees(self, *words: str) -> None:
        text = self.page.locator("main").inner_text()
        assert all(one in text for one in words), (words, self.page.url, text)

    def comes_to(self, selector: str) -> None:
        """Press Tab until the element has the focus."""
        for _ in range(90):
            if self.page.evaluate("(one) => document.activeElement.matches(one)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab never came to {selector} on {self.page.url}")

    def types(self, selector: str, text: str) -> None:
        self.comes_to(selector)
        self.page.keyboard.type(text)

    def presses(self, selector: str) -> None:
        """Press Enter there, and read what comes."""
        self.comes_to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.looks()

    def finds_the_case_at(self, address: str) -> None:
        self.goes_to("/")
        self.types("#q", address)
        self.presses("#q")
        self.sees(self.telling.nearest)
        self.presses("#cases h3 a")

    def follows_the_case(self, address: str) -> None:
        self.presses(".case-doing a[href*='/subscribe']")
        self.types("#address", address)
        self.presses("#address")
        self.sees(self.telling.one_more_step, address)

    def confirms(self, mail: Message) -> None:
        """Open the link in the mail and say yes."""
        assert self.telling.mail in str(mail["Subject"])
        (link,) = re.findall(rf"{self.site}/subscriptions/\S+", mail.get_payload(decode=True).decode())  # type: ignore[union-attr]
        self.goes_to(link)
        self.presses("form[action*='/confirm'] button")
        self.sees(self.telling.followed)

    def reports(self, words: str, address: str) -> None:
        """Fill in the form as far as what is known near there."""
        self.goes_to("/report")
        self.types("#description", words)
        self.types("#address", address)
        self.presses("button[value=to-details]")
        self.presses("button[value=to-check]")
        self.sees(self.telling.known)

    def reads_for(self, time: timedelta) -> None:
        """Stay on the page until it is as old as that, by its own clock."""
        self.lets_scripts_run(True)  # what looks at the clock is one
        wait_until(self.page, f"performance.now() > {time / timedelta(milliseconds=1)}")
        self.lets_scripts_run(self.telling.with_scripts)

    def sends(self, button: str) -> Receipt:
        """Send it; who was quicker than a person is asked to press once more, and does so as a person would."""
        self.presses(button)
        if not self.page.locator(".receipt-number").count():
            self.reads_for(LEAST_AGE)
            self.presses(button)
        self.sees(self.telling.received)
        link = self.page.locator("#own-link").input_value()
        return Receipt(self.page.locator(".receipt-number").inner_text(), link)

    def tracks(self, receipt: Receipt) -> None:
        self.goes_to("/track")
        self.types("#number", receipt.number)
        self.presses("#number")
        self.sees(receipt.number)

    def says_that_it_is_not_fixed(self, receipt: Receipt, words: str) -> None:
        self.goes_to(receipt.link)
        self.types("#not-fixed-text", words)
        self.presses("form[action*='not-fixed'] button")
        self.sees(words)


@pytest.fixture
def post(app: Flask, live_address: str, database: SQLAlchemy) -> Iterator[KeepingServer]:
    """A city with a known case at her house, which sends mail and wants its own forms back."""
    with running_mail_server() as (keeper, port):
        mail = {"mail_host": "127.0.0.1", "mail_port": port, "mail_tls": "off", "mail_from": "tracker@example.org"}
        app.config["SETTINGS"] = replace(app.config["SETTINGS"], address=live_address, **mail)
        app.config["WTF_CSRF_ENABLED"] = True
        make_known_case(make_reporting_city())
        roads = make_family(code="roads", name="Broken roads")
        make_rule(family=roads)
        make_service_type(
            family=roads, service_code="hole", service_name="Pothole", keywords="pothole, bache", group="Streets"
        )
        database.session.commit()
        yield keeper


@pytest.fixture(params=TELLINGS, ids=lambda telling: telling.language)
def her(request: pytest.FixtureRequest, chromium: Browser, live_address: str) -> Iterator[Resident]:
    telling: Telling = request.param
    context = chromium.new_context(
        viewport={"width": 320, "height": 700}, locale=telling.language, reduced_motion="reduce"
    )  # fmt: skip
    yield Resident(context.new_page(), live_address, telling)
    context.close()


def mail_that_came(post: KeepingServer, settings: Settings) -> Message:
    """What the city wrote, sent as its worker sends it."""
    send_mail(settings)
    ((_, mail),) = post.kept
    return mail


def calls_of_the_case() -> list[str]:
    """The numbers of the calls that stand in the known case, oldest first."""
    links = [(call.service_request_id, active_link(call)) for call in web_calls()]
    numbers = [number for number, link in links if link is not None and link.case.public_id == KNOWN]
    db.session.rollback()  # whoever holds a transaction open keeps her from writing
    return numbers


def staff_close_the_case() -> None:
    case = db.session.scalars(select(ProblemCase)).one()
    close_case(case, outcome="The lamp has a new bulb.", actor=make_user(role=Role.CONTACT))
    db.session.commit()


def test_a_resident_finds_follows_reports_tracks_and_says_that_it_is_not_fixed(
    her: Resident, post: KeepingServer, app: Flask
) -> None:
    her.finds_the_case_at(HER_HOUSE)
    her.follows_the_case(HER_MAIL)
    her.confirms(mail_that_came(post, app.config["SETTINGS"]))

    her.reports(her.telling.dark_lamp, HER_HOUSE)
    same = her.sends(f"button[name=add][value='{KNOWN}']")
    her.reports(her.telling.pothole, HER_HOUSE)
    other = her.sends("button[value=send]")
    assert calls_of_the_case() == [same.number]
    her.tracks(other)
    her.sees(her.telling.in_no_case)

    staff_close_the_case()
    her.says_that_it_is_not_fixed(same, her.telling.dark_again)
    assert len(calls_of_the_case()) == 2
    her.goes_to(f"/cases/{KNOWN}")
    her.sees(her.telling.open_again)
