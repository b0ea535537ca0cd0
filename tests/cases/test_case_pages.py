"""The case page and what people do on it, as a browser meets it."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories as make
from tests.cases.world import FAR, World, calls_in, verbs_of
from tracker.calls.models import ServiceRequest
from tracker.cases.assigning import assign_case
from tracker.cases.case_page import LINKS_SHOWN
from tracker.cases.models import CaseCall, CaseStatus, ProblemCase
from tracker.extensions import db
from tracker.staff.models import LogEntry, Role, User
from tracker.staff.permissions import OFFICE

SignIn = Callable[..., User]
LIST = "/staff/cases"


def page(case: ProblemCase, action: str = "") -> str:
    """The address of a case's page, or of an action on it."""
    return f"{LIST}/{case.public_id}{'/' + action if action else ''}"


def newest(case: ProblemCase) -> ProblemCase:
    """The case as the database has it now."""
    db.session.expire_all()
    return case


@pytest.mark.parametrize("role", sorted(OFFICE))
def test_list_and_page_open_for_every_role(role: Role, world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    sign_in(role)
    assert case.address in client.get(LIST).text
    answer = client.get(page(case))
    assert answer.status_code == 200
    for words in (case.public_id, "Where", "Linked calls", "History", "Opened by rule version 1", "<svg"):
        assert words in answer.text
    assert "style=" not in answer.text and "<script>" not in answer.text


def test_a_number_typed_badly_still_leads_to_the_case(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    sign_in()
    answer = client.get(f"{LIST}/{case.public_id.lower().replace('-', '')}")
    assert answer.status_code == 302 and answer.location == page(case)
    assert client.get(f"{LIST}/NO-SUCH").status_code == 404


def test_actions_are_offered_to_those_who_may(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    offers = ("Write a note", "Link a call", "Merge into another case", "Close it", "Dismiss", "Assign")
    seen = {}
    for role in (Role.SCHEDULER, Role.AIDE, Role.CONTACT, Role.SUPERVISOR):
        sign_in(role)
        text = client.get(page(case)).text
        seen[role] = [f"<summary>{offer}" in text for offer in offers]
    assert seen[Role.SCHEDULER] == [False] * 6
    assert seen[Role.AIDE] == [True, True, False, False, False, False]
    assert seen[Role.CONTACT] == [True, True, True, True, True, False]
    assert seen[Role.SUPERVISOR] == [True] * 6


def test_what_callers_said_is_shown_as_text(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    make.make_case_call(case=case, call=world.call(address="<script>alert(1)</script>"), reason="<b>why</b>")
    sign_in()
    text = client.get(page(case)).text
    assert "<script>alert" not in text and "&lt;script&gt;alert(1)" in text and "<b>why" not in text


def test_a_note_is_kept_once_however_often_it_is_sent(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    sign_in()
    form = {"note-version": case.version, "note-reason": "A blue door.", "note-key": "k1"}
    assert client.post(page(case, "note"), data=form).status_code == 302
    assert client.post(page(case, "note"), data=form).status_code == 302
    assert verbs_of(case).count("noted") == 1
    assert "A blue door." in client.get(page(case)).text


def test_an_empty_note_is_refused_with_the_page(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    sign_in()
    answer = client.post(page(case, "note"), data={"note-version": case.version, "note-reason": " "})
    assert answer.status_code == 400 and "write something first" in answer.text


def test_the_second_of_two_edits_is_refused_and_keeps_what_was_typed(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = world.case()
    sign_in(Role.CONTACT)
    seen = case.version
    form = {"close-version": seen, "close-outcome": "solved", "close-reason": "Painted.", "close-days": 90}
    first = client.post(page(case, "close"), data=form)
    assert first.status_code == 302 and newest(case).status is CaseStatus.CLOSED
    text = "This is a mural, I asked the owner myself."
    second = client.post(page(case, "dismiss"), data={"dismiss-version": seen, "dismiss-reason": text})
    assert second.status_code == 409
    assert "Somebody changed this case" in second.text and text in second.text
    assert "Closed (the calls have stopped), watched for 90 days. Painted." in second.text, "it says what stands now"
    assert newest(case).status is CaseStatus.CLOSED
    again = client.post(page(case, "dismiss"), data={"dismiss-version": case.version, "dismiss-reason": text})
    assert again.status_code == 302 and newest(case).status is CaseStatus.DISMISSED


def test_a_form_without_its_version_changes_nothing(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    sign_in(Role.CONTACT)
    assert client.post(page(case, "dismiss"), data={"dismiss-reason": "None."}).status_code == 400
    assert newest(case).status is CaseStatus.OPEN


def test_two_aides_link_one_call_and_the_second_is_told(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    one, other = world.case(), world.case(north=FAR)
    call = world.call(0, north=2 * FAR)
    world.take()
    for case, status in ((one, 302), (other, 409)):
        sign_in()
        form = {"link-version": case.version, "link-number": call.service_request_id, "link-reason": "Same tag."}
        answer = client.post(page(case, "link"), data=form)
        assert answer.status_code == status
    assert "by hand" in answer.text and "Same tag." in answer.text
    assert call.id in calls_in(newest(one))


def test_a_refused_form_names_what_came_between_only_if_somebody_was_first(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = world.case()
    sign_in(Role.CONTACT)
    form = {"link-version": case.version, "link-number": "NOPE"}
    assert "The newest entry in its history" not in client.post(page(case, "link"), data=form).text
    note = {"note-version": case.version, "note-reason": "I was there.", "note-key": "k1"}
    assert client.post(page(case, "note"), data=note).status_code == 302
    text = client.post(page(case, "link"), data=form).text
    assert "The newest entry in its history: I was there." in text


def test_the_form_for_another_owner_shows_the_present_one(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    contact = make.make_contact(families=[case.family])
    assign_case(case, contact=contact, reason="By turns.", actor=make.make_user(role=Role.SUPERVISOR))
    sign_in(Role.SUPERVISOR)
    assert f'<option selected value="{contact.id}">' in client.get(page(case)).text


def test_a_call_that_nobody_knows_is_not_linked(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    sign_in()
    answer = client.post(page(case, "link"), data={"link-version": case.version, "link-number": "NOPE"})
    assert answer.status_code == 400 and "There is no call NOPE" in answer.text and 'value="NOPE"' in answer.text


def test_taking_a_call_out_wants_a_reason_and_keeps_it(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case((-3, -2, -1, 0))
    link = db.session.scalars(select(CaseCall).where(CaseCall.case_id == case.id).limit(1)).one()
    sign_in()
    address = page(case, f"calls/{link.id}/unlink")
    refused = client.post(address, data={"version": case.version, "reason": ""})
    assert refused.status_code == 400 and "Write a reason" in refused.text
    assert client.post(address, data={"version": case.version, "reason": "A mural."}).status_code == 302
    text = client.get(page(case)).text
    assert "1 that was linked before" in text and "A mural." in text
    again = client.post(address, data={"version": newest(case).version, "reason": "A mural."})
    assert again.status_code == 409 and "taken out of the case already" in again.text


def test_agreeing_with_a_link_shows_and_does_not_touch(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    link = db.session.scalars(select(CaseCall).where(CaseCall.case_id == case.id).limit(1)).one()
    sign_in()
    answer = client.post(page(case, f"calls/{link.id}/agree"), data={"version": case.version}, follow_redirects=True)
    assert "Agreed" in answer.text and not newest(case).is_touched
    elsewhere = world.case(north=FAR)
    wrong = client.post(page(elsewhere, f"calls/{link.id}/agree"), data={"version": elsewhere.version})
    assert wrong.status_code == 400 and "not in this case" in wrong.text


def test_an_owner_accepts_and_hands_back(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    contact = make.make_contact()
    case = world.case()
    sign_in(user=contact.user)
    assert "Accept this case" in client.get(page(case)).text
    assert client.post(page(case, "accept"), data={"accept-version": case.version}).status_code == 302
    text = client.get(page(case)).text
    assert "Accept this case" not in text and "Accepted by its contact." in text
    form = {"hand-back-version": newest(case).version, "hand-back-reason": "I live there."}
    assert client.post(page(case, "hand-back"), data=form).status_code == 302
    assert "I live there." in client.get(page(case)).text and newest(case).contact is None


def test_a_supervisor_assigns_and_reassigns(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    contact = make.make_contact()
    sign_in(Role.SUPERVISOR)
    form = {"assign-version": case.version, "assign-contact": contact.id, "assign-reason": "She knows the street."}
    assert client.post(page(case, "assign"), data=form).status_code == 302
    assert newest(case).contact_id == contact.id and "She knows the street." in client.get(page(case)).text
    same = {**form, "assign-version": case.version}
    assert "there already" in client.post(page(case, "assign"), data=same).text
    back = {**form, "assign-version": case.version, "assign-contact": 0}
    assert client.post(page(case, "assign"), data=back).status_code == 302
    assert newest(case).contact is None


def test_merge_close_and_reopen_go_through_the_page(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    one, other = world.case(), world.case(north=FAR)
    sign_in(Role.CONTACT)
    form = {"merge-version": one.version, "merge-number": other.public_id, "merge-reason": "One crew."}
    assert client.post(page(one, "merge"), data=form).location == page(other)
    text = client.get(page(one)).text
    assert "It goes on in case" in text and other.public_id in text and "Close it" not in text
    form = {"close-version": newest(other).version, "close-outcome": "solved"}
    form |= {"close-reason": "Painted.", "close-days": 30}
    assert client.post(page(other, "close"), data=form).status_code == 302
    form = {"reopen-version": newest(other).version, "reopen-reason": "It is back."}
    assert client.post(page(other, "reopen"), data=form).status_code == 302
    assert newest(other).status is CaseStatus.OPEN
    late = {"reopen-version": other.version, "reopen-reason": "Again."}
    assert client.post(page(other, "reopen"), data=late).status_code == 409


def test_no_case_is_opened_under_a_family_that_nobody_chose(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in()
    first = client.get(f"{LIST}/new").text
    assert first.index("Choose a family") < first.index(world.family.name)
    form = {"family": 0, "lat": 42.35, "long": -71.06, "reason": "I saw it.", "key": "k8"}
    refused = client.post(f"{LIST}/new", data=form)
    assert refused.status_code == 400 and "Choose a family." in refused.text and "I saw it." in refused.text


def test_a_case_is_opened_by_hand_once(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in()
    assert client.get(f"{LIST}/new?family={world.family.id}&address=Elm").status_code == 200
    form = {"family": world.family.id, "lat": 42.35, "long": -71.06, "reason": "I saw it.", "key": "k9"}
    first, second = (client.post(f"{LIST}/new", data=form) for _ in range(2))
    assert first.status_code == second.status_code == 302 and first.location == second.location
    assert len(db.session.scalars(select(ProblemCase)).all()) == 1
    entry = db.session.scalars(select(LogEntry).where(LogEntry.verb == "opened")).one()
    assert entry.text == "Opened by hand: I saw it."


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"address": "Nowhere at all"}, "Nothing known is called"),
        ({}, "Give an address, or both latitude and longitude"),
        ({"lat": "10", "long": "10"}, "outside Testville"),
        ({"lat": "x", "long": "10"}, "Not a valid float value"),
        ({"address": "12 Elm St", "reason": ""}, "Write a reason"),
    ],
)
def test_what_cannot_be_opened_is_refused_with_what_was_typed(
    values: dict[str, str], words: str, world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    make.make_address(key="12 ELM ST", display="12 Elm St", number=12)
    sign_in()
    form = {"family": world.family.id, "reason": "I saw it.", "key": "k", **values}
    answer = client.post(f"{LIST}/new", data=form)
    assert answer.status_code == 400 and words in answer.text
    assert values.get("address", "") in answer.text
    assert db.session.scalars(select(ProblemCase)).all() == []


def test_any_place_answers_why_it_is_no_case(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    make.make_address(key="12 ELM ST", display="12 Elm St", number=12)
    world.call()
    world.take()
    sign_in()
    assert "Name a place" in client.get("/staff/why").text
    text = client.get(f"/staff/why?family={world.family.id}&address=12+elm+street").text
    assert "a case needs weight 3 on 1 day. Missing: weight 2 more." in text and "Open a case here by hand" in text
    wrong = client.get(f"/staff/why?family={world.family.id}&address=nowhere")
    assert wrong.status_code == 400 and "Nothing known is called" in wrong.text


def test_addresses_are_offered_while_one_types(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    make.make_address(key="12 ELM ST", display="12 Elm St", number=12)
    sign_in()
    offers = client.get("/staff/addresses?q=12+el").json
    assert [offer["address"] for offer in offers] == ["12 Elm St"]
    assert client.get("/staff/addresses").json == []


def test_earlier_and_nearby_cases_are_shown(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    case = world.case()
    same, near = make.make_case(), make.make_case(lat=make.ORIGIN[0] + 0.0009)
    far = make.make_case(lat=make.ORIGIN[0] + FAR)
    sign_in()
    text = client.get(page(case)).text
    assert "At the same place" in text and "100 m away" in text
    assert [case.public_id in text for case in (same, near, far)] == [True, True, False]


def test_a_long_case_pages_its_calls_and_opens_at_the_one_that_was_refused(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = world.case(days=[-number / 10 for number in range(LINKS_SHOWN + 5)])
    sign_in()
    first, second = client.get(page(case)).text, client.get(f"{page(case)}?calls=2").text
    assert "Page 1 of 2" in first and "Older calls" in first and "Newer calls" not in first
    assert (first.count('<tr id="link-'), second.count('<tr id="link-')) == (LINKS_SHOWN, 5)
    assert f"and {case.call_count} calls at" in first, "the plan shows them all"
    assert client.get(f"{page(case)}?calls=999").text.count('<tr id="link-') == 5
    by_age = select(CaseCall).join(CaseCall.call).order_by(ServiceRequest.requested_datetime)
    oldest = db.session.scalars(by_age).first()
    assert oldest is not None
    refused = client.post(f"{page(case)}/calls/{oldest.id}/unlink", data={"version": case.version, "reason": " "})
    assert refused.status_code == 400 and f'id="link-{oldest.id}"' in refused.text
