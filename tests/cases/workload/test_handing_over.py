"""Handing over while somebody is away or for good, and what comes back by itself."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from tests import factories as make
from tests.cases.world import World, verbs_of
from tracker.cases.assigning import assign_case
from tracker.cases.closing import close_case
from tracker.cases.models import Absence, Contact, ProblemCase
from tracker.cases.workload.bulk import as_they_stand
from tracker.cases.workload.handing_over import (
    Terms,
    count_live,
    cover_of,
    covers_of,
    hand_over,
    propose_owners,
    return_handovers,
)
from tracker.cases.workload.models import HandOver, HandOverEnd
from tracker.clock import utc_now
from tracker.errors import Invalid
from tracker.extensions import db
from tracker.identifiers import new_identifier
from tracker.places.models import Area
from tracker.staff.models import Role, User

SignIn = Callable[..., User]
UNTIL = date(2026, 8, 28)
AFTER = UNTIL + timedelta(days=1)


@pytest.fixture
def center(world: World) -> Area:
    return make.make_area(name="North")


@pytest.fixture
def giver(center: Area) -> Contact:
    return make.make_contact(center=center)


@pytest.fixture
def taker(giver: Contact, center: Area) -> Contact:
    return make.make_contact(center=center)


def owned(world: World, contact: Contact, **columns: object) -> ProblemCase:
    case = make.make_case(rule=world.rule, center=contact.center, public_id=new_identifier(), **columns)
    assign_case(case, contact=contact, reason="Hers.", actor=world.person)
    return case


def give(world: World, case: ProblemCase, giver: Contact, taker: Contact | None, until: date | None = UNTIL) -> bool:
    """Hand one case over; whether it was done."""
    terms = Terms(until, with_tasks=True, reason="Leave.")
    key = f"key-{case.version}-{giver.id}"
    work = hand_over(giver, as_they_stand([case.id]), {case.id: taker}, terms, actor=world.person, key=key)
    return bool(work.report[0]["done"])


def test_each_live_case_is_proposed_to_whoever_the_rule_finds_but_never_to_herself(
    world: World, giver: Contact, taker: Contact, center: Area
) -> None:
    away = make.make_contact(center=center)
    db.session.add(Absence(contact_id=away.id, first_day=UNTIL, last_day=AFTER))
    third = make.make_contact(center=center)
    cases = [owned(world, giver, priority=priority) for priority in (2, 1, 3)]
    proposals = propose_owners(giver, UNTIL, make.NOW)
    assert [one.case.priority for one in proposals] == [1, 2, 3]
    assert {one.contact_id for one in proposals} == {taker.id, third.id}
    assert "North" in proposals[0].reason and count_live(giver, make.NOW) == len(cases)


def test_a_cover_goes_back_on_the_day_after_with_its_tasks(world: World, giver: Contact, taker: Contact) -> None:
    case = owned(world, giver)
    task, others = make.make_task(case=case, owner=giver.user), make.make_task(case=case)
    assert give(world, case, giver, taker)
    db.session.refresh(task)
    assert (case.contact, task.owner_id) == (taker, taker.user_id)
    assert [row.case for row in covers_of(giver)] == [case] and cover_of(case) is not None
    assert return_handovers(UNTIL) == 0
    assert return_handovers(AFTER) == 1
    for row in (task, others):
        db.session.refresh(row)
    assert (case.contact, task.owner_id) == (giver, giver.user_id)
    assert others.owner_id not in (giver.user_id, taker.user_id)
    assert return_handovers(AFTER) == 0 and covers_of(giver) == [] and cover_of(case) is None
    assert verbs_of(case).count("assigned") == 3


def test_requests_and_visits_go_along_too_and_what_was_done_meanwhile_stays_with_who_did_it(
    world: World, giver: Contact, taker: Contact
) -> None:
    case = owned(world, giver)
    asked = make.make_partner_request(case=case, owner=giver.user)
    visit, done = (make.make_visit(case=case, visitor=giver.user) for _ in range(2))
    assert give(world, case, giver, taker)
    done.made_at = make.NOW
    db.session.flush()
    assert (asked.owner_id, visit.visitor_id, done.visitor_id) == (taker.user_id,) * 3
    assert return_handovers(AFTER) == 1
    assert (asked.owner_id, visit.visitor_id) == (giver.user_id, giver.user_id)
    assert done.visitor_id == taker.user_id


@pytest.mark.parametrize("what", ["moved on", "closed", "left"])
def test_what_went_another_way_meanwhile_stays_there(what: str, world: World, giver: Contact, taker: Contact) -> None:
    case = owned(world, giver)
    assert give(world, case, giver, taker)
    there: Contact | None = taker
    if what == "moved on":
        there = make.make_contact()
        assign_case(case, contact=there, reason="Knows the street.", actor=world.person)
    elif what == "closed":
        close_case(case, outcome="Painted over.", actor=world.person)
    else:
        giver.user.disabled_at = utc_now()
    assert return_handovers(AFTER) == 0
    assert case.contact is there
    assert db.session.scalars(select(HandOver.end)).all() == [HandOverEnd.OVERTAKEN]


def test_a_cover_of_a_cover_goes_back_to_the_first_owner(world: World, giver: Contact, taker: Contact) -> None:
    third = make.make_contact()
    case = owned(world, giver)
    task = make.make_task(case=case, owner=giver.user)
    own = make.make_task(case=case, owner=taker.user)
    assert give(world, case, giver, taker) and give(world, case, taker, third, None)
    assert return_handovers(AFTER) == 1
    for row in (task, own):
        db.session.refresh(row)
    assert (case.contact, task.owner_id, own.owner_id) == (giver, giver.user_id, third.user_id)


def test_for_good_nothing_comes_back(world: World, giver: Contact, taker: Contact) -> None:
    case = owned(world, giver)
    assert give(world, case, giver, taker, None)
    assert not give(world, case, giver, taker, None)  # it is no longer hers
    assert db.session.scalars(select(HandOver)).all() == [] and return_handovers(AFTER) == 0
    with pytest.raises(Invalid, match="Say why"):
        hand_over(taker, as_they_stand([case.id]), {}, Terms(None, True, " "), actor=world.person, key="k")


def test_the_page_proposes_and_does_what_the_supervisor_chose(
    world: World, giver: Contact, taker: Contact, client: FlaskClient, sign_in: SignIn
) -> None:
    goes, stays, queued = (owned(world, giver) for _ in range(3))
    address = f"/staff/contacts/{giver.user_id}/hand-over"
    sign_in(Role.SUPERVISOR)
    page = client.get(address).text
    assert goes.public_id in page and "is the only one present" in page
    sent = {
        "case": [str(one) for one in as_they_stand([goes.id, stays.id, queued.id])], "key": "k", "kind": "away",
        "first_day": "2026-08-17", "last_day": UNTIL.isoformat(), "with_tasks": "y", "reason": "Leave.",
        f"to-{goes.id}": str(taker.id), f"to-{stays.id}": "keep", f"to-{queued.id}": "0",
    }  # fmt: skip
    refused = client.post(address, data={**sent, "last_day": "2026-08-01"})
    assert refused.status_code == 400 and "lies before the first" in refused.text and "Leave." in refused.text
    assert client.post(address, data={**sent, "last_day": ""}).status_code == 400
    assert client.post(address, data={**sent, "first_day": "2026-08-01", "last_day": "2026-08-02"}).status_code == 400
    for _ in range(2):
        assert "2 done." in client.post(address, data=sent, follow_redirects=True).text
    db.session.expire_all()
    assert (goes.contact, stays.contact, queued.contact) == (taker, giver, None)
    assert len(db.session.scalars(select(Absence)).all()) == 1
    assert f"covers this case for {giver.user.display_name}" in client.get(f"/staff/cases/{goes.public_id}").text
    assert client.get(f"/staff/contacts/{make.make_user().id}/hand-over").status_code == 404
    sign_in(user=giver.user)
    assert client.get(address).status_code == 403
    assert "One case is" in client.get("/staff/caseload").text
