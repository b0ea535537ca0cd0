"""Splitting a case, and taking that back."""

import pytest

from tests import factories as make
from tests.cases.related.partition import figures_hold, partition
from tests.cases.world import FAR, World, calls_in, link_of, verbs_of
from tracker.calls.models import ServiceRequest
from tracker.cases.closing import close_case
from tracker.cases.decisions import dismiss_case
from tracker.cases.models import CaseStatus, OwnerQueue, ProblemCase
from tracker.cases.related import merge_cases, split_case, undo_merge, undo_split
from tracker.cases.related.models import CaseMove
from tracker.errors import Conflict, Invalid
from tracker.extensions import db

NEAR = 0.0005
"""Degrees: some 55 metres, within the rule's reach."""


def two_doors(world: World) -> tuple[ProblemCase, list[ServiceRequest]]:
    """A case of five calls, and the two of them that lie at another door."""
    case = world.case((-5, -4, -3))
    there = [world.call(day, north=NEAR, address="9 Elm St", address_key="9 ELM ST") for day in (-2, -1)]
    world.take()
    assert len(calls_in(case)) == 5
    return case, there


def links(calls: list[ServiceRequest]) -> list[int]:
    return [link_of(call).id for call in calls]


def newest_move() -> CaseMove:
    return db.session.scalars(db.select(CaseMove).order_by(CaseMove.id.desc())).first()  # type: ignore[return-value]  # there is one


def test_chosen_calls_become_a_case_at_the_place_of_most_of_them_with_an_owner(world: World) -> None:
    contact = make.make_contact(families=[world.family])
    case, there = two_doors(world)
    case.center_id = contact.center_id
    new = split_case(case, links(there), reason="Another door.", actor=world.person)
    assert calls_in(new) == {call.id for call in there} and (case.call_count, new.call_count) == (3, 2)
    assert (new.anchor_x_dm, new.anchor_y_dm, new.address) == (there[0].x_dm, there[0].y_dm, "9 Elm St")
    assert (new.opened_by_id, new.is_touched, new.family_id) == (world.person.id, True, case.family_id)
    assert new.queue is OwnerQueue.CONTACT and new.contact_id == contact.id
    assert new.is_below_threshold and not case.is_below_threshold, "two calls are fewer than the rule wants"
    link = link_of(there[0])
    assert link.is_pinned and link.made_by_id == world.person.id and "Another door." in link.reason
    assert verbs_of(case)[-1] == "split" and verbs_of(new) == ["opened"]
    assert figures_hold()


def test_of_equally_heavy_sites_the_one_called_about_latest_is_the_anchor(world: World) -> None:
    case, there = two_doors(world)
    at_anchor = sorted(calls_in(case) - {call.id for call in there})
    chosen = [db.session.get_one(ServiceRequest, number) for number in at_anchor[:2]] + there
    new = split_case(case, links(chosen), reason="Two of each.", actor=world.person)
    assert new.anchor_y_dm == there[0].y_dm


def test_calls_without_a_place_get_a_case_at_the_old_anchor(world: World) -> None:
    case = world.case()
    lost = make.make_call(service_type=world.service_type, lat=None)
    make.make_case_call(case=case, call=lost, is_pinned=True)
    new = split_case(case, links([lost]), reason="Nobody knows where.", actor=world.person)
    assert (new.anchor_x_dm, new.address) == (case.anchor_x_dm, case.address)


def test_calls_are_split_into_another_case_of_the_family(world: World) -> None:
    case, there = two_doors(world)
    other = world.case(north=FAR)
    before = partition()
    assert split_case(case, links(there), into=other, reason="It is theirs.", actor=world.person) is other
    assert other.call_count == 5 and verbs_of(other)[-1] == "took_over"
    undo_split(newest_move(), reason="It was not.", actor=world.person)
    assert partition() == before and other.status is CaseStatus.OPEN and figures_hold()
    assert not link_of(there[0]).is_pinned


def test_taking_a_split_back_returns_the_calls_and_merges_the_new_case_into_the_old(world: World) -> None:
    case, there = two_doors(world)
    before = partition()
    new = split_case(case, links(there), reason="Another door.", actor=world.person)
    undo_split(newest_move_of(new), reason="One landlord.", actor=world.person)
    assert partition() == before and figures_hold()
    assert (new.status, new.merged_into) == (CaseStatus.MERGED, case)
    assert not link_of(there[0]).is_pinned, "a rule had linked it, and does again"


def newest_move_of(new: ProblemCase) -> CaseMove:
    return db.session.scalars(db.select(CaseMove).where(CaseMove.into_case_id == new.id)).one()


def test_what_came_to_the_new_case_since_comes_along_when_the_split_is_taken_back(world: World) -> None:
    case, there = two_doors(world)
    new = split_case(case, links(there), reason="Another door.", actor=world.person)
    late = world.call(0, north=NEAR)
    world.take()
    assert late.id in calls_in(new)
    undo_split(newest_move_of(new), reason="One landlord.", actor=world.person)
    assert late.id in calls_in(case) and calls_in(new) == set()
    undo_merge(new, reason="It has a life of its own.", actor=world.person)
    assert calls_in(new) == {late.id} and figures_hold()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda case, new, third, who: dismiss_case(new, reason="None.", actor=who), "Reopen it first"),
        (lambda case, new, third, who: dismiss_case(case, reason="None.", actor=who), "Reopen it first"),
        (lambda case, new, third, who: close_case(case, outcome="Done.", actor=who), "Reopen it first"),
        (lambda case, new, third, who: merge_cases(new, third, reason="One.", actor=who), "Take that merge back"),
        (lambda case, new, third, who: merge_cases(case, third, reason="One.", actor=who), "Take that merge back"),
    ],
)
def test_a_split_that_cannot_be_taken_back_says_what_to_do_first(
    world: World,
    change,
    words: str,  # type: ignore[no-untyped-def]  # any verb on one of them
) -> None:
    case, there = two_doors(world)
    third = world.case(north=FAR)
    new = split_case(case, links(there), reason="Another door.", actor=world.person)
    change(case, new, third, world.person)
    before = partition()
    with pytest.raises(Conflict, match=words):
        undo_split(newest_of_kind(new), reason="No.", actor=world.person)
    assert partition() == before


def newest_of_kind(new: ProblemCase) -> CaseMove:
    return db.session.scalars(
        db.select(CaseMove).where(CaseMove.into_case_id == new.id, CaseMove.kind == "split")
    ).one()


def test_what_was_taken_back_is_not_taken_back_twice(world: World) -> None:
    case, there = two_doors(world)
    new = split_case(case, links(there), reason="Another door.", actor=world.person)
    move = newest_of_kind(new)
    undo_split(move, reason="One.", actor=world.person)
    with pytest.raises(Conflict, match="taken back already"):
        undo_split(move, reason="One.", actor=world.person)


def test_a_choice_that_makes_no_two_problems_is_refused(world: World) -> None:
    case, there = two_doors(world)
    everything = [link_of(db.session.get_one(ServiceRequest, number)).id for number in calls_in(case)]
    other_family = make.make_case()
    for chosen, into, words in (
        ([], None, "Choose the calls"),
        (everything, None, "leave nothing"),
        (links(there), case, "in this case already"),
        (links(there), other_family, "of the same family"),
    ):
        with pytest.raises(Invalid, match=words):
            split_case(case, chosen, into=into, reason="Why not.", actor=world.person)
    with pytest.raises(Invalid, match="another problem"):
        split_case(case, links(there), reason=" ", actor=world.person)
    with pytest.raises(Conflict, match="left this case meanwhile"):
        split_case(case, [*links(there), 987_654], reason="Gone.", actor=world.person)


@pytest.mark.parametrize("status", [CaseStatus.CLOSED, CaseStatus.DISMISSED])
def test_only_an_open_case_is_split(world: World, status: CaseStatus) -> None:
    case, there = two_doors(world)
    if status is CaseStatus.CLOSED:
        close_case(case, outcome="Done.", actor=world.person)
    else:
        dismiss_case(case, reason="None.", actor=world.person)
    with pytest.raises(Conflict, match="Reopen it first"):
        split_case(case, links(there), reason="Late.", actor=world.person)
