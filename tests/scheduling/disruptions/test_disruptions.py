"""Storm days and breakdowns: what stands is given back, nothing is booked meanwhile, nobody's promise is forgotten."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests import factories as make
from tests.scheduling.drafts import NINE, TUESDAY, made_plan, scheduler, work_off
from tests.statements import asked_statements
from tracker.clock import utc_now
from tracker.errors import Conflict, Invalid
from tracker.extensions import db
from tracker.places.city import city_zone, the_city
from tracker.scheduling.appointments.models import Appointment, AppointmentStatus
from tracker.scheduling.bookings.booking import book_order, move_booking
from tracker.scheduling.bookings.models import Booking, BookingSlot, WeatherDay
from tracker.scheduling.disruptions.breakdowns import draft_replacement, put_out_of_action, release_its_bookings
from tracker.scheduling.disruptions.weather_days import (
    Concerned,
    clear_days,
    count_concerned,
    declare_weather,
    lift_weather,
)
from tracker.scheduling.orders.models import OrderNeed, WorkOrder
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.planning.accepting import note_left_out
from tracker.scheduling.planning.proposal import LeftOut
from tracker.scheduling.resources.models import CityResource, TeamMember
from tracker.scheduling.resources.shifts import day_start
from tracker.staff.log import history_of
from tracker.staff.models import User


@pytest.fixture
def fixed_clock() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def crew(fixed_clock: None, database: SQLAlchemy) -> CityResource:
    make.make_city(is_live=True)
    return make.make_resource(name="Crew A", skills=["tree", "plow"])


@pytest.fixture
def ana(database: SQLAlchemy) -> User:
    return scheduler()


def appointment(order: WorkOrder, starts_at: datetime, **columns: object) -> Appointment:
    """Somebody is at home for two hours from `starts_at`."""
    window = {"window_starts_at": starts_at, "window_ends_at": starts_at + timedelta(hours=2)}
    defaults = {"name": "Pat Doe", "status": AppointmentStatus.CONFIRMED, "offered_at": make.NOW, **window}
    made = Appointment(order_id=order.id, token_hash=sha256(str(order.id).encode()).hexdigest(), **defaults | columns)
    db.session.add(made)
    db.session.flush()
    return made


def storm(ana: User, *kept: str) -> WeatherDay:
    declared = declare_weather(TUESDAY, TUESDAY, "Snow storm", kept, ana)
    list(clear_days(declared, ana))
    return declared


def test_a_storm_gives_back_what_stands_and_keeps_what_goes_on(crew: CityResource, ana: User) -> None:
    gone = book_order(make.make_work_order(), crew, NINE, None)
    kept = book_order(make.make_work_order(skill="plow"), crew, NINE + timedelta(hours=1), None)
    needed = make.make_work_order(needs=[OrderNeed(skill="plow")])
    kept_too = book_order(needed, crew, NINE + timedelta(hours=2), None)
    later = book_order(make.make_work_order(), crew, NINE + timedelta(days=1), None)
    promised = appointment(gone.work_order, NINE)
    assert count_concerned(TUESDAY, TUESDAY, ["plow"]) == Concerned(1, 1)
    declared = storm(ana, "plow")
    assert [one.cancelled_at is None for one in (gone, kept, kept_too, later)] == [False, True, True, True]
    assert (gone.work_order.status, gone.work_order.reason) == (WorkStatus.REQUESTED, "Snow storm")
    assert gone.work_order.earliest_at == day_start(TUESDAY + timedelta(days=1), city_zone(the_city()))
    assert (promised.status, promised.reason) == (AppointmentStatus.TO_MOVE, "Snow storm")
    told = [entry.text for entry in history_of("case", gone.work_order.case_id)]
    assert "Crew A, Tue 16 Jun 2026, 09:00 to 10:00): Snow storm" in told[1]
    assert [entry.verb for entry in history_of("weather_day", declared.id)] == ["cleared", "declared"]
    assert count_concerned(TUESDAY, TUESDAY, ["plow"]) == Concerned(0, 0)


def test_lifting_frees_also_what_a_plan_has_left_out_since(crew: CityResource, ana: User) -> None:
    booking = book_order(make.make_work_order(), crew, NINE, None)
    declared = storm(ana)
    note_left_out([LeftOut(booking.work_order_id, "No room.")])
    assert lift_weather(declared, ana) == 1 and booking.work_order.earliest_at is None


def test_on_a_storm_day_only_what_goes_on_is_booked_until_it_is_lifted(crew: CityResource, ana: User) -> None:
    booking = book_order(make.make_work_order(), crew, NINE, None)
    later = book_order(make.make_work_order(), crew, NINE + timedelta(days=1), None)
    declared = storm(ana, "plow")
    with pytest.raises(Conflict, match=r"Snow storm\. Only work that needs «plow» goes on\. Choose a time from Wed 17"):
        book_order(booking.work_order, crew, NINE, None)
    with pytest.raises(Conflict, match="Snow storm"):
        move_booking(later, crew, NINE, None)
    book_order(make.make_work_order(skill="plow"), crew, NINE, None)
    assert lift_weather(declared, ana) == 1
    assert (booking.work_order.earliest_at, booking.work_order.status) == (None, WorkStatus.REQUESTED)
    book_order(booking.work_order, crew, NINE + timedelta(hours=1), None)
    with pytest.raises(Conflict, match="lifted already"):
        lift_weather(declared, ana)


def test_work_that_said_when_keeps_that_and_who_is_under_way_decides_there(crew: CityResource, ana: User) -> None:
    said = book_order(make.make_work_order(earliest_at=NINE), crew, NINE, None)
    under_way = book_order(make.make_work_order(), crew, NINE + timedelta(hours=1), None)
    under_way.work_order.status = WorkStatus.ON_SITE
    storm(ana)
    assert said.work_order.earliest_at == NINE
    assert under_way.cancelled_at is None


@pytest.mark.parametrize(("first", "days", "words"), [(-2, 1, "is past"), (1, 0, "before"), (1, 20, "At most 14")])
def test_days_that_cannot_be_declared_are_refused(
    crew: CityResource, ana: User, first: int, days: int, words: str
) -> None:
    day = TUESDAY + timedelta(days=first - 1)
    with pytest.raises(Invalid, match=words):
        declare_weather(day, day + timedelta(days=days - 1), "Storm", [], ana)
    storm(ana)
    with pytest.raises(Conflict, match="declared already"):
        storm(ana)


def test_thousands_of_bookings_are_given_back_with_few_statements(crew: CityResource, ana: User) -> None:
    case = make.make_case()
    start = NINE.replace(hour=8, minute=0)
    crews = [make.make_resource(shifts=[]) for _ in range(20)]
    orders = [make.make_work_order(case=case, status=WorkStatus.PLANNED, minutes=15) for _ in range(600)]
    for number, order in enumerate(orders):
        starts_at = start + timedelta(minutes=15 * (number // 20))
        booking = Booking(
            work_order_id=order.id, resource_id=crews[number % 20].id, starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=15),
        )  # fmt: skip
        db.session.add(booking)
    db.session.flush()
    with asked_statements() as asked:
        storm(ana)
    assert db.session.scalar(select(func.count()).select_from(Booking).where(Booking.cancelled_at.is_(None))) == 0
    assert db.session.scalar(select(func.count()).where(WorkOrder.status == WorkStatus.REQUESTED)) == 600
    assert len(asked) < 45


def race_of_booking(app: Flask, barrier: Barrier, order_id: int, crew_id: int, starts_at: datetime) -> str:
    with app.app_context():
        order, crew = db.session.get_one(WorkOrder, order_id), db.session.get_one(CityResource, crew_id)
        db.session.rollback()
        barrier.wait()
        try:
            book_order(order, crew, starts_at, None)
            db.session.commit()
        except Conflict as refusal:
            db.session.rollback()
            return str(refusal)
        finally:
            db.session.remove()
        return "booked"


def race_of_storm(app: Flask, barrier: Barrier, user_id: int, starts_at: datetime) -> str:
    with app.app_context():
        user = db.session.get_one(User, user_id)
        db.session.rollback()
        day = starts_at.astimezone(city_zone(the_city())).date()
        db.session.rollback()
        barrier.wait()
        declared = declare_weather(day, day, "Snow storm", [], user)
        db.session.commit()
        for _ in clear_days(declared, user):
            db.session.commit()
        db.session.commit()
        db.session.remove()
        return "declared"


def test_a_storm_declared_while_somebody_books_leaves_nothing_booked(app: Flask, database: SQLAlchemy) -> None:
    make.make_city(is_live=True)
    user = scheduler()
    crews = [make.make_resource(shifts=[(day, 0, 1440) for day in range(7)]).id for _ in range(4)]
    noon = (utc_now() + timedelta(days=2)).replace(hour=16, minute=0, second=0, microsecond=0)
    for race in range(5):
        orders = [make.make_work_order().id for _ in crews]
        user_id, starts_at = user.id, noon + timedelta(days=race)
        database.session.commit()
        barrier = Barrier(len(crews) + 1)
        with ThreadPoolExecutor(len(crews) + 1) as pool:
            told = [
                pool.submit(race_of_booking, app, barrier, order, crew, starts_at)
                for order, crew in zip(orders, crews, strict=True)
            ]
            assert pool.submit(race_of_storm, app, barrier, user_id, starts_at).result() == "declared"
            assert all(one.result() == "booked" or "Snow storm" in one.result() for one in told)
        database.session.rollback()
        database.session.expire_all()
        left = select(func.count()).select_from(Booking).where(Booking.cancelled_at.is_(None))
        assert database.session.scalar(left) == 0
        assert {database.session.get_one(WorkOrder, number).status for number in orders} == {WorkStatus.REQUESTED}


def test_a_breakdown_gives_back_everything_from_then_on_also_what_is_under_way(crew: CityResource, ana: User) -> None:
    before = book_order(make.make_work_order(), crew, NINE, None)
    now = book_order(make.make_work_order(), crew, NINE + timedelta(hours=1), None)
    later = book_order(make.make_work_order(), crew, NINE + timedelta(hours=3), None)
    other_day = book_order(make.make_work_order(), crew, NINE + timedelta(days=1), None)
    before.work_order.status, now.work_order.status = WorkStatus.DONE, WorkStatus.ON_SITE
    with time_machine.travel(NINE + timedelta(minutes=80), tick=False):
        off = put_out_of_action(crew, utc_now(), NINE + timedelta(hours=9), "engine failure", ana)
        orders = release_its_bookings(off, ana)
        assert sorted(orders) == sorted([now.work_order_id, later.work_order_id])
        assert now.work_order.reason == "Crew A is out of action: engine failure"
        assert (before.cancelled_at, other_day.cancelled_at) == (None, None)
        with pytest.raises(Invalid, match="does not work then"):
            book_order(now.work_order, crew, NINE + timedelta(hours=4), ana)
    assert [entry.verb for entry in history_of("resource", crew.id)] == ["released", "out_of_action"]


def test_a_breakdown_drafts_others_for_its_orders_alone_and_keeps_what_was_promised(
    crew: CityResource, ana: User
) -> None:
    helper = make.make_resource(name="Crew B")
    stays = book_order(make.make_work_order(), helper, NINE, None)
    make.make_work_order(title="Waits anyway")
    kept, lost = (make.make_work_order(skill=skill) for skill in ("tree", "plow"))
    for number, order in enumerate((kept, lost)):
        book_order(order, crew, NINE + timedelta(hours=2 + number), None)
    promises = [appointment(order, NINE + timedelta(hours=2)) for order in (kept, lost)]
    off = put_out_of_action(crew, NINE, NINE + timedelta(hours=9), "engine failure", ana)
    orders = release_its_bookings(off, ana)
    draft = draft_replacement(off, orders, 1, ana)
    assert draft is not None
    work_off()
    assert [(visit.order_id, visit.resource_id) for visit in draft.visits] == [(kept.id, helper.id)]
    assert NINE + timedelta(hours=2) <= draft.visits[0].starts_at <= NINE + timedelta(hours=4)
    assert [left.order_id for left in draft.left_out] == [lost.id]
    assert [one.status for one in promises] == [AppointmentStatus.CONFIRMED, AppointmentStatus.TO_MOVE]
    assert promises[1].reason == "", "why it broke down is for staff; residents read an appointment's reason"
    assert "engine failure" in lost.reason
    assert stays.starts_at == NINE


def test_a_member_out_of_action_gives_back_what_its_team_is_booked_for(crew: CityResource, ana: User) -> None:
    team = make.make_resource(name="Team", skills=[])
    team.members = [TeamMember(member=crew)]
    db.session.flush()
    own, teams = make.make_work_order(), make.make_work_order()
    book_order(own, crew, NINE, None)
    book_order(teams, team, NINE + timedelta(hours=1), None)
    off = put_out_of_action(team, NINE, NINE + timedelta(hours=4), "strike", ana)
    assert release_its_bookings(off, ana) == [teams.id]
    off = put_out_of_action(crew, NINE, NINE + timedelta(hours=4), "strike", ana)
    assert release_its_bookings(off, ana) == [own.id]
    assert db.session.scalar(select(func.count()).select_from(BookingSlot)) == 0


def test_a_breakdown_without_bookings_asks_for_no_plan(crew: CityResource, ana: User) -> None:
    off = put_out_of_action(crew, NINE, NINE + timedelta(hours=1), "flat tire", ana)
    assert draft_replacement(off, release_its_bookings(off, ana), 1, ana) is None
    with pytest.raises(Invalid, match="Check both times"):
        put_out_of_action(crew, NINE, NINE, "flat tire", ana)


def test_after_a_storm_the_work_is_planned_for_the_days_that_follow(crew: CityResource, ana: User) -> None:
    booking = book_order(make.make_work_order(), crew, NINE, None)
    storm(ana)
    draft = made_plan(days=2)
    assert [visit.order_id for visit in draft.visits] == [booking.work_order_id]
    assert draft.visits[0].starts_at > booking.work_order.earliest_at
