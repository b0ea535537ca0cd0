"""What comes next in a case: from its tasks, its owner, its phase and its watch."""

from datetime import date, timedelta

from tests import factories as make
from tests.cases.world import FAR, World
from tests.statements import asked_statements
from tracker.cases.assigning import accept_case, assign_case
from tracker.cases.closing import close_case
from tracker.cases.deadlines.calendar_changes import declare_emergency
from tracker.cases.deadlines.kinds import DeadlineKind, PauseReason
from tracker.cases.deadlines.pausing import pause_case
from tracker.cases.deadlines.queries import running_of
from tracker.cases.decisions import dismiss_case
from tracker.cases.models import Contact, ProblemCase
from tracker.cases.next_steps import DATED, FIRST, USUAL, NextStep, first_step, next_steps
from tracker.cases.workload.board import late_tasks
from tracker.clock import utc_now
from tracker.extensions import db
from tracker.places.city import city_today

TODAY = date(2026, 8, 14)
"""A Friday."""
TUESDAY = date(2026, 8, 18)
"""Two working days later."""


def step_of(case: ProblemCase) -> NextStep | None:
    return next_steps([case.id]).get(case.id)


def owned(world: World, *, accepted: bool = True, **columns: object) -> tuple[ProblemCase, Contact]:
    case, contact = make.make_case(rule=world.rule, **columns), make.make_contact()
    assign_case(case, contact=contact, reason="Hers.", actor=world.person)
    if accepted:
        accept_case(case, contact.user)
    return case, contact


def test_a_case_without_an_owner_needs_one_and_a_new_owner_accepts_first(world: World) -> None:
    assert step_of(make.make_case(rule=world.rule)) == NextStep("Give it an owner", rank=FIRST)
    case, contact = owned(world, accepted=False)
    task = make.make_task(case=case, due_on=TODAY + timedelta(days=1))
    assert step_of(case) == NextStep(
        "Accept it", contact.user.display_name, TUESDAY, rank=FIRST, deadline=DeadlineKind.ACCEPT
    )
    task.due_on = TODAY
    db.session.flush()
    found = step_of(case)
    assert found is not None and found.what == task.title


def test_the_earliest_open_task_comes_next_and_says_whether_it_is_late(world: World) -> None:
    case, contact = owned(world)
    found = step_of(case)
    assert found is not None and (found.what, found.whose) == ("Finish scanning", contact.user.display_name)
    late = make.make_task(case=case, due_on=TODAY - timedelta(days=1), title="Call")
    make.make_task(case=case, due_on=TODAY, title="Write")
    assert city_today() == TODAY
    assert step_of(case) == NextStep("Call", late.owner.display_name, late.due_on, is_late=True, rank=FIRST)
    late.done_at = make.NOW
    db.session.flush()
    found = step_of(case)
    assert found is not None and (found.what, found.is_late) == ("Write", False)


def test_a_closed_case_is_watched_and_a_dismissed_one_needs_nothing(world: World) -> None:
    closed, dismissed = world.case(), world.case(north=FAR)
    close_case(closed, outcome="Painted over.", actor=world.person, monitoring_days=30)
    dismiss_case(dismissed, reason="A mural.", actor=world.person)
    found = step_of(closed)
    assert found is not None and found.what == "Watched until 15 Jul 2026"
    assert step_of(dismissed) is None


def test_what_was_open_of_a_dismissed_case_and_a_watch_that_is_over_ask_for_nothing(world: World) -> None:
    (dismissed, contact), (closed, _) = owned(world), owned(world)
    make.make_task(case=dismissed, owner=contact.user, due_on=TODAY - timedelta(days=1))
    assert late_tasks([contact.user_id], TODAY) == {contact.user_id: 1}
    dismiss_case(dismissed, reason="A mural.", actor=world.person, call_off=True)
    close_case(closed, outcome="Painted over.", actor=world.person, monitoring_days=0)
    closed.confirmed_at = closed.monitored_until
    assert (step_of(dismissed), step_of(closed), late_tasks([contact.user_id], TODAY)) == (None, None, {})


def test_a_case_that_changes_hands_is_accepted_by_a_day_although_something_else_is_due_before(world: World) -> None:
    case, _ = owned(world)
    (scan,) = (one for one in running_of([case.id]) if one.kind is DeadlineKind.SCAN)
    assign_case(case, contact=make.make_contact(), reason="She has room.", actor=world.person)
    scan.due_at = utc_now() + timedelta(days=3)
    found = step_of(case)
    assert found is not None and (found.what, found.due_on) == ("Accept it", TUESDAY)
    assign_case(case, contact=None, reason="Nobody is there.", actor=world.person)
    assert step_of(case) == NextStep("Give it an owner", "", TUESDAY, rank=FIRST, deadline=DeadlineKind.ACCEPT)


def test_a_deadline_is_late_from_its_minute_on_and_never_becomes_so_in_an_emergency(world: World) -> None:
    case, _ = owned(world)
    now = utc_now()
    (scan,) = (one for one in running_of([case.id]) if one.kind is DeadlineKind.SCAN)
    scan.due_at = now + timedelta(minutes=1)
    db.session.flush()
    found = step_of(case)
    assert found is not None and (found.what, found.is_late, found.rank) == ("Finish scanning", False, FIRST)
    scan.due_at = now - timedelta(minutes=1)
    db.session.flush()
    found = step_of(case)
    assert found is not None and (found.due_on, found.is_late) == (TODAY, True), "late on its day, as every page says"
    began = now - timedelta(days=3)
    declare_emergency(key="k", started_at=began, ended_at=None, reason="Snow", actor=world.person)
    found = step_of(case)
    assert found is not None and (found.due_on, found.is_late, found.rank) == (TODAY, False, DATED)


def test_visits_and_partners_are_steps_too_and_a_stopped_clock_asks_for_nothing(world: World) -> None:
    case, contact = owned(world)
    pause_case(case, reason=PauseReason.COURT, words="Heard in May.", actor=contact.user)
    assert step_of(case) == NextStep("Look whether it is one problem", contact.user.display_name, rank=USUAL)
    asked = make.make_partner_request(case=case, due_on=TODAY + timedelta(days=9))
    found = step_of(case)
    assert found is not None and asked.what in found.what and found.due_on == asked.due_on
    visit = make.make_visit(case=case, planned_on=TODAY + timedelta(days=3), made_at=None)
    found = step_of(case)
    assert found is not None and found.what == f"Visit: {visit.purpose}" and found.due_on == visit.planned_on


def test_what_must_come_first_goes_before_the_earliest_day_and_that_before_the_usual() -> None:
    soon, later = NextStep("b", due_on=TODAY), NextStep("a", due_on=TODAY + timedelta(days=1))
    assert first_step([NextStep("usual", rank=USUAL), later, soon]) is soon
    assert first_step([soon, NextStep("first", rank=FIRST)]).what == "first"
    assert first_step([NextStep("no day", rank=DATED), later]) is later


def test_a_page_of_cases_is_asked_about_as_often_as_one(world: World) -> None:
    ids = [owned(world)[0].id for _ in range(5)]
    with asked_statements() as once:
        next_steps(ids[:1], TODAY)
    with asked_statements() as together:
        next_steps(ids, TODAY)
    assert len(together) == len(once) <= 8
