"""Work that waits for other work: never in a circle, never begun before, and freed or refused when the first moves."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask_sqlalchemy import SQLAlchemy

from tests import factories as make
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.cases.related.models import RelationKind
from tracker.cases.related.relating import relate_cases
from tracker.errors import Conflict, Invalid
from tracker.extensions import db
from tracker.scheduling.bookings.booking import book_order, cancel_booking, move_booking, standing_booking
from tracker.scheduling.bookings.changing import wait_no_longer
from tracker.scheduling.bookings.ending import cancel_order, could_not_do, finish_order, request_again
from tracker.scheduling.bookings.models import Booking
from tracker.scheduling.bookings.retiring import retire_resource
from tracker.scheduling.bookings.waiting import with_neighbors
from tracker.scheduling.orders.dependencies import could_come_first, set_waits_for, still_waits_for
from tracker.scheduling.orders.models import OrderDependency, WorkOrder
from tracker.scheduling.orders.ordering import create_order
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.staff.log import history_of
from tracker.staff.models import Role

TEN = datetime(2026, 6, 16, 14, 0, tzinfo=UTC)  # Tuesday, 10:00 in the city
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def case(database: SQLAlchemy) -> ProblemCase:
    make.make_city()
    return make.make_case()


@pytest.fixture
def pair(case: ProblemCase) -> tuple[WorkOrder, WorkOrder]:
    """Tow before plow."""
    tow, plow = make.make_work_order(case=case, title="Tow"), make.make_work_order(case=case, title="Plow")
    set_waits_for(plow, [tow])
    return tow, plow


@pytest.fixture
def booked(pair: tuple[WorkOrder, WorkOrder]) -> tuple[Booking, Booking]:
    """The tow from ten to eleven, the plow from eleven on, by two crews."""
    tow, plow = pair
    return book_order(tow, make.make_resource(), TEN, None), book_order(plow, make.make_resource(), TEN + HOUR, None)


def test_an_order_says_what_it_waits_for_when_it_is_ordered(case: ProblemCase) -> None:
    tow = make.make_work_order(case=case, title="Tow")
    plow = create_order(case, None, waits_for=[tow], title="Plow", skill="tree", minutes=60, due_on=TEN.date())
    assert [row.first for row in plow.waits_for] == [tow]
    assert "It waits for «Tow»." in history_of("case", case.id)[0].text


def test_a_circle_is_refused_and_named(case: ProblemCase, pair: tuple[WorkOrder, WorkOrder]) -> None:
    tow, plow = pair
    third = make.make_work_order(case=case, title="Salt")
    set_waits_for(third, [plow])
    with pytest.raises(Invalid, match="«Tow» would wait for «Salt», which waits for «Plow», which waits for «Tow»"):
        set_waits_for(tow, [third])
    with pytest.raises(Invalid, match="circle: «Tow» would wait for «Tow»"):
        set_waits_for(tow, [tow])


def test_only_work_of_the_case_or_of_a_related_one_is_waited_for(case: ProblemCase) -> None:
    other = make.make_case()
    mine, theirs = make.make_work_order(case=case), make.make_work_order(case=other, title="Tow")
    assert theirs not in could_come_first(case, mine)
    with pytest.raises(Invalid, match=r"«Tow» belongs to case .* not related"):
        set_waits_for(mine, [theirs])
    boss = make.make_user(role=Role.SUPERVISOR)
    relate_cases(case, other, kind=RelationKind.SAME_CAUSE, reason="One owner.", actor=boss)
    assert theirs in could_come_first(case, mine)
    set_waits_for(mine, [theirs])
    assert still_waits_for(mine) == [theirs]


def test_all_that_is_locked_with_some_orders_is_what_they_wait_for_and_what_waits_in_turn() -> None:
    one, two, three, four, other = (make.make_work_order() for _ in range(5))
    for second, first in ((two, one), (three, two), (four, three), (four, other)):
        second.waits_for.append(OrderDependency(first_id=first.id))
    db.session.flush()
    assert with_neighbors({two.id}) == {one.id, two.id, three.id, four.id}
    assert with_neighbors({one.id, other.id}) == {one.id, two.id, three.id, four.id, other.id}
    assert with_neighbors(set()) == set()


def test_work_of_a_case_that_was_merged_into_this_one_is_waited_for_too(case: ProblemCase) -> None:
    gone = make.make_case(status=CaseStatus.MERGED, merged_into=case)
    theirs, mine = make.make_work_order(case=gone), make.make_work_order(case=case)
    assert theirs in could_come_first(case, mine)
    set_waits_for(mine, [theirs])


def test_work_is_not_booked_while_what_it_waits_for_is_neither_booked_nor_done(
    pair: tuple[WorkOrder, WorkOrder],
) -> None:
    tow, plow = pair
    crew = make.make_resource()
    with pytest.raises(Conflict, match=r"waits for «Tow», which is not booked yet\. Book that first, or let this work"):
        book_order(plow, crew, TEN, None)
    cancel_order(tow, None, reason="It drove off.")
    with pytest.raises(Conflict, match=r"which was cancelled\. Ask for that again first"):
        book_order(plow, crew, TEN, None)
    request_again(tow, None)
    finish_order(tow, None)
    book_order(plow, crew, TEN, None)


def test_work_never_begins_before_what_it_waits_for_ends(booked: tuple[Booking, Booking]) -> None:
    first, second = booked
    with pytest.raises(Conflict, match=r"«Tow», which is booked for Tue 16 Jun 2026, 10:00 to 11:00\. Choose a"):
        move_booking(second, second.resource, TEN + HOUR / 2, None)
    move_booking(second, second.resource, TEN + 2 * HOUR, None)
    move_booking(first, first.resource, TEN + HOUR, None)
    assert second.starts_at == first.ends_at


def test_moving_the_first_past_the_second_is_refused_or_frees_it(booked: tuple[Booking, Booking]) -> None:
    first, second = booked
    with pytest.raises(Conflict, match=r"done first for what is booked already: «Plow», .* Or tick to have"):
        move_booking(first, first.resource, TEN + HOUR / 2, None)
    assert first.starts_at == TEN
    move_booking(first, first.resource, TEN + HOUR / 2, None, frees=True)
    plow = second.work_order
    assert (plow.status, standing_booking(plow)) == (WorkStatus.REQUESTED, None)
    assert plow.reason.startswith("It waits for «Tow», which was moved to")


def test_cancelling_the_first_is_refused_or_frees_all_that_waits_for_it(booked: tuple[Booking, Booking]) -> None:
    first, second = booked
    salt = make.make_work_order(case=second.work_order.case, title="Salt")
    set_waits_for(salt, [second.work_order])
    book_order(salt, make.make_resource(), TEN + 2 * HOUR, None)
    with pytest.raises(Conflict, match="«Plow»"):
        cancel_booking(first, None, reason="Rain", frees=False)
    cancel_booking(first, None, reason="Rain")
    assert [order.status for order in (first.work_order, second.work_order, salt)] == [WorkStatus.REQUESTED] * 3
    assert salt.reason == "It waits for «Plow», which is not booked any more."


def test_when_the_first_fails_or_is_not_wanted_the_second_gives_its_time_back_and_says_why(
    booked: tuple[Booking, Booking],
) -> None:
    tow, plow = (booking.work_order for booking in booked)
    with time_machine.travel(TEN + HOUR / 2, tick=False):
        could_not_do(tow, None, reason="No tow bar.")
        assert plow.status is WorkStatus.REQUESTED
        assert plow.reason == "It waits for «Tow», which could not be done: No tow bar."
        request_again(tow, None)
        assert plow.reason == ""
        book_order(tow, booked[0].resource, TEN + HOUR, None)
        book_order(plow, booked[1].resource, TEN + 2 * HOUR, None)
        with pytest.raises(Conflict, match="«Plow»"):
            cancel_order(tow, None, reason="It drove off.", frees=False)
        cancel_order(tow, None, reason="It drove off.")
    assert plow.reason == "It waits for «Tow», which was cancelled: It drove off."
    wait_no_longer(plow, tow.id, None)
    assert (plow.reason, list(plow.waits_for)) == ("", [])
    with pytest.raises(Conflict, match="does not wait for that"):
        wait_no_longer(plow, tow.id, None)


def test_done_is_not_taken_back_under_booked_work_that_waited_for_it(pair: tuple[WorkOrder, WorkOrder]) -> None:
    tow, plow = pair
    finish_order(tow, None)
    book_order(plow, make.make_resource(), TEN, None)
    with pytest.raises(Conflict, match="«Plow» waits for this and is booked"):
        request_again(tow, None)


def test_a_crew_that_retires_with_both_gives_both_back(pair: tuple[WorkOrder, WorkOrder]) -> None:
    tow, plow = pair
    crew = make.make_resource()
    book_order(tow, crew, TEN, None)
    book_order(plow, crew, TEN + HOUR, None)
    freed = retire_resource(crew, make.make_user(role=Role.SCHEDULER), release=True)
    assert len(freed) == 2
    assert {tow.status, plow.status} == {WorkStatus.REQUESTED}
