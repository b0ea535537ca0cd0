"""Planning on a real database: from cases to bookings."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests import factories as make
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.errors import Invalid
from tracker.places.models import City
from tracker.scheduling.bookings.booking import book_order, standing_booking
from tracker.scheduling.bookings.models import Booking, BookingSlot, WeatherDay
from tracker.scheduling.bookings.slots import slot_start
from tracker.scheduling.orders.models import OrderDependency, OrderNeed, WorkOrder
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.planning import plans
from tracker.scheduling.planning.accepting import Choice, accept_plan
from tracker.scheduling.planning.gathering import gather_facts
from tracker.scheduling.planning.plans import choices_of, plan_day, propose_plan
from tracker.scheduling.planning.proposal import Proposal
from tracker.scheduling.planning.road_service import UNREACHED
from tracker.scheduling.playbooks.waiting_cases import cases_without_orders
from tracker.scheduling.resources.models import TeamMember

TUESDAY = date(2026, 6, 16)
NINE = datetime(2026, 6, 16, 13, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> City:
    return make.make_city(is_live=True)


def make_urgent_case(**columns: object) -> ProblemCase:
    """A live case of priority 2 with a playbook of one step."""
    case = make.make_case(**{"priority": 2, **columns})
    make.make_playbook(family=case.family)
    return case


def test_one_run_orders_plans_and_books_what_urgent_cases_need(database: SQLAlchemy) -> None:
    case = make_urgent_case()
    crew = make.make_resource()
    result = plan_day(TUESDAY, 5)
    assert (result.orders, result.booked, result.unbooked, result.created) == (1, 1, 0, 1)
    booking = database.session.scalars(select(Booking)).one()
    assert (booking.resource, booking.work_order.case, booking.work_order.status) == (crew, case, WorkStatus.PLANNED)
    assert booking.reason.startswith(f"{crew.name} can do «tree» and ")
    assert database.session.scalar(select(func.count()).select_from(BookingSlot)) == 4


def test_a_second_run_books_nothing_twice(database: SQLAlchemy) -> None:
    make_urgent_case()
    make.make_resource()
    plan_day(TUESDAY, 5)
    again = plan_day(TUESDAY, 5)
    assert (again.orders, again.created) == (0, 0)
    assert database.session.scalar(select(func.count()).select_from(Booking)) == 1


def test_only_open_alive_urgent_cases_without_orders_ask_for_work() -> None:
    wanted = [make_urgent_case(priority=3), make_urgent_case(priority=1)]
    long_ago = make.NOW - timedelta(days=31)
    make_urgent_case(priority=4)
    make_urgent_case(last_call_at=long_ago)
    make_urgent_case(status=CaseStatus.DISMISSED)
    make.make_case(priority=1)  # its family has no playbook
    make.make_work_order(case=make_urgent_case(), status=WorkStatus.CANCELLED)
    wanted.append(make_urgent_case(priority=3, last_call_at=long_ago, is_touched=True))
    assert cases_without_orders(make.NOW) == [wanted[1], wanted[0], wanted[2]]


def test_last_years_city_is_planned_as_of_its_newest_call(city: City) -> None:
    city.is_live = False
    newest = make.NOW - timedelta(days=300)
    make.make_call(requested_datetime=newest)
    make_urgent_case(last_call_at=newest - timedelta(days=10))
    make.make_resource()
    assert plan_day(TUESDAY, 5).booked == 1


def test_an_order_left_out_keeps_its_reason() -> None:
    order = make.make_work_order(skill="tow")
    result = plan_day(TUESDAY, 1)
    assert (result.booked, result.unbooked) == (0, 1)
    assert order.reason == "No resource has the skill «tow». Add it to a resource, or change the order."


def test_work_for_a_case_that_is_shut_is_left_out_and_for_a_merged_one_is_not() -> None:
    shut = make.make_work_order(case=make.make_case(status=CaseStatus.CLOSED))
    merged = make.make_work_order(case=make.make_case(status=CaseStatus.MERGED))
    make.make_resource()
    result = plan_day(TUESDAY, 5)
    assert [left.order_id for left in result.left_out] == [shut.id]
    assert merged.status is WorkStatus.PLANNED


def test_what_stands_is_planned_around(database: SQLAlchemy) -> None:
    crew = make.make_resource()
    book_order(make.make_work_order(minutes=420), crew, NINE, None)
    make.make_work_order(minutes=60)
    make.make_work_order(minutes=60)
    plan_day(TUESDAY, 2)
    starts = sorted(database.session.scalars(select(Booking.starts_at)))
    assert starts == [NINE - timedelta(hours=1), NINE, NINE + timedelta(hours=23)]


def test_a_plan_for_today_begins_after_the_present_instant(database: SQLAlchemy) -> None:
    make.make_resource()
    make.make_work_order()
    with time_machine.travel(make.NOW + timedelta(minutes=7), tick=False):
        plan_day(date(2026, 6, 15), 1)
    assert database.session.scalars(select(Booking.starts_at)).one() == make.NOW + timedelta(minutes=15)


def test_a_choice_that_is_no_longer_possible_is_refused_and_the_rest_still_stand() -> None:
    crew = make.make_resource()
    make.make_work_order(minutes=240)
    make.make_work_order(minutes=240)
    choices = choices_of(propose_plan(TUESDAY, 1))
    book_order(make.make_work_order(title="Urgent"), crew, NINE, None)
    accepted = accept_plan([*choices, Choice(9999, crew.id, NINE)], None)
    later = max(choices, key=lambda choice: choice.starts_at).order_id
    assert [booking.work_order_id for booking in accepted.booked] == [later]
    assert "«Urgent»" in accepted.refused[0].reason
    assert "no longer exists" in accepted.refused[1].reason


def test_the_same_plan_accepted_twice_counts_what_stands(database: SQLAlchemy) -> None:
    make.make_resource()
    make.make_work_order()
    choices = choices_of(propose_plan(TUESDAY, 1))
    accept_plan(choices, None)
    again = accept_plan(choices, None)
    assert (len(again.booked), again.standing, again.refused) == (0, 1, [])


@pytest.mark.parametrize(
    ("first", "days"), [(date(2026, 6, 14), 1), (TUESDAY, 0), (TUESDAY, 32), (date(9999, 12, 31), 1)]
)
def test_days_that_cannot_be_planned_are_refused(first: date, days: int) -> None:
    with pytest.raises(Invalid, match="Plan"):
        plan_day(first, days)


def test_one_run_creates_no_more_orders_than_it_may(monkeypatch: pytest.MonkeyPatch, database: SQLAlchemy) -> None:
    monkeypatch.setattr(plans, "ORDERS_PER_RUN", 2)
    for _ in range(4):
        make_urgent_case()
    assert plan_day(TUESDAY, 1).created == 2
    assert database.session.scalar(select(func.count()).select_from(WorkOrder)) == 2


def test_a_crew_that_never_sleeps_still_has_days(app: Flask, database: SQLAlchemy) -> None:
    make.make_resource(shifts=[(day, 0, 1440) for day in range(7)], base_lat=42.36)
    make.make_work_order()
    make.make_work_order()
    plan_day(TUESDAY, 5)
    assert {instant.date() for instant in database.session.scalars(select(Booking.starts_at))} == {TUESDAY}


def booked_at(order: WorkOrder) -> tuple[int, datetime]:
    booking = standing_booking(order)
    assert booking is not None
    return booking.resource_id, booking.starts_at


def test_what_is_planned_moves_when_that_makes_room_and_says_why() -> None:
    crew = make.make_resource()
    small = make.make_work_order(minutes=60, priority=5)
    book_order(small, crew, NINE + timedelta(hours=3), None)
    large = make.make_work_order(minutes=360, priority=1)
    result = plan_day(TUESDAY, 1)
    assert (result.booked, result.moved, result.unbooked) == (1, 1, 0)
    booking = standing_booking(small)
    assert booking is not None
    assert booking.starts_at != NINE + timedelta(hours=3)
    assert booking.reason.startswith("Moved to make room for other work.")
    assert large.status is WorkStatus.PLANNED


@pytest.mark.parametrize("how", ["pinned", "confirmed", "held"])
def test_what_is_confirmed_pinned_or_held_stays(how: str) -> None:
    crew = make.make_resource()
    small = make.make_work_order(minutes=60, priority=5)
    booking = book_order(small, crew, NINE + timedelta(hours=3), None)
    booking.is_pinned = how == "pinned"
    small.status = WorkStatus.CONFIRMED if how == "confirmed" else small.status
    booking.held_until = make.NOW + timedelta(days=1) if how == "held" else None
    make.make_work_order(minutes=360, priority=1)
    result = plan_day(TUESDAY, 1)
    assert (result.booked, result.moved, result.unbooked) == (0, 0, 1)
    assert (booking.resource_id, booking.starts_at) == (crew.id, NINE + timedelta(hours=3))
    assert booking.cancelled_at is None


def test_a_booking_confirmed_while_the_plan_was_made_is_not_moved() -> None:
    crew = make.make_resource()
    small = make.make_work_order(minutes=60, priority=5)
    book_order(small, crew, NINE + timedelta(hours=3), None)
    make.make_work_order(minutes=360, priority=1)
    choices = choices_of(propose_plan(TUESDAY, 1, moving=True))
    assert len(choices) == 2
    small.status = WorkStatus.CONFIRMED
    accepted = accept_plan(choices, None)
    assert (accepted.booked, accepted.moved) == ([], [])
    assert any("may not be moved any more" in left.reason for left in accepted.refused)
    assert booked_at(small) == (crew.id, NINE + timedelta(hours=3))


def test_a_page_that_does_not_move_anything_is_not_told_of_bookings() -> None:
    book_order(make.make_work_order(), make.make_resource(), NINE, None)
    assert propose_plan(TUESDAY, 1) == Proposal(distance_km=0)


def test_the_planner_is_told_what_the_tables_say(database: SQLAlchemy) -> None:
    member = make.make_resource(skills=("chipper",))
    team = make.make_resource(people=2, capacity=7, lends_to_priority=2)
    team.members.append(TeamMember(member_id=member.id))
    for shift in team.shifts:
        shift.break_minutes, shift.break_from, shift.break_until = 30, 720, 780
    first = make.make_work_order(title="Tow the car")
    promised = {"earliest_at": NINE, "latest_at": NINE + timedelta(minutes=100)}
    order = make.make_work_order(people=3, load=2, place="The yard", place_x_dm=5, place_y_dm=6, **promised)
    order.needs.append(OrderNeed(skill="chipper"))
    order.waits_for.append(OrderDependency(first_id=first.id))
    database.session.add(WeatherDay(first_day=TUESDAY, last_day=TUESDAY, reason="Heat", kept_skills=["water"]))
    database.session.flush()
    database.session.expire_all()
    facts = gather_facts([order], TUESDAY, 2)
    told = facts.orders[0]
    assert (told.all_skills, told.people, told.load) == ({"tree", "chipper"}, 3, 2)
    assert (told.address, told.x_dm, told.y_dm) == ("The yard", 5, 6)
    assert (slot_start(told.earliest), slot_start(told.latest or 0)) == (NINE, NINE + timedelta(minutes=90))
    assert [(one.order_id, one.title) for one in told.waits_for] == [(first.id, "Tow the car")]
    seen = next(one for one in facts.resources if one.id == team.id)
    assert (seen.skills, seen.people, seen.members) == ({"tree", "chipper"}, 3, {member.id})
    assert (seen.capacity, seen.lends_to_priority) == (7, 2)
    pause = seen.shifts[0].breaks[0]
    assert (pause.slots, pause.end - pause.start) == (2, 4)
    assert facts.weather[0].kept_skills == {"water"}


def test_what_is_waited_for_may_be_booked_on_another_day_or_done(database: SQLAlchemy) -> None:
    crew = make.make_resource()
    first = make.make_work_order(title="Tow the car")
    order = make.make_work_order()
    order.waits_for.append(OrderDependency(first_id=first.id))
    book_order(first, crew, NINE + timedelta(days=1), None)
    database.session.flush()
    assert "cannot begin early enough" in propose_plan(TUESDAY, 1).left_out[0].reason
    assert plan_day(TUESDAY, 2).booked == 1
    assert booked_at(order)[1] >= NINE + timedelta(days=1, hours=1)
    first.status = WorkStatus.DONE
    assert gather_facts([order], TUESDAY, 2).orders[0].waits_for == ()


def test_work_that_failed_today_is_planned_for_its_next_try(database: SQLAlchemy) -> None:
    crew, order = make.make_resource(), make.make_work_order()
    tried = book_order(order, crew, NINE, None)
    order.status, tried.finished_at = WorkStatus.REQUESTED, NINE
    order.earliest_at = NINE + timedelta(days=1)
    result = plan_day(TUESDAY, 2)
    assert (result.booked, result.left_out) == (1, ())
    assert booked_at(order)[1] >= NINE + timedelta(days=1)


def test_work_that_somebody_holds_a_time_for_has_no_place_yet_and_the_time_is_taken(database: SQLAlchemy) -> None:
    crew, order = make.make_resource(), make.make_work_order()
    held = book_order(order, crew, NINE, None)
    order.status, held.held_until = WorkStatus.REQUESTED, make.NOW + timedelta(minutes=10)
    database.session.flush()
    (stop,) = gather_facts([order], TUESDAY, 1).stops
    assert (stop.resource_id, slot_start(stop.start), stop.order_id) == (crew.id, NINE, None)
    (placed,) = propose_plan(TUESDAY, 1).booked
    assert slot_start(placed.start) >= held.ends_at or slot_start(placed.start) < NINE


def test_what_is_held_for_work_that_may_move_takes_its_time_all_the_same(database: SQLAlchemy) -> None:
    crew, order = make.make_resource(), make.make_work_order()
    book_order(order, crew, NINE, None)
    order.status = WorkStatus.REQUESTED
    held = book_order(order, crew, NINE + timedelta(hours=2), None)
    held.held_until = make.NOW + timedelta(minutes=10)
    database.session.flush()
    facts = gather_facts([], TUESDAY, 1, moving=True)
    assert [one.id for one in facts.orders] == [order.id]
    assert [slot_start(stop.start) for stop in facts.stops] == [NINE + timedelta(hours=2)]


def test_a_first_that_is_held_elsewhere_is_not_yet_booked(database: SQLAlchemy) -> None:
    first, order = make.make_work_order(title="Tow the car"), make.make_work_order()
    order.waits_for.append(OrderDependency(first_id=first.id))
    crew = make.make_resource()
    book_order(first, crew, NINE + timedelta(days=1), None)
    held = database.session.scalars(select(Booking)).one()
    held.held_until = make.NOW + timedelta(minutes=10)
    database.session.flush()
    assert "which is not booked on these days" in propose_plan(TUESDAY, 1).left_out[0].reason


def test_work_that_waits_for_cancelled_work_waits_in_vain(database: SQLAlchemy) -> None:
    make.make_resource()
    first, order = make.make_work_order(title="Tow", status=WorkStatus.CANCELLED), make.make_work_order()
    order.waits_for.append(OrderDependency(first_id=first.id))
    database.session.flush()
    result = plan_day(TUESDAY, 1)
    assert (result.booked, [left.reason for left in result.left_out]) == (0, [
        "Waits for «Tow», which could not be done or was cancelled. Ask for that again, or let this go ahead.",
    ])  # fmt: skip


def test_nothing_is_booked_before_the_routes_are_looked_for(database: SQLAlchemy) -> None:
    make_urgent_case()
    make.make_resource()
    seen: list[tuple[int | None, int | None]] = []

    def look() -> None:
        seen.append(tuple(database.session.scalar(select(func.count()).select_from(kind))
                          for kind in (WorkOrder, Booking)))  # type: ignore[arg-type]  # fmt: skip

    assert plan_day(TUESDAY, 1, between=look).booked == 1
    assert seen == [(1, 0)]


def test_a_plan_whose_road_service_is_silent_says_so(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = replace(app.config["SETTINGS"], routing="osrm", routing_url="http://127.0.0.1:9")
    monkeypatch.setitem(app.config, "SETTINGS", nowhere)
    make.make_resource()
    make.make_work_order()
    result = plan_day(TUESDAY, 1)
    assert (result.booked, result.notes) == (1, (UNREACHED,))
