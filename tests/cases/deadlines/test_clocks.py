"""Clocks stand still and go on, dates move with working time, and what is late is told once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests import factories as make
from tests.cases.deadlines.conftest import Desk, moment, rows_of, running
from tests.cases.world import verbs_of
from tracker.cases.assigning import accept_case
from tracker.cases.closing import close_case
from tracker.cases.deadlines.business_time import LONGEST_LOOK
from tracker.cases.deadlines.calendar_changes import (
    add_holidays,
    cases_moved,
    change_measures,
    declare_emergency,
    end_emergency,
    remove_holiday,
    set_hours,
)
from tracker.cases.deadlines.defaults import Measure
from tracker.cases.deadlines.escalating import acknowledge_escalation, escalate_late
from tracker.cases.deadlines.keeping import keep_deadlines
from tracker.cases.deadlines.kinds import DeadlineKind, PauseReason
from tracker.cases.deadlines.models import CaseDeadline, WorkingHours
from tracker.cases.deadlines.pausing import extend_deadline, look_at_case, pause_case, resume_case
from tracker.cases.deadlines.queries import LateCounts, deadlines_of, late_counts, running_of
from tracker.cases.deadlines.reckoning import reckon_stale
from tracker.cases.deadlines.settling import settle_deadlines, start_deadlines
from tracker.cases.decisions import add_note
from tracker.cases.models import ProblemCase
from tracker.clock import utc_now
from tracker.errors import Conflict, Invalid, TrackerError
from tracker.extensions import db
from tracker.staff.models import LogEntry

ACCEPT, SCAN, RESPOND, REVIEW = DeadlineKind


def pause(desk: Desk, case: ProblemCase, **columns: object) -> None:
    values = {"reason": PauseReason.OWNER, "words": "He is away.", "actor": desk.person, **columns}
    pause_case(case, **values)  # type: ignore[arg-type]


def test_a_pause_moves_what_is_due_by_the_working_time_it_took(desk: Desk) -> None:
    case = desk.case()
    start_deadlines()
    desk.at(16)
    pause(desk, case)
    desk.at(22)
    assert late_counts(desk.supervisor) == LateCounts(0, 0, 0), "what stands still is not late"
    assert escalate_late() == 0
    resume_case(case, words="He is back.", actor=desk.person)
    # Of its 16 hours it had 9 on Tuesday noon; 7 are left, 5 of them on Monday the 22nd.
    assert running(case)[ACCEPT].due_at == moment(23, 10)
    assert all(row.paused_at is None for row in running(case).values())
    assert verbs_of(case)[-2:] == ["paused", "resumed"]


def test_pausing_is_no_look_and_what_was_late_stays_late(desk: Desk) -> None:
    case = desk.case()
    start_deadlines()
    desk.at(18)
    pause(desk, case)
    assert running(case)[REVIEW].started_at == moment(15)
    desk.at(25)
    assert late_counts(desk.supervisor).late == 1
    assert running(case)[ACCEPT].is_late(utc_now()) and not running(case)[SCAN].is_late(utc_now())


def test_what_begins_during_a_pause_stands_still_too(desk: Desk) -> None:
    case = desk.case()
    start_deadlines()
    accept_case(case, desk.person)
    pause(desk, case)
    looked = desk.at(16)
    look_at_case(case, words="", actor=desk.person)
    assert running(case)[REVIEW].started_at == looked and running(case)[REVIEW].paused_at == moment(15)


def test_a_case_that_is_over_waits_no_longer(desk: Desk) -> None:
    case = desk.case()
    pause(desk, case)
    close_case(case, outcome="Done.", actor=desk.person)
    settle_deadlines([case.id])
    with pytest.raises(Conflict, match="runs already"):
        resume_case(case, words="", actor=desk.person)
    for refused in (lambda: pause(desk, case), lambda: look_at_case(case, words="", actor=desk.person)):
        with pytest.raises(Conflict, match="closed"):
            refused()


def test_refused_pauses_change_nothing(desk: Desk) -> None:
    case = desk.case()
    for columns in ({"words": "  "}, {"expected_on": date(2026, 6, 14)}):
        with pytest.raises(Invalid):
            pause(desk, case, **columns)
    pause(desk, case, expected_on=date(2026, 6, 15))
    with pytest.raises(Conflict, match="still already"):
        pause(desk, case)
    assert verbs_of(case) == ["paused"]


def test_holidays_and_hours_move_what_runs_in_portions(desk: Desk) -> None:
    cases = [desk.case() for _ in range(3)]
    start_deadlines()
    assert reckon_stale() == 0
    add_holidays([(date(2026, 6, 16), "Founders' Day")], desk.supervisor)
    assert [reckon_stale(5) for _ in range(4)] == [5, 5, 2, 0]
    assert {running(case)[ACCEPT].due_at for case in cases} == {moment(18, 10)}
    remove_holiday(date(2026, 6, 16), desk.supervisor)
    set_hours({day: [(0, 1440)] for day in range(7)}, desk.supervisor)
    reckon_stale()
    assert running(cases[0])[ACCEPT].due_at == moment(16, 4)


def test_impossible_working_time_is_refused(desk: Desk) -> None:
    for spans in ({}, {0: []}, {0: [(600, 600)]}, {0: [(0, 1441)]}, {0: [(480, 720), (700, 900)]}):
        with pytest.raises(Invalid):
            set_hours(spans, desk.supervisor)
    assert not set_hours({day: [(480, 1020)] for day in range(5)}), "the usual ones are nothing new"
    with pytest.raises(Invalid):
        add_holidays([(date(2026, 7, 3), " ")], desk.supervisor)


def test_an_emergency_without_an_end_keeps_everything_from_becoming_late(desk: Desk) -> None:
    case = desk.case()
    start_deadlines()
    desk.at(17, 9)
    stretch = declare_emergency(key="k", started_at=utc_now(), ended_at=None, reason="Flood", actor=desk.supervisor)
    assert cases_moved(stretch) == 1
    desk.at(26)
    assert late_counts(desk.supervisor) == LateCounts(0, 1, 0) and escalate_late() == 0
    end_emergency(stretch.id, ended_at=utc_now(), actor=desk.supervisor)
    assert escalate_late() == 0, "not before it is reckoned by the new calendar"
    list(keep_deadlines())
    assert running(case)[ACCEPT].due_at == moment(26, 13)
    assert late_counts(desk.supervisor).late == 0
    with pytest.raises(Conflict):
        end_emergency(stretch.id, ended_at=utc_now(), actor=desk.supervisor)


def test_an_emergency_that_is_called_off_before_it_begins_moves_nothing(desk: Desk) -> None:
    case = desk.case()
    start_deadlines()
    stretch = declare_emergency(
        key="k", started_at=moment(16, 8), ended_at=moment(17, 8), reason="Parade", actor=desk.supervisor
    )
    list(keep_deadlines())
    assert running(case)[ACCEPT].due_at == moment(18, 10)
    end_emergency(stretch.id, ended_at=utc_now(), actor=desk.supervisor)
    list(keep_deadlines())
    assert running(case)[ACCEPT].due_at == moment(17, 10) and cases_moved(stretch) == 0


def test_what_passed_by_its_grace_is_told_once_by_the_program(desk: Desk) -> None:
    case = desk.case()
    start_deadlines()
    desk.at(17, 13)
    assert escalate_late() == 0, "due by ten, with four hours of grace"
    desk.at(17, 14)
    assert escalate_late() == 1 and escalate_late() == 0
    entry = db.session.scalars(select(LogEntry).filter_by(verb="escalated", subject_id=case.id)).one()
    assert entry.actor_id is None and entry.data == {"deadline_id": running(case)[ACCEPT].id, "kind": "accept"}
    assert "Accept: was due by Wed 17 Jun, 10 am" in entry.text
    assert late_counts(desk.supervisor).escalated == 1
    late = running(case)[ACCEPT]
    acknowledge_escalation(late, words="I call her.", actor=desk.supervisor)
    assert late_counts(desk.supervisor) == LateCounts(1, 0, 0)
    with pytest.raises(Conflict, match="answered"):
        acknowledge_escalation(late, words="Again.", actor=desk.supervisor)
    with pytest.raises(Conflict, match="told"):
        acknowledge_escalation(running(case)[SCAN], words="Early.", actor=desk.supervisor)


def test_more_time_is_given_to_the_close_of_a_working_day_and_moves_with_the_calendar(desk: Desk) -> None:
    case = desk.case()
    start_deadlines()
    desk.at(18)
    escalate_late()
    late = running(case)[ACCEPT]
    for day, reason in ((date(2026, 6, 20), "Ill."), (date(2026, 6, 17), "Ill."), (date(2026, 6, 23), " ")):
        with pytest.raises(Invalid):
            extend_deadline(late, until=day, reason=reason, actor=desk.supervisor)
    extend_deadline(late, until=date(2026, 6, 23), reason="She was ill.", actor=desk.supervisor)
    late = running(case)[ACCEPT]
    assert late.due_at == moment(23, 17) and late.is_extended
    assert late.acknowledged_words == "She was ill.", "more time is an answer"
    add_holidays([(date(2026, 6, 22), "Founders' Day")], desk.supervisor)
    list(keep_deadlines())
    assert running(case)[ACCEPT].due_at == moment(24, 17)
    accept_case(case, desk.person)
    settle_deadlines([case.id])
    with pytest.raises(Conflict, match="not asked"):
        extend_deadline(late, until=date(2026, 6, 30), reason="More.", actor=desk.supervisor)


def test_what_was_told_and_then_extended_is_told_again_when_the_next_wait_is_late(desk: Desk) -> None:
    case = desk.case()
    start_deadlines()
    desk.at(20, month=7)
    case.last_call_at = utc_now()
    escalate_late()
    extend_deadline(running(case)[REVIEW], until=date(2026, 7, 31), reason="Ill.", actor=desk.supervisor)
    looked = desk.at(22, month=7)
    look_at_case(case, words="", actor=desk.person)
    review = running(case)[REVIEW]
    assert (review.started_at, review.escalated_at, review.acknowledged_at) == (looked, None, None)
    assert [row.met_at for row in rows_of(case) if row.kind is REVIEW] == [looked, None]
    desk.at(28, month=8)
    case.last_call_at = utc_now()
    escalate_late()
    assert running(case)[REVIEW].escalated_at == utc_now()


@pytest.mark.parametrize(("until", "why"), [(date(2206, 6, 23), "Look at the year"), (date(9999, 12, 31), "year"),
                                            (date(1, 1, 1), "past")])  # fmt: skip
def test_more_time_is_given_within_a_year(desk: Desk, until: date, why: str) -> None:
    case = desk.case()
    start_deadlines()
    with pytest.raises(Invalid, match=why):
        extend_deadline(running(case)[SCAN], until=until, reason="Ill.", actor=desk.supervisor)


def test_hours_and_measures_by_which_something_is_never_due_are_refused(desk: Desk) -> None:
    minute = {0: [(480, 481)]}
    with pytest.raises(Invalid, match="187 working hours"):
        set_hours(minute, desk.supervisor)
    mornings = {0: [(480, 720)]}
    assert set_hours(mornings, desk.supervisor)
    with pytest.raises(Invalid, match="4,400 working hours"):
        change_measures({(None, SCAN): Measure(4_000, 0, 400)}, desk.supervisor)


def test_a_note_is_never_refused_for_want_of_a_date(desk: Desk) -> None:
    case = desk.case()
    db.session.add(WorkingHours(weekday=0, start_minute=480, end_minute=481))
    add_note(case, text="Nobody is ever here.", actor=desk.person)
    rows = running(case)
    assert rows[REVIEW].due_at == utc_now() + timedelta(days=LONGEST_LOOK)
    assert all(row.warn_at <= row.due_at <= row.escalate_at for row in rows.values())


def test_seconds_of_the_start_do_not_make_the_close_of_a_day_a_minute_early(desk: Desk) -> None:
    case = desk.case()
    start_deadlines()
    row = running(case)[SCAN]
    row.started_at += timedelta(seconds=42)
    extend_deadline(row, until=date(2026, 6, 26), reason="Much to see.", actor=desk.supervisor)
    assert running(case)[SCAN].due_at == moment(26, 17)


def test_the_deadlines_of_many_cases_are_read_at_once(desk: Desk) -> None:
    one, other = desk.case(), desk.case()
    accept_case(other, desk.person)
    start_deadlines()
    found = running_of([one.id, other.id, 9_999])
    assert [row.kind for row in found if row.case_id == one.id] == [ACCEPT, SCAN, RESPOND, REVIEW]
    assert [row.kind for row in found if row.case_id == other.id] == [SCAN, RESPOND, REVIEW]
    assert [row.kind for row in deadlines_of(one.id)] == [ACCEPT, SCAN, RESPOND, REVIEW]


def test_a_contact_counts_her_own_only(desk: Desk) -> None:
    desk.case()
    desk.case(contact=make.make_contact())
    start_deadlines()
    desk.at(16, 16)
    assert late_counts(desk.person) == LateCounts(0, 1, 0)
    desk.at(18)
    assert late_counts(desk.person) == LateCounts(1, 0, 0) and late_counts(desk.supervisor).late == 2


def test_the_worker_does_it_all_and_then_nothing(desk: Desk) -> None:
    case = desk.case()
    assert list(keep_deadlines()) == [1]
    desk.at(18)
    assert list(keep_deadlines()) == [1]
    assert list(keep_deadlines()) == []
    assert "escalated" in verbs_of(case)
    close_case(case, outcome="Done.", actor=desk.person)
    assert list(keep_deadlines()) == []
    assert {row.is_running for row in rows_of(case)} == {False}


def test_every_refusal_is_said_to_a_person(desk: Desk) -> None:
    case = desk.case()
    start_deadlines()
    row = db.session.scalars(select(CaseDeadline).limit(1)).one()
    refused = (
        lambda: declare_emergency(key="a", started_at=utc_now(), ended_at=None, reason=" ", actor=desk.supervisor),
        lambda: declare_emergency(
            key="b", started_at=utc_now() + timedelta(days=800), ended_at=None, reason="x", actor=desk.supervisor
        ),
        lambda: declare_emergency(
            key="c", started_at=utc_now(), ended_at=utc_now() + timedelta(days=800), reason="x", actor=desk.supervisor
        ),
        lambda: end_emergency(77, ended_at=utc_now(), actor=desk.supervisor),
        lambda: remove_holiday(date(2026, 1, 1), desk.supervisor),
        lambda: acknowledge_escalation(row, words="x", actor=desk.supervisor),
        lambda: resume_case(case, words="", actor=desk.person),
    )
    for refuse in refused:
        with pytest.raises(TrackerError) as told:
            refuse()
        assert str(told.value).endswith(".")
