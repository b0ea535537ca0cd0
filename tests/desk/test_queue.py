"""Each role's own queue."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from sqlalchemy import delete

from tests import factories as make
from tests.cases.world import FAR, World, days_after
from tests.statements import asked_statements
from tracker.cases.assigning import assign_case
from tracker.cases.closing import close_case
from tracker.cases.deadlines.kinds import DeadlineKind
from tracker.cases.deadlines.models import CaseDeadline
from tracker.cases.workload.following import mention_people
from tracker.desk import looks
from tracker.desk.looks import cases_with_news
from tracker.extensions import db
from tracker.places.models import City
from tracker.staff.log import append_log
from tracker.staff.models import Role, User
from tracker.staff.permissions import OFFICE

SignIn = Callable[..., User]


def minutes_on(minutes: int) -> datetime:
    """A little later than the tests' clock, while everybody is still signed in."""
    return days_after(60) + timedelta(minutes=minutes)


@pytest.mark.parametrize("role", sorted(OFFICE))
def test_every_role_has_a_queue_even_in_an_empty_city(
    role: Role, world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(role)
    text = client.get("/staff").text
    assert "My queue" in text and "Nothing waits for you" in text


def test_before_a_city_is_loaded_the_queue_says_what_to_do(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(Role.SUPERVISOR)
    assert "load-city" in client.get("/staff").text


def test_the_page_says_as_of_when_it_speaks(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    world.call()
    sign_in()
    assert "As of 15 Jun 2026" in client.get("/staff").text
    city = db.session.get(City, world.city.id)
    assert city is not None
    city.is_live = True
    assert "As of now" in client.get("/staff").text


def test_an_aide_places_calls_first(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    lost = make.make_call(service_type=world.service_type, lat=None, address="By the oak")
    world.call(address="9 Elm St")
    sign_in(Role.AIDE)
    text = client.get("/staff").text
    assert "Next: calls without a place" in text and "By the oak" in text and lost.service_request_id in text
    assert "Newest calls of the day" in text and "9 Elm St" in text


def test_a_contact_accepts_first_then_sees_what_came_back(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    contact = make.make_contact()
    case = world.case()
    sign_in(user=contact.user)
    assert "Next: cases to accept" in client.get("/staff").text
    client.post(f"/staff/cases/{case.public_id}/accept", data={"accept-version": case.version})
    assert "Next: your live cases" in client.get("/staff").text
    db.session.refresh(case)
    close_case(case, outcome="Painted.", actor=contact.user)
    world.call(1)
    world.take()
    assert "Next: came back" in client.get("/staff").text


def test_a_person_in_the_role_without_a_center_is_told_whom_to_ask(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    sign_in(Role.CONTACT)
    assert "Ask a supervisor" in client.get("/staff").text


def test_what_is_new_is_counted_from_when_one_said_that_one_has_looked(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    contact = make.make_contact()
    world.case()
    sign_in(user=contact.user)
    assert "1 new" not in client.get("/staff").text
    assert client.post("/staff/seen").status_code == 302
    with time_machine.travel(minutes_on(5), tick=False):
        world.call(1)
        world.take()
        db.session.commit()
    assert "1 new" in client.get("/staff").text
    assert "1 new" in client.get("/staff").text, "reading it again loses nothing"
    with time_machine.travel(minutes_on(10), tick=False):
        client.post("/staff/seen")
    assert "1 new" not in client.get("/staff").text


def test_news_are_read_from_the_log(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(Role.AIDE)
    client.post("/staff/seen")
    with time_machine.travel(minutes_on(5), tick=False):
        case = world.case()
        db.session.commit()
    text = client.get("/staff").text
    assert "Next: cases with news" in text and case.public_id in text


def test_a_supervisor_sees_what_nobody_owns_and_who_carries_how_much(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = world.case()
    make.make_service_type(is_unsorted=True)
    contact = make.make_contact()
    sign_in(Role.SUPERVISOR)
    text = client.get("/staff").text
    assert "Next: in the city-wide queue" in text and case.public_id in text
    assert "type to file" in text and contact.user.display_name in text and "Who carries how much" in text


def test_the_cases_of_somebody_who_left_are_the_first_thing_a_supervisor_sees(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    case = world.case()
    contact = make.make_contact(families=[case.family])
    assign_case(case, contact=contact, reason="By turns.", actor=make.make_user(role=Role.SUPERVISOR))
    sign_in(Role.ADMINISTRATOR)
    assert "Next: owner has left" not in client.get("/staff").text
    client.post(f"/staff/users/{contact.user_id}/disable")
    assert "see what is left" in client.get(f"/staff/users/{contact.user_id}").text
    assert "one live case is still with it" in client.get(f"/staff/contacts/{contact.user_id}").text
    assert "Next: owner has left" in client.get("/staff").text
    assert case.address in client.get("/staff/cases?flag=left").text


def test_a_scheduler_sees_what_work_waits(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    world.call()
    make.make_work_order(case=make.make_case(rule=world.rule), due_on=make.NOW.date())
    sign_in(Role.SCHEDULER)
    text = client.get("/staff").text
    assert "order without a booking" in text and "Plan the coming days" in text
    assert re.search(r">1</\w+>\s*<\w+[^>]*>order past its day", text), "past by the day that the schedule goes by"


def test_lapsed_cases_do_not_crowd_the_queue(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    lapsed, alive = world.case(), world.case((50, 51, 52), north=FAR)
    sign_in(Role.EMERGENCY_MANAGER)
    text = client.get("/staff").text
    assert alive.public_id in text and lapsed.public_id not in text


def test_the_news_are_read_from_the_end_of_the_log_however_long_ago_a_person_looked(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = world.case(), world.case(north=FAR)
    long_ago = make.NOW - timedelta(days=999)
    assert set(cases_with_news(long_ago, limit=8)) == {old.id, new.id}
    append_log("case", new.id, "linked", "A call came.")
    append_log("call", 1, "placed", "Elsewhere.")
    db.session.flush()
    monkeypatch.setattr(looks, "_READ_BACK", 2)
    assert cases_with_news(long_ago, limit=8) == [new.id]


def test_what_is_due_of_a_person_goes_first_whoever_she_is(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    contact = make.make_contact()
    case = world.case()
    day = make.NOW.date()
    make.make_task(case=case, owner=contact.user, title="Ring the owner", due_on=day - timedelta(days=9))
    make.make_task(case=case, owner=contact.user, title="Not yet", due_on=days_after(99).date())
    make.make_visit(case=case, visitor=contact.user, purpose="See the lights", planned_on=day)
    make.make_partner_request(case=case, owner=contact.user, due_on=day, partner=make.make_partner(name="Parks"))
    aide = make.make_user(role=Role.AIDE)
    make.make_task(case=case, owner=aide, title="Check the wording", due_on=day)
    sign_in(user=contact.user)
    text = client.get("/staff").text
    assert "Next: ring the owner" in text and "late since" in text and "Not yet" not in text
    assert [words in text for words in ("Visit: See the lights", "Ask again: Parks")] == [True, True]
    for link in ("/staff/caseload", "/staff/board", "/staff/late", "/staff/cases/visits/new"):
        assert f'href="{link}"' in text
    sign_in(user=aide)
    text = client.get("/staff").text
    assert "Next: check the wording" in text and 'href="/staff/caseload"' not in text


def test_late_deadlines_and_mentions_are_counted_and_lead_to_their_lists(
    world: World, client: FlaskClient, sign_in: SignIn
) -> None:
    contact, lead = make.make_contact(), make.make_user(role=Role.SUPERVISOR)
    case = world.case()
    assign_case(case, contact=contact, reason="Hers.", actor=lead)
    mention_people(case, f"@{contact.user.sign_in_name} look", lead)
    db.session.execute(delete(CaseDeadline))
    hours = {"working_hours": 8, "warn_before_hours": 4, "grace_hours": 8, "calendar_id": 0}
    days = {"started_at": days_after(-20), "warn_at": days_after(-9), "due_at": days_after(-8)}
    deadline = CaseDeadline(case_id=case.id, kind=DeadlineKind.SCAN, escalate_at=days_after(-7),
                            case_version=case.version, **hours, **days)  # fmt: skip
    db.session.add(deadline)
    db.session.commit()
    sign_in(user=contact.user)
    text = client.get("/staff").text
    assert "Next: finish scanning" in text
    assert "deadline late" in text and "note mentions you" in text and "/staff/late?which=late" in text
    deadline.escalated_at = days_after(-1)
    db.session.commit()
    sign_in(user=lead)
    text = client.get("/staff").text
    assert "Next: answer what is late" in text and "waits for your answer" in text


def test_more_cases_do_not_make_the_queue_ask_more(world: World, client: FlaskClient, sign_in: SignIn) -> None:
    contact = make.make_contact()
    case = world.case()
    sign_in(user=contact.user)
    counts = []
    for _ in range(2):
        for _ in range(4):
            make.make_task(case=make.make_case(rule=world.rule), owner=contact.user, due_on=make.NOW.date())
        make.make_task(case=case, owner=contact.user, due_on=make.NOW.date())
        db.session.commit()
        with asked_statements() as asked:
            assert client.get("/staff").status_code == 200
        counts.append(len(asked))
    assert counts[1] <= counts[0] and counts[0] < 40
