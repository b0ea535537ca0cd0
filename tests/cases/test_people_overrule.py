"""Every sentence of «People overrule the machine, and stay right», on a real database."""

import pytest
from sqlalchemy import select

from tests import factories as make
from tests.cases.world import FAR, World, calls_in, days_after, is_loose, link_of, verbs_of
from tracker.cases.by_hand import open_case_by_hand
from tracker.cases.closing import close_case
from tracker.cases.decisions import add_note, dismiss_case, reopen_case
from tracker.cases.explaining import explain_place
from tracker.cases.linking import accept_link, link_call, unlink_call
from tracker.cases.models import CaseCall, CaseStatus, ProblemCase
from tracker.cases.rebuilding import rebuild_cases
from tracker.cases.related import merge_cases
from tracker.errors import Conflict, Invalid
from tracker.extensions import db


def test_a_link_made_by_a_person_is_pinned_whatever_the_distance(world: World) -> None:
    case = world.case()
    far = world.call(0, north=FAR)
    world.take()
    link = link_call(case, far, reason="Same culprit.", actor=world.person)
    assert link.is_pinned and link.made_by_id == world.person.id
    assert link.distance_m == pytest.approx(1112, abs=2)
    rebuild_cases()
    assert far.id in calls_in(case)


def test_a_link_keeps_which_rule_made_it_when_how_far_and_why_in_words(world: World) -> None:
    case = world.case()
    late = world.call(1)
    world.take()
    link = link_of(late)
    assert (link.rule_id, link.distance_m, link.made_by_id) == (world.rule.id, 0.0, None)
    assert link.linked_at is not None and "anchor" in link.reason and "rule version 1" in link.reason
    assert calls_in(case) >= {late.id}


def test_unlinking_keeps_the_row_with_who_and_why(world: World) -> None:
    case = world.case((-3, -2, -1, 0))
    link = db.session.scalars(select(CaseCall).where(CaseCall.case_id == case.id).limit(1)).one()
    unlink_call(link, reason="That was a mural.", actor=world.person)
    row = db.session.get(CaseCall, link.id)
    assert row is not None
    assert (row.unlinked_by_id, row.unlink_reason) == (world.person.id, "That was a mural.")
    assert case.call_count == 3


def test_a_call_that_a_person_removed_is_never_put_back_by_a_rule(world: World) -> None:
    case = world.case((-3, -2, -1, 0))
    call = world.call(1)
    world.take()
    unlink_call(link_of(call), reason="Elsewhere.", actor=world.person)
    assert is_loose(call) and call.id not in calls_in(case)
    world.call(2)
    world.take()
    rebuild_cases()
    assert call.id not in calls_in(case)


def test_a_removed_call_counts_elsewhere_at_once(world: World) -> None:
    wrong = world.case()
    call = world.call(1, north=0.0008)
    world.take()
    assert call.id in calls_in(wrong)
    world.call(1, north=0.0016), world.call(1, north=0.0016)
    assert world.take().opened == []
    taken = unlink_call(link_of(call), reason="It is the other wall.", actor=world.person)
    assert len(taken.opened) == 1
    assert call.id in calls_in(db.session.get(ProblemCase, taken.opened[0]))  # type: ignore[arg-type]  # it was just opened


def test_a_touched_case_is_never_taken_back_and_an_untouched_one_is(world: World) -> None:
    touched, untouched = world.case(), world.case(north=FAR)
    add_note(touched, text="I was there.", actor=world.person)
    number, members = touched.public_id, calls_in(touched)
    world.rule = make.make_rule(family=world.family, version=2, threshold=9)
    result = rebuild_cases()
    assert (result.touched, result.gone, result.new) == (1, 1, 0)
    assert db.session.scalars(select(ProblemCase.public_id)).all() == [number]
    assert calls_in(touched) == members and untouched is not None


def test_accepting_a_link_is_no_touch(world: World) -> None:
    case = world.case()
    link = db.session.scalars(select(CaseCall).where(CaseCall.case_id == case.id).limit(1)).one()
    accept_link(link, actor=world.person)
    assert not case.is_touched
    make.make_rule(family=world.family, version=2, threshold=9)
    assert rebuild_cases().gone == 1


def test_a_rebuild_that_changes_nothing_keeps_every_number(world: World) -> None:
    numbers = {world.case().public_id, world.case(north=FAR).public_id}
    result = rebuild_cases()
    assert (result.unchanged, result.gone, result.new) == (2, 0, 0)
    assert set(db.session.scalars(select(ProblemCase.public_id))) == numbers


def test_a_dismissed_case_absorbs_nothing_and_only_later_calls_count_within_its_radius(world: World) -> None:
    case = world.case()
    before = world.call(0, north=0.0002)
    world.call(40, north=FAR)  # the city's as-of instant moves on
    world.take()
    dismiss_case(case, reason="A commissioned mural.", actor=world.person)
    members = calls_in(case)
    muted = [world.call(day, north=0.0002) for day in (38, 39)]
    world.take()
    assert calls_in(case) == members and not any(is_loose(call) for call in [before, *muted])
    later = [world.call(day) for day in (41, 42, 43)]
    opened = world.take().opened
    assert len(opened) == 1
    assert calls_in(db.session.get(ProblemCase, opened[0])) == {call.id for call in later}  # type: ignore[arg-type]  # as above


def test_dismissing_needs_a_reason(world: World) -> None:
    case = world.case()
    with pytest.raises(Invalid, match="why this is no problem"):
        dismiss_case(case, reason="  ", actor=world.person)


def test_taking_a_dismissal_back_takes_the_muted_calls_anew(world: World) -> None:
    case = world.case()
    world.call(10, north=FAR)
    world.take()
    dismiss_case(case, reason="A mural.", actor=world.person)
    muted = world.call(5)
    world.take()
    assert not is_loose(muted)
    reopen_case(case, reason="It was no mural.", actor=world.person)
    assert muted.id in calls_in(case) and case.status is CaseStatus.OPEN


def test_a_call_within_the_monitoring_reopens_a_closed_case_and_tells_its_owner(world: World) -> None:
    case = world.case()
    close_case(case, outcome="Painted over.", actor=world.person, monitoring_days=30)
    late = world.call(20)
    assert world.take().recurred == [case.id]
    assert case.status is CaseStatus.OPEN and case.recurred_at == late.requested_datetime
    assert late.id in calls_in(case) and verbs_of(case)[-2:] == ["recurred", "linked"]


def test_a_call_after_the_monitoring_opens_nothing_old(world: World) -> None:
    case = world.case()
    close_case(case, outcome="Painted over.", actor=world.person, monitoring_days=30)
    call = world.call(45)
    assert world.take().recurred == []
    assert case.status is CaseStatus.CLOSED and is_loose(call)


def test_a_late_call_from_before_the_closure_links_without_reopening(world: World) -> None:
    case = world.case()
    close_case(case, outcome="Painted over.", actor=world.person)
    late = world.call(-0.5)
    assert world.take().recurred == []
    assert case.status is CaseStatus.CLOSED and late.id in calls_in(case)


def test_a_case_opened_by_hand_takes_the_loose_calls_around_and_is_touched(world: World) -> None:
    loose = [world.call(day) for day in (-1, 0)]
    world.take()
    case = open_case_by_hand(
        world.family, lat=make.ORIGIN[0], long=make.ORIGIN[1], reason="I saw it.", actor=world.person
    )
    assert calls_in(case) == {call.id for call in loose}
    assert case.is_touched and case.opened_by_id == world.person.id and not any(is_loose(call) for call in loose)
    joining = world.call(1)
    world.take()
    assert joining.id in calls_in(case)


def test_a_case_is_not_opened_outside_the_city_or_without_a_reason(world: World) -> None:
    with pytest.raises(Invalid, match="outside Testville"):
        open_case_by_hand(world.family, lat=10.0, long=10.0, reason="There.", actor=world.person)
    with pytest.raises(Invalid, match="what the problem is"):
        open_case_by_hand(world.family, lat=make.ORIGIN[0], long=make.ORIGIN[1], reason=" ", actor=world.person)


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ((), "No loose call within 100 m in the last 30 days; a case needs"),
        ((0, -1), "Missing: weight 1 more."),
    ],
)
def test_any_place_says_why_it_is_not_a_case(world: World, days: tuple[int, ...], words: str) -> None:
    for day in days:
        world.call(day)
    world.take()
    answer = explain_place(world.family.id, world.rule, x_dm=0, y_dm=0, at=make.NOW)
    assert words in answer.sentence and len(answer.loose) == len(days)


def test_a_place_that_a_case_covers_says_so(world: World) -> None:
    case = world.case()
    answer = explain_place(world.family.id, world.rule, x_dm=500, y_dm=0, at=make.NOW)
    assert answer.cases == [case] and f"Case {case.public_id} (open) covers this place" in answer.sentence


def test_merging_moves_every_call_and_keeps_both_rows(world: World) -> None:
    one, other = world.case(), world.case(north=FAR)
    members = calls_in(one) | calls_in(other)
    merge_cases(one, other, reason="One crew of painters.", actor=world.person)
    assert one.status is CaseStatus.MERGED and one.merged_into is other
    assert calls_in(one) == set() and calls_in(other) == members
    assert (one.call_count, other.call_count) == (0, 6)
    late = world.call(1)
    world.take()
    assert late.id not in calls_in(one), "a merged case takes no calls"
    rebuild_cases()
    assert calls_in(other) == members


def test_a_case_is_merged_only_into_an_open_one_of_its_family(world: World) -> None:
    case = world.case()
    with pytest.raises(Invalid, match="into itself"):
        merge_cases(case, case, reason="Why not.", actor=world.person)
    with pytest.raises(Invalid, match="same family"):
        merge_cases(case, make.make_case(), reason="Why not.", actor=world.person)


def test_the_second_to_link_a_call_is_told_that_somebody_was_first(world: World) -> None:
    case = world.case()
    call = world.call(0, north=FAR)
    world.take()
    link_call(case, call, reason="", actor=world.person)
    with pytest.raises(Conflict, match="in this case already"):
        link_call(case, call, reason="", actor=make.make_user())


def test_nobody_moves_a_call_silently_that_somebody_else_has_put_into_a_case(world: World) -> None:
    one, other = world.case(), world.case(north=FAR)
    call = world.call(0, north=2 * FAR)
    world.take()
    link_call(one, call, reason="", actor=world.person)
    with pytest.raises(Conflict, match=f"into case {one.public_id} by hand"):
        link_call(other, call, reason="", actor=make.make_user())
    assert call.id in calls_in(one)


def test_a_person_may_move_a_call_that_a_rule_has_linked(world: World) -> None:
    one, other = world.case((-3, -2, -1, 0)), world.case(north=FAR)
    call = world.call(1)
    world.take()
    link_call(other, call, reason="It is there.", actor=world.person)
    assert call.id in calls_in(other) and call.id not in calls_in(one) and one.call_count == 4
    assert one.is_touched and verbs_of(one)[-1] == "unlinked", "a person has decided about the case that loses it too"


def test_a_new_case_never_gets_the_history_of_one_that_is_gone(world: World) -> None:
    gone = world.case().id
    make.make_rule(family=world.family, version=2, threshold=9)
    assert rebuild_cases().gone == 1
    assert make.make_case(rule=world.rule).id > gone


def test_a_change_against_an_older_version_is_refused(world: World) -> None:
    case = world.case()
    seen = case.version
    add_note(case, text="First.", actor=world.person, seen_version=seen)
    with pytest.raises(Conflict, match="Somebody changed this case"):
        close_case(case, outcome="Done.", actor=world.person, seen_version=seen)


def test_a_closing_says_how_long_the_case_is_watched(world: World) -> None:
    case = world.case()
    close_case(case, outcome="Painted over.", actor=world.person, monitoring_days=10)
    assert (case.closed_at, case.monitored_until) == (make.NOW, days_after(10))
