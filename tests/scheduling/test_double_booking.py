"""No double booking, ever: races of 16 writers on a real database have exactly one winner each.

They book, move and resize, for a person and for the teams she works in. The suite runs `RACES` of them;
`TRACKER_RACES=200` before it runs as many.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from tests import factories as make
from tracker.clock import utc_now
from tracker.errors import Conflict
from tracker.extensions import db
from tracker.scheduling.bookings.booking import (
    book_order,
    cancel_booking,
    change_minutes,
    mark_of,
    move_booking,
    standing_booking,
)
from tracker.scheduling.bookings.models import Booking, BookingSlot
from tracker.scheduling.bookings.slots import slot_at
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.resources.models import CityResource, TeamMember

WRITERS = 16
RACES = int(os.environ.get("TRACKER_RACES", "16"))
ALWAYS = [(day, 0, 24 * 60) for day in range(7)]
HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
Writer = Callable[[], object]


def first_race_at() -> datetime:
    return datetime.combine(utc_now().date() + timedelta(days=2), datetime.min.time(), UTC)


def attempt(app: Flask, barrier: Barrier, write: Writer) -> str:
    """Begin when everybody does; «won», or the words of the refusal."""
    with app.app_context():
        barrier.wait()
        try:
            return write_or_say_why(write)
        finally:
            db.session.remove()


def write_or_say_why(write: Writer) -> str:
    """Try again when the database was too busy to begin, as whoever is answered with 503 does."""
    for _ in range(10):
        try:
            write()
            db.session.commit()
        except Conflict as refusal:
            db.session.commit()  # the session of a loser is still usable
            return str(refusal)
        except OperationalError as busy:
            db.session.rollback()
            assert "locked" in str(busy)
        else:
            return "won"
    return "never got in"


def run_race(app: Flask, pool: ThreadPoolExecutor, writers: list[Writer]) -> list[str]:
    barrier = Barrier(len(writers))
    return [runner.result() for runner in [pool.submit(attempt, app, barrier, write) for write in writers]]


def booker(order_id: int, resource_id: int, starts_at: datetime) -> Writer:
    def book() -> None:
        order, resource = db.session.get_one(WorkOrder, order_id), db.session.get_one(CityResource, resource_id)
        book_order(order, resource, starts_at, None)

    return book


def mover(order_id: int, resource_id: int, starts_at: datetime, minutes: int = 60) -> Writer:
    def move() -> None:
        booking = standing_booking(db.session.get_one(WorkOrder, order_id))
        assert booking
        move_booking(booking, db.session.get_one(CityResource, resource_id), starts_at, None, minutes=minutes)

    return move


def resizer(order_id: int, minutes: int) -> Writer:
    def resize() -> None:
        booking = standing_booking(db.session.get_one(WorkOrder, order_id))
        assert booking
        change_minutes(booking, minutes, None)

    return resize


def canceller(order_id: int) -> Writer:
    def cancel() -> None:
        booking = standing_booking(db.session.get_one(WorkOrder, order_id))
        assert booking
        cancel_booking(booking, None, reason="For the next race.")

    return cancel


@pytest.fixture
def crew(database: SQLAlchemy) -> CityResource:
    make.make_city()
    crew = make.make_resource(name="Crew 1", shifts=ALWAYS)
    database.session.commit()
    return crew


def team_with(crew: CityResource, other: CityResource) -> int:
    team = make.make_resource(shifts=ALWAYS)
    db.session.add_all(TeamMember(team_id=team.id, member_id=one.id) for one in (crew, other))
    db.session.flush()
    db.session.refresh(team)
    return team.id


def sixteen_writers(crew: CityResource, at: datetime) -> list[tuple[Writer, Writer]]:
    """Each wants the quarter hour half past `at` of the crew, and how it gives it back when it has won.

    Everybody's time overlaps everybody else's, but not all begin alike: the key must hold on each quarter.
    """
    other = make.make_resource(shifts=ALWAYS)
    teams = [team_with(crew, other), team_with(crew, make.make_resource(shifts=ALWAYS))]
    writers: list[tuple[Writer, Writer]] = []
    for number, resource_id in enumerate([crew.id] * 5 + [teams[0]] * 3 + [teams[1]] * 2):
        order_id = make.make_work_order().id
        writers.append((booker(order_id, resource_id, at + QUARTER * (number % 3)), canceller(order_id)))
    homes = [(other.id, crew.id), (other.id, crew.id), (teams[0], teams[0]), (teams[0], teams[1]), (crew.id, crew.id)]
    for number, (home_id, resource_id) in enumerate(homes):
        order, home_at = make.make_work_order(), at + timedelta(days=2 + number)
        book_order(order, db.session.get_one(CityResource, home_id), home_at, None)
        wanted = mover(order.id, resource_id, at + QUARTER * (number % 3), minutes=60 + 15 * number)
        writers.append((wanted, mover(order.id, home_id, home_at)))
    before = make.make_work_order()  # ends where the others begin
    book_order(before, crew, at - HOUR, None)
    writers.append((resizer(before.id, 105), resizer(before.id, 60)))
    return writers


def held_slots(resource_id: int, starts_at: datetime, ends_at: datetime) -> set[int]:
    """Whose the resource's quarter hours between two instants are."""
    query = select(BookingSlot.booking_id).where(BookingSlot.resource_id == resource_id)
    between = (BookingSlot.slot >= slot_at(starts_at), BookingSlot.slot < slot_at(ends_at))
    return set(db.session.scalars(query.where(*between)))


def quarters_of_everything() -> int:
    """How many quarter hours all standing bookings must hold, their teams' members counted."""
    standing = db.session.scalars(select(Booking).where(Booking.cancelled_at.is_(None)))
    return sum(
        (slot_at(one.ends_at) - slot_at(one.starts_at)) * (1 + len(one.resource.members)) for one in standing
    )  # fmt: skip


def test_of_sixteen_who_book_move_and_resize_exactly_one_wins_each_race(
    app: Flask, database: SQLAlchemy, crew: CityResource
) -> None:
    at = first_race_at() + 12 * HOUR
    writers = sixteen_writers(crew, at)
    crew_id = crew.id
    database.session.commit()
    assert len(writers) == WRITERS
    with ThreadPoolExecutor(WRITERS) as pool:
        for race in range(RACES):
            turned = writers[race % WRITERS :] + writers[: race % WRITERS]  # nobody is always asked first
            outcomes = run_race(app, pool, [write for write, _ in turned])
            winners = [number for number, outcome in enumerate(outcomes) if outcome == "won"]
            assert len(winners) == 1, outcomes
            assert all(" is taken: «" in one or "was taken at that moment" in one for one in outcomes if one != "won")
            assert len(held_slots(crew_id, at + 2 * QUARTER, at + 3 * QUARTER)) == 1
            turned[winners[0]][1]()
            database.session.commit()
    assert held_slots(crew_id, at, at + 3 * HOUR) == set()
    assert database.session.scalar(select(func.count()).select_from(BookingSlot)) == quarters_of_everything()


def test_one_order_wanted_by_sixteen_writers_on_as_many_crews_is_booked_once(
    app: Flask, database: SQLAlchemy, crew: CityResource
) -> None:
    crews = [make.make_resource(shifts=ALWAYS).id for _ in range(WRITERS)]
    order_id = make.make_work_order().id
    database.session.commit()
    with ThreadPoolExecutor(WRITERS) as pool:
        outcomes = run_race(app, pool, [booker(order_id, crew_id, first_race_at()) for crew_id in crews])
    assert outcomes.count("won") == 1
    assert all("cannot become «planned»" in outcome for outcome in outcomes if outcome != "won")


def test_one_booking_moved_and_resized_by_sixteen_who_saw_it_stand_is_changed_once(
    app: Flask, database: SQLAlchemy, crew: CityResource
) -> None:
    booking = book_order(make.make_work_order(), crew, first_race_at(), None)
    booking_id, seen = booking.id, mark_of(booking)
    database.session.commit()

    def change(number: int) -> Writer:
        def write() -> None:
            seen_booking = db.session.get_one(Booking, booking_id)
            if number % 2:
                change_minutes(seen_booking, 75 + 15 * number, None, seen=seen)
            else:
                wanted = first_race_at() + (number + 1) * HOUR
                move_booking(seen_booking, seen_booking.resource, wanted, None, seen=seen)

        return write

    with ThreadPoolExecutor(WRITERS) as pool:
        outcomes = run_race(app, pool, [change(number) for number in range(WRITERS)])
    assert outcomes.count("won") == 1
    assert all("Somebody moved this booking meanwhile" in outcome for outcome in outcomes if outcome != "won")


def test_two_bookings_moved_onto_each_other_at_once_never_share_time(
    app: Flask, database: SQLAlchemy, crew: CityResource
) -> None:
    with ThreadPoolExecutor(2) as pool:
        for race in range(10):
            nine, ten = (first_race_at() + timedelta(days=race, hours=hours) for hours in (9, 10))
            pair = [make.make_work_order(), make.make_work_order()]
            for order, instant in zip(pair, (nine, ten), strict=True):
                book_order(order, crew, instant, None)
            swaps = [mover(order.id, crew.id, instant) for order, instant in zip(pair, (ten, nine), strict=True)]
            database.session.commit()
            assert "won" not in run_race(app, pool, swaps)
            database.session.expire_all()
            assert len({booking.starts_at for order in pair if (booking := standing_booking(order))}) == 2
            database.session.commit()
