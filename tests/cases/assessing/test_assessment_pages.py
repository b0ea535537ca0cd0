"""The assessment's page, its part of the case page, and its paper, as people meet them."""

from collections.abc import Callable
from datetime import timedelta

import pypdfium2
import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from tests import factories as make
from tests.browsing import check_page
from tests.cases.assessing.assessed import assessed_case
from tests.cases.world import World, verbs_of
from tracker.cases.assessing.keeping import keep_assessment, kept_assessment
from tracker.cases.assessing.models import CarriedOut
from tracker.cases.assessing.noting import notes_of, write_note
from tracker.cases.models import ProblemCase
from tracker.cases.workload.following import followers_of
from tracker.extensions import db
from tracker.identifiers import new_identifier
from tracker.staff.models import Role, User

SignIn = Callable[..., User]
LONGEST = "Two lights, " * 50
SHOWN = (
    "Did it work?", "It probably helped", "Reports fell from 24 to 9", "<svg", "28 Oct 2025 to 27 Nov 2025",
    "The same season and weekdays a year", "the rest of Northeast", "Nothing is written down yet",
)  # fmt: skip
PRINTED = (
    "Testville", "100 block of Elm Street", "Graffiti", "opened 27 Nov 2025", "closed 15 Feb 2026", "24", "down 63 %",
    "Two lights went up.", "Yes, as planned", "So the response probably helped.", "Read this with care",
    "The baseline covers 120 days", "counted up to 15 Jun 2026",
)  # fmt: skip
CITIES = {"Ñuñoa": "Ñuñoa", "Łódź": "Łódź", "Αθήνα": "Αθήνα", "Рочестер": "Рочестер", "東京": "??"}
"""Names of cities, and how the paper prints them."""


def page(case: ProblemCase, action: str = "") -> str:
    """The address of a case's assessment, or of an action on it."""
    return f"/staff/cases/{case.public_id}/assessment{action}"


def fresh_case(world: World) -> ProblemCase:
    """A case on which nobody has done anything yet."""
    return make.make_case(rule=world.rule, public_id=new_identifier())


def note_form(case: ProblemCase, **fields: object) -> dict[str, object]:
    """The form of a note, filled."""
    usual = {"version": case.version, "key": "k1", "carried_out": "partly", "what_was_done": "Two lights."}
    return {f"note-{name}": value for name, value in (usual | fields).items()}


@pytest.mark.parametrize("role", [Role.AIDE, Role.SCHEDULER, Role.CONTACT])
def test_every_role_reads_and_only_those_who_work_cases_change(
    role: Role, world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = assessed_case(world)
    sign_in(role)
    answer = client.get(page(case))
    assert answer.status_code == 200
    for words in SHOWN:
        assert words in answer.text
    assert "style=" not in answer.text and "<script>" not in answer.text
    may = role is Role.CONTACT
    assert ("Keep this result" in answer.text, "Compare with something else" in answer.text) == (may, may)


def test_reading_keeps_nothing(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = assessed_case(world)
    sign_in(Role.SUPERVISOR)
    client.get(page(case))
    client.get(page(case, ".pdf"))
    assert kept_assessment(case) is None


def test_a_result_is_kept_once_however_often_the_form_arrives(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = assessed_case(world)
    sign_in(Role.CONTACT)
    form = {"reckon-version": case.version, "reckon-key": "k1"}
    for _ in range(2):
        assert client.post(page(case, "/reckon"), data=form).location == page(case)
    assert verbs_of(case).count("assessed") == 1
    text = client.get(page(case)).text
    assert "Kept 14 Aug 2026" in text and "Reckon it anew" in text
    story = client.get(f"/staff/cases/{case.public_id}").text
    assert "It probably helped" in story and "Reports fell from 24 to 9" in story


def test_the_case_page_says_what_to_do_before_anything_is_kept(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case, new = assessed_case(world, elsewhere=(0, 0)), fresh_case(world)
    sign_in()
    assert "Look whether it worked" in client.get(f"/staff/cases/{case.public_id}").text
    assert "Did it work?" not in client.get(f"/staff/cases/{new.public_id}").text


def test_another_comparison_is_reckoned_at_once(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = assessed_case(world)
    sign_in(Role.CONTACT)
    form = {"comparison-version": case.version, "comparison-key": "k1", "comparison-comparison": "city"}
    refused = client.post(page(case, "/comparison"), data=form)
    assert refused.status_code == 400 and "Say why" in refused.text
    assert client.post(page(case, "/comparison"), data=form | {"comparison-reason": "Alike."}).status_code == 302
    text = client.get(page(case)).text
    assert "With the rest of Testville" in text and "The whole city: Alike." in text
    wrong = form | {"comparison-comparison": "moon", "comparison-reason": "So.", "comparison-key": "k2"}
    assert client.post(page(case, "/comparison"), data=wrong).status_code == 400


def test_notes_are_kept_shown_and_gone_on_with(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = assessed_case(world)
    sign_in(Role.CONTACT)
    for _ in range(2):
        assert client.post(page(case, "/note"), data=note_form(case, plan="<b>No</b> fence.")).status_code == 302
    assert len(notes_of(case)) == 1
    text = client.get(page(case)).text
    assert "Plan carried out: in part" in text and "&lt;b&gt;No&lt;/b&gt; fence." in text and "<b>No" not in text
    assert 'value="partly" type="radio"' in text or "checked" in text


def test_a_case_that_is_not_closed_says_when_counting_starts(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = fresh_case(world)
    sign_in()
    text = client.get(page(case)).text
    assert "Too early to tell" in text and "The response goes on." in text
    assert "Too early to tell" in text_of(client.get(page(case, ".pdf")).data)


def test_a_note_against_an_older_version_is_refused_and_kept_in_the_form(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = assessed_case(world, elsewhere=(0, 0))
    sign_in(Role.CONTACT)
    stale = client.post(page(case, "/note"), data=note_form(case, version=case.version - 1, plan="My words."))
    assert stale.status_code == 409 and "My words." in stale.text and "Somebody changed this case" in stale.text
    for fields in ({"carried_out": "maybe"}, {"what_was_done": "x" * 601}):
        assert client.post(page(case, "/note"), data=note_form(case, **fields)).status_code == 400
    assert notes_of(case) == []


def text_of(paper: bytes) -> str:
    """What stands on a paper of one page."""
    document = pypdfium2.PdfDocument(paper)
    assert len(document) == 1
    text = document[0].get_textpage().get_text_range()
    return " ".join(text.replace("\u00a0", " ").split())


def test_the_paper_is_one_page_that_never_names_the_address(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = assessed_case(world, outcome="Spoke with Mrs. Secret of 117 Elm St.")
    write_note(case, carried_out=CarriedOut.WHOLLY, plan="Secret plan.", what_was_done="Two lights went up.",
               impressions="Secret impression.", actor=world.person)  # fmt: skip
    sign_in()
    answer = client.get(page(case, ".pdf"))
    assert answer.mimetype == "application/pdf" and answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == f"attachment; filename=assessment-{case.public_id}.pdf"
    text = text_of(answer.data)
    for words in (*PRINTED, case.public_id):
        assert words in text
    said = f"{text} {pypdfium2.PdfDocument(answer.data).get_metadata_dict()}"
    for secret in ("117 Elm", "Secret", world.person.display_name):
        assert secret not in said


def test_the_paper_shows_a_chart(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = assessed_case(world)
    sign_in()
    document = pypdfium2.PdfDocument(client.get(page(case, ".pdf")).data)
    picture = document[0].render(scale=1).to_pil().convert("RGB")
    assert picture.size == (612, 792)
    colors = {color: count for count, color in picture.getcolors(1 << 20)}
    assert colors[(11, 90, 102)] > 3_000, "the bars"
    assert any(abs(r - 192) < 25 and abs(g - 138) < 25 and b < 80 for r, g, b in colors), "the comparison"


def test_the_paper_knows_the_letters_of_many_cities(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    world.city.name = " ".join(CITIES)
    case = assessed_case(world, place=(0, 0), elsewhere=(0, 0))
    sign_in()
    text = text_of(client.get(page(case, ".pdf")).data)
    assert all(printed in text for printed in CITIES.values())


def test_the_paper_stays_one_page_and_hides_places_without_a_label(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = assessed_case(world, ring=(3, 3), public_label=None, is_worked=False)
    case.center.name = "The Very Long Name of a Center That Serves the Hills beyond the River, and More Besides"
    make.make_case(rule=world.rule, opened_at=case.opened_at - timedelta(days=300))
    write_note(case, carried_out=CarriedOut.PARTLY, plan="", what_was_done=LONGEST[:600], impressions="",
               actor=world.person)  # fmt: skip
    sign_in()
    paper = client.get(page(case, ".pdf")).data
    assert "A place in The Very Long Name" in text_of(paper)
    lowest = bottom_of(paper)
    assert lowest < 790


def bottom_of(paper: bytes) -> int:
    """How far down the page something is printed, in points."""
    page_ = pypdfium2.PdfDocument(paper)[0].render(scale=1).to_pil().convert("L")
    return int(page_.point(lambda shade: 255 * (shade < 250)).getbbox()[3])


@pytest.mark.browser
def test_the_pages_work_in_a_browser(
    world: World, client: FlaskClient, sign_in: SignIn, chromium: Browser, live_address: str
) -> None:
    case = assessed_case(world, ring=(14, 16), belt=(30, 31))
    keep_assessment(case, world.person)
    write_note(case, carried_out=CarriedOut.PARTLY, plan="No fence.", what_was_done="Lights.", impressions="Quiet.",
               actor=world.person)  # fmt: skip
    sign_in(Role.SUPERVISOR)
    db.session.commit()
    cookies = {cookie.key: cookie.value for cookie in client._cookies.values()}
    for address in (page(case), f"/staff/cases/{case.public_id}"):
        check_page(chromium, live_address + address, cookies)


def test_whom_a_note_mentions_is_told_once_although_the_note_is_gone_on_with(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case, bob = world.case(), make.make_user(sign_in_name="bob", display_name="Bob Sill")
    sign_in(Role.CONTACT)
    answer = client.post(page(case, "/note"), data=note_form(case, plan="@bob No fence."), follow_redirects=True)
    assert "Told: Bob Sill." in answer.text
    db.session.expire_all()
    more = note_form(case, plan="@bob No fence.", impressions="Quiet.", key="another", version=case.version)
    assert "Told:" not in client.post(page(case, "/note"), data=more, follow_redirects=True).text
    assert verbs_of(case).count("mentioned") == 1 and [row.user_id for row in followers_of(case)] == [bob.id]
