"""Orders and bookings: what each verb leaves behind, and what it refuses."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests import factories as make
from tracker.cases.models import CaseStatus
from tracker.errors import Conflict, Invalid, NotFound
from tracker.scheduling.bookings.booking import book_order, cancel_booking, move_booking, standing_booking
from tracker.scheduling.bookings.ending import cancel_order, could_not_do, finish_order, request_again
from tracker.scheduling.bookings.models import Booking, BookingSlot
from tracker.scheduling.orders.ordering import create_order
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.playbooks.models import PlaybookStep
from tracker.scheduling.playbooks.ordering import create_orders_from_playbook
from tracker.staff.log import history_of
from tracker.staff.models import Role

TEN = datetime(2026, 6, 16, 14, 0, tzinfo=UTC)  # Tuesday, 10:00 in the city
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> None:
    make.make_city()


def slot_count(database: SQLAlchemy) -> int:
    return database.session.scalar(select(func.count()).select_from(BookingSlot)) or 0


def test_a_playbook_orders_each_of_its_steps_due_so_many_days_from_today() -> None:
    case = make.make_case(priority=2)
    steps = [
        PlaybookStep(position=1, title="Inspect", skill="electric", minutes=45, due_days=5),
        PlaybookStep(position=2, title="Repair", skill="electric", minutes=120, due_days=9),
    ]
    make.make_playbook(family=case.family, steps=steps)
    orders = create_orders_from_playbook(case, make.make_user(role=Role.CONTACT))
    assert [(order.title, order.minutes, order.due_on.day, order.priority) for order in orders] == [
        ("Inspect", 45, 20, 2),
        ("Repair", 120, 24, 2),
    ]
    assert case.is_touched
    assert [entry.verb for entry in history_of("case", case.id)] == ["work_ordered", "work_ordered"]


def test_a_playbook_pressed_twice_orders_nothing_twice() -> None:
    case = make.make_case()
    make.make_playbook(family=case.family)
    create_orders_from_playbook(case, None)
    with pytest.raises(Conflict, match="has work orders already"):
        create_orders_from_playbook(case, None)


def test_a_family_without_a_playbook_is_told_to_order_by_hand() -> None:
    with pytest.raises(NotFound, match="Order the work by hand"):
        create_orders_from_playbook(make.make_case(), None)


def test_work_touches_its_case_even_when_the_program_ordered_it(database: SQLAlchemy) -> None:
    case = make.make_case()
    make.make_playbook(family=case.family)
    create_orders_from_playbook(case, None)
    assert case.is_touched  # else a rebuild would delete the case from under its work


@pytest.mark.parametrize("status", [CaseStatus.CLOSED, CaseStatus.DISMISSED, CaseStatus.MERGED])
def test_no_work_is_ordered_for_a_case_that_is_not_open(status: CaseStatus) -> None:
    with pytest.raises(Conflict, match=f"is {status.value}"):
        create_order(make.make_case(status=status), None, title="x", skill="tree", minutes=5, due_on=TEN.date())


def test_a_booking_takes_the_quarter_hours_of_its_work_rounded_up(database: SQLAlchemy) -> None:
    order, crew = make.make_work_order(minutes=50), make.make_resource()
    booking = book_order(order, crew, TEN, make.make_user(role=Role.SCHEDULER))
    assert booking.ends_at == TEN + HOUR
    assert slot_count(database) == 4
    assert order.status is WorkStatus.PLANNED
    assert standing_booking(order) is booking
    assert "booked: " + crew.name in history_of("case", order.case_id)[0].text


@pytest.mark.parametrize("shift_by", [-HOUR / 2, timedelta(), HOUR / 2])
def test_time_that_is_taken_is_refused_by_name_and_the_session_stays_usable(
    database: SQLAlchemy, shift_by: timedelta
) -> None:
    crew = make.make_resource()
    book_order(make.make_work_order(title="Fell the oak"), crew, TEN, None)
    second = make.make_work_order()
    with pytest.raises(Conflict, match=r"«Fell the oak» at 1 Elm St, Tue 16 Jun 2026, 10:00 to 11:00\. Free from"):
        book_order(second, crew, TEN + shift_by, None)
    assert slot_count(database) == 4
    assert second.status is WorkStatus.REQUESTED
    book_order(second, crew, TEN + HOUR, None)
    database.session.commit()
    assert slot_count(database) == 8


def test_an_order_is_planned_once_only() -> None:
    order = make.make_work_order()
    book_order(order, make.make_resource(), TEN, None)
    with pytest.raises(Conflict, match="is «planned» and cannot become «planned»"):
        book_order(order, make.make_resource(), TEN, None)


@pytest.mark.parametrize(
    ("starts_at", "words"),
    [
        (TEN - 3 * HOUR, "does not work then. Its shift: Tue 16 Jun 2026, 08:00 to 16:00"),
        (TEN + 5.5 * HOUR, "does not work then"),
        (TEN + 4 * 24 * HOUR, "has no shift on that day"),
        (make.NOW - HOUR, "is past"),
        (TEN + timedelta(minutes=5), "quarter hours"),
    ],
)
def test_time_outside_the_shift_or_in_the_past_is_refused(starts_at: datetime, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        book_order(make.make_work_order(), make.make_resource(), starts_at, None)


def test_a_night_crew_can_be_booked_after_midnight() -> None:
    night = make.make_resource(shifts=[(0, 22 * 60, 6 * 60)])
    booking = book_order(make.make_work_order(), night, datetime(2026, 6, 16, 5, 0, tzinfo=UTC), None)  # Tuesday 01:00
    assert booking.starts_at.hour == 5


def test_a_resource_without_the_skill_is_refused() -> None:
    with pytest.raises(Invalid, match="does not have «tow»"):
        book_order(make.make_work_order(skill="tow"), make.make_resource(), TEN, None)


def test_a_retired_resource_is_refused() -> None:
    with pytest.raises(Invalid, match="is retired"):
        book_order(make.make_work_order(), make.make_resource(retired_at=make.NOW), TEN, None)


def test_a_moved_booking_gives_its_old_time_back_and_may_overlap_itself(database: SQLAlchemy) -> None:
    crew, boss = make.make_resource(), make.make_user(role=Role.SCHEDULER)
    booking = book_order(make.make_work_order(), crew, TEN, boss)
    move_booking(booking, crew, TEN + HOUR / 2, boss)
    assert slot_count(database) == 4
    book_order(make.make_work_order(), crew, TEN - HOUR / 2, boss)
    text = history_of("case", booking.work_order.case_id)[0].text
    assert "moved from" in text
    assert "10:30 to 11:30" in text


def test_a_move_onto_taken_time_leaves_the_booking_where_it_was(database: SQLAlchemy) -> None:
    one, two = make.make_resource(), make.make_resource()
    book_order(make.make_work_order(), two, TEN, None)
    booking = book_order(make.make_work_order(), one, TEN, None)
    with pytest.raises(Conflict, match=f"{two.name} is taken"):
        move_booking(booking, two, TEN + HOUR / 4, None)
    database.session.commit()
    assert (booking.resource, booking.starts_at) == (one, TEN)
    assert slot_count(database) == 8


def test_a_cancelled_booking_keeps_its_row_and_frees_its_time(database: SQLAlchemy) -> None:
    crew, order = make.make_resource(), make.make_work_order()
    booking = book_order(order, crew, TEN, None)
    cancel_booking(booking, None, reason="Rain")
    assert (order.status, order.reason) == (WorkStatus.REQUESTED, "Rain")
    assert booking.cancelled_at == make.NOW
    assert slot_count(database) == 0
    book_order(order, crew, TEN, None)
    assert database.session.scalar(select(func.count()).select_from(Booking)) == 2


def test_a_booking_that_stands_no_longer_is_neither_moved_nor_cancelled_again() -> None:
    crew = make.make_resource()
    booking = book_order(make.make_work_order(), crew, TEN, None)
    cancel_booking(booking, None, reason="Rain")
    with pytest.raises(Conflict, match="stands no longer"):
        cancel_booking(booking, None, reason="Rain")
    with pytest.raises(Conflict, match="stands no longer"):
        move_booking(booking, crew, TEN, None)


def test_work_done_before_its_time_gives_the_time_back_and_after_it_keeps_it(database: SQLAlchemy) -> None:
    crew = make.make_resource()
    early, late = make.make_work_order(), make.make_work_order()
    book_order(late, crew, TEN, None)
    book_order(early, crew, TEN + HOUR, None)
    finish_order(early, None)
    assert slot_count(database) == 4
    with time_machine.travel(TEN + HOUR, tick=False):
        finish_order(late, None, note="All cut.")
    assert slot_count(database) == 4
    assert history_of("case", late.case_id)[0].text.endswith("All cut.")


def test_work_that_could_not_be_done_keeps_the_reason_and_can_be_tried_again() -> None:
    order, crew = make.make_work_order(), make.make_resource()
    first = book_order(order, crew, TEN, None)
    with time_machine.travel(TEN + HOUR, tick=False):
        could_not_do(order, None, reason="Gate locked")
        assert (order.status, order.reason) == (WorkStatus.NOT_DONE, "Gate locked")
        request_again(order, None)
        second = book_order(order, crew, TEN + 2 * HOUR, None)
        assert standing_booking(order) is second
        with pytest.raises(Conflict, match="stands no longer"):
            move_booking(first, crew, TEN + 4 * HOUR, None)


def test_a_cancelled_order_can_be_asked_for_again_but_not_a_booked_one() -> None:
    order = make.make_work_order()
    cancel_order(order, None, reason="Tree is gone")
    request_again(order, None)
    book_order(order, make.make_resource(), TEN, None)
    with pytest.raises(Conflict, match="Cancel its booking"):
        request_again(order, None)
