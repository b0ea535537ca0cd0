"""Crews' work when its case ends, is merged, or is asked what comes next."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask_sqlalchemy import SQLAlchemy

from tests import factories as make
from tests.cases.world import FAR, World
from tracker.cases.closing import close_case
from tracker.cases.decisions import dismiss_case
from tracker.cases.models import CaseStatus
from tracker.cases.next_steps import next_steps
from tracker.cases.open_work import open_work_of
from tracker.cases.related.merging import merge_cases, undo_merge
from tracker.errors import Invalid
from tracker.scheduling.bookings.booking import book_order
from tracker.scheduling.bookings.case_work import crew_steps
from tracker.scheduling.bookings.history import usual_durations
from tracker.scheduling.bookings.models import Booking
from tracker.scheduling.orders.dependencies import set_waits_for
from tracker.scheduling.orders.models import RecurringOrder
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.playbooks.models import PlaybookStep
from tracker.scheduling.playbooks.ordering import create_orders_from_playbook
from tracker.scheduling.queries import orders_of_case

TEN = datetime(2026, 6, 16, 14, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def world(database: SQLAlchemy) -> World:
    return World()


def test_closing_and_dismissing_name_the_crews_open_work_and_call_it_off(world: World, database: SQLAlchemy) -> None:
    case = world.case()
    tow = make.make_work_order(case=case, title="Tow")
    plow = make.make_work_order(case=case, title="Plow")
    set_waits_for(plow, [tow])
    booking = book_order(tow, make.make_resource(), TEN, None)
    book_order(plow, make.make_resource(), TEN + HOUR, None)
    recurring = RecurringOrder(case=case, title="Mow", skill="tree", minutes=30, needs=[], priority=3, every_days=14,
                               next_on=date(2026, 8, 1))  # fmt: skip
    database.session.add(recurring)
    words = "work order «Tow» .planned, due 22 Jun 2026.*«Plow».*«Mow», which comes again every 14 days"
    with pytest.raises(Invalid, match=words):
        close_case(case, outcome="Plowed.", actor=world.person)
    with pytest.raises(Invalid, match="«Tow»"):
        dismiss_case(case, reason="A garage.", actor=world.person)
    close_case(case, outcome="Plowed.", actor=world.person, call_off=True)
    assert (tow.status, tow.reason, plow.status) == (WorkStatus.CANCELLED, "The case is closed.", WorkStatus.CANCELLED)
    assert booking.cancelled_at == make.NOW and recurring.ended_at == make.NOW
    assert open_work_of(case) == []


def test_work_of_a_merged_case_counts_with_the_one_it_went_into_and_comes_back(world: World) -> None:
    case, into = world.case(), world.case(north=FAR)
    order = make.make_work_order(case=case, title="Tow")
    book_order(order, make.make_resource(name="Crew A"), TEN, None)
    merge_cases(case, into, reason="One problem.", actor=world.person)
    assert [line.order for line in orders_of_case(into.id)] == [order]
    assert [one.words for one in open_work_of(into)] == ["work order «Tow» (planned, due 22 Jun 2026)"]
    assert [step.what for step in crew_steps([into.id, case.id], make.NOW.date())[into.id]] == ["Tow"]
    undo_merge(case, reason="Two problems.", actor=world.person)
    assert open_work_of(into) == [] and len(open_work_of(case)) == 1


def test_a_booked_crew_is_a_step_with_its_day_and_a_late_one_comes_first(database: SQLAlchemy) -> None:
    make.make_city()
    case = make.make_case(contact=make.make_contact())
    book_order(make.make_work_order(case=case, title="Tow"), make.make_resource(name="Crew A"), TEN, None)
    step = next_steps([case.id])[case.id]
    assert (step.what, step.whose, step.due_on, step.is_late) == ("Tow", "Crew A", date(2026, 6, 16), False)
    assert next_steps([case.id], date(2026, 6, 20))[case.id].is_late


def test_a_playbooks_orders_wait_for_each_other_and_take_the_usual_time(database: SQLAlchemy) -> None:
    make.make_city()
    case = make.make_case()
    steps = [
        PlaybookStep(position=1, title="Clear", skill="refuse", minutes=90, due_days=5, people=2, needs=["truck"],
                     after_position=2),
        PlaybookStep(position=2, title="Inspect", skill="enforcement", minutes=45, due_days=2),
    ]  # fmt: skip
    make.make_playbook(family=case.family, steps=steps)
    crew = make.make_resource(skills=("enforcement",))
    for number, minutes in enumerate((20, 20, 30, 40, 40, 999)):
        done = make.make_work_order(title="Inspect", skill="enforcement",
                                    status=WorkStatus.DONE if minutes < 900 else WorkStatus.NOT_DONE)  # fmt: skip
        at = make.NOW - timedelta(days=9) + number * HOUR
        database.session.add(
            Booking(work_order_id=done.id, resource_id=crew.id, starts_at=at, ends_at=at + HOUR, worked_minutes=minutes)
        )
    usual = usual_durations([("enforcement", "Inspect"), ("refuse", "Clear")])
    assert {kind: one.words for kind, one in usual.items()} == {
        ("enforcement", "Inspect"): "usually 30 minutes, half of them between 20 and 40 (5 done)"
    }
    clear, inspect = create_orders_from_playbook(case, None)
    assert (clear.minutes, inspect.minutes) == (90, 30)
    assert (clear.people, clear.all_skills) == (2, {"refuse", "truck"})
    assert [row.first for row in clear.waits_for] == [inspect] and list(inspect.waits_for) == []
    assert case.status is CaseStatus.OPEN
