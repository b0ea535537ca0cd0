"""The pages of the workload in a real browser: both widths, light and dark, axe; ticking and dragging."""

from datetime import timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser

from tests import factories as make
from tests.browsing import check_page
from tracker.cases.assigning import accept_case, assign_case
from tracker.cases.decisions import add_note
from tracker.cases.models import Contact, ProblemCase, SaraPhase
from tracker.cases.workload.bulk import as_they_stand, assign_each, do_for_each
from tracker.cases.workload.following import follow_case
from tracker.cases.workload.handing_over import Terms, hand_over
from tracker.cases.workload.models import BulkWork
from tracker.cases.workload.snoozing import snooze_case
from tracker.clock import utc_now
from tracker.extensions import db
from tracker.identifiers import new_identifier
from tracker.places.city import city_today
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

pytestmark = pytest.mark.browser


class Office:
    """A center with two contacts, a supervisor, and a case for every section of a caseload."""

    def __init__(self) -> None:
        make.make_city(is_live=True)
        center = make.make_area(name="Northeast Service Center")
        self.rule = make.make_rule(family=make.make_family(name="Illegal dumping"))
        self.lead = make.make_user(role=Role.SUPERVISOR, display_name="Lee Moreno", email="lee@example.org")
        ana = make.make_user(role=Role.CONTACT, display_name="Ana Whitfield", sign_in_name="ana")
        self.ana = make.make_contact(center=center, user=ana)
        self.bo = make.make_contact(center=center, user=make.make_user(role=Role.CONTACT, display_name="Bo Castellano"))
        self.cases = [
            self.case(number, priority, street)
            for number, (priority, street) in enumerate(
                [(1, "1418 Lakeside Avenue"), (2, "77 Elm Street"), (3, "210 North Clinton Avenue & Oak Street"),
                 (3, "9 Park Row"), (5, "500 Main Street"), (4, "32 Willow Lane")]
            )
        ]  # fmt: skip
        today = city_today()
        make.make_task(case=self.cases[0], owner=ana, due_on=today - timedelta(days=4), title="Call the landlord back")
        make.make_task(case=self.cases[4], owner=ana, due_on=today + timedelta(days=9), title="Look at the lot again")
        self.cases[1].recurred_at, self.cases[1].phase = utc_now(), SaraPhase.SCANNING
        snooze_case(self.cases[2], until=today + timedelta(days=20), reason="The lot is sold by then.", actor=ana)
        follow_case(self.cases[0], self.lead)
        add_note(self.cases[0], text="The landlord wants a letter first.", actor=ana)
        self.waiting = make.make_case(
            rule=self.rule, public_id=new_identifier(), queue="center", center=center, is_touched=True,
            address="61 Harbor Street",
        )  # fmt: skip

    def case(self, number: int, priority: int, address: str) -> ProblemCase:
        case = make.make_case(
            rule=self.rule, public_id=new_identifier(), priority=priority, address=address, center=self.ana.center
        )
        assign_case(case, contact=self.ana, reason="Hers.", actor=self.lead)
        if number:
            accept_case(case, self.ana.user)
        return case

    def report_id(self) -> int:
        """A report with something done and something refused."""
        for_her = assign_each(lambda _: self.ana, "Knows the street.", self.lead)
        selection = as_they_stand([self.waiting.id, self.cases[3].id])
        return do_for_each(selection, for_her, title="Assign to Ana", actor=self.lead, key="report").id

    def letters_id(self) -> int:
        """The report of a letter that was kept for a case."""
        letter = make.make_letter(case=self.cases[0])
        row = {"id": letter.case_id, "case": letter.case.public_id, "address": letter.case.address, "done": True}
        report = [{**row, "words": "1 letter to be printed.", "letters": [letter.id]}]
        work = BulkWork(key="letters", title="Letter: Notice", by_id=self.lead.id, report=report)
        db.session.add(work)
        db.session.flush()
        return work.id

    def cover(self, taker: Contact) -> None:
        """One of her cases is covered by somebody else."""
        terms = Terms(city_today() + timedelta(days=10), with_tasks=True, reason="Leave.")
        chosen = as_they_stand([self.cases[5].id])
        hand_over(self.ana, chosen, {self.cases[5].id: taker}, terms, actor=self.lead, key="cover")


@pytest.fixture
def office(app: Flask, database: object) -> Office:
    """The office on a fresh database."""
    return Office()


def cookies_of(app: Flask, user: User) -> dict[str, str]:
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(user)}
    db.session.commit()
    return cookies


def test_every_page_of_the_workload_passes(app: Flask, office: Office, live_address: str, chromium: Browser) -> None:
    office.cover(office.bo)
    report = office.report_id()
    cookies = cookies_of(app, office.lead)
    chosen = "&".join(f"case={one}" for one in as_they_stand(case.id for case in office.cases))
    letters = office.letters_id()
    pages = [
        "", f"/cases/bulk/letters?{chosen}", f"/cases/bulk/{letters}/letters",
        f"/caseload?contact={office.ana.id}", "/caseload", f"/caseload?contact={office.ana.id}&section=snoozed",
        "/board", "/board?by=phase", f"/cases/bulk?{chosen}", "/cases/bulk", f"/cases/bulk/{report}",
        f"/cases/{office.cases[2].public_id}/snooze", f"/cases/{office.cases[5].public_id}",
        f"/contacts/{office.ana.user_id}/hand-over", f"/contacts/{office.bo.user_id}", "/news", "/account", "/cases",
    ]  # fmt: skip
    db.session.commit()
    for page in pages:
        check_page(chromium, f"{live_address}/staff{page}", cookies)


def test_cases_are_ticked_and_a_card_is_dragged(
    app: Flask, office: Office, live_address: str, chromium: Browser
) -> None:
    ana, bo, dragged, chosen = office.ana.id, office.bo.id, office.cases[1].id, office.cases[3].id
    context = chromium.new_context(service_workers="block")
    for name, value in cookies_of(app, office.lead).items():
        context.add_cookies([{"name": name, "value": value, "url": live_address}])
    db.session.rollback()  # on SQLite whoever has begun anything keeps the server from writing
    page = context.new_page()
    page.goto(f"{live_address}/staff/caseload?contact={ana}")
    page.get_by_role("button", name="Select all on this page").click()
    assert page.get_by_text("6 selected.").is_visible()
    page.get_by_label("Select 77 Elm Street", exact=False).uncheck()
    page.get_by_role("button", name="Work on the selected").click()
    assert page.get_by_role("heading", name="5 cases selected").is_visible()
    page.goto(f"{live_address}/staff/board")
    card = page.locator(f"#card-{dragged}")
    card.drag_to(page.locator(f"[data-to='{bo}']"))
    page.get_by_text("77 Elm Street is now with Bo Castellano.").wait_for()
    card = page.locator(f"#card-{chosen}")  # the same without a mouse
    card.locator("summary").press("Enter")
    card.locator("select").select_option(label="Bo Castellano")
    card.locator("button").press("Enter")
    page.get_by_text("9 Park Row is now with Bo Castellano.").wait_for()
    page.goto(f"{live_address}/staff/board?by=phase")
    page.locator(f"#card-{chosen}").drag_to(page.locator("[data-to='analysis']"))
    page.get_by_text("Before analysis:").wait_for()  # the gate, in words
    context.close()
