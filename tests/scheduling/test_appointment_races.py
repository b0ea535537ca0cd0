"""Several at one window at the same moment: one winner, and nothing that expired is both taken and kept."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, time, timedelta
from threading import Barrier

import pytest
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests import factories as make
from tests.scheduling.agreeing_world import offered, plain_settings
from tracker.clock import from_local, local_date, utc_now
from tracker.errors import Conflict
from tracker.extensions import db
from tracker.places.city import city_zone, the_city
from tracker.scheduling.appointments.agreeing import confirm_appointment
from tracker.scheduling.appointments.holding import hold_window
from tracker.scheduling.appointments.locking import find_held
from tracker.scheduling.appointments.models import Appointment, AppointmentStatus
from tracker.scheduling.appointments.settling import let_expired_go
from tracker.scheduling.bookings.booking import book_order, standing_booking
from tracker.scheduling.bookings.models import BookingSlot
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.resources.models import CityResource

RESIDENTS = 4
RACES = 5
DAILY = [(day, 8 * 60, 16 * 60) for day in range(7)]


@pytest.fixture
def crew(database: SQLAlchemy) -> CityResource:
    make.make_city(is_live=True)
    return make.make_resource(shifts=DAILY)


def window_of_race(race: int) -> datetime:
    """10:00 on a day of its own, two days ahead at least; the real clock is read, as several threads ask it."""
    zone = city_zone(the_city())
    day = local_date(utc_now(), zone) + timedelta(days=2 + race)
    return from_local(datetime.combine(day, time(10)), zone)


def outcome_of(app: Flask, barrier: Barrier, act: Callable[[], object]) -> str:
    with app.app_context():
        barrier.wait()
        try:
            act()
            db.session.commit()
        except Conflict:
            db.session.rollback()
            return "lost"
        finally:
            db.session.remove()
        return "won"


def run(app: Flask, acts: list[Callable[[], object]]) -> list[str]:
    """Everybody at once; each act finds its own rows."""
    db.session.commit()
    barrier = Barrier(len(acts))
    with ThreadPoolExecutor(len(acts)) as pool:
        return [one.result() for one in [pool.submit(outcome_of, app, barrier, act) for act in acts]]


def holding(appointment_id: int, starts_at: datetime) -> Callable[[], object]:
    settings = plain_settings()
    return lambda: hold_window(db.session.get_one(Appointment, appointment_id), starts_at, None, settings)


def test_of_several_residents_for_one_window_one_gets_it(app: Flask, crew: CityResource) -> None:
    for race in range(RACES):
        waiting = [offered(make.make_work_order(minutes=120)).id for _ in range(RESIDENTS)]
        outcomes = run(app, [holding(one, window_of_race(race)) for one in waiting])
        assert sorted(outcomes) == ["lost"] * (RESIDENTS - 1) + ["won"], race
    assert db.session.scalar(select(func.count()).select_from(BookingSlot)) == RACES * 8


def expired(appointment: Appointment) -> None:
    booking = find_held(appointment.order)
    assert booking is not None
    booking.held_until = utc_now() - timedelta(seconds=1)


def test_a_hold_that_expires_while_she_confirms_is_hers_or_somebody_elses_and_never_both(
    app: Flask, crew: CityResource
) -> None:
    settings, crew_id, winners = plain_settings(), crew.id, set()
    for race in range(RACES):
        starts_at = window_of_race(race)
        appointment = hold_window(offered(make.make_work_order(minutes=120)), starts_at, None, settings)
        expired(appointment)
        number, rival_id = appointment.id, make.make_work_order(minutes=120).id

        def confirm(number: int = number) -> object:
            return confirm_appointment(db.session.get_one(Appointment, number), None, settings)

        def take(rival_id: int = rival_id, starts_at: datetime = starts_at) -> object:
            resource = db.session.get_one(CityResource, crew_id)
            return book_order(db.session.get_one(WorkOrder, rival_id), resource, starts_at, None)

        def let_go() -> object:
            return list(let_expired_go(utc_now()))

        outcomes = run(app, [confirm, take, let_go][: 2 + race % 2])
        db.session.expire_all()
        appointment, rival = db.session.get_one(Appointment, number), db.session.get_one(WorkOrder, rival_id)
        has_it = standing_booking(appointment.order) is not None
        assert outcomes[0] == ("won" if has_it else "lost")
        assert (appointment.status is AppointmentStatus.CONFIRMED) == has_it
        assert outcomes[1] == ("won" if standing_booking(rival) else "lost")
        assert not (has_it and standing_booking(rival)), race
        winners.add(has_it)
    assert winners, "each race ended"


def test_two_who_change_places_never_share_a_window(app: Flask, crew: CityResource) -> None:
    settings = plain_settings()
    for race in range(3):
        one, other = window_of_race(2 * race), window_of_race(2 * race + 1)
        pair = [hold_window(offered(make.make_work_order(minutes=120)), at, None, settings).id for at in (one, other)]
        run(app, [holding(pair[0], other), holding(pair[1], one)])
        db.session.expire_all()
        held = [db.session.get_one(Appointment, number) for number in pair]
        starts = {find_held(each.order).starts_at for each in held}  # type: ignore[union-attr]  # each holds one still
        assert len(starts) == 2
