"""The pure rules of triage: hard stops, what each decision demands, the order of the queue. Slow oracles beside."""

from datetime import timedelta
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import NOW
from tracker.calls.transfers.demands import DEMANDS, Decision, allowed_decisions, missing_fields
from tracker.calls.transfers.hard_stops import HARD_STOPS, STOPS, Answer, judge_stops, worst_answers
from tracker.calls.transfers.ordering import ALLOWANCE, DANGER_CODES, RAISED_CODES, Risk, rank_transfer
from tracker.calls.transfers.warm_transfer import STEPS, missing_steps

CODES = [stop.code for stop in HARD_STOPS]
answers = st.dictionaries(st.sampled_from(CODES), st.sampled_from(Answer))


def test_the_table_of_hard_stops_is_whole_and_each_says_why() -> None:
    assert len(HARD_STOPS) == len(STOPS) == 14
    assert all(stop.question.endswith("?") and stop.why.endswith(".") for stop in HARD_STOPS)


@given(answers)
def test_only_fourteen_plain_noes_leave_anything_but_the_way_back(given_answers: dict[str, Answer]) -> None:
    verdict = judge_stops(given_answers)
    slow = all(code in given_answers and given_answers[code] == "no" for code in CODES)
    assert verdict.is_clear is slow
    assert allowed_decisions(verdict) == (set(Decision) if slow else {Decision.RETURNED_TO_911})


def test_every_single_stop_alone_sends_the_transfer_back_whether_yes_or_unsure_or_not_asked() -> None:
    for code, answer in product(CODES, [Answer.YES, Answer.UNSURE, None]):
        all_no: dict[str, Answer] = dict.fromkeys(CODES, Answer.NO)
        if answer is None:
            del all_no[code]
        else:
            all_no[code] = answer
        assert allowed_decisions(judge_stops(all_no)) == {Decision.RETURNED_TO_911}, (code, answer)


@given(st.lists(st.tuples(st.sampled_from(CODES), st.sampled_from(Answer))))
def test_an_answer_only_grows_more_dangerous(history: list[tuple[str, Answer]]) -> None:
    found = worst_answers(history)
    for code in CODES:
        mine = [answer for stop, answer in history if stop == code]
        slow = next((one for one in ("yes", "unsure", "no") if one in mine), None)
        assert found.get(code) == slow


def test_an_answer_to_no_stop_of_ours_is_refused() -> None:
    with pytest.raises(KeyError):
        worst_answers([("made_up", Answer.NO)])


@pytest.mark.parametrize("decision", Decision)
def test_a_decision_says_what_it_still_demands(decision: Decision) -> None:
    whole = {
        "reason": "Spoke with her.", "told_caller": False, "agency": "DEC", "call_back_at": NOW, "service_type": 1,
        "case": "C1",
    }  # fmt: skip
    assert missing_fields(decision, whole) == []
    for name, words in DEMANDS[decision].fields.items():
        assert missing_fields(decision, whole | {name: None}) == [words]
    if "reason" in DEMANDS[decision].fields:
        assert missing_fields(decision, whole | {"reason": " \n"}) != []


def test_an_administrative_closure_wants_a_reason_and_whether_the_caller_was_told() -> None:
    assert set(DEMANDS[Decision.CLOSED_ADMINISTRATIVELY].fields) == {"reason", "told_caller"}


@pytest.mark.parametrize(
    ("code", "narrative", "priority", "has_place", "risk"),
    [
        ("NOISE", "loud music again", None, True, Risk.ROUTINE),
        ("noise", "he has a knife", None, True, Risk.DANGER),
        ("stabbing", "", None, True, Risk.DANGER),
        ("SUSP", "a man at the door", None, True, Risk.RAISED),
        ("NOISE", "loud music", 5, True, Risk.RAISED),
        ("NOISE", "loud music", 8, True, Risk.DANGER),
        ("NOISE", "loud music", None, False, Risk.RAISED),
        ("NOISE", "HAY UN INCENDIO", None, True, Risk.DANGER),
        ("NOISE", "the gasket of a firearms museum's begun door", None, True, Risk.ROUTINE),
    ],
)
def test_risk_comes_from_type_words_and_the_senders_priority(
    code: str, narrative: str, priority: int | None, has_place: bool, risk: Risk
) -> None:
    rank = rank_transfer(received_at=NOW, code=code, narrative=narrative, priority=priority, has_place=has_place)
    assert (rank.risk, rank.due_at) == (risk, NOW + ALLOWANCE[risk])
    assert rank.reason.endswith(f"within {int(ALLOWANCE[risk].total_seconds()) // 60} minutes")


def test_a_stop_answered_yes_is_danger_whatever_the_type() -> None:
    rank = rank_transfer(received_at=NOW, code="NOISE", narrative="", raised=["weapon"])
    assert rank.risk is Risk.DANGER and "hard stop" in rank.reason


def test_no_type_is_both_dangerous_and_raised() -> None:
    assert DANGER_CODES.isdisjoint(RAISED_CODES)


ages = st.integers(0, 600)
kinds = st.sampled_from(["STABBING", "SUSP", "NOISE"])


@given(st.lists(st.tuples(kinds, ages), min_size=2, max_size=20))
def test_danger_stands_first_oldest_on_top_and_the_rest_by_how_long_it_may_still_wait(
    world: list[tuple[str, int]],
) -> None:
    ranks = [rank_transfer(received_at=NOW - timedelta(minutes=age), code=kind, narrative="") for kind, age in world]
    order = sorted(range(len(world)), key=lambda place: (ranks[place].line, ranks[place].due_at, place))
    minutes = {"STABBING": 2, "SUSP": 15, "NOISE": 60}
    for first, second in pairwise(order):
        (kind, age), (other, other_age) = world[first], world[second]
        if other == "STABBING":
            assert kind == "STABBING" and age >= other_age
        elif kind != "STABBING":
            assert minutes[kind] - age <= minutes[other] - other_age


def test_a_routine_transfer_that_waited_long_overtakes_a_new_raised_one() -> None:
    old = rank_transfer(received_at=NOW - timedelta(minutes=50), code="NOISE", narrative="")
    new = rank_transfer(received_at=NOW, code="SUSP", narrative="")
    assert (old.line, old.due_at) < (new.line, new.due_at)


@given(st.sets(st.sampled_from([step.code for step in STEPS])))
def test_the_checklist_misses_what_was_not_ticked(done: set[str]) -> None:
    assert [step.code for step in missing_steps(done)] == [step.code for step in STEPS if step.code not in done]
