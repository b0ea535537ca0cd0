"""The same step sent twice at once, as a phone does whose first answer is late: it is taken once on either engine."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context
from datetime import timedelta
from threading import Barrier

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests import factories as make
from tracker.clock import utc_now
from tracker.extensions import db
from tracker.scheduling.bookings.booking import book_order
from tracker.scheduling.crew.models import CrewStep, StepKind
from tracker.scheduling.crew.telling import Step, take_step
from tracker.staff.log import history_of
from tracker.staff.models import Role, User

WRITERS = 4
RACES = 3


def tell(app: Flask, barrier: Barrier, step: Step, user_id: int) -> str:
    with app.app_context():
        user = db.session.get_one(User, user_id)
        db.session.rollback()
        barrier.wait(timeout=20)
        try:
            status = take_step(step, user).work_order.status.value
            db.session.commit()
            return status
        finally:
            db.session.remove()


def test_of_the_same_step_sent_at_once_one_is_taken_and_all_are_answered(app: Flask, database: SQLAlchemy) -> None:
    make.make_city(is_live=True)
    crew = make.make_resource(shifts=[(day, 0, 1440) for day in range(7)])
    now = utc_now().replace(minute=0, second=0, microsecond=0)
    order = make.make_work_order(minutes=15, due_on=now.date())
    booking_id = book_order(order, crew, now + timedelta(hours=1), None).id
    case_id, user_id = order.case_id, make.make_user(role=Role.SUPERVISOR).id
    database.session.commit()
    with ThreadPoolExecutor(WRITERS) as pool:
        for race in range(RACES):
            step = Step(key=f"key-{race}", booking_id=booking_id, kind=StepKind.NOTE, at=now, note="Seen.")
            barrier = Barrier(WRITERS)
            runs = [pool.submit(Context().run, tell, app, barrier, step, user_id) for _ in range(WRITERS)]
            assert len({run.result(timeout=60) for run in runs}) == 1
    database.session.expire_all()
    assert database.session.scalar(select(func.count()).select_from(CrewStep)) == RACES
    assert [entry.verb for entry in history_of("case", case_id)].count("crew_note") == RACES
