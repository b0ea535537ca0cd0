"""Work that comes again: made once and in time, whoever was away, until its case ends."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests import factories as make
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.errors import Conflict, Invalid
from tracker.jobs import order_what_comes_again
from tracker.scheduling.orders.entry import OrderEntry
from tracker.scheduling.orders.models import RecurringOrder, WorkOrder
from tracker.scheduling.orders.recurring import MOST_PER_CASE, Rhythm, end_recurring, recurring_of, repeat_work
from tracker.staff.log import history_of
from tracker.staff.models import Role, User

TODAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def person(database: SQLAlchemy) -> User:
    make.make_city()
    return make.make_user(role=Role.SUPERVISOR)


def repeated(person: User, every: int = 14, first: int = 3, until: int | None = None) -> RecurringOrder:
    ends_on = TODAY + timedelta(days=until) if until is not None else None
    entry = OrderEntry("Mow", "tree", 60, TODAY, needs=("mower",), people=1)
    return repeat_work(make.make_case(), person, Rhythm(every, TODAY + timedelta(days=first), ends_on), entry)


def nights(*days: int) -> None:
    """The worker's nightly job, so many days from today."""
    for day in days:
        with time_machine.travel(make.NOW + timedelta(days=day), tick=False):
            order_what_comes_again()


def due_days(database: SQLAlchemy) -> list[int]:
    """In how many days from today each order is due."""
    return [(order.due_on - TODAY).days for order in database.session.scalars(select(WorkOrder).order_by(WorkOrder.id))]


def test_what_is_due_within_a_fortnight_is_ordered_once_however_often_the_job_runs(
    database: SQLAlchemy, person: User
) -> None:
    recurring = repeated(person)
    assert due_days(database) == [3]
    nights(0, 0, 1, 2, 3, 3, 4)
    assert due_days(database) == [3, 17]
    nights(17, 17)
    assert due_days(database) == [3, 17, 31]
    order = database.session.scalars(select(WorkOrder)).first()
    assert order is not None
    assert (order.recurring_id, order.all_skills) == (recurring.id, {"tree", "mower"})


def test_days_that_nobody_ordered_are_left_out(database: SQLAlchemy, person: User) -> None:
    repeated(person, every=7, first=0)
    assert due_days(database) == [0, 7, 14]
    nights(100)
    assert due_days(database)[3:] == [105, 112]


def test_it_ends_by_itself_after_its_last_day(database: SQLAlchemy, person: User) -> None:
    recurring = repeated(person, every=7, first=0, until=10)
    assert due_days(database) == [0, 7] and recurring.ended_at == make.NOW
    late = repeated(person, every=30, first=20, until=49)
    nights(6, 36)
    assert due_days(database)[2:] == [20] and late.ended_at is not None
    nights(60)
    assert due_days(database)[2:] == [20]


@pytest.mark.parametrize("status", [CaseStatus.CLOSED, CaseStatus.DISMISSED])
def test_it_stops_when_its_case_ends(database: SQLAlchemy, person: User, status: CaseStatus) -> None:
    recurring = repeated(person)
    recurring.case.status = status
    nights(10)
    assert due_days(database) == [3]
    assert recurring.ended_at is not None
    assert history_of("case", recurring.case_id)[0].text == f"«Mow» comes no more: the case is {status.value}."


def test_it_goes_on_in_the_case_that_its_own_was_merged_into(database: SQLAlchemy, person: User) -> None:
    recurring = repeated(person)
    last = make.make_case()
    between = make.make_case(status=CaseStatus.MERGED, merged_into=last)
    recurring.case.status, recurring.case.merged_into = CaseStatus.MERGED, between
    nights(10)
    assert recurring_of(last.id) == [recurring]
    made = database.session.scalars(select(WorkOrder).order_by(WorkOrder.id.desc())).first()
    assert made is not None and made.case == last


def test_what_cannot_be_meant_is_refused(person: User) -> None:
    for every, first, until in ((0, 3, None), (1_000, 3, None), (7, -1, None), (7, 3, 2)):
        with pytest.raises(Invalid):
            repeated(person, every, first, until)
    recurring = repeated(person)
    end_recurring(recurring, person, reason="Paved.")
    with pytest.raises(Conflict, match="ended already"):
        end_recurring(recurring, person, reason="Paved.")
    nights(30)
    closed = make.make_case(status=CaseStatus.CLOSED)
    with pytest.raises(Conflict, match="Reopen it first"):
        repeat_work(closed, person, Rhythm(7, TODAY), OrderEntry("Mow", "tree", 60, TODAY))


def test_a_case_has_no_end_of_recurring_work(person: User, database: SQLAlchemy) -> None:
    case: ProblemCase = make.make_case()
    entry = OrderEntry("Mow", "tree", 60, TODAY)
    rhythm = Rhythm(7, TODAY + timedelta(days=100))
    database.session.add_all(
        RecurringOrder(case=case, title="x", skill="tree", minutes=5, needs=[], priority=3, every_days=7,
                       next_on=rhythm.first_on) for _ in range(MOST_PER_CASE)
    )  # fmt: skip
    with pytest.raises(Invalid, match="End one first"):
        repeat_work(case, person, rhythm, entry)
