"""Plans as drafts: made by a job, looked at, changed, taken in whole or in part."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests import factories as make
from tests.scheduling.drafts import NINE, TUESDAY, made_plan, scheduler, work_off
from tracker.errors import Conflict, Invalid, NotFound
from tracker.extensions import db
from tracker.scheduling.bookings.booking import book_order, cancel_booking, mark_of, move_booking
from tracker.scheduling.bookings.models import Booking, WeatherDay
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.planning.accepting import TAKEN_BEFORE
from tracker.scheduling.planning.draft_page import read_draft_page
from tracker.scheduling.planning.draft_taking import take_draft
from tracker.scheduling.planning.drafting import (
    discard_draft,
    draft_plan,
    pin_visit,
    plan_again,
    take_out,
)
from tracker.scheduling.planning.models import PlanDraft, PlannedVisit
from tracker.scheduling.planning.what_if import begin_what_if, try_visit
from tracker.scheduling.resources.models import CityResource
from tracker.staff.log import history_of
from tracker.staff.models import User


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def crew(database: SQLAlchemy) -> CityResource:
    make.make_city(is_live=True)
    return make.make_resource(name="Crew A")


@pytest.fixture
def ana(database: SQLAlchemy) -> User:
    return scheduler()


def bookings() -> int:
    return db.session.scalar(select(func.count()).select_from(Booking).where(Booking.cancelled_at.is_(None))) or 0


def test_a_draft_is_made_by_the_job_and_books_nothing() -> None:
    order, odd = make.make_work_order(), make.make_work_order(skill="tow")
    draft = made_plan()
    assert [(visit.order_id, visit.moves) for visit in draft.visits] == [(order.id, "")]
    assert [left.order_id for left in draft.left_out] == [odd.id]
    assert "«tow»" in draft.left_out[0].reason
    assert (bookings(), order.status) == (0, WorkStatus.REQUESTED)


def test_a_draft_that_is_taken_is_booked_and_has_ended(ana: User) -> None:
    order, odd = make.make_work_order(), make.make_work_order(skill="tow")
    draft = made_plan()
    accepted = take_draft(draft, ana)
    assert (len(accepted.booked), accepted.refused, draft.is_taken) == (1, [], True)
    assert (order.status, "«tow»" in odd.reason) == (WorkStatus.PLANNED, True)
    again = take_draft(draft, ana)
    assert (len(again.booked), again.standing, bookings()) == (0, 1, 1)
    assert [entry.verb for entry in history_of("plan", draft.id)] == ["taken", "asked"]


def test_a_draft_that_was_taken_books_nothing_again_that_was_given_back_since(ana: User) -> None:
    order = make.make_work_order()
    draft = made_plan()
    (booking,) = take_draft(draft, ana).booked
    cancel_booking(booking, ana, reason="Not needed now.")
    again = take_draft(draft, ana)
    assert ([left.reason for left in again.refused], again.standing, bookings()) == ([TAKEN_BEFORE], 0, 0)
    assert order.reason == "Not needed now."


@pytest.mark.parametrize("day", [date.min, date(9999, 12, 31), TUESDAY - timedelta(days=2)])
def test_nothing_is_tried_on_a_day_that_cannot_be_planned(day: date, ana: User) -> None:
    with pytest.raises(Invalid, match=r"is past|a year away"):
        begin_what_if(day, ana)


def test_a_part_is_taken_and_the_rest_stays_a_draft(ana: User) -> None:
    orders = [make.make_work_order() for _ in range(3)]
    draft = made_plan()
    take_draft(draft, ana, {orders[1].id})
    assert (draft.ended_at, bookings()) == (None, 1)
    page = read_draft_page(draft, None)
    assert [line.is_booked for line in page.lines] == [line.visit.order_id == orders[1].id for line in page.lines]
    take_draft(draft, ana)
    assert (draft.is_taken, bookings()) == (True, 3)


def test_what_became_impossible_is_said_on_the_page_and_refused_and_the_rest_stands(
    crew: CityResource, ana: User
) -> None:
    first, second, gone = (make.make_work_order(minutes=60) for _ in range(3))
    draft = made_plan()
    visit = next(visit for visit in draft.visits if visit.order_id == first.id)
    book_order(make.make_work_order(title="Urgent"), crew, visit.starts_at, None)
    gone.status = WorkStatus.CANCELLED
    clashes = {line.visit.order_id: line.clash for line in read_draft_page(draft, None).lines}
    assert "«Urgent»" in clashes[first.id]
    assert (clashes[second.id], "cancelled" in clashes[gone.id]) == ("", True)
    accepted = take_draft(draft, ana)
    assert {left.order_id for left in accepted.refused} == {first.id, gone.id}
    assert [booking.work_order_id for booking in accepted.booked] == [second.id]
    assert draft.ended_at is None


def test_planning_again_leaves_the_pinned_visit_and_what_was_taken_out(ana: User) -> None:
    pinned, out, other = (make.make_work_order() for _ in range(3))
    draft = made_plan()
    stays_at = next(visit.starts_at for visit in draft.visits if visit.order_id == pinned.id)
    pin_visit(draft, pinned.id, ana, is_pinned=True)
    take_out(draft, out.id, ana)
    urgent = make.make_work_order(priority=1)
    plan_again(draft, ana)
    with pytest.raises(Conflict, match="just being made"):
        take_draft(draft, ana)
    work_off()
    found = {visit.order_id: visit.starts_at for visit in draft.visits}
    assert set(found) == {pinned.id, other.id, urgent.id}
    assert found[pinned.id] == stays_at
    assert [left.order_id for left in draft.left_out] == [out.id]
    accepted = take_draft(draft, ana, {pinned.id})
    db.session.refresh(accepted.booked[0])
    assert accepted.booked[0].is_pinned


def test_a_discarded_draft_can_neither_be_changed_nor_taken(ana: User) -> None:
    order = make.make_work_order()
    draft = made_plan()
    discard_draft(draft, ana)
    with pytest.raises(Conflict, match="discarded"):
        take_draft(draft, ana)
    with pytest.raises(Conflict, match="discarded"):
        pin_visit(draft, order.id, ana, is_pinned=True)


def test_a_draft_discarded_before_its_job_stays_empty(ana: User) -> None:
    make.make_work_order()
    draft = draft_plan(TUESDAY, 1, ana)
    discard_draft(draft, ana)
    work_off()
    assert draft.visits == []


def test_days_that_cannot_be_planned_are_refused_when_asked(ana: User) -> None:
    with pytest.raises(Invalid, match="is past"):
        draft_plan(TUESDAY - timedelta(days=9), 1, ana)


def test_work_is_not_proposed_outside_what_was_promised() -> None:
    late = make.make_work_order(latest_at=NINE - timedelta(hours=3))
    early = make.make_work_order(earliest_at=NINE + timedelta(days=1))
    draft = made_plan()
    assert draft.visits == []
    assert {left.order_id for left in draft.left_out} == {late.id, early.id}


def test_work_is_not_proposed_on_a_storm_day_unless_it_goes_on() -> None:
    make.make_resource(skills=["plow"])
    make.make_work_order()
    plow = make.make_work_order(skill="plow")
    storm = {"first_day": TUESDAY, "last_day": TUESDAY, "reason": "Storm", "kept_skills": ["plow"]}
    db.session.add(WeatherDay(**storm))
    draft = made_plan()
    assert [visit.order_id for visit in draft.visits] == [plow.id]


def test_kilometers_are_told_before_and_after(crew: CityResource, ana: User) -> None:
    make.make_work_order(case=make.make_case(lat=42.36))
    page = read_draft_page(made_plan(), None)
    assert page.km_before == 0
    assert page.km_after == pytest.approx(2 * 1.112 * 1.3, rel=0.01)
    assert page.timeline is not None and [row.name for row in page.timeline.rows] == ["Crew A"]


def test_a_what_if_moves_a_booking_only_when_it_is_applied(crew: CityResource, ana: User) -> None:
    booking = book_order(make.make_work_order(), crew, NINE, None)
    draft = begin_what_if(TUESDAY, ana)
    visit = try_visit(draft, booking.work_order, crew, NINE + timedelta(hours=2), ana)
    assert (visit.moves, booking.starts_at) == (mark_of(booking), NINE)
    assert read_draft_page(draft, None).lines[0].comes_from.endswith("09:00 to 10:00")
    accepted = take_draft(draft, ana)
    assert (accepted.moved, booking.starts_at, draft.is_taken) == ([booking], NINE + timedelta(hours=2), True)


def test_a_booking_that_somebody_moved_meanwhile_is_refused_in_words(crew: CityResource, ana: User) -> None:
    moved, cancelled = (book_order(make.make_work_order(), crew, NINE + timedelta(hours=n), None) for n in (0, 1))
    draft = begin_what_if(TUESDAY, ana)
    try_visit(draft, moved.work_order, crew, NINE + timedelta(hours=3), ana)
    try_visit(draft, cancelled.work_order, crew, NINE + timedelta(hours=4), ana)
    move_booking(moved, crew, NINE + timedelta(hours=2), ana)
    cancel_booking(cancelled, ana, reason="Rain")
    clashes = [line.clash for line in read_draft_page(draft, None).lines]
    assert clashes == ["Somebody moved its booking meanwhile.", "Its booking stands no longer."]
    told = {left.order_id: left.reason for left in take_draft(draft, ana).refused}
    assert "Somebody moved its booking meanwhile, to Crew A, Tue 16 Jun 2026, 11:00" in told[moved.work_order_id]
    assert "stands no longer" in told[cancelled.work_order_id]


def test_conflicts_are_said_before_anything_is_saved(crew: CityResource, ana: User) -> None:
    book_order(make.make_work_order(title="Fell the oak"), crew, NINE, None)
    one, two = make.make_work_order(title="One"), make.make_work_order(title="Two", minutes=30)
    draft = begin_what_if(TUESDAY, ana)
    for order, at, words in (
        (one, NINE, "«Fell the oak»"), (one, NINE - timedelta(hours=5), "does not work then"),
        (make.make_work_order(skill="tow"), NINE + timedelta(hours=2), "does not have «tow»"),
        (make.make_work_order(status=WorkStatus.DONE), NINE, "nothing to try"),
    ):  # fmt: skip
        with pytest.raises((Conflict, Invalid), match=words):
            try_visit(draft, order, crew, at, ana)
    try_visit(draft, one, crew, NINE + timedelta(hours=1), ana)
    with pytest.raises(Conflict, match="«One»"):
        try_visit(draft, two, crew, NINE + timedelta(minutes=90), ana)
    try_visit(draft, one, crew, NINE + timedelta(hours=3), ana)  # moved within the draft
    try_visit(draft, two, crew, NINE + timedelta(minutes=90), ana)
    assert len(draft.visits) == 2


def test_a_plan_moves_what_stands_where_that_makes_room_and_a_pin_or_taking_it_out_stops_that(
    crew: CityResource, ana: User
) -> None:
    small = book_order(make.make_work_order(priority=5), crew, NINE + timedelta(hours=3), None)
    large = make.make_work_order(minutes=360, priority=1)
    draft = made_plan()
    moved = next(visit for visit in draft.visits if visit.order_id == small.work_order_id)
    assert (moved.moves, len(draft.visits), small.starts_at) == (mark_of(small), 2, NINE + timedelta(hours=3))
    line = next(line for line in read_draft_page(draft, None).lines if line.visit is moved)
    assert "12:00 to 13:00" in line.comes_from
    pin_visit(draft, large.id, ana, is_pinned=True)
    pin_visit(draft, small.work_order_id, ana, is_pinned=True)
    plan_again(draft, ana)
    work_off()
    assert len(draft.visits) == 2
    pin_visit(draft, large.id, ana, is_pinned=False)
    take_out(draft, small.work_order_id, ana)
    plan_again(draft, ana)
    work_off()
    assert (draft.visits, {left.order_id for left in draft.left_out}) == ([], {small.work_order_id, large.id})


def test_an_accepted_plan_moves_and_books(crew: CityResource, ana: User) -> None:
    small = book_order(make.make_work_order(priority=5), crew, NINE + timedelta(hours=3), None)
    make.make_work_order(minutes=360, priority=1)
    accepted = take_draft(made_plan(), ana)
    assert (accepted.moved, len(accepted.booked), accepted.refused) == ([small], 1, [])
    assert small.starts_at != NINE + timedelta(hours=3)


def test_two_bookings_change_places(crew: CityResource, ana: User) -> None:
    one, two = (book_order(make.make_work_order(), crew, NINE + timedelta(hours=n), None) for n in (0, 1))
    draft = begin_what_if(TUESDAY, ana)
    try_visit(draft, two.work_order, crew, NINE + timedelta(hours=5), ana)
    try_visit(draft, one.work_order, crew, NINE + timedelta(hours=1), ana)
    try_visit(draft, two.work_order, crew, NINE, ana)
    accepted = take_draft(draft, ana)
    assert (len(accepted.moved), accepted.refused) == (2, [])
    assert (one.starts_at, two.starts_at) == (NINE + timedelta(hours=1), NINE)


def test_a_move_makes_room_for_a_booking_of_the_same_draft(crew: CityResource, ana: User) -> None:
    booking = book_order(make.make_work_order(), crew, NINE, None)
    draft = begin_what_if(TUESDAY, ana)
    try_visit(draft, booking.work_order, crew, NINE + timedelta(hours=2), ana)
    try_visit(draft, make.make_work_order(), crew, NINE, ana)
    accepted = take_draft(draft, ana)
    assert (len(accepted.booked), len(accepted.moved), accepted.refused) == (1, 1, [])


def test_a_what_if_grows_with_its_days_and_a_visit_is_taken_out_of_it(crew: CityResource, ana: User) -> None:
    order = make.make_work_order()
    draft = begin_what_if(TUESDAY, ana)
    try_visit(draft, order, crew, NINE + timedelta(days=2), ana)
    assert (draft.first_day, draft.days) == (TUESDAY, 3)
    take_out(draft, order.id, ana)
    assert (draft.visits, draft.left_out) == ([], [])
    with pytest.raises(NotFound):
        take_out(draft, order.id, ana)


def take_at_once(app: Flask, barrier: Barrier, draft_id: int, user_id: int) -> tuple[int, int, int]:
    with app.app_context():
        draft, user = db.session.get_one(PlanDraft, draft_id), db.session.get_one(User, user_id)
        db.session.rollback()
        barrier.wait()
        accepted = take_draft(draft, user)
        told = len(accepted.booked), accepted.standing, len(accepted.refused)
        db.session.commit()
        db.session.remove()
        return told


def test_two_people_who_accept_the_same_draft_book_it_once(app: Flask, ana: User) -> None:
    for _ in range(4):
        make.make_work_order()
    draft, ben = made_plan(), scheduler()
    numbers = draft.id, (ana.id, ben.id)
    db.session.commit()
    barrier = Barrier(2)
    with ThreadPoolExecutor(2) as pool:
        told = [pool.submit(take_at_once, app, barrier, numbers[0], user) for user in numbers[1]]
        assert sorted(one.result() for one in told) == [(0, 4, 0), (4, 0, 0)]
    assert bookings() == 4
    assert db.session.scalar(select(func.count()).select_from(PlannedVisit)) == 4
