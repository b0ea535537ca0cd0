"""The pages of a case's file in a real browser, and a visit that is written down without network."""

import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route
from sqlalchemy import func, select

from tests import factories as make
from tests.browsing import check_page
from tests.calls.pictures import draw, photo
from tests.desk.test_new_call_in_a_browser import fresh, until
from tracker.cases.file.letters.templates import add_starters, find_template
from tracker.cases.file.letters.writing import Recipient, write_letter
from tracker.cases.file.papers.keeping import keep_papers
from tracker.cases.file.papers.reading import read_paper
from tracker.cases.file.privacy import Privacy
from tracker.cases.file.visits.models import CaseVisit
from tracker.cases.models import ProblemCase
from tracker.extensions import db
from tracker.identifiers import new_identifier
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

pytestmark = pytest.mark.browser


@pytest.fixture
def phone(app: Flask, worker: User, live_address: str, chromium: Browser) -> Iterator[BrowserContext]:
    """A phone on which somebody who works cases is signed in."""
    token = start_session(worker)
    db.session.commit()
    context = chromium.new_context(viewport={"width": 360, "height": 740})
    context.add_cookies([{"name": cookie_name(app.config["SETTINGS"]), "value": token, "url": live_address}])
    yield context
    context.close()


def visits() -> int:
    return fresh(select(func.count(CaseVisit.id)))


def write_down(page: Page, seen: str) -> None:
    """Tick a condition, write what was seen, and keep the visit."""
    page.get_by_label("Graffiti").check()
    page.locator("#seen").fill(seen)
    page.get_by_role("button", name="Keep the visit").click()


def waiting(page: Page) -> str:
    return page.locator("[data-waiting-text]").inner_text()


def test_a_visit_without_network_waits_in_the_phone_and_is_there_once(
    app: Flask, case: ProblemCase, live_address: str, phone: BrowserContext
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True  # the copy's own token is as good as the page's
    number = case.public_id
    db.session.rollback()
    address = f"{live_address}/staff/cases/{number}/visits/new"
    page = phone.new_page()
    page.goto(f"{live_address}/static/icon.svg")
    page.evaluate("caches.open('call-page')")  # the former name of the copy of another page
    page.goto(address)
    kept = "caches.match(new URL('/staff/cases/visits-away', location).href).then((kept) => Boolean(kept))"
    until(page, lambda: page.evaluate(kept), "a copy of the form is kept in the browser")
    assert page.evaluate("caches.has('call-page')")
    phone.set_offline(True)
    write_down(page, "Tags on the back wall")
    until(page, lambda: "1 visit is kept on this device" in waiting(page), "the visit waits")
    page.locator("#seen").fill("Half a sentence")
    page.goto(address)  # there is no network: this is the copy
    page.get_by_text("There is no network.", exact=True).wait_for()
    assert page.locator("#number").input_value() == number and "1 visit is kept" in waiting(page)
    page.get_by_role("button", name="Half a sentence").click()
    assert page.locator("#seen").input_value() == "Half a sentence"
    write_down(page, "Half a sentence, and the rest")
    until(page, lambda: "2 visits are kept" in waiting(page), "both wait")
    page.locator("#number").fill("NOPE")
    write_down(page, "At a place that is no case")
    until(page, lambda: "3 visits are kept" in waiting(page), "all wait")
    assert visits() == 0
    phone.set_offline(False)
    until(page, lambda: page.locator("[data-waiting]").is_hidden(), "the visits are sent")
    assert visits() == 2
    unfinished = page.locator("[data-draft-list]")
    assert "There is no case NOPE" in unfinished.inner_text(), "what the server refuses stays, with the reason"
    page.goto(address)
    page.get_by_role("link", name="no case").wait_for()  # of another case: it opens on a page of its own
    assert visits() == 2
    write_down(page, "With network")
    page.wait_for_url(re.compile(r"/visits/\d+$"))
    assert visits() == 3 and "With network" in page.locator("main").inner_text()
    page.close()


def test_no_visit_goes_into_another_cases_file_and_none_stops_waiting_for_a_wrong_reason(
    app: Flask, case: ProblemCase, worker: User, live_address: str, chromium: Browser
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    number, other = case.public_id, make.make_case(rule=case.rule, public_id=new_identifier()).public_id
    mine, hers = (start_session(one) for one in (worker, make.make_user(role=Role.CONTACT)))
    prefix = f"visit-{worker.id}-"
    db.session.commit()
    db.session.rollback()
    context = chromium.new_context(service_workers="block")
    page, name = context.new_page(), cookie_name(app.config["SETTINGS"])

    def sign_in(token: str) -> None:
        context.clear_cookies()  # that of the forms too: the page's token is worth nothing any more
        context.add_cookies([{"name": name, "value": token, "url": live_address}])

    sign_in(mine)
    page.goto(f"{live_address}/staff/cases/visits/new")
    page.locator("#number").fill(other)
    page.locator("#seen").fill("Seen at the other place")
    page.goto(f"{live_address}/staff/cases/{number}/visits/new")
    page.get_by_role("link", name="Seen at the other place").click()
    page.wait_for_url("**/cases/visits/new")
    assert (page.locator("#number").input_value(), page.locator("#seen").input_value()) == (
        other, "Seen at the other place"
    )  # fmt: skip
    page.goto(f"{live_address}/staff/cases/{number}/visits/new")
    held: list[Route] = []
    page.route("**/staff/cases/visits", lambda route: held.append(route))
    write_down(page, "At first")
    until(page, lambda: held, "it is on its way")
    page.locator("#seen").fill("At first, and more")
    sign_in(hers)
    held[0].abort()
    page.unroute("**/staff/cases/visits")
    until(page, lambda: "1 visit is kept" in waiting(page), "what was sent waits")
    assert page.locator("#seen").input_value() == "At first, and more", "what was typed since is another visit"
    for _ in range(2):
        with page.expect_response(lambda answer: answer.request.method == "POST") as refused:
            pass
        assert refused.value.status == 400
    assert "1 visit is kept" in waiting(page) and visits() == 0, "somebody else is signed in"
    sign_in(mine)
    until(page, lambda: page.locator("[data-waiting]").is_hidden(), "it is sent")
    former = [{"key": "former", "number": number, "seen": "Kept under the former name", "weather": "unknown"}]
    page.evaluate("([at, kept]) => localStorage.setItem(at, JSON.stringify(kept))", [f"{prefix}outbox", former])
    page.reload()
    until(page, lambda: visits() == 2, "what waited under the former name is sent too")
    assert page.evaluate("(at) => localStorage.getItem(at)", f"{prefix}outbox") is None
    seen = select(CaseVisit.seen).join(CaseVisit.case).where(ProblemCase.public_id == number).order_by(CaseVisit.id)
    assert list(db.session.scalars(seen)) == ["At first", "Kept under the former name"]
    db.session.rollback()
    page.get_by_role("button", name="At first, and more").wait_for()
    context.close()


def test_the_pages_of_a_file_pass_in_every_look(
    app: Flask, case: ProblemCase, worker: User, live_address: str, chromium: Browser
) -> None:
    case_address = fill(case, worker)
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(make.make_user(role=Role.SUPERVISOR))}
    person, letter, visit, paper = case_address
    number = case.public_id
    db.session.commit()
    for path in ("", "/people", f"/people/{person}", "/file", "/letters/new", f"/letters/{letter}",
                 f"/papers/{paper}", "/visits/new", f"/visits/{visit}"):  # fmt: skip
        check_page(chromium, f"{live_address}/staff/cases/{number}{path}", cookies)
    for path in ("cases/visits-away", "letter-templates", "letter-templates/owner-notice"):
        check_page(chromium, f"{live_address}/staff/{path}", cookies)


def test_a_letter_fits_on_one_sheet(case: ProblemCase, worker: User, live_address: str, phone: BrowserContext) -> None:
    add_starters(actor=worker)
    template = find_template("owner-notice")
    to = Recipient("Pat Doe", "9 Elm St\nTestville")
    letter = write_letter(case, template, to, actor=worker, key="k", due_on=make.NOW.date())
    assert letter is not None
    address = f"{live_address}/staff/cases/{case.public_id}/letters/{letter.id}"
    db.session.commit()
    page = phone.new_page()
    page.goto(address)
    sheets = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type /Page\b", sheets)) == 1
    page.close()


def fill(case: ProblemCase, worker: User) -> tuple[int, int, int, str]:
    """Something of everything; the numbers of a person, a letter, a visit and a photo."""
    add_starters(actor=worker)
    tenant = make.make_participant(
        case=case, name="Rosa Vega", phone="585-555-0142", email="rosa@example.org", address="9 Elm St Apt 3",
        language="es", note="Best after six.", added_by=worker,
    )  # fmt: skip
    make.make_participant(
        case=case, name="", organization="Elm Street Holdings", role="owner", privacy=Privacy.EVERYONE
    )
    letter = make.make_letter(
        case=case, written_by=worker, recipient_address="9 Elm St\nTestville", body="Dear Pat Doe,\n\nPlease look."
    )
    visit = make.make_visit(case=case, visitor=worker)
    made = make.make_visit(
        case=case, visitor=worker, made_at=make.NOW, recorded_at=make.NOW,
        seen="Two of four lamps are out on the alley side.", conditions=["lighting", "litter", "graffiti"],
        next_step="Ask the utility for a date.",
    )  # fmt: skip
    pdf = read_paper(b"%PDF-1.7\n%%EOF\n")
    papers = keep_papers(
        case, [read_paper(photo("PNG", draw((400, 300)))), pdf], actor=worker, caption="Alley side", visit=made
    )
    return tenant.id, letter.id, visit.id, papers[0].id
