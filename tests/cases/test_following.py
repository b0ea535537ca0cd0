"""A request's status follows its case: closed with it, open again when that no longer holds; nothing else changes."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from tests import factories as make
from tests.cases.related.partition import partition
from tests.cases.world import FAR, World, calls_in, link_of
from tracker.calls.changes import withdraw_call
from tracker.calls.masking import refresh_masks
from tracker.calls.models import CallStatus, ServiceRequest
from tracker.cases.closing import close_case
from tracker.cases.decisions import dismiss_case, reopen_case
from tracker.cases.following import follow_calls, follow_cases
from tracker.cases.linking import link_call, retake_calls, unlink_call
from tracker.cases.models import CaseCall, CaseStatus, ProblemCase, SaraPhase
from tracker.cases.related import merge_cases, split_case, undo_merge
from tracker.cases.sara.phases import change_phase
from tracker.errors import Conflict, Invalid
from tracker.extensions import db

OPEN, CLOSED = CallStatus.OPEN, CallStatus.CLOSED
LONG_AGO = make.NOW - timedelta(hours=1)
Statuses = dict[int, CallStatus]


def statuses(case: ProblemCase) -> set[CallStatus]:
    """How the calls of a case stand."""
    db.session.expire_all()
    return {db.session.get_one(ServiceRequest, call_id).status for call_id in calls_in(case)}


def test_calls_close_with_their_case_at_its_instant_and_open_again_with_it(world: World) -> None:
    case = world.case()
    close_case(case, outcome="Painted over.", actor=world.person)
    call = link_of(db.session.get_one(ServiceRequest, min(calls_in(case)))).call
    assert statuses(case) == {CLOSED}
    assert (call.closed_at, call.followed_at) == (case.closed_at, case.closed_at)
    assert case.closed_at and call.public_updated_day == case.closed_at.date().toordinal()
    refresh_masks()
    assert call.public_updated_day == case.closed_at.date().toordinal()
    reopen_case(case, reason="It is back.", actor=world.person)
    assert statuses(case) == {OPEN} and call.closed_at is None


def test_a_new_phase_of_a_case_is_a_change_of_its_open_calls_and_stays_one_when_they_are_masked_anew(
    world: World,
) -> None:
    case = world.case()
    closed, *opened = [db.session.get_one(ServiceRequest, number) for number in sorted(calls_in(case))]
    closed.status = CLOSED
    make.make_call(requested_datetime=make.NOW + timedelta(days=3))
    day = (make.NOW + timedelta(days=3)).date().toordinal()
    before = closed.public_updated_day
    case.phase = SaraPhase.RESPONSE
    change_phase(case, SaraPhase.ANALYSIS, reason="We learned more.", actor=world.person)
    for _ in range(2):
        assert {call.public_updated_day for call in opened} == {day} and closed.public_updated_day == before
        refresh_masks()
        db.session.expire_all()


def test_what_its_source_had_closed_stays_closed_as_it_was(world: World) -> None:
    case = world.case()
    own = db.session.get_one(ServiceRequest, max(calls_in(case)))
    own.status, own.closed_at = CLOSED, LONG_AGO
    close_case(case, outcome="Painted over.", actor=world.person)
    reopen_case(case, reason="It is back.", actor=world.person)
    assert (own.status, own.closed_at, own.followed_at) == (CLOSED, LONG_AGO, None)


def test_a_call_that_recurs_opens_those_that_the_closing_closed(world: World) -> None:
    case = world.case()
    close_case(case, outcome="Painted over.", actor=world.person)
    world.call(10)
    assert world.take().recurred == [case.id]
    assert statuses(case) == {OPEN}


def test_a_late_call_from_before_the_closure_is_closed_with_its_case(world: World) -> None:
    case = world.case()
    close_case(case, outcome="Painted over.", actor=world.person)
    late = world.call(-0.5)
    world.take()
    assert late.id in calls_in(case) and case.status is CaseStatus.CLOSED
    assert statuses(case) == {CLOSED}


def test_a_call_that_leaves_a_closed_case_is_open_and_one_put_there_is_closed(world: World) -> None:
    case, loose = world.case(), world.call(0, north=3 * FAR)
    world.take()
    close_case(case, outcome="Painted over.", actor=world.person)
    link_call(case, loose, reason="Same hand.", actor=world.person)
    db.session.refresh(loose)
    assert loose.status is CLOSED
    unlink_call(link_of(loose), reason="Another hand.", actor=world.person)
    db.session.refresh(loose)
    assert loose.status is OPEN
    gone = db.session.get_one(ServiceRequest, min(calls_in(case)))
    retake_calls([gone], why=withdraw_call(gone, reason="A mistake.", actor=world.person))
    db.session.refresh(gone)
    assert gone.status is OPEN


def test_a_merge_opens_what_was_closed_and_taking_it_back_closes_it_again(world: World) -> None:
    one, other = world.case(), world.case(north=FAR)
    close_case(one, outcome="Painted over.", actor=world.person)
    merge_cases(one, other, reason="One crew.", actor=world.person)
    assert statuses(other) == {OPEN}
    undo_merge(one, reason="Two crews.", actor=world.person)
    assert (statuses(one), statuses(other)) == ({CLOSED}, {OPEN})


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["close", "reopen", "dismiss", "merge", "undo", "split", "unlink", "link", "call"]),
        st.integers(0, 4),
        st.integers(0, 20),
    ),
    min_size=3,
    max_size=9,
)


@pytest.fixture
def two_cases(world: World) -> World:
    """Two cases and a loose call; one call of each case was closed by its source."""
    for north in (0.0, FAR):
        case = world.case((-3, -2, -1, 0), north=north)
        own = db.session.get_one(ServiceRequest, max(calls_in(case)))
        own.status, own.closed_at = CLOSED, LONG_AGO
    world.call(0, north=3 * FAR)
    world.take()
    return world


@given(STEPS)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_in_any_order_the_status_is_what_the_case_says(two_cases: World, steps: list[tuple[str, int, int]]) -> None:
    own = {call.id for call in _calls() if call.status is CLOSED}
    with _taken_back():
        before: Statuses = {call.id: call.status for call in _calls()}
        for step in steps:
            _do(two_cases, *step)
            db.session.expire_all()
            expected = _oracle(before, own)
            before = {call.id: call.status for call in _calls()}
            assert before == expected, step
            assert all((call.closed_at is None) is (call.status is OPEN) for call in _calls())
        grouped = partition()
        follow_cases([case.id for case in _cases()]), follow_calls([call.id for call in _calls()])
        assert {call.id: call.status for call in _calls()} == before, "following again changes nothing"
        assert partition() == grouped


def _oracle(before: Statuses, own: set[int]) -> Statuses:
    """Call by call: what a source closed stays; a closed case closes; an open one or none opens; else as before."""
    found = {}
    for call in _calls():
        query = select(CaseCall).where(CaseCall.call_id == call.id, CaseCall.unlinked_at.is_(None))
        link = db.session.scalars(query).first()
        status = link.case.status if link else CaseStatus.OPEN
        kept = before.get(call.id, OPEN)
        found[call.id] = {CaseStatus.CLOSED: CLOSED, CaseStatus.OPEN: OPEN}.get(status, kept)
        if call.id in own:
            found[call.id] = CLOSED
    return found


def _calls() -> list[ServiceRequest]:
    return list(db.session.scalars(select(ServiceRequest).order_by(ServiceRequest.id)))


def _cases() -> list[ProblemCase]:
    return list(db.session.scalars(select(ProblemCase).order_by(ProblemCase.id)))


def _do(world: World, what: str, which: int, other: int) -> None:
    """One step; what is refused changes nothing."""
    cases, calls = _cases(), _calls()
    case, second, call = cases[which % len(cases)], cases[other % len(cases)], calls[other % len(calls)]
    links = db.session.scalars(
        select(CaseCall).where(CaseCall.case_id == case.id, CaseCall.unlinked_at.is_(None)).order_by(CaseCall.id)
    ).all()
    why = {"reason": "Why not.", "actor": world.person}
    steps = {
        "close": lambda: close_case(case, outcome="Done.", actor=world.person),
        "reopen": lambda: reopen_case(case, **why),
        "dismiss": lambda: dismiss_case(case, **why),
        "merge": lambda: merge_cases(case, second, **why),
        "undo": lambda: undo_merge(case, **why),
        "split": lambda: split_case(case, [link.id for link in links[:1]], **why),
        "unlink": lambda: unlink_call(links[other % len(links)], **why) if links else None,
        "link": lambda: link_call(case, call, **why),
        "call": lambda: (world.call(other, north=(which % 2) * FAR), world.take()),
    }
    try:
        with db.session.begin_nested():
            steps[what]()
    except (Conflict, Invalid):
        db.session.expire_all()


@contextmanager
def _taken_back() -> Iterator[None]:
    point = db.session.begin_nested()
    try:
        yield
    finally:
        point.rollback()
        db.session.expire_all()
