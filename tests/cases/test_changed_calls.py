"""A taken call changes: retyped, placed, withdrawn; and what that does to its case."""

from sqlalchemy import select

from tests import factories as make
from tests.cases.world import FAR, World, calls_in, is_loose, verbs_of
from tracker.calls.changes import place_call, restore_call, retype_call, withdraw_call
from tracker.calls.pointing import point_at
from tracker.cases.linking import link_call, retake_calls
from tracker.cases.models import CaseCall, CaseStatus
from tracker.extensions import db


def test_a_retyped_call_leaves_and_counts_in_its_new_family(world: World) -> None:
    case = world.case((-3, -2, -1, 0))
    call = world.call(1)
    world.take()
    other = make.make_rule().family
    new_type = make.make_service_type(family=other, weight=2)
    assert other is not None
    why = retype_call(call, new_type, reason="It says trash.", actor=world.person)
    retake_calls([call], why=why)
    assert call.id not in calls_in(case) and is_loose(call) and call.weight == 2
    assert "left" in verbs_of(case)


def test_a_follow_up_stays_a_follow_up_when_it_is_retyped(world: World) -> None:
    call = world.call(weight=0)
    retype_call(call, make.make_service_type(family=world.family, weight=3), reason="", actor=world.person)
    assert call.weight == 0


def test_a_call_placed_elsewhere_leaves_and_counts_there(world: World) -> None:
    case = world.case((-3, -2, -1, 0))
    call = world.call(1)
    world.take()
    there = point_at("", make.ORIGIN[0] + FAR, make.ORIGIN[1])
    retake_calls([call], why=place_call(call, there, actor=world.person))
    assert call.id not in calls_in(case) and is_loose(call)
    assert call.public_label is not None, "it was masked anew"


def test_a_withdrawn_call_leaves_counts_nowhere_and_can_stand_again(world: World) -> None:
    case = world.case((-3, -2, -1, 0))
    call = world.call(1)
    world.take()
    retake_calls([call], why=withdraw_call(call, reason="By mistake.", actor=world.person))
    assert call.id not in calls_in(case) and not is_loose(call)
    retake_calls([call], why=restore_call(call, reason="", actor=world.person))
    assert call.id in calls_in(case)


def test_a_pinned_link_stays_when_its_call_changes_and_the_owner_is_told(world: World) -> None:
    case = world.case()
    call = world.call(0, north=FAR)
    world.take()
    link_call(case, call, reason="Same hand.", actor=world.person)
    retake_calls([call], why=withdraw_call(call, reason="By mistake.", actor=world.person))
    assert call.id in calls_in(case) and verbs_of(case)[-1] == "call_changed"


def test_a_case_left_under_its_threshold_stays_and_is_flagged(world: World) -> None:
    case = world.case()
    call = db.session.scalars(select(CaseCall).where(CaseCall.case_id == case.id).limit(1)).one().call
    retake_calls([call], why=withdraw_call(call, reason="By mistake.", actor=world.person))
    assert case.status is CaseStatus.OPEN and case.is_below_threshold and case.call_count == 2
