"""Deadlines begin, are met and are dropped as a case goes its way; nothing is done twice."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests import factories as make
from tests.cases.deadlines.conftest import Desk, moment, rows_of, running
from tests.statements import asked_statements
from tracker.cases.assigning import accept_case, assign_case, hand_back_case
from tracker.cases.closing import close_case
from tracker.cases.deadlines.escalating import escalate_late
from tracker.cases.deadlines.kinds import DeadlineKind, PauseReason
from tracker.cases.deadlines.models import CaseDeadline
from tracker.cases.deadlines.pausing import lasting_pause, pause_case, resume_case
from tracker.cases.deadlines.settling import settle_changed, settle_deadlines, start_deadlines
from tracker.cases.decisions import add_note, dismiss_case, reopen_case
from tracker.cases.models import SaraPhase
from tracker.cases.related import merge_cases, undo_merge
from tracker.cases.touching import touch_case
from tracker.extensions import db
from tracker.staff.log import append_log

ACCEPT, SCAN, RESPOND, REVIEW = DeadlineKind


def test_a_case_that_comes_in_waits_for_four_things(desk: Desk) -> None:
    case = desk.case()
    assert start_deadlines() == 1
    rows = running(case)
    assert {kind: row.due_at for kind, row in rows.items()} == {
        ACCEPT: moment(17, 10),  # 5 hours on Monday, 9 on Tuesday, 2 on Wednesday
        SCAN: moment(19, 16),
        RESPOND: moment(2, 15, month=7),
        REVIEW: moment(9, 10, month=7),
    }
    assert rows[ACCEPT].warn_at == moment(16, 15) and rows[ACCEPT].escalate_at == moment(17, 14)
    assert start_deadlines() == 0 and settle_changed() == 0
    settle_deadlines([case.id])
    assert len(rows_of(case)) == 4, "asked again nothing is added"


def test_nothing_begins_for_cases_that_have_lapsed_or_are_over(desk: Desk) -> None:
    old = make.NOW - timedelta(days=400)
    desk.case(first_call_at=old, last_call_at=old)
    desk.case(first_call_at=None, last_call_at=None)
    closed = desk.case()
    close_case(closed, outcome="Done.", actor=desk.person)
    assert start_deadlines() == 0
    settle_deadlines([closed.id])
    assert rows_of(closed) == []


def test_a_lapsed_case_that_somebody_touches_begins_now(desk: Desk) -> None:
    old = make.NOW - timedelta(days=400)
    case = desk.case(first_call_at=old, last_call_at=old)
    desk.at(29)
    add_note(case, text="I know this corner.", actor=desk.person)
    assert {row.started_at for row in running(case).values()} == {moment(29)}


def test_cases_begin_in_portions(desk: Desk) -> None:
    for _ in range(5):
        desk.case()
    assert [start_deadlines(2) for _ in range(4)] == [2, 2, 1, 0]
    assert db.session.scalar(select(func.count(CaseDeadline.id))) == 20


def test_before_a_city_is_loaded_nothing_is_done(database: object) -> None:
    assert start_deadlines() == settle_changed() == settle_deadlines([1]) == 0


def test_accepting_meets_the_first(desk: Desk) -> None:
    case = desk.case()
    start_deadlines()
    accepted = desk.at(16, 9)
    accept_case(case, desk.person)
    assert settle_changed() == 0, "what a person does is settled at once"
    assert [row.met_at for row in rows_of(case) if row.kind is ACCEPT] == [accepted]
    assert set(running(case)) == {SCAN, RESPOND, REVIEW}


def test_a_new_owner_has_time_of_her_own_and_the_rest_goes_on(desk: Desk) -> None:
    case = desk.case()
    start_deadlines()
    scan = running(case)[SCAN].due_at
    handed = desk.at(18)
    assign_case(case, contact=make.make_contact(), reason="She knows the owner.", actor=desk.supervisor)
    settle_deadlines([case.id])
    assert running(case)[ACCEPT].started_at == handed
    assert [row.dropped_at for row in rows_of(case) if row.kind is ACCEPT] == [handed, None]
    assert running(case)[SCAN].due_at == scan


def test_a_case_that_is_handed_back_waits_for_somebody_else_to_accept_it(desk: Desk) -> None:
    case = desk.case()
    accept_case(case, desk.person)
    settle_deadlines([case.id])
    assert ACCEPT not in running(case)
    back = desk.at(17)
    hand_back_case(case, reason="Not my family.", actor=desk.person)
    settle_deadlines([case.id])
    assert running(case)[ACCEPT].started_at == back


def test_phases_meet_what_they_are_past(desk: Desk) -> None:
    case = desk.case()
    start_deadlines()
    for day, phase, left in (
        (16, SaraPhase.ANALYSIS, {ACCEPT, RESPOND, REVIEW}),
        (17, SaraPhase.RESPONSE, {ACCEPT, REVIEW}),
    ):
        changed = desk.at(day)
        case.phase = phase
        append_log("case", case.id, f"began_{phase.value}", f"On to {phase.value}.", actor=desk.person)
        desk.at(day, 13)
        settle_deadlines([case.id])
        assert set(running(case)) == left
        assert changed in {row.met_at for row in rows_of(case)}, "when it was, not when it was noticed"


@pytest.mark.parametrize(
    ("decide", "met"), [(close_case, {SCAN, RESPOND, REVIEW}), (dismiss_case, {SCAN})], ids=["closed", "dismissed"]
)
def test_a_case_that_is_over_waits_for_nothing(desk: Desk, decide: object, met: set[DeadlineKind]) -> None:
    case = desk.case()
    start_deadlines()
    ended = desk.at(16)
    words = {"outcome" if decide is close_case else "reason": "So it is."}
    decide(case, actor=desk.person, **words)  # type: ignore[operator]
    assert running(case) == {}
    assert {row.kind for row in rows_of(case) if row.met_at == ended} == met
    assert {row.kind for row in rows_of(case) if row.dropped_at == ended} == set(DeadlineKind) - met
    desk.at(23)
    reopen_case(case, reason="It is back.", actor=desk.person)
    settle_deadlines([case.id])
    assert {row.started_at for row in running(case).values()} == {moment(23)}, "a case that is open again begins anew"


def test_a_merged_case_drops_everything(desk: Desk) -> None:
    case, other = desk.case(), desk.case()
    start_deadlines()
    merge_cases(case, other, reason="One corner.", actor=desk.person)
    settle_deadlines([case.id, other.id])
    assert running(case) == {} and all(row.met_at is None for row in rows_of(case))
    assert set(running(other)) == set(DeadlineKind)


def test_a_merge_that_is_taken_back_leaves_every_date_and_the_pause_as_they_were(desk: Desk) -> None:
    case, other = desk.case(), desk.case()
    start_deadlines()
    desk.at(18)
    escalate_late()
    pause_case(case, reason=PauseReason.COURT, words="A hearing.", actor=desk.person)
    before = {kind: (row.id, row.due_at, row.escalated_at, row.paused_at) for kind, row in running(case).items()}
    desk.at(19)
    merge_cases(case, other, reason="One corner.", actor=desk.person)
    assert running(case) == {} and lasting_pause(case.id) is None
    desk.at(19, 12, 30)
    undo_merge(case, reason="Two corners.", actor=desk.person)
    after = {kind: (row.id, row.due_at, row.escalated_at, row.paused_at) for kind, row in running(case).items()}
    assert {**after, REVIEW: None} == {**before, REVIEW: None}, "the review begins anew: undoing is a look"
    assert running(case)[REVIEW].started_at == desk.at(19, 12, 30)
    assert lasting_pause(case.id) is not None and running(case)[ACCEPT].is_late(moment(19))


def test_what_had_ended_before_a_merge_stays_ended_when_it_is_taken_back(desk: Desk) -> None:
    case, other = desk.case(), desk.case()
    start_deadlines()
    pause_case(case, reason=PauseReason.COURT, words="A hearing.", actor=desk.person)
    resume_case(case, words="Heard.", actor=desk.person)
    desk.at(16)
    assign_case(case, contact=make.make_contact(), reason="Hers.", actor=desk.supervisor)
    desk.at(17)
    merge_cases(case, other, reason="One corner.", actor=desk.person)
    undo_merge(case, reason="Two corners.", actor=desk.person)
    assert [row.is_running for row in rows_of(case) if row.kind is ACCEPT] == [False, True]
    assert lasting_pause(case.id) is None


def test_a_case_that_lapses_is_asked_nothing_more(desk: Desk) -> None:
    case = desk.case()
    start_deadlines()
    desk.at(20, month=7)
    assert settle_changed() == 1
    assert running(case) == {}
    case.last_call_at = moment(20, month=7)
    assert start_deadlines() == 1


def test_any_work_is_a_look_and_a_look_that_was_late_stays_on_record(desk: Desk) -> None:
    case = desk.case()
    start_deadlines()
    looked = desk.at(1, month=7)
    add_note(case, text="Nothing new.", actor=desk.person)
    settle_deadlines([case.id])
    review = running(case)[REVIEW]
    assert review.started_at == looked and review.due_at == moment(27, 10, month=7)
    late = desk.at(3, month=8)
    add_note(case, text="Only now.", actor=desk.person)
    settle_deadlines([case.id])
    reviews = [row for row in rows_of(case) if row.kind is REVIEW]
    assert [row.met_at for row in reviews] == [late, None]
    assert reviews[1].started_at == late


def test_agreeing_with_a_link_is_no_look(desk: Desk) -> None:
    case = desk.case()
    start_deadlines()
    desk.at(16)
    touch_case(case, desk.person, "accepted_link", "Yes.")
    settle_deadlines([case.id])
    assert running(case)[REVIEW].started_at == moment(15)


def test_a_change_that_begins_and_ends_nothing_asks_only_what_could_begin_or_end_something(desk: Desk) -> None:
    case = desk.case()
    start_deadlines()
    add_note(case, text="A look.", actor=desk.person)
    with asked_statements() as asked:
        add_note(case, text="The same look.", actor=desk.person)
    tables = [re.findall(r"FROM (\w+)", one.text)[0] for one in asked if one.text.startswith("SELECT")]
    assert sorted(tables) == ["case_assignments", "case_deadlines", "log_entries", "problem_cases"]
