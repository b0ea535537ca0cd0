"""The pages of scanning and analysis, and how a phase is changed on them, as a browser meets them."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from playwright.sync_api import Browser

from tests import factories as make
from tests.browsing import check_page
from tests.cases.world import World, verbs_of
from tracker.cases.closing import close_case
from tracker.cases.models import CaseStatus, ProblemCase, SaraPhase
from tracker.cases.sara.analyzing import PARTS, analysis_of
from tracker.cases.sara.cheers import Element
from tracker.cases.sara.scanning import scan_of
from tracker.extensions import db
from tracker.staff.models import Role, User
from tracker.staff.sessions import cookie_name, start_session

SignIn = Callable[..., User]


def page(case: ProblemCase, part: str = "") -> str:
    """The address of a case's page or of one about it."""
    return f"/staff/cases/{case.public_id}{part}"


def newest(case: ProblemCase) -> ProblemCase:
    """The case as the database has it now."""
    db.session.expire_all()
    return case


def answers(said: str = "yes", *, seen: int = 0, **values: str) -> dict[str, object]:
    """The form of the six questions."""
    filled = {f"{element.value}_answer": said for element in Element}
    return {**filled, "seen": seen, "goes_on_because": "", **values}


def move(case: ProblemCase, to: str, reason: str = "") -> dict[str, object]:
    """The form of a change of phase."""
    return {"phase-version": case.version, "phase-to": to, "phase-reason": reason}


def analysis(*, seen: int = 0, **values: str) -> dict[str, object]:
    """The form of the analysis."""
    return {**dict.fromkeys(PARTS, ""), "seen": seen, **values}


def test_a_case_is_led_from_scanning_to_response_and_back(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    sign_in(Role.CONTACT)
    text = client.get(page(case)).text
    assert "Answer the six questions" in text and "Write the analysis" in text
    assert "Before it goes on to analysis:" in text and "Go on to analysis" not in text
    kept = client.post(page(case, "/scanning"), data=answers(harm_words="Broken\r\nglass."), follow_redirects=True)
    assert "Your answers are kept." in kept.text and "Broken\nglass." in kept.text and "Go on to analysis" in kept.text
    go = move(newest(case), "analysis")
    moved = client.post(page(case, "/phase"), data=go, follow_redirects=True)
    assert "The case is in analysis now." in moved.text and moved.request.path == page(case, "/analysis")
    wrote = analysis(offender="Youths", hypothesis="Nobody looks after the yard.")
    assert "The analysis is kept." in client.post(page(case, "/analysis"), data=wrote, follow_redirects=True).text
    go = move(newest(case), "response")
    assert client.post(page(case, "/phase"), data=go).location == page(case)
    text = client.get(page(case)).text
    assert "Nobody looks after the yard." in text and "6 of 6 answered" in text and "Youths" in text
    back = move(newest(case), "scanning", "Two problems in one.")
    assert client.post(page(case, "/phase"), data=back).location == page(case, "/scanning")
    assert newest(case).phase is SaraPhase.SCANNING
    assert "Back to scanning, from response: Two problems in one." in client.get(page(case)).text


def test_a_refused_change_of_phase_says_what_is_missing_and_keeps_what_was_typed(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = world.case()
    sign_in(Role.CONTACT)
    go = move(case, "analysis")
    refused = client.post(page(case, "/phase"), data=go)
    assert refused.status_code == 400 and "not answered yet: community, harm" in refused.text
    assert client.post(page(case, "/phase"), data=go | {"phase-to": "response"}).status_code == 409
    assert client.post(page(case, "/phase"), data=go | {"phase-to": "nowhere"}).status_code == 400
    case.phase = SaraPhase.RESPONSE
    stale = move(case, "scanning", "It is two problems.") | {"phase-version": case.version + 5}
    refused = client.post(page(case, "/phase"), data=stale)
    assert refused.status_code == 409 and "It is two problems." in refused.text and "Somebody changed" in refused.text
    assert newest(case).phase is SaraPhase.RESPONSE and verbs_of(case) == ["opened"]
    case.status = CaseStatus.DISMISSED
    late = client.post(page(case, "/phase"), data=move(case, "scanning", "It is two problems."))
    assert late.status_code == 409 and "It is two problems." in late.text and "Go back" not in late.text
    case.status, case.phase = CaseStatus.OPEN, SaraPhase.SCANNING
    late = client.post(page(case, "/phase"), data=move(case, "scanning", "It is two problems."))
    assert late.status_code == 409 and "It is two problems." in late.text, "a colleague took it back first"


def test_the_second_of_two_who_answer_sees_what_stands_and_loses_nothing(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = world.case()
    sign_in(Role.CONTACT)
    assert client.post(page(case, "/scanning"), data=answers(harm_words="Glass.")).status_code == 302
    late = client.post(page(case, "/scanning"), data=answers("no", harm_words="No harm at all."))
    assert late.status_code == 409 and "No harm at all." in late.text
    assert "Now it is: Glass." in late.text and "Now it is: Yes" in late.text
    knowing = answers("no", seen=1, harm_words="No harm at all.")
    assert client.post(page(case, "/scanning"), data=knowing).status_code == 302
    answer = scan_of(newest(case)).answers[Element.HARM]
    assert (answer.is_met, answer.words) == (False, "No harm at all.")
    assert "is no: dismiss the case, or say why it goes on although" in client.get(page(case, "/scanning")).text


def test_the_second_of_two_who_write_sees_what_stands_and_loses_nothing(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = world.case()
    sign_in(Role.CONTACT)
    assert client.post(page(case, "/analysis"), data=analysis(hypothesis="The lamp.")).status_code == 302
    late = client.post(page(case, "/analysis"), data=analysis(hypothesis="The bar.", place="Yard"))
    assert late.status_code == 409 and "The bar." in late.text and 'value="Yard"' in late.text
    assert "Now it is: The lamp." in late.text and 'name="seen" type="hidden" value="1"' in late.text
    assert client.post(page(case, "/analysis"), data=analysis(seen=1, hypothesis="The bar.")).status_code == 302
    text = client.get(page(case, "/analysis")).text
    assert "1 earlier version" in text and "The lamp." in text


def test_a_form_whose_version_was_tampered_with_changes_nothing(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = world.case()
    sign_in(Role.CONTACT)
    for seen in ("", "x", "-1", "²", "9" * 30):
        for part, form in (("/scanning", answers()), ("/analysis", analysis(place="Yard"))):
            refused = client.post(page(case, part), data=form | {"seen": seen})
            assert refused.status_code == 400 and "Reload the page" in refused.text, seen
    assert scan_of(case).row is None and analysis_of(case) is None


def test_words_that_are_too_long_are_given_back(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    sign_in(Role.CONTACT)
    refused = client.post(page(case, "/analysis"), data=analysis(place="y" * 201))
    assert refused.status_code == 400 and "A few words are enough here" in refused.text and "y" * 201 in refused.text


def test_what_was_found_is_read_only_for_a_closed_or_lapsed_case_and_for_those_who_may_not(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    lapsed, closed = world.case((-200, -199, -198), north=0.01), world.case()
    make.make_scan(case=closed)
    make.make_analysis(case=closed, place="<b>Yard</b>")
    close_case(closed, outcome="Painted.", actor=world.person)
    sign_in(Role.CONTACT)
    for part in ("/scanning", "/analysis"):
        shown = {case.id: client.get(page(case, part)).text for case in (lapsed, closed)}
        assert "The case has lapsed" in shown[lapsed.id] and "The case is closed" in shown[closed.id]
        assert all('name="seen"' not in text and "Go back</summary>" not in text for text in shown.values())
    assert "&lt;b&gt;Yard&lt;/b&gt;" in client.get(page(closed, "/analysis")).text
    assert "Look at the scanning" in client.get(page(lapsed)).text
    late = client.post(page(closed, "/scanning"), data=answers("no", seen=1, harm_words="I typed this."))
    assert late.status_code == 409 and "I typed this." in late.text and "reopen it first" in late.text
    sign_in(Role.SCHEDULER)
    text = client.get(page(world.case(north=0.02), "/scanning")).text
    assert "Contacts and supervisors work on this." in text and 'name="seen"' not in text


def test_hours_and_places_of_the_calls_are_tables_with_counts(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    for week in range(12):
        world.call(-7 * week / 4, address="1 Elm St")
    for day in (-3, -2):
        world.call(day + 0.3, address="9 Oak Ave", address_key="9 OAK AVE")
    case = world.case((0,))
    sign_in()
    text = client.get(page(case, "/analysis")).text
    assert 'class="heat-4"' in text and "style=" not in text and "9 Oak Ave" in text and "% added up" in text


@pytest.mark.browser
def test_scanning_and_analysis_look_right(app: Flask, world: World, chromium: Browser, live_address: str) -> None:
    case = world.case((-9, -8, -2.3, -1.3, -1, 0, 0.2, 0.3, 1, 2, 3, 4))
    make.make_scan(case=case)
    make.make_analysis(case=case, offender="Young people after the last bus", place="The yard behind the " + "y" * 90)
    case.phase = SaraPhase.ANALYSIS
    cookies = {cookie_name(app.config["SETTINGS"]): start_session(make.make_user(role=Role.CONTACT))}
    db.session.commit()
    for part in ("/scanning", "/analysis", ""):
        check_page(chromium, live_address + page(case, part), cookies)
