"""Who gets a case: the pure choice, and the history that giving it out leaves."""

from collections import Counter
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests import factories as make
from tests.cases.world import World, days_after, verbs_of
from tracker.cases.assigning import accept_case, assign_case, current_assignment, hand_back_case
from tracker.cases.assignment import Candidate, case_load, choose_owner
from tracker.cases.contacts import add_absence, set_contact, team_loads
from tracker.cases.models import CaseAssignment, OwnerQueue, ProblemCase
from tracker.errors import Invalid
from tracker.extensions import db
from tracker.staff.models import Role

EAST, WEST = 1, 2
TREES, TRASH = 10, 11
TODAY = date(2026, 8, 14)


def candidate(number: int, **columns: object) -> Candidate:
    """Somebody present in the east who handles everything and carries nothing."""
    defaults = {"name": f"Person {number}", "center_id": EAST, "families": frozenset(), "load": 0}
    return Candidate(**{"contact_id": number, **defaults, "last_assigned_at": None, "is_away": False, **columns})  # type: ignore[arg-type]  # keywords of mixed types


def choose(*candidates: Candidate, center: int | None = EAST) -> tuple[OwnerQueue, int | None, str]:
    """The choice for a case about trees."""
    choice = choose_owner(center, "the East Center", TREES, "Trees", candidates)
    return choice.queue, choice.contact_id, choice.reason


def test_the_least_load_gets_the_case_and_the_reason_says_so() -> None:
    queue, chosen, reason = choose(candidate(1, load=7), candidate(2, load=3), candidate(3, load=5))
    assert (queue, chosen) == (OwnerQueue.CONTACT, 2)
    assert reason == (
        "The anchor lies in the East Center; Person 2 handles trees there "
        "and has the least load of live cases (3) of 3 present."
    )


def test_those_away_are_skipped() -> None:
    assert choose(candidate(1, is_away=True), candidate(2, load=99))[1] == 2


def test_equal_loads_go_to_the_least_recently_assigned_and_first_to_whoever_never_was() -> None:
    early, late = make.NOW - timedelta(days=2), make.NOW
    assert choose(candidate(1, last_assigned_at=late), candidate(2, last_assigned_at=early))[1] == 2
    assert choose(candidate(1, last_assigned_at=early), candidate(2))[1] == 2
    assert choose(candidate(2), candidate(1))[1] == 1


def test_only_those_who_handle_the_family_are_asked() -> None:
    others = candidate(1, families=frozenset({TRASH}))
    assert choose(others, candidate(2, load=50, families=frozenset({TREES})))[1] == 2


@pytest.mark.parametrize(
    ("candidates", "why"),
    [
        ([], "has no contacts"),
        ([candidate(1, center_id=WEST)], "has no contacts"),
        ([candidate(1, families=frozenset({TRASH}))], "has no contact for trees"),
        ([candidate(1, is_away=True)], "has all contacts for trees away"),
    ],
)
def test_when_nobody_fits_the_case_waits_in_the_centers_queue(candidates: list[Candidate], why: str) -> None:
    queue, chosen, reason = choose(*candidates)
    assert (queue, chosen) == (OwnerQueue.CENTER, None)
    assert why in reason and "to be assigned by hand" in reason


def test_outside_every_center_it_is_the_citys() -> None:
    assert choose(candidate(1), center=None)[:2] == (OwnerQueue.CITY, None)


def test_urgent_cases_weigh_more() -> None:
    assert [case_load(priority) for priority in (1, 2, 3, 4, 5)] == [5, 4, 3, 2, 1]


def test_a_case_opens_with_an_owner_and_the_reason_in_words(world: World) -> None:
    contact = make.make_contact()
    case = world.case()
    row = current_assignment(case)
    assert (case.queue, case.contact) == (OwnerQueue.CONTACT, contact)
    assert contact.user.display_name in row.reason and row.accepted_at is None and not case.is_touched


def test_a_delivery_is_shared_out_and_not_heaped_on_one(world: World) -> None:
    center = make.make_area()
    first, second = make.make_contact(center=center), make.make_contact(center=center)
    for number in range(4):
        for day in (-1, 0, 1):
            world.call(day, north=number * 0.004)
    world.take()
    loads = {load.contact.id: load.cases for load in team_loads(date(2026, 8, 14), make.NOW)}
    assert loads == {first.id: 2, second.id: 2}


def test_lapsed_cases_weigh_nothing_and_are_shared_out_all_the_same(world: World) -> None:
    center = make.make_area()
    first, second = make.make_contact(center=center), make.make_contact(center=center)
    for number in range(4):
        for day in (-2, -1, 0):
            world.call(day, north=number * 0.004)
    for day in (48, 49, 50):
        world.call(day, north=0.016)
    world.take()
    at = days_after(50)
    owned = Counter(db.session.scalars(select(ProblemCase.contact_id)))
    assert sorted(owned.values()) == [2, 3]
    assert sorted(load.cases for load in team_loads(TODAY, at)) == [0, 1]
    live = next(load.contact for load in team_loads(TODAY, at) if load.cases)
    for number in (4, 5):
        for day in (48, 49, 50):
            world.call(day, north=number * -0.002)
    world.take()
    rows = db.session.scalars(select(CaseAssignment).order_by(CaseAssignment.id.desc()).limit(2)).all()
    other = second if live is first else first
    assert rows[1].contact == other and "least load of live cases (0) of 2 present" in rows[1].reason


def test_nobody_gets_a_case_on_leave(world: World) -> None:
    center = make.make_area()
    away, here = make.make_contact(center=center), make.make_contact(center=center)
    today = date(2026, 8, 14)
    add_absence(away, first_day=today, last_day=today, actor=make.make_user(role=Role.SUPERVISOR))
    assert world.case().contact == here


def test_accepting_is_kept_and_only_the_owner_may(world: World) -> None:
    contact = make.make_contact()
    case = world.case()
    with pytest.raises(Invalid, match=f"it belongs to {contact.user.display_name}"):
        accept_case(case, world.person)
    accept_case(case, contact.user)
    assert current_assignment(case).accepted_at is not None and verbs_of(case)[-1] == "accepted"


def test_handing_back_wants_a_reason_and_leaves_both_rows(world: World) -> None:
    contact = make.make_contact()
    case = world.case()
    with pytest.raises(Invalid, match="why you hand the case back"):
        hand_back_case(case, reason=" ", actor=contact.user)
    hand_back_case(case, reason="I live there.", actor=contact.user)
    rows = db.session.scalars(select(CaseAssignment).where(CaseAssignment.case_id == case.id)).all()
    assert (case.queue, case.contact) == (OwnerQueue.CENTER, None)
    assert [(row.handed_back_reason, row.ended_at is None) for row in rows] == [("I live there.", False), ("", True)]
    assert "I live there." in rows[1].reason


def test_reassigning_keeps_the_history(world: World) -> None:
    make.make_contact()
    other, lead = make.make_contact(), make.make_user(role=Role.SUPERVISOR)
    case = world.case()
    before = case.version
    assign_case(case, contact=other, reason="She knows the owner.", actor=lead)
    rows = db.session.scalars(select(CaseAssignment).where(CaseAssignment.case_id == case.id)).all()
    assert case.contact == other and len(rows) == 2 and rows[0].ended_at is not None
    assert (rows[1].assigned_by_id, rows[1].reason) == (lead.id, "She knows the owner.")
    assert case.version == before + 1


def test_a_contact_is_set_up_and_changed_with_a_log_of_it(world: World) -> None:
    lead, user, center = make.make_user(role=Role.SUPERVISOR), make.make_user(role=Role.CONTACT), make.make_area()
    contact = set_contact(user, center_id=center.id, family_ids=[world.family.id], actor=lead)
    assert [row.family_id for row in contact.families] == [world.family.id]
    assert set_contact(user, center_id=None, family_ids=[], actor=lead) is contact
    assert (contact.center, contact.families) == (None, [])


def test_an_absence_cannot_end_before_it_begins(world: World) -> None:
    with pytest.raises(Invalid, match="before the first"):
        add_absence(make.make_contact(), first_day=date(2026, 8, 2), last_day=date(2026, 8, 1), actor=make.make_user())
