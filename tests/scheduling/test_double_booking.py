"""No double booking, ever: 200 races of 16 writers on a real database have exactly one winner each."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests import factories as make
from tracker.clock import utc_now
from tracker.errors import Conflict
from tracker.extensions import db
from tracker.scheduling.bookings.booking import book_order, move_booking
from tracker.scheduling.bookings.models import Booking, BookingSlot
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.resources.models import CityResource

WRITERS = 16
RACES = 200
ALWAYS = [(day, 0, 24 * 60) for day in range(7)]


def first_race_at() -> datetime:
    return datetime.combine(utc_now().date() + timedelta(days=2), datetime.min.time(), UTC)


def try_to_book(app: Flask, barrier: Barrier, order_id: int, resource_id: int, starts_at: datetime) -> str:
    with app.app_context():
        order, resource = db.session.get_one(WorkOrder, order_id), db.session.get_one(CityResource, resource_id)
        db.session.rollback()  # let go of the database before everybody starts at once
        barrier.wait()
        try:
            book_order(order, resource, starts_at, None)
            db.session.commit()
        except Conflict as refusal:
            db.session.commit()  # the session of a loser is still usable
            return str(refusal)
        finally:
            db.session.remove()
        return "won"


@pytest.fixture
def crew(database: SQLAlchemy) -> CityResource:
    make.make_city()
    crew = make.make_resource(name="Crew 1", shifts=ALWAYS)
    database.session.commit()
    return crew


def test_of_sixteen_writers_for_one_hour_exactly_one_wins_two_hundred_times(
    app: Flask, database: SQLAlchemy, crew: CityResource
) -> None:
    orders = [make.make_work_order().id for _ in range(WRITERS + RACES)]
    crew_id = crew.id
    database.session.commit()
    with ThreadPoolExecutor(WRITERS) as pool:
        for race in range(RACES):
            starts_at = first_race_at() + timedelta(hours=2 * race)
            # Everybody's hour overlaps everybody else's, but not all begin alike: the key must hold on each quarter.
            begins = [starts_at + timedelta(minutes=15 * (writer % 3)) for writer in range(WRITERS)]
            barrier = Barrier(WRITERS)
            runners = [
                pool.submit(try_to_book, app, barrier, orders[writer], crew_id, begins[writer])
                for writer in range(WRITERS)
            ]
            outcomes = [runner.result() for runner in runners]
            winners = [writer for writer, outcome in enumerate(outcomes) if outcome == "won"]
            assert len(winners) == 1, outcomes
            assert all("Crew 1 " in outcome for outcome in outcomes if outcome != "won")
            orders[winners[0]] = orders[WRITERS + race]  # the winner's order is planned now
            first_race_end = starts_at
    booked = database.session.scalar(select(func.count()).select_from(Booking))
    slots = database.session.scalar(select(func.count()).select_from(BookingSlot))
    assert (booked, slots, first_race_end > utc_now()) == (RACES, RACES * 4, True)


def test_one_order_wanted_by_sixteen_writers_on_as_many_crews_is_booked_once(
    app: Flask, database: SQLAlchemy, crew: CityResource
) -> None:
    crews = [make.make_resource(shifts=ALWAYS).id for _ in range(WRITERS)]
    order_id = make.make_work_order().id
    database.session.commit()
    barrier = Barrier(WRITERS)
    with ThreadPoolExecutor(WRITERS) as pool:
        runners = [pool.submit(try_to_book, app, barrier, order_id, crew_id, first_race_at()) for crew_id in crews]
        outcomes = [runner.result() for runner in runners]
    assert outcomes.count("won") == 1
    assert all("cannot become «planned»" in outcome for outcome in outcomes if outcome != "won")


def swap(app: Flask, barrier: Barrier, booking_id: int, starts_at: datetime) -> str:
    with app.app_context():
        booking = db.session.get_one(Booking, booking_id)
        resource = booking.resource
        db.session.rollback()
        barrier.wait()
        try:
            move_booking(booking, resource, starts_at, None)
            db.session.commit()
        except Conflict:
            db.session.commit()
            return "refused"
        finally:
            db.session.remove()
        return "moved"


def test_two_bookings_moved_onto_each_other_at_once_never_share_time(
    app: Flask, database: SQLAlchemy, crew: CityResource
) -> None:
    for race in range(20):
        nine, ten = (first_race_at() + timedelta(days=race, hours=hours) for hours in (9, 10))
        pair = [book_order(make.make_work_order(), crew, instant, None).id for instant in (nine, ten)]
        database.session.commit()
        barrier = Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            runners = [pool.submit(swap, app, barrier, *move) for move in zip(pair, (ten, nine), strict=True)]
            assert "refused" in [runner.result() for runner in runners]
        database.session.expire_all()
        times = {database.session.get_one(Booking, booking_id).starts_at for booking_id in pair}
        assert len(times) == 2
