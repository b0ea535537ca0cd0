"""Taking a merge back: exactly what it moved goes back, what came later or was moved since stays."""

import pytest
from sqlalchemy import select

from tests import factories as make
from tests.cases.related.partition import figures_hold, partition
from tests.cases.world import FAR, World, calls_in, link_of, verbs_of
from tracker.cases.closing import close_case
from tracker.cases.decisions import add_note, dismiss_case, reopen_case
from tracker.cases.linking import link_call, retake_calls, unlink_call
from tracker.cases.models import CaseStatus, SaraPhase
from tracker.cases.rebuilding import rebuild_cases
from tracker.cases.related import merge_cases, split_case, undo_merge
from tracker.cases.workflow import BY_UNDO, STEPS, require_step, require_undo
from tracker.errors import Conflict, Invalid
from tracker.extensions import db
from tracker.published.status import find_public_case
from tracker.staff.models import LogEntry


def test_taking_a_merge_back_restores_both_cases_and_every_link_as_it_was(world: World) -> None:
    one, other = world.case((-3, -2, -1, 0)), world.case(north=FAR)
    pinned = world.call(1, north=3 * FAR)
    world.take()
    link_call(one, pinned, reason="Same hand.", actor=world.person)
    one.phase, one.contact = SaraPhase.ANALYSIS, make.make_contact()
    owner = one.contact_id = one.contact.id
    before, links = partition(), {call: (link.id, link.is_pinned, link.reason) for call, link in _links(one)}
    merge_cases(one, other, reason="One crew.", actor=world.person)
    returned = undo_merge(one, reason="Two crews.", actor=world.person)
    assert (returned.back, returned.stayed) == (5, {})
    assert partition() == before and figures_hold()
    assert {call: (link.id, link.is_pinned, link.reason) for call, link in _links(one)} == links
    assert (one.status, one.phase, one.merged_into) == (CaseStatus.OPEN, SaraPhase.ANALYSIS, None)
    assert one.contact_id == owner
    assert verbs_of(one)[-2:] == ["merged", "merge_undone"] and verbs_of(other)[-2:] == ["took_in", "gave_back"]


def _links(case):  # type: ignore[no-untyped-def]  # a pair of plain rows
    return [(call_id, link_of(db.session.get_one(make.ServiceRequest, call_id))) for call_id in calls_in(case)]


def test_a_closed_case_is_closed_again_with_its_watch(world: World) -> None:
    one, other = world.case(), world.case(north=FAR)
    close_case(one, outcome="Painted over.", actor=world.person, monitoring_days=30)
    until = one.monitored_until
    merge_cases(one, other, reason="One crew.", actor=world.person)
    undo_merge(one, reason="Two crews.", actor=world.person)
    assert (one.status, one.phase, one.monitored_until) == (CaseStatus.CLOSED, SaraPhase.ASSESSMENT, until)


def test_calls_that_came_later_stay_with_the_case_they_came_to(world: World) -> None:
    one, other = world.case(), world.case(north=FAR)
    merge_cases(one, other, reason="One crew.", actor=world.person)
    late = world.call(1, north=FAR)
    world.take()
    undo_merge(one, reason="Two crews.", actor=world.person)
    assert late.id in calls_in(other) and (one.call_count, other.call_count) == (3, 4)


def test_what_a_person_moved_meanwhile_stays_where_she_put_it_and_it_is_said(world: World) -> None:
    one, other, third = world.case(), world.case(north=FAR), world.case(north=2 * FAR)
    moved, out = (db.session.get_one(make.ServiceRequest, call) for call in sorted(calls_in(one))[:2])
    merge_cases(one, other, reason="One crew.", actor=world.person)
    unlink_call(link_of(moved), reason="Elsewhere.", actor=world.person)
    link_call(third, moved, reason="There.", actor=world.person)
    unlink_call(link_of(out), reason="A mural.", actor=world.person)
    returned = undo_merge(one, reason="Two crews.", actor=world.person)
    assert returned.stayed == {moved.service_request_id: third.public_id, out.service_request_id: None}
    assert moved.id in calls_in(third) and len(calls_in(one)) == 1 and one.is_below_threshold
    text = db.session.scalars(select(LogEntry.text).where(LogEntry.verb == "merge_undone")).one()
    assert f"{moved.service_request_id} in case {third.public_id}" in text and "in no case" in text


def test_a_chain_of_merges_is_taken_back_from_its_end(world: World) -> None:
    one, other, third = world.case(), world.case(north=FAR), world.case(north=2 * FAR)
    before = partition()
    merge_cases(one, other, reason="One crew.", actor=world.person)
    merge_cases(other, third, reason="One gang.", actor=world.person)
    with pytest.raises(Conflict, match=f"merged into case {third.public_id} since"):
        undo_merge(one, reason="No.", actor=world.person)
    undo_merge(other, reason="Two gangs.", actor=world.person)
    undo_merge(one, reason="Two crews.", actor=world.person)
    assert partition() == before and figures_hold()


def test_a_merge_is_not_taken_back_out_of_a_dismissed_case_until_it_is_open_again(world: World) -> None:
    one, other = world.case(), world.case(north=FAR)
    merge_cases(one, other, reason="One crew.", actor=world.person)
    dismiss_case(other, reason="A mural.", actor=world.person)
    with pytest.raises(Conflict, match="Reopen it first"):
        undo_merge(one, reason="No.", actor=world.person)
    reopen_case(other, reason="No mural.", actor=world.person)
    undo_merge(one, reason="Two crews.", actor=world.person)
    assert one.status is CaseStatus.OPEN


def test_what_was_taken_back_can_be_merged_again_and_taken_back_again(world: World) -> None:
    one, other = world.case(), world.case(north=FAR)
    before = partition()
    for _ in range(2):
        merge_cases(one, other, reason="One crew.", actor=world.person)
        assert calls_in(one) == set() and one.status is CaseStatus.MERGED
        undo_merge(one, reason="Two crews.", actor=world.person)
        assert partition() == before
    with pytest.raises(Conflict, match="no merge of it to take back"):
        undo_merge(one, reason="Again.", actor=world.person)


def test_taking_back_wants_a_reason_and_the_version_that_was_seen(world: World) -> None:
    one, other = world.case(), world.case(north=FAR)
    merge_cases(one, other, reason="One crew.", actor=world.person)
    seen = one.version
    with pytest.raises(Invalid, match="two problems"):
        undo_merge(one, reason=" ", actor=world.person)
    add_note(one, text="Hm.", actor=world.person)
    with pytest.raises(Conflict, match="Somebody changed this case"):
        undo_merge(one, reason="Two crews.", actor=world.person, seen_version=seen)


def test_a_merge_of_which_nothing_was_kept_says_what_to_do_instead(world: World) -> None:
    one, other = world.case(), world.case(north=FAR)
    one.status, one.merged_into = CaseStatus.MERGED, other
    with pytest.raises(Conflict, match="Split the calls off by hand"):
        undo_merge(one, reason="Two.", actor=world.person)


def test_a_call_that_was_retyped_meanwhile_comes_back_pinned_since_no_rule_would_link_it_now(world: World) -> None:
    one, other = world.case(), world.case(north=FAR)
    call = db.session.get_one(make.ServiceRequest, min(calls_in(one)))
    merge_cases(one, other, reason="One crew.", actor=world.person)
    call.service_type = make.make_service_type()
    retake_calls([call], why="retyped")
    undo_merge(one, reason="Two crews.", actor=world.person)
    assert {link.is_pinned for number, link in _links(one) if number != call.id} == {False}
    assert link_of(call).is_pinned and call.id in calls_in(one)


def test_a_restored_case_takes_calls_again_and_no_scan_takes_it_back(world: World) -> None:
    one, other = world.case(), world.case(north=FAR)
    merge_cases(one, other, reason="One crew.", actor=world.person)
    undo_merge(one, reason="Two crews.", actor=world.person)
    late = world.call(1)
    world.take()
    before = partition()
    assert late.id in calls_in(one)
    rebuild_cases()
    assert partition() == before


def test_the_public_number_leads_to_the_target_and_after_taking_back_to_itself_again(world: World) -> None:
    world.family.is_public = True
    one, other = world.case(), world.case(north=FAR)
    merge_cases(one, other, reason="One crew.", actor=world.person)
    assert find_public_case(one.public_id) is other
    undo_merge(one, reason="Two crews.", actor=world.person)
    assert find_public_case(one.public_id) is one


def test_calls_split_off_the_target_stay_split_when_the_merge_is_taken_back(world: World) -> None:
    one, other = world.case(), world.case(north=FAR)
    merge_cases(one, other, reason="One crew.", actor=world.person)
    call = db.session.get_one(make.ServiceRequest, min(calls_in(other)))
    new = split_case(other, [link_of(call).id], reason="Another wall.", actor=world.person)
    came = calls_in(new)
    returned = undo_merge(one, reason="Two crews.", actor=world.person)
    assert calls_in(new) == came and returned.back == 2


@pytest.mark.parametrize("now", list(CaseStatus))
@pytest.mark.parametrize("then", list(CaseStatus))
def test_only_taking_back_leads_out_of_merged(now: CaseStatus, then: CaseStatus) -> None:
    if then not in STEPS[now]:
        with pytest.raises(Conflict):
            require_step(now, then)
    if then not in BY_UNDO.get(now, ()):
        with pytest.raises(Conflict):
            require_undo(now, then)
    else:
        require_undo(now, then)
    assert STEPS[CaseStatus.MERGED] == frozenset() and set(BY_UNDO) == {CaseStatus.MERGED}
