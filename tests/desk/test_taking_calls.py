"""An aide takes a call: it is one call however often its form arrives, stands where it belongs, and loses no text."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from tests import factories as make
from tests.cases.world import World, link_of
from tracker.calls.models import Caller, Channel, Placement, ServiceRequest
from tracker.calls.photos.models import CallPhoto
from tracker.calls.questions.models import CallAnswer
from tracker.calls.taking.models import Assistance, CallIntake, DraftedCall, Inquiry, InquiryKind
from tracker.cases.models import CaseCall, LooseCall, ProblemCase
from tracker.extensions import db
from tracker.scheduling.bookings.models import Booking
from tracker.staff.models import LogEntry, Role, User


@pytest.fixture
def aide(world: World, sign_in: Callable[..., User]) -> User:
    """An aide at her desk."""
    return sign_in(Role.AIDE)


def fields(world: World, **changes: object) -> dict[str, str]:
    """What an aide types, at the world's origin."""
    usual = {
        "key": "form-1", "channel": "phone", "language": "en", "assistance": "none", "address": "1 Elm St",
        "lat": str(make.ORIGIN[0]), "long": str(make.ORIGIN[1]), "description": "Paint on the wall again.",
        "service_type": str(world.service_type.id),
    }  # fmt: skip
    return usual | {name: str(value) for name, value in changes.items()}


def the_calls() -> list[ServiceRequest]:
    db.session.expire_all()
    return list(db.session.scalars(select(ServiceRequest).where(ServiceRequest.source == "desk").order_by("id")))


def the_call() -> ServiceRequest:
    (call,) = the_calls()
    return call


def take(client: FlaskClient, world: World, **changes: object) -> ServiceRequest:
    answer = client.post("/staff/calls/new", data=fields(world, **changes))
    assert answer.status_code == 303, answer.text
    return the_calls()[-1]


def test_a_call_is_recorded_as_it_was_said(client: FlaskClient, world: World, aide: User) -> None:
    call = take(client, world, channel="walk_in", unit="4B", caller_name="J. Roe", phone="(585) 555-0142", queue="311")
    assert (call.channel, call.address, call.unit, call.description) == (
        Channel.WALK_IN, "1 Elm St", "4B", "Paint on the wall again.",
    )  # fmt: skip
    assert (call.lat, call.placement, call.weight) == (make.ORIGIN[0], Placement.STAFF, 1)
    caller = db.session.get(Caller, call.caller_id)
    assert caller is not None and (caller.name, caller.phone) == ("J. Roe", "(585) 555-0142")
    intake = db.session.get(CallIntake, call.id)
    assert intake is not None and (intake.taken_by_id, intake.queue, intake.is_late) == (aide.id, "311", False)
    assert call.is_taken and db.session.get(LooseCall, call.id) is not None
    entry = db.session.scalars(select(LogEntry).where(LogEntry.subject_kind == "call", LogEntry.verb == "taken")).one()
    assert entry.actor_id == aide.id and "walk in" in entry.text


def test_the_same_form_twice_is_one_call(client: FlaskClient, world: World, aide: User) -> None:
    first = client.post("/staff/calls/new", data=fields(world))
    again = client.post("/staff/calls/new", data=fields(world))
    assert first.location == again.location
    assert the_call().description == "Paint on the wall again."


def test_another_aides_form_with_the_same_key_is_another_call(
    client: FlaskClient, world: World, aide: User, sign_in: Callable[..., User]
) -> None:
    take(client, world)
    sign_in(Role.AIDE)
    take(client, world)
    assert len(the_calls()) == 2


def test_the_rules_group_a_call_that_nobody_links(client: FlaskClient, world: World, aide: User) -> None:
    case = world.case(days=(58, 59, 59.5))
    call = take(client, world)
    link = link_of(call)
    assert link.case_id == case.id and not link.is_pinned and link.rule_id is not None


def test_one_key_links_the_call_by_hand(client: FlaskClient, world: World, aide: User) -> None:
    case = world.case(days=(58, 59, 59.5))
    other = make.make_case(public_id="CASE-0THE-R000-0000", rule=make.make_rule(), lat=make.ORIGIN[0] + 0.001)
    db.session.commit()
    call = take(client, world, link=other.public_id)
    link = link_of(call)
    assert (link.case_id, link.is_pinned, link.made_by_id) == (other.id, True, aide.id)
    assert case.id != other.id


def test_a_vanished_case_records_nothing_and_keeps_every_word(client: FlaskClient, world: World, aide: User) -> None:
    answer = client.post("/staff/calls/new", data=fields(world, link="GONE-GONE-GONE-GONE", caller_name="J. Roe"))
    assert answer.status_code == 400
    assert "There is no case" in answer.text and "Paint on the wall again." in answer.text
    assert 'value="1 Elm St"' in answer.text and 'value="J. Roe"' in answer.text
    assert the_calls() == [] and db.session.scalars(select(Caller)).all() == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"service_type": "0"}, "Choose what the call is about"),
        ({"phone": "call me"}, "phone"),
        ({"description": "x" * 1_000_000}, "1,000,000 characters"),
        ({"lat": "0", "long": "0"}, "lies outside Testville"),
        ({"lat": "nan"}, "Latitude"),
        ({"said_at": "2031-01-01T10:00"}, "in the future"),
        ({"said_at": "2001-01-01T10:00"}, "more than a year ago"),
        ({"channel": "import"}, "Came by"),
        ({"key": ""}, "Reload the page"),
    ],
)
def test_bad_input_is_told_and_nothing_typed_is_lost(
    client: FlaskClient, world: World, aide: User, changes: dict[str, str], words: str
) -> None:
    answer = client.post("/staff/calls/new", data=fields(world, caller_name="J. Roe") | changes)
    assert answer.status_code == 400
    assert words in answer.text and 'value="J. Roe"' in answer.text
    assert the_calls() == []


def test_a_place_that_is_nowhere_waits_among_the_unlocated(client: FlaskClient, world: World, aide: User) -> None:
    call = take(client, world, address="behind the old mill", lat="", long="")
    assert (call.placement, call.x_dm, call.address) == (Placement.UNLOCATED, None, "behind the old mill")
    page = client.get(f"/staff/calls/{call.service_request_id}/taken").text
    assert "Without a place" in page and "We still look for the exact place" in page


def test_a_call_said_earlier_counts_at_its_true_time(client: FlaskClient, world: World, aide: User) -> None:
    call = take(client, world, said_at="2026-08-10T09:30")
    assert call.requested_datetime == datetime(2026, 8, 10, 13, 30, tzinfo=UTC)
    intake = db.session.get(CallIntake, call.id)
    assert intake is not None and intake.is_late


def test_a_call_kept_by_the_page_counts_when_it_was_said(client: FlaskClient, world: World, aide: User) -> None:
    call = take(client, world, kept_at="2026-08-13T08:15:30.120Z")
    assert call.requested_datetime == datetime(2026, 8, 13, 8, 15, 30, 120_000, tzinfo=UTC)
    answer = client.post("/staff/calls/new", data=fields(world, key="form-2", kept_at="yesterday"))
    assert answer.status_code == 400 and "time that can be read" in answer.text


def test_the_same_caller_within_the_hour_weighs_nothing(client: FlaskClient, world: World, aide: User) -> None:
    phone = {"phone": "585 555 0142", "caller_name": "J. Roe"}
    assert take(client, world, **phone).weight == 1
    assert take(client, world, key="form-2", **phone).weight == 0
    assert take(client, world, key="form-3", phone="585 555 0199").weight == 1
    far = take(client, world, key="form-4", lat=make.ORIGIN[0] + 0.01, **phone)
    assert far.weight == 1
    earlier = take(client, world, key="form-5", said_at="2026-08-12T09:30", **phone)
    assert earlier.weight == 1


def test_an_interpreter_is_noted(client: FlaskClient, world: World, aide: User) -> None:
    call = take(client, world, assistance="interpreter", language="es")
    intake = db.session.get(CallIntake, call.id)
    assert intake is not None and (intake.assistance, intake.language) == (Assistance.INTERPRETER, "es")
    words = re.findall(
        r'<p class="tell-words" lang="(\w\w)">([^<]*)', client.get(f"/staff/calls/{call.service_request_id}/taken").text
    )
    assert [code for code, _ in words] == ["es", "en"]
    assert call.service_request_id in words[0][1] and "Guarde el número" in words[0][1]


def test_what_the_caller_is_told_names_center_and_visit_and_no_person(
    client: FlaskClient, world: World, aide: User
) -> None:
    center = make.make_area(name="North Center")
    contact = make.make_contact(center=center)
    case = world.case(days=(58, 59, 59.5))
    case.center, case.contact = center, contact
    order = make.make_work_order(case=case)
    starts_at = make.NOW + timedelta(days=62)
    crew = make.make_resource()
    db.session.add(
        Booking(work_order=order, resource=crew, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1))
    )
    db.session.commit()
    call = take(client, world)
    page = client.get(f"/staff/calls/{call.service_request_id}/taken").text
    told = " ".join(re.findall(r'<p class="tell-words" lang="\w\w">([^<]*)', page))
    assert "4 calls have come in" in told and "North Center" in told and "August 16" in told and "16 de agosto" in told
    assert contact.user.display_name not in told


def test_a_link_is_undone_by_the_aide_who_took_the_call_only(
    client: FlaskClient, world: World, aide: User, sign_in: Callable[..., User]
) -> None:
    case = world.case(days=(58, 59, 59.5))
    call = take(client, world, link=case.public_id)
    address = f"/staff/calls/{call.service_request_id}/undo-link"
    sign_in(Role.AIDE)
    assert client.post(address).status_code == 409
    assert link_of(call).case_id == case.id
    sign_in(user=aide)
    assert client.post(address).status_code == 302
    active = select(CaseCall).where(CaseCall.call_id == call.id, CaseCall.unlinked_at.is_(None))
    assert db.session.scalars(active).first() is None
    assert client.post(address).status_code == 409


def test_a_call_is_split_in_two(client: FlaskClient, world: World, aide: User) -> None:
    first = take(client, world, caller_name="J. Roe", phone="585 555 0142")
    page = client.get(f"/staff/calls/new?split={first.service_request_id}").text
    assert 'value="1 Elm St"' in page and 'value="J. Roe"' in page and "Second call from the same caller" in page
    lamp = make.make_service_type(service_name="Street lamp", family=make.make_family())
    make.make_rule(family=lamp.family)
    db.session.commit()
    second = take(client, world, key="form-2", split=first.service_request_id, service_type=lamp.id)
    intake = db.session.get(CallIntake, second.id)
    assert intake is not None and intake.split_from_id == first.id


def test_a_question_about_a_request_weighs_nothing_and_reaches_the_owner(
    client: FlaskClient, world: World, aide: User
) -> None:
    case = world.case(days=(58, 59, 59.5))
    about = db.session.scalars(select(ServiceRequest).join(CaseCall, CaseCall.call_id == ServiceRequest.id)).first()
    assert about is not None
    assert about.service_request_id in client.post("/staff/calls/about", data={"q": "1 elm street"}).text
    data = {"key": "ask-1", "note": "Still there.", "promised": "A call by Friday"}
    for _ in range(2):
        assert client.post(f"/staff/calls/{about.service_request_id}/ask", data=data).status_code == 302
    call = the_call()
    assert call.weight == 0 and link_of(call).case_id == case.id
    entry = db.session.scalars(
        select(LogEntry).where(LogEntry.subject_kind == "case", LogEntry.verb == "linked", LogEntry.actor_id == aide.id)
    ).one()
    assert about.service_request_id in entry.text and "A call by Friday" in entry.text
    inquiry = db.session.scalars(select(Inquiry)).one()
    assert (inquiry.kind, inquiry.about_id, inquiry.promised) == (InquiryKind.FOLLOW_UP, about.id, "A call by Friday")


def test_a_wrong_number_is_noted_once(client: FlaskClient, world: World, aide: User) -> None:
    for _ in range(2):
        assert client.post("/staff/inquiries", data={"kind": "wrong_number", "key": "w-1"}).status_code == 302
    assert db.session.scalars(select(Inquiry)).one().kind is InquiryKind.WRONG_NUMBER
    assert client.post("/staff/inquiries", data={"kind": "rubbish", "key": "w-2"}).status_code == 400


def test_a_draft_survives_and_ends_with_its_call(client: FlaskClient, world: World, aide: User) -> None:
    typed = {
        "key": "form-1",
        "number": "3",
        "address": "1 Elm St",
        "description": "Half a sen",
        "lat": "not yet a number",
    }
    assert client.post("/staff/calls/drafts", data=typed).json == {"kept": True}
    late = {**typed, "number": "2", "description": "Half"}
    assert client.post("/staff/calls/drafts", data=late).json == {"kept": True}
    page = client.get("/staff/calls/new").text
    assert "Unfinished calls" in page and "/staff/calls/new?draft=form-1" in page
    assert "Half a sen" in client.get("/staff/calls/new?draft=form-1").text
    take(client, world)
    assert db.session.scalars(select(DraftedCall)).all() == []
    answer = client.post("/staff/calls/drafts", data={**typed, "number": "9"})
    assert answer.status_code == 409 and answer.json is not None and "/taken" in answer.json["location"]
    assert db.session.scalars(select(DraftedCall)).all() == []


def test_nobody_reads_the_draft_of_another(
    client: FlaskClient, world: World, aide: User, sign_in: Callable[..., User]
) -> None:
    client.post("/staff/calls/drafts", data={"key": "form-1", "number": "1", "description": "A secret matter"})
    sign_in(Role.AIDE)
    assert "A secret matter" not in client.get("/staff/calls/new?draft=form-1").text
    assert client.post("/staff/calls/drafts/discard", data={"key": "form-1"}).status_code == 302
    assert len(db.session.scalars(select(DraftedCall)).all()) == 1


def test_the_panel_says_what_is_known_of_place_and_caller(client: FlaskClient, world: World, aide: User) -> None:
    case = world.case(days=(58, 59, 59.5))
    take(client, world, phone="585 555 0142", caller_name="J. Roe")
    panel = client.post(
        "/staff/calls/panel",
        data={"address": "1 Elm St", "lat": make.ORIGIN[0], "long": make.ORIGIN[1], "phone": "585-555-0142"},
    ).text
    assert case.public_id in panel and "Link to it" in panel
    assert "4 calls from this address in a year" in panel
    assert "J. Roe" in panel and "Same again" in panel


def test_a_softphone_hands_over_phone_and_queue(client: FlaskClient, world: World, aide: User) -> None:
    page = client.get("/staff/calls/new?phone=%28585%29+555-0142&queue=Spanish").text
    assert 'value="(585) 555-0142"' in page and 'value="Spanish"' in page
    assert db.session.scalars(select(DraftedCall)).all() == []


def test_a_program_gets_the_address_of_the_recorded_call(client: FlaskClient, world: World, aide: User) -> None:
    answer = client.post("/staff/calls/new", data=fields(world), headers={"Accept": "application/json"})
    assert answer.status_code == 201 and answer.json is not None
    assert answer.json["location"] == f"/staff/calls/{the_call().service_request_id}/taken"


def test_a_taken_call_counts_in_its_case(client: FlaskClient, world: World, aide: User) -> None:
    case = world.case(days=(58, 59, 59.5))
    from_here = db.session.get_one(ProblemCase, case.id)
    assert from_here.call_count == 3
    take(client, world)
    db.session.expire_all()
    assert db.session.get_one(ProblemCase, case.id).call_count == 4


def test_a_kinds_own_questions_are_asked_and_their_answers_kept(client: FlaskClient, world: World, aide: User) -> None:
    make.make_question(service_type=world.service_type, code="size", prompt="How large?", is_required=True)
    db.session.commit()
    refused = client.post("/staff/calls/new", data=fields(world))
    assert refused.status_code == 400 and "How large?" in refused.text and the_calls() == []
    call = take(client, world, **{"attribute[size]": "As large as a door"})
    answer = db.session.scalars(select(CallAnswer).where(CallAnswer.call_id == call.id)).one()
    assert (answer.prompt, answer.value) == ("How large?", "As large as a door")
    draft = {
        "key": "form-2",
        "number": "1",
        "service_type": str(world.service_type.id),
        "attribute[size]": "Half an answ",
    }
    client.post("/staff/calls/drafts", data=draft)
    assert "Half an answ" in client.get("/staff/calls/new?draft=form-2").text


def photo(size: tuple[int, int] = (40, 30)) -> io.BytesIO:
    """A small picture, as a phone sends it."""
    file = io.BytesIO()
    Image.new("RGB", size, "#888888").save(file, "JPEG")
    file.seek(0)
    return file


def test_photos_are_kept_with_the_call_and_a_file_that_is_none_refuses_it_all(
    client: FlaskClient, world: World, aide: User
) -> None:
    bad = {**fields(world), "photos": [(photo(), "wall.jpg"), (io.BytesIO(b"PK\x03\x04 a zip"), "bomb.jpg")]}
    answer = client.post("/staff/calls/new", data=bad, content_type="multipart/form-data")
    assert answer.status_code == 400 and "bomb.jpg" in answer.text and "Paint on the wall again." in answer.text
    assert the_calls() == [] and db.session.scalars(select(CallPhoto)).all() == []
    good = {**fields(world), "photos": [(photo(), "wall.jpg")]}
    assert client.post("/staff/calls/new", data=good, content_type="multipart/form-data").status_code == 303
    assert db.session.scalars(select(CallPhoto)).one().call_id == the_call().id


def test_words_bring_up_the_citys_answer_and_what_everybody_says_now(
    client: FlaskClient, world: World, aide: User
) -> None:
    make.make_answer(title="When is bulk trash collected?", keywords="trash, bulk", text_en="On Tuesdays.")
    now = make.NOW + timedelta(days=60)
    make.make_message(title="Boil water", starts_at=now - timedelta(hours=1), ends_at=now + timedelta(hours=1))
    db.session.commit()
    panel = client.post("/staff/calls/panel", data={"description": "When do they take the bulk trash away?"}).text
    assert "When is bulk trash collected?" in panel and "Boil water" in panel


def test_many_callers_about_one_event_are_one_banner_and_one_key(client: FlaskClient, world: World, aide: User) -> None:
    for number in range(4):
        take(client, world, key=f"form-{number}", phone=f"585 555 01{number:02}", caller_name=f"Caller {number}")
    page = client.get("/staff/calls/new?phone=585+555+0199").text
    assert "4 callers" in page and 'data-shortcut="crowd"' in page
    (like,) = re.findall(r'href="(/staff/calls/new\?like=[^"]+)"', page)
    one_more = client.get(like.replace("&amp;", "&")).text
    assert 'value="1 Elm St"' in one_more and 'value="585 555 0199"' in one_more
    assert f'<option selected value="{world.service_type.id}">' in one_more and "Caller 3" not in one_more


def test_a_caller_who_called_about_it_already_is_recognized(client: FlaskClient, world: World, aide: User) -> None:
    first = take(client, world, phone="585 555 0142", caller_name="J. Roe")
    panel = client.post("/staff/calls/panel", data=fields(world, phone="585 555 0142")).text
    assert "Called about it already" in panel and f"{first.service_request_id}/ask" in panel
    assert "weighs nothing" in panel


def test_a_question_about_a_call_outside_the_city_is_noted_all_the_same(
    client: FlaskClient, world: World, aide: User
) -> None:
    about = world.call(is_outside=True, north=5.0)
    db.session.commit()
    data = {"key": "ask-1", "note": "Still there."}
    assert client.post(f"/staff/calls/{about.service_request_id}/ask", data=data).status_code == 302
    assert the_call().description == "Still there."


def test_what_turned_out_to_be_a_wrong_number_leaves_no_unfinished_call(
    client: FlaskClient, world: World, aide: User
) -> None:
    client.post("/staff/calls/drafts", data={"key": "form-1", "number": "1", "description": "Wants the county"})
    client.post("/staff/inquiries", data={"kind": "wrong_number", "key": "form-1"})
    assert db.session.scalars(select(DraftedCall)).all() == []


def test_a_kept_call_without_a_zone_is_not_taken_for_the_servers_own(
    client: FlaskClient, world: World, aide: User
) -> None:
    answer = client.post("/staff/calls/new", data=fields(world, kept_at="2026-08-13T08:15:30"))
    assert answer.status_code == 400 and the_calls() == []
