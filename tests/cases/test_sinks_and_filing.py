"""What supervisors settle: sinks release their calls, unsorted types find their family."""

import pytest
from sqlalchemy import select

from tests import factories as make
from tests.cases.world import FAR, World, calls_in, is_loose
from tracker.calls.models import Placement, SinkCandidate
from tracker.cases.decisions import add_note
from tracker.cases.filing import file_type, new_family
from tracker.cases.models import ProblemCase
from tracker.cases.sinks import confirm_sink, decline_sink
from tracker.errors import Conflict, Invalid
from tracker.extensions import db
from tracker.places.models import Address, AddressSource
from tracker.places.sinks import find_sink
from tracker.staff.models import Role


@pytest.fixture
def candidate(world: World) -> SinkCandidate:
    """The origin, where many calls lie."""
    lat, long = make.ORIGIN
    row = SinkCandidate(lat=lat, long=long, x_dm=0, y_dm=0, calls=30, texts=12, types=6)
    db.session.add(row)
    db.session.flush()
    return row


def test_confirming_a_sink_places_its_calls_from_their_text_and_leaves_the_rest_unlocated(
    world: World, candidate: SinkCandidate
) -> None:
    make.make_address(lat=make.ORIGIN[0] + FAR, key="7 OAK ST", display="7 Oak St", street_key="OAK ST", number=7)
    where = {"source_lat": make.ORIGIN[0], "source_long": make.ORIGIN[1]}
    known = [world.call(day, address="7 Oak Street", address_key="7 OAK ST", **where) for day in (-2, -1, 0)]
    unknown = world.call(0, address="somewhere", address_key="", **where)
    before = world.take().opened
    counts = confirm_sink(candidate, actor=world.person)
    assert counts == {"stayed": 0, "placed": 3, "unlocated": 1}
    assert db.session.get(ProblemCase, before[0]) is None, "an untouched case without calls was never a problem"
    case = db.session.scalars(select(ProblemCase)).one()
    assert calls_in(case) == {call.id for call in known} and case.anchor_y_dm > 10_000
    assert unknown.placement is Placement.UNLOCATED and unknown.is_on_sink and not is_loose(unknown)
    assert (unknown.source_lat, unknown.public_label, unknown.public_day) == (make.ORIGIN[0], None, None)
    assert find_sink(0, 0) is not None and candidate.is_sink is True


def test_calls_in_a_case_that_a_person_touched_stay(world: World, candidate: SinkCandidate) -> None:
    case = world.case()
    add_note(case, text="I was there.", actor=world.person)
    members = calls_in(case)
    assert confirm_sink(candidate, actor=world.person)["stayed"] == 3
    assert calls_in(case) == members


def test_addresses_learned_at_a_sink_are_forgotten(world: World, candidate: SinkCandidate) -> None:
    make.make_address(source=AddressSource.LEARNED)
    kept = make.make_address(lat=make.ORIGIN[0] + FAR, source=AddressSource.LEARNED)
    confirm_sink(candidate, actor=world.person)
    assert db.session.scalars(select(Address)).all() == [kept]


def test_a_declined_candidate_changes_nothing_and_is_judged_once(world: World, candidate: SinkCandidate) -> None:
    case = world.case()
    decline_sink(candidate, actor=world.person)
    assert len(calls_in(case)) == 3 and candidate.is_sink is False
    with pytest.raises(Conflict, match="decided about this point already"):
        confirm_sink(candidate, actor=world.person)


def test_a_filed_types_calls_join_the_cases_of_its_family(world: World) -> None:
    lead = make.make_user(role=Role.SUPERVISOR)
    own = make.make_rule().family
    unsorted = make.make_service_type(family=own, is_unsorted=True, is_public=False)
    strays = [world.call(day, service_type=unsorted) for day in (-2, -1, 0)]
    lonely = world.take().opened
    case = world.case()
    file_type(unsorted, world.family, weight=2, is_public=True, is_confidential=False, actor=lead)
    assert db.session.get(ProblemCase, lonely[0]) is None
    assert calls_in(case) >= {call.id for call in strays}
    assert {call.weight for call in strays} == {2} and case.weight == 9
    assert (unsorted.family, unsorted.is_unsorted, unsorted.is_public) == (world.family, False, True)


def test_a_touched_case_goes_along_with_its_type(world: World) -> None:
    lead = make.make_user(role=Role.SUPERVISOR)
    unsorted = make.make_service_type(family=make.make_rule().family, is_unsorted=True)
    calls = [world.call(day, service_type=unsorted) for day in (-2, -1, 0)]
    case = db.session.get(ProblemCase, world.take().opened[0])
    assert case is not None
    add_note(case, text="I was there.", actor=world.person)
    file_type(unsorted, world.family, weight=1, is_public=False, is_confidential=False, actor=lead)
    assert case.family == world.family and calls_in(case) == {call.id for call in calls}


def test_a_confidential_type_is_never_public_and_its_calls_count_nowhere(world: World) -> None:
    unsorted = make.make_service_type(family=make.make_rule().family, is_unsorted=True)
    calls = [world.call(day, service_type=unsorted) for day in (-2, -1, 0)]
    world.take()
    file_type(unsorted, world.family, weight=1, is_public=True, is_confidential=True, actor=world.person)
    assert not unsorted.is_public and not any(is_loose(call) for call in calls)
    assert db.session.scalars(select(ProblemCase)).all() == []


def test_a_type_is_filed_once_and_a_new_family_needs_a_free_name(world: World) -> None:
    filed = make.make_service_type(family=world.family)
    with pytest.raises(Conflict, match="was filed under Graffiti meanwhile"):
        file_type(filed, world.family, weight=1, is_public=False, is_confidential=False, actor=world.person)
    assert new_family("Fallen  Trees", harm_weight=3).code == "fallen-trees"
    with pytest.raises(Conflict, match="already"):
        new_family("fallen trees", harm_weight=3)
    for empty in ("", " ", "!!"):
        with pytest.raises(Invalid, match="name"):
            new_family(empty, harm_weight=3)
