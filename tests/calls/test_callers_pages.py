"""The pages of callers: looked up, corrected, called back, merged and parted, and every reading left in the audit."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories as make
from tests.cases.conftest import world as world  # the small city, as a fixture of this file too
from tests.cases.world import World, calls_in
from tracker.calls.models import Caller, CallerMerge, ServiceRequest
from tracker.extensions import db
from tracker.staff.models import AuditEntry, LogEntry, Role, User

SignIn = Callable[..., User]
CALLERS = "/staff/callers"


def fresh(caller: Caller) -> Caller:
    """The caller as the database has her now."""
    db.session.expire_all()
    return caller


def test_a_caller_shows_her_calls_and_cases_and_her_reading_is_audited(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    caller = make.make_caller(name="Ann Lee", phone="585-555-0142", language="vi", wants_call_back="After five")
    make.make_caller(name="Bob Lee", phone="5855550142")
    case = world.case()
    call = db.session.get_one(ServiceRequest, min(calls_in(case)))
    call.caller_id = caller.id
    user = sign_in()
    text = client.get(f"{CALLERS}/{caller.id}").text
    for shown in (
        "Ann Lee",
        "585-555-0142",
        "Vietnamese",
        "After five",
        case.address,
        call.service_request_id,
        "Bob Lee",
    ):
        assert shown in text
    audit = db.session.scalars(select(AuditEntry)).one()
    assert (audit.action, audit.object, audit.actor_id) == ("read caller", f"caller {caller.id}", user.id)


@pytest.mark.parametrize("role", list(Role))
def test_callers_are_only_for_roles_that_may_see_them(
    role: Role, world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    caller = make.make_caller(name="Ann Lee")
    call = world.call(caller_id=caller.id)
    sign_in(role)
    allowed = role in {Role.AIDE, Role.CONTACT, Role.SUPERVISOR, Role.ADMINISTRATOR}
    for page in (CALLERS, f"{CALLERS}/{caller.id}"):
        assert client.get(page).status_code == (200 if allowed else 403)
    page = client.get(f"/staff/calls/{call.service_request_id}").text
    assert ("Who called" in page) == allowed and "Ann Lee" not in page


def test_a_look_up_says_what_is_wrong_with_a_phone_and_who_waits(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    make.make_caller(name="Ann Lee", phone="585-555-0142", wants_call_back="Tomorrow")
    sign_in()
    assert "A phone number has no letters" in client.get(f"{CALLERS}?q=585-55S-0142").text
    assert "Nobody is known by that" in client.get(f"{CALLERS}?q=585-555-0100").text
    for typed in ("585-555-0142", "0142", "ann"):
        assert "Callers found" in client.get(f"{CALLERS}?q={typed}").text
    assert "Tomorrow" in client.get(CALLERS).text
    assert client.get(f"{CALLERS}/999999").status_code == 404


def test_a_correction_is_made_once_and_against_what_was_seen(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    caller = make.make_caller(name="Ann", phone="585-555-0142")
    sign_in()
    data = {"change-seen": 0, "change-name": "Ann Lee", "change-phone": "585-555-0100", "change-language": "es"}
    assert client.post(f"{CALLERS}/{caller.id}/change", data=data).status_code == 302
    assert (fresh(caller).name, caller.phone_digits, caller.language) == ("Ann Lee", "15855550100", "es")
    late = client.post(f"{CALLERS}/{caller.id}/change", data={**data, "change-name": "Anne"})
    assert late.status_code == 409 and "meanwhile" in late.text and 'value="Anne"' in late.text
    assert fresh(caller).name == "Ann Lee"


def test_letters_in_a_phone_are_refused_and_what_was_typed_stays(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    caller = make.make_caller(name="Ann", phone="585-555-0142")
    sign_in()
    data = {"change-seen": 0, "change-name": "Ann Lee", "change-phone": "call me", "change-language": "en"}
    answer = client.post(f"{CALLERS}/{caller.id}/change", data=data)
    assert answer.status_code == 400
    assert "no letters" in answer.text and 'value="call me"' in answer.text and 'value="Ann Lee"' in answer.text
    assert fresh(caller).name == "Ann"


def test_a_note_sent_twice_is_written_once(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    caller = make.make_caller()
    sign_in()
    for _ in range(2):
        data = {"note-key": "abc", "note-text": "Speaks slowly"}
        assert client.post(f"{CALLERS}/{caller.id}/note", data=data).status_code == 302
    notes = db.session.scalars(select(LogEntry).where(LogEntry.verb == "noted")).all()
    assert [note.text for note in notes] == ["Speaks slowly"]
    assert client.post(f"{CALLERS}/{caller.id}/note", data={"note-text": " "}).status_code == 400


def test_a_wish_to_be_called_back_comes_and_goes(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    caller = make.make_caller()
    sign_in()
    client.post(f"{CALLERS}/{caller.id}/call-back", data={"call-back-wish": "At noon"})
    assert fresh(caller).wants_call_back == "At noon"
    client.post(f"{CALLERS}/{caller.id}/call-back", data={"call-back-wish": ""})
    assert fresh(caller).wants_call_back == ""


def test_two_rows_are_merged_on_the_page_and_parted_again(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    one, two = make.make_caller(name="Ann Lee"), make.make_caller(name="A. Lee")
    call = world.call(caller_id=two.id)
    sign_in()
    merge = f"{CALLERS}/{one.id}/merge"
    assert client.post(merge, data={"merge-other": two.id}).status_code == 302
    assert db.session.get_one(ServiceRequest, call.id, populate_existing=True).caller_id == one.id
    page = client.get(f"{CALLERS}/{one.id}").text
    assert "Also known as" in page and "A. Lee" in page
    assert "This is the same person as" in client.get(f"{CALLERS}/{two.id}").text
    assert client.post(merge, data={"merge-other": two.id}).status_code == 409
    for bad, status in ((one.id, 400), (999_999, 400), ("x", 400), ("9" * 23, 400)):
        assert client.post(merge, data={"merge-other": bad}).status_code == status
    undo = f"{CALLERS}/merges/{db.session.scalars(select(CallerMerge.id)).one()}/undo"
    assert client.post(undo).status_code == 302
    assert db.session.get_one(ServiceRequest, call.id, populate_existing=True).caller_id == two.id
    assert client.post(undo).status_code == 409
    assert client.post(f"{CALLERS}/merges/999999/undo").status_code == 404
