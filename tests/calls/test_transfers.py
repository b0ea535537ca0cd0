"""Reviewing 911 transfers: claims, hard stops that nothing skips, the way back, closures that need a second person."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests import factories as make
from tracker.calls.transfers.afterwards import agree_to_closure, decline_closure, finish_return, tick_step
from tracker.calls.transfers.claims import claim_transfer, release_transfer
from tracker.calls.transfers.decisions import Given, answer_stops, decide_transfer, return_to_911
from tracker.calls.transfers.demands import Decision
from tracker.calls.transfers.hard_stops import HARD_STOPS, Answer
from tracker.calls.transfers.models import ReviewStatus, TransferAnswer, TransferReview
from tracker.calls.transfers.ordering import Risk
from tracker.calls.transfers.queries import find_transfer, steps_done, transfers_in
from tracker.calls.transfers.warm_transfer import STEPS
from tracker.clock import utc_now
from tracker.errors import Conflict, Invalid, NotFound
from tracker.extensions import db
from tracker.staff.log import history_of
from tracker.staff.models import Role, User

CLEAR = {stop.code: Answer.NO for stop in HARD_STOPS}
OTHERS = [decision for decision in Decision if decision is not Decision.RETURNED_TO_911]
WHOLE = Given(
    reason="Spoke with her.", told_caller=True, agency="Parks", service_type=1, case="C1",
    call_back_at=utc_now() + timedelta(days=9),
)  # fmt: skip


@pytest.fixture
def aide(database: SQLAlchemy) -> User:
    make.make_city()
    return make.make_user(display_name="Kim Lee")


def claimed(aide: User, **columns: object) -> TransferReview:
    transfer = make.make_transfer(**columns)
    claim_transfer(transfer, actor=aide)
    return transfer


def cleared(aide: User) -> TransferReview:
    transfer = claimed(aide)
    answer_stops(transfer, CLEAR, actor=aide)
    return transfer


def test_the_second_to_claim_is_told_who_has_it_and_since_when(aide: User) -> None:
    transfer = claimed(aide)
    with pytest.raises(Conflict, match=r"Kim Lee has had it since \d\d:\d\d \(0 min\)"):
        claim_transfer(transfer, actor=make.make_user())
    claim_transfer(transfer, actor=aide)  # a double click does no harm
    assert [entry.verb for entry in history_of("transfer", transfer.id)] == ["claimed"]


def test_only_its_holder_or_a_supervisor_gives_a_transfer_back_to_the_queue(aide: User) -> None:
    transfer = claimed(aide)
    with pytest.raises(Conflict, match="Kim Lee has had it"):
        release_transfer(transfer, actor=make.make_user())
    release_transfer(transfer, actor=make.make_user(role=Role.SUPERVISOR), may_force=True)
    assert transfer.claimed_by_id is None and transfer.claimed_at is None
    with pytest.raises(Conflict, match="Nobody has"):
        release_transfer(transfer, actor=aide)


@pytest.mark.parametrize("decision", OTHERS)
def test_no_decision_is_taken_before_every_hard_stop_is_answered_no(aide: User, decision: Decision) -> None:
    transfer = claimed(aide)
    with pytest.raises(Invalid, match="Ask every hard stop first; 14"):
        decide_transfer(transfer, decision, WHOLE, actor=aide)
    answer_stops(transfer, dict(list(CLEAR.items())[:-1]), actor=aide)
    with pytest.raises(Invalid, match="Ask every hard stop first; 1"):
        decide_transfer(transfer, decision, WHOLE, actor=aide)
    answer_stops(transfer, {"unsure": Answer.UNSURE}, actor=aide)
    with pytest.raises(Invalid, match=r"Only a return to 911 is left\. If in doubt"):
        decide_transfer(transfer, decision, WHOLE, actor=aide)
    answer_stops(transfer, {"unsure": Answer.NO}, actor=aide)  # nobody answers a doubt away
    with pytest.raises(Invalid, match="Only a return"):
        decide_transfer(transfer, decision, WHOLE, actor=aide)
    assert transfer.decision is None


moves = st.lists(
    st.one_of(
        st.tuples(st.just("answer"), st.dictionaries(st.sampled_from(list(CLEAR)), st.sampled_from(Answer))),
        st.tuples(st.just("clear"), st.just({})),
        st.tuples(st.just("decide"), st.sampled_from(OTHERS)),
        st.tuples(st.just("return"), st.just("")),
        st.tuples(st.just("release"), st.just("")),
        st.tuples(st.just("claim"), st.just("")),
    ),
    max_size=8,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves)
def test_whatever_is_tried_in_whatever_order_nothing_skips_a_stop(aide: User, tried: list[tuple[str, object]]) -> None:
    transfer = claimed(aide)
    said: dict[str, set[str]] = {code: set() for code in CLEAR}
    for move, value in tried:
        answers = CLEAR if move == "clear" else value if move == "answer" else {}
        try:
            if move in ("answer", "clear"):
                answer_stops(transfer, answers, actor=aide)  # type: ignore[arg-type]
            elif move == "decide":
                decide_transfer(transfer, value, WHOLE, actor=aide)  # type: ignore[arg-type]
            elif move == "return":
                return_to_911(transfer, reason="", actor=aide)
            elif move == "release":
                release_transfer(transfer, actor=aide)
            else:
                claim_transfer(transfer, actor=aide)
        except (Invalid, Conflict):
            continue
        for code, answer in answers.items():  # type: ignore[union-attr]
            said[code].add(answer.value)
    db.session.flush()
    db.session.refresh(transfer)
    all_no = all(given_to_it == {"no"} for given_to_it in said.values())
    if transfer.decision not in (None, Decision.RETURNED_TO_911):
        assert all_no and transfer.stops_clear
    if transfer.decision is not Decision.RETURNED_TO_911:  # a return adds the aide's doubt
        assert transfer.stops_clear is all_no


@pytest.mark.parametrize("decision", OTHERS)
def test_the_database_itself_refuses_a_decision_past_the_stops(aide: User, decision: Decision) -> None:
    transfer = claimed(aide)
    db.session.flush()
    past = update(TransferReview).where(TransferReview.id == transfer.id)
    values = {
        "decision": decision, "decided_at": utc_now(), "status": ReviewStatus.DONE, "reason": "x", "told_caller": True
    }  # fmt: skip
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(past.values(**values))
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(past.values(**values, stops_clear=True))  # cleared without a time of asking
    with pytest.raises(IntegrityError), db.session.begin_nested():
        db.session.execute(past.values(status=ReviewStatus.DONE))  # done without a decision


def test_the_database_refuses_a_closure_without_reason_or_by_one_person_alone(aide: User) -> None:
    transfer = cleared(aide)
    decide_transfer(transfer, Decision.CLOSED_ADMINISTRATIVELY, WHOLE, actor=aide)
    row = update(TransferReview).where(TransferReview.id == transfer.id)
    for values in (
        {"reason": ""},
        {"told_caller": None},
        {"status": ReviewStatus.DONE},
        {"agreed_by_id": aide.id, "agreed_at": utc_now()},
    ):
        with pytest.raises(IntegrityError), db.session.begin_nested():
            db.session.execute(row.values(**values))


def test_answers_keep_who_gave_them_and_when_and_cannot_be_changed(aide: User) -> None:
    transfer = cleared(aide)
    rows = db.session.scalars(select(TransferAnswer).where(TransferAnswer.transfer_id == transfer.id)).all()
    assert {row.stop for row in rows} == set(CLEAR) and {row.answered_by_id for row in rows} == {aide.id}
    assert transfer.stops_clear and transfer.stops_answered_at == rows[0].answered_at
    with pytest.raises(DBAPIError, match="append-only"), db.session.begin_nested():
        db.session.execute(update(TransferAnswer).values(answer=Answer.NO))


def test_a_yes_lifts_the_transfer_to_the_top_of_the_queue(aide: User) -> None:
    first, second = make.make_transfer(), claimed(aide, received_at=make.NOW + timedelta(minutes=30))
    assert list(db.session.scalars(transfers_in(ReviewStatus.WAITING))) == [first, second]
    answer_stops(second, {"weapon": Answer.YES}, actor=aide)
    assert list(db.session.scalars(transfers_in(ReviewStatus.WAITING))) == [second, first]
    assert second.risk is Risk.DANGER


def test_a_return_needs_no_question_and_no_claim_and_keeps_the_doubt(aide: User) -> None:
    transfer = make.make_transfer()
    return_to_911(transfer, reason="She whispers.", actor=aide)
    assert (transfer.decision, transfer.status) == (Decision.RETURNED_TO_911, ReviewStatus.RETURNING)
    assert transfer.decided_by is aide and transfer.claimed_by is aide and not transfer.stops_clear
    assert transfer.reason == "If in doubt, send it back. She whispers."
    with pytest.raises(Conflict, match="Kim Lee has decided this transfer already: returned to 911"):
        return_to_911(transfer, reason="", actor=make.make_user())


def test_the_checklist_ends_the_return_and_each_step_has_its_time(aide: User) -> None:
    transfer = make.make_transfer()
    return_to_911(transfer, reason="", actor=aide)
    for step in STEPS:
        assert transfer.status is ReviewStatus.RETURNING
        tick_step(transfer, step.code, actor=aide)
        if step is not STEPS[-1]:
            tick_step(transfer, step.code, actor=aide)  # twice is once
    assert transfer.status is ReviewStatus.DONE
    assert all(row.done_at <= utc_now() and row.done_by is aide for row in steps_done(transfer).values())
    assert len(steps_done(transfer)) == 4
    with pytest.raises(Conflict):
        tick_step(transfer, STEPS[0].code, actor=aide)


def test_a_return_that_could_not_be_finished_says_why(aide: User) -> None:
    transfer = make.make_transfer()
    return_to_911(transfer, reason="", actor=aide)
    with pytest.raises(Invalid, match="which step"):
        finish_return(transfer, note=" ", actor=aide)
    with pytest.raises(Invalid, match="no such step"):
        tick_step(transfer, "made_up", actor=aide)
    finish_return(transfer, note="The caller hung up.", actor=aide)
    assert (transfer.status, transfer.hand_back_note) == (ReviewStatus.DONE, "The caller hung up.")


@pytest.mark.parametrize(
    ("decision", "given_with_it", "missing"),
    [
        (Decision.REPORT_TAKEN, Given(), "Choose what it is about"),
        (Decision.LINKED, Given(), "number of the case"),
        (Decision.REFERRED, Given(agency="Parks"), "whether the caller was told"),
        (Decision.CALL_BACK, Given(reason="x"), "day and time"),
        (Decision.CALL_BACK, Given(reason="x", call_back_at=make.NOW - timedelta(days=900)), "in the past"),
        (Decision.ADVISED, Given(reason="  "), "Write down"),
        (Decision.CLOSED_ADMINISTRATIVELY, Given(reason="x"), "whether the caller was told"),
        (Decision.CLOSED_ADMINISTRATIVELY, Given(told_caller=False), "Write down"),
        (Decision.RETURNED_TO_911, Given(), "own button"),
    ],
)
def test_a_decision_without_what_it_demands_is_refused(
    aide: User, decision: Decision, given_with_it: Given, missing: str
) -> None:
    transfer = cleared(aide)
    with pytest.raises(Invalid, match=missing):
        decide_transfer(transfer, decision, given_with_it, actor=aide)
    assert transfer.status is ReviewStatus.WAITING


def test_a_closure_waits_for_a_second_person(aide: User) -> None:
    transfer, boss = cleared(aide), make.make_user(role=Role.SUPERVISOR)
    decide_transfer(transfer, Decision.CLOSED_ADMINISTRATIVELY, WHOLE, actor=aide)
    assert transfer.status is ReviewStatus.AWAITING_AGREEMENT and transfer.needs_agreement
    with pytest.raises(Invalid, match="somebody else has to agree"):
        agree_to_closure(transfer, actor=aide)
    agree_to_closure(transfer, actor=boss)
    assert (transfer.status, transfer.agreed_by) == (ReviewStatus.DONE, boss) and transfer.agreed_at is not None
    with pytest.raises(Conflict):
        agree_to_closure(transfer, actor=make.make_user(role=Role.SUPERVISOR))


def test_a_closure_that_is_not_agreed_to_goes_back_to_the_queue_with_its_history(aide: User) -> None:
    transfer, boss = cleared(aide), make.make_user(role=Role.SUPERVISOR)
    decide_transfer(transfer, Decision.CLOSED_ADMINISTRATIVELY, WHOLE, actor=aide)
    with pytest.raises(Invalid, match="instead"):
        decline_closure(transfer, reason="", actor=boss)
    decline_closure(transfer, reason="Take a report.", actor=boss)
    assert (transfer.status, transfer.decision, transfer.claimed_by) == (ReviewStatus.WAITING, None, None)
    assert [entry.verb for entry in history_of("transfer", transfer.id)][:2] == ["declined", "closed_administratively"]


def test_where_the_rule_says_so_a_closure_is_one_persons_word(aide: User) -> None:
    transfer = cleared(aide)
    decide_transfer(transfer, Decision.CLOSED_ADMINISTRATIVELY, WHOLE, actor=aide, closures_need_agreement=False)
    assert transfer.status is ReviewStatus.DONE and not transfer.needs_agreement


@pytest.mark.parametrize("act", [
    lambda transfer, who: answer_stops(transfer, CLEAR, actor=who),
    lambda transfer, who: decide_transfer(transfer, Decision.ADVISED, WHOLE, actor=who),
    lambda transfer, who: return_to_911(transfer, reason="", actor=who),
])  # fmt: skip
def test_nobody_works_on_what_somebody_else_has(aide: User, act: Callable[[TransferReview, User], object]) -> None:
    transfer = claimed(aide)
    with pytest.raises(Conflict, match="Kim Lee has had it"):
        act(transfer, make.make_user())


def test_a_transfer_is_found_however_its_number_is_typed(aide: User) -> None:
    transfer = make.make_transfer(number="7K3D-9QXZ-0MHT-4B2V")
    assert find_transfer("7k3d9qxz omht4b2v") is transfer
    with pytest.raises(NotFound):
        find_transfer("7K3D")
