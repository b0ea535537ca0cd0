"""The procedure: every pair of steps tried, second persons, the appeal window, thresholds, expiry."""

from datetime import date, timedelta
from itertools import product

import pytest

from tests.nuisance.rules import TODAY, terms
from tracker.nuisance.procedure import (
    LABELS,
    STEPS,
    PastStep,
    ProcedureStatus,
    due_on,
    expiry_of,
    next_words,
    proposer_of,
    status_on,
    why_not,
)
from tracker.nuisance.rule_terms import months_after

S = ProcedureStatus
ANA, BEA, CLEO = 1, 2, 3
TERMS = terms()
START = date(2026, 1, 1)

ROADS: dict[ProcedureStatus, list[ProcedureStatus]] = {
    S.WATCH: [],
    S.NOTICE_REVIEW: [S.NOTICE_REVIEW],
    S.OWNER_NOTICE: [S.NOTICE_REVIEW, S.OWNER_NOTICE],
    S.MEETING: [S.NOTICE_REVIEW, S.OWNER_NOTICE, S.MEETING],
    S.PLAN: [S.NOTICE_REVIEW, S.OWNER_NOTICE, S.PLAN],
    S.PROPOSED: [S.NOTICE_REVIEW, S.OWNER_NOTICE, S.PROPOSED],
    S.DECLARED: [S.NOTICE_REVIEW, S.OWNER_NOTICE, S.PROPOSED, S.DECLARED],
    S.APPEAL: [S.NOTICE_REVIEW, S.OWNER_NOTICE, S.APPEAL],
    S.EXPIRED: [S.NOTICE_REVIEW, S.OWNER_NOTICE, S.EXPIRED],
    S.WITHDRAWN: [S.WITHDRAWN],
}
ALLOWED = """
watch: notice_review withdrawn
notice_review: owner_notice watch withdrawn
owner_notice: meeting plan proposed appeal expired withdrawn
meeting: plan proposed appeal expired withdrawn
plan: proposed appeal expired withdrawn
proposed: declared meeting plan appeal expired withdrawn
declared: appeal expired withdrawn
appeal: owner_notice withdrawn
expired: watch
withdrawn: watch
"""


def road(*statuses: ProcedureStatus, by: tuple[int, ...] = (ANA, BEA)) -> list[PastStep]:
    """Steps ten days apart, by these people in turn, that never expire."""
    return [
        PastStep(status, START + timedelta(days=10 * number), by[number % len(by)])
        for number, status in enumerate(statuses)
    ]


def try_step(
    past: list[PastStep], then: ProcedureStatus, *, by: int = CLEO, on: date = TODAY, reached: bool = True
) -> str:
    return why_not(past, then, by_id=by, on=on, terms=TERMS, is_reached=reached)


def test_every_pair_of_steps_is_allowed_or_refused_as_the_table_says() -> None:
    lines = (line.split(": ") for line in ALLOWED.strip().splitlines())
    allowed = {(S(now), S(then)) for now, rest in lines for then in rest.split()}
    found = {(now, then) for now, then in product(S, S) if not try_step(road(*ROADS[now]), then)}
    assert found == allowed
    assert set(STEPS) == set(S) == set(LABELS)


def test_what_is_refused_says_where_it_stands() -> None:
    assert "stands at «Watched»; «Declared a nuisance» does not follow" in try_step([], S.DECLARED)


@pytest.mark.parametrize("then", [S.NOTICE_REVIEW, S.OWNER_NOTICE, S.PROPOSED, S.DECLARED])
def test_no_step_against_an_owner_without_a_reached_threshold(then: ProcedureStatus) -> None:
    before = road(*ROADS[then][:-1])
    assert try_step(before, then) == ""
    assert "No threshold is reached" in try_step(before, then, reached=False)


@pytest.mark.parametrize("then", [S.MEETING, S.PLAN, S.APPEAL, S.WITHDRAWN])
def test_steps_for_an_owner_need_no_threshold(then: ProcedureStatus) -> None:
    assert try_step(road(S.NOTICE_REVIEW, S.OWNER_NOTICE), then, reached=False) == ""


def test_who_proposes_a_notice_does_not_send_it() -> None:
    past = road(S.NOTICE_REVIEW)
    assert "Somebody else" in try_step(past, S.OWNER_NOTICE, by=ANA) and not try_step(past, S.OWNER_NOTICE, by=BEA)


def test_who_proposes_a_declaration_does_not_declare_even_after_a_denied_appeal() -> None:
    past = road(S.NOTICE_REVIEW, S.OWNER_NOTICE, S.PROPOSED)
    assert past[-1].by_id == ANA and "Somebody else" in try_step(past, S.DECLARED, by=ANA)
    assert try_step(past, S.DECLARED, by=BEA) == ""
    denied = road(S.NOTICE_REVIEW, S.OWNER_NOTICE, S.PROPOSED, S.APPEAL, S.PROPOSED, by=(ANA, BEA, ANA, ANA, BEA))
    assert proposer_of(denied, S.DECLARED) == ANA
    assert "Somebody else" in try_step(denied, S.DECLARED, by=ANA) and not try_step(denied, S.DECLARED, by=BEA)


def test_nothing_is_declared_before_the_appeal_window_has_closed() -> None:
    past = road(S.NOTICE_REVIEW, S.OWNER_NOTICE, S.PROPOSED)
    last_day = past[1].on + timedelta(days=TERMS.appeal_days)
    assert "may appeal until 10 Feb 2026" in try_step(past, S.DECLARED, on=last_day)
    assert try_step(past, S.DECLARED, on=last_day + timedelta(days=1)) == ""


def test_a_notice_that_is_entered_later_takes_nothing_from_the_days_to_appeal() -> None:
    notice = PastStep(S.OWNER_NOTICE, START, BEA, entered_on=TODAY)
    past = [PastStep(S.NOTICE_REVIEW, START, ANA), notice, PastStep(S.PROPOSED, TODAY, ANA)]
    last_day = TODAY + timedelta(days=TERMS.appeal_days)
    assert "may appeal until 15 Jul 2026" in try_step(past, S.DECLARED, on=last_day)
    assert try_step(past, S.DECLARED, on=last_day + timedelta(days=1)) == ""


def test_a_denied_appeal_does_not_open_the_window_anew() -> None:
    past = road(S.NOTICE_REVIEW, S.OWNER_NOTICE, S.APPEAL, S.OWNER_NOTICE, S.PROPOSED, by=(ANA, BEA, ANA, CLEO, ANA))
    assert try_step(past, S.DECLARED, by=BEA, on=past[1].on + timedelta(days=TERMS.appeal_days + 1)) == ""


@pytest.mark.parametrize("against", [S.OWNER_NOTICE, S.MEETING, S.PLAN, S.PROPOSED, S.DECLARED])
def test_an_appeal_leads_back_where_it_was_or_ends_it_and_another_person_decides(against: ProcedureStatus) -> None:
    past = [*road(*ROADS[against]), PastStep(S.APPEAL, date(2026, 3, 1), ANA)]
    taken_by = past[-2].by_id
    ways = {then for then in S if not try_step(past, then, reached=False)}
    assert ways == {against, S.WITHDRAWN}
    assert "Somebody else has to decide it" in try_step(past, against, by=taken_by)


def test_steps_never_go_back_in_time() -> None:
    past = road(S.NOTICE_REVIEW)
    assert "cannot lie before" in try_step(past, S.OWNER_NOTICE, on=START - timedelta(days=1))
    assert try_step(past, S.OWNER_NOTICE, on=START) == ""


def test_a_step_that_nothing_followed_expires_by_itself_and_only_watching_is_left() -> None:
    past = [PastStep(S.NOTICE_REVIEW, START, ANA), PastStep(S.OWNER_NOTICE, START, BEA, date(2027, 1, 1))]
    assert status_on(past, date(2027, 1, 1)) is S.OWNER_NOTICE
    late = date(2027, 1, 2)
    assert status_on(past, late) is S.EXPIRED
    assert {then for then in S if not try_step(past, then, on=late)} == {S.WATCH}


def test_a_new_round_needs_its_own_notice_and_window() -> None:
    old = road(S.NOTICE_REVIEW, S.OWNER_NOTICE, S.EXPIRED, S.WATCH)
    assert "does not follow" in try_step(old, S.DECLARED)
    statuses = ((S.NOTICE_REVIEW, ANA), (S.OWNER_NOTICE, BEA), (S.PROPOSED, ANA))
    again = [PastStep(status, TODAY, by) for status, by in statuses]
    assert "may appeal until" in try_step([*old, *again], S.DECLARED, on=TODAY + timedelta(days=30))


def test_every_status_that_waits_for_somebody_says_for_what() -> None:
    silent = {status for status in S if not next_words(status, is_reached=False)}
    assert silent == {S.WATCH, S.EXPIRED, S.WITHDRAWN}
    assert "notified" in next_words(S.WATCH, is_reached=True)


def test_each_step_is_due_and_expires_by_the_terms() -> None:
    assert due_on(S.WATCH, START, TERMS) is None and expiry_of(S.WATCH, START, TERMS) is None
    assert due_on(S.OWNER_NOTICE, START, TERMS) == START + timedelta(days=10)
    assert due_on(S.PLAN, START, TERMS) == months_after(START, 12)
    assert due_on(S.DECLARED, START, TERMS) == due_on(S.APPEAL, START, TERMS) == START + timedelta(days=30)
    assert expiry_of(S.DECLARED, START, TERMS) == months_after(START, 12)
    assert expiry_of(S.APPEAL, START, TERMS) is None, "an appeal waits for its decision"
