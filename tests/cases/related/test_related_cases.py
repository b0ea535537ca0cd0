"""Which cases are shown with a case, and why."""

from datetime import timedelta

import pytest

from tests import factories as make
from tests.cases.related.partition import partition
from tests.cases.world import FAR, World, link_of, verbs_of
from tests.statements import asked_statements
from tracker.calls.models import ServiceRequest
from tracker.cases.closing import close_case
from tracker.cases.models import ProblemCase
from tracker.cases.related import finding, merge_cases, related_cases, split_case
from tracker.cases.related.kinds import Kind
from tracker.cases.related.models import RelationKind
from tracker.cases.related.relating import end_relation, relate_cases
from tracker.cases.sara.response_start import response_began
from tracker.errors import Conflict, Invalid
from tracker.extensions import db
from tracker.staff.log import append_log

M = 1 / 111_195
"""Degrees of latitude in a metre."""


def told(case: ProblemCase) -> dict[int, list[tuple[str, str]]]:
    """Case to its reasons."""
    return {one.case.id: [(kind.value, words) for kind, words in one.reasons] for one in related_cases(case)}


def test_a_case_shows_what_is_at_its_place_on_its_block_and_near_with_words(world: World) -> None:
    point = {"public_lat": 42.3501, "public_long": -71.06, "public_label": "100 block of Elm Street"}
    case = make.make_case(rule=world.rule, **point)
    same = make.make_case()
    near = make.make_case(lat=make.ORIGIN[0] + 100 * M)
    block = make.make_case(lat=make.ORIGIN[0] + 300 * M, **point)
    make.make_case(lat=make.ORIGIN[0] + 200 * M)
    make.make_case(status="merged")
    assert told(case) == {
        same.id: [("anchor", "At the same place")],
        near.id: [("near", "100 m away")],
        block.id: [("block", "Same block to the public: 100 block of Elm Street")],
    }
    assert [one.case.id for one in related_cases(case)] == [same.id, block.id, near.id], "the strongest reason first"


def test_a_problem_may_have_moved_to_where_the_family_opened_a_case_just_outside_afterwards(world: World) -> None:
    case = world.case()
    close_case(case, outcome="Painted.", actor=world.person)
    assert case.closed_at is not None
    later = case.closed_at + timedelta(days=3)
    moved = make.make_case(rule=world.rule, lat=make.ORIGIN[0] + 300 * M, opened_at=later)
    make.make_case(rule=world.rule, lat=make.ORIGIN[0] + 300 * M, opened_at=case.closed_at - timedelta(days=3))
    make.make_case(rule=world.rule, lat=make.ORIGIN[0] + 600 * M, opened_at=later)
    make.make_case(lat=make.ORIGIN[0] + 300 * M, opened_at=later)
    assert told(case) == {moved.id: [("moved", "300 m away, opened after it was closed here on 15 Jun 2026")]}


def test_a_response_that_has_begun_may_drive_a_problem_away_too(world: World) -> None:
    case = make.make_case(rule=world.rule)
    moved = make.make_case(rule=world.rule, lat=make.ORIGIN[0] + 300 * M, opened_at=make.NOW + timedelta(days=70))
    assert told(case) == {}
    append_log("case", case.id, "began_response", "On to response.")
    db.session.flush()
    assert "opened after the response here began" in told(case)[moved.id][0][1]


def test_the_response_began_when_the_case_was_first_moved_to_it_else_when_work_began(world: World) -> None:
    case = make.make_case(rule=world.rule)

    def say(verb: str, day: int) -> None:
        append_log("case", case.id, verb, "So.").at = make.NOW + timedelta(days=day)
        db.session.flush()

    assert response_began(case) is None
    say("work_ordered", 9)
    say("task_added", 8)
    assert response_began(case) == make.NOW + timedelta(days=8)
    say("began_response", 10)
    say("began_response", 20)
    assert response_began(case) == make.NOW + timedelta(days=10)


def test_merged_and_split_cases_show_each_other(world: World) -> None:
    one, other = world.case((-4, -3, -2, -1)), world.case(north=FAR)
    merge_cases(one, other, reason="One crew.", actor=world.person)
    assert told(other)[one.id] == [("merged", "Merged into this one")]
    assert told(one)[other.id] == [("merged", "Goes on with the calls of this one")]
    call = db.session.get_one(ServiceRequest, min(partition()[other.id]))
    new = split_case(other, [link_of(call).id], reason="Another.", actor=world.person)
    assert ("split", "Split off from this one") in told(other)[new.id]
    assert ("split", "This one was split off from it") in told(new)[other.id]


def test_what_people_relate_stands_on_both_cases_until_they_end_it(world: World) -> None:
    one, other = world.case(), make.make_case(lat=make.ORIGIN[0] + FAR)
    relation = relate_cases(one, other, kind=RelationKind.DISPLACEMENT, reason="Same faces.", actor=world.person)
    assert told(one)[other.id] == [("related", "The problem moved there from here: Same faces.")]
    assert told(other)[one.id] == [("related", "The problem moved here from there: Same faces.")]
    assert one.is_touched and other.is_touched and verbs_of(other)[-1] == "related"
    end_relation(relation, reason="Others.", actor=world.person)
    assert told(one) == {} and relation.end_reason == "Others." and verbs_of(one)[-1] == "unrelated"
    with pytest.raises(Conflict, match="ended already"):
        end_relation(relation, reason="Others.", actor=world.person)
    assert relate_cases(one, other, kind=RelationKind.DISPLACEMENT, reason="Yes.", actor=world.person).id


def test_a_relation_is_never_doubled_nor_with_itself_nor_with_what_is_merged(world: World) -> None:
    one, other, third = world.case(), world.case(north=FAR), world.case(north=2 * FAR)
    relate_cases(one, other, kind=RelationKind.SAME_CAUSE, reason="A crew.", actor=world.person)
    with pytest.raises(Conflict, match="in this way already"):
        relate_cases(other, one, kind=RelationKind.SAME_CAUSE, reason="A crew.", actor=world.person)
    assert relate_cases(other, one, kind=RelationKind.SAME_OWNER, reason="A landlord.", actor=world.person).id
    with pytest.raises(Invalid, match="not related to itself"):
        relate_cases(one, one, kind=RelationKind.OTHER, reason="Why.", actor=world.person)
    with pytest.raises(Invalid, match="what makes the two"):
        relate_cases(one, third, kind=RelationKind.OTHER, reason=" ", actor=world.person)
    merge_cases(third, other, reason="One.", actor=world.person)
    with pytest.raises(Invalid, match=f"the one it went into: {other.public_id}"):
        relate_cases(one, third, kind=RelationKind.OTHER, reason="Why.", actor=world.person)


def test_a_case_is_shown_once_with_every_reason_and_siblings_under_a_problem_are_named(world: World) -> None:
    one, near = make.make_case(), make.make_case(lat=make.ORIGIN[0] + 50 * M)
    make.make_problem(name="Vacant houses", cases=[one, near])
    make.make_relation(case=one, other=near)
    assert [kind for kind, _ in told(one)[near.id]] == ["related", "problem", "near"]
    assert ("problem", "Both are part of «Vacant houses»") in told(one)[near.id]


def test_a_room_beside_tells_who_has_the_same_owner(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    one, far = make.make_case(), make.make_case(lat=make.ORIGIN[0] + FAR)
    monkeypatch.setattr(finding, "_SOURCES", list(finding._SOURCES))
    finding.related_source(lambda case: [(far.id, Kind.OWNER, "J. Doe owns both")])
    assert told(one) == {far.id: [("owner", "J. Doe owns both")]}


def test_the_number_of_queries_does_not_grow_with_what_is_related(world: World) -> None:
    case = make.make_case()

    def queries() -> int:
        db.session.expire_all()
        with asked_statements() as asked:
            for one in related_cases(case):
                assert one.case.family.name and one.heading
        return len(asked)

    make.make_case()
    few = queries()
    for number in range(12):
        make.make_relation(case=case, other=make.make_case(lat=make.ORIGIN[0] + number * 10 * M))
    assert queries() == few <= 11
