"""A week of fifteen crews and two hundred orders through the real pages: it adds up every morning and every evening."""

from collections import Counter

import time_machine
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests.scheduling.week.city import build_city, on, utc
from tests.scheduling.week.script import FRIDAY_BEFORE, Week
from tracker.extensions import db
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.orders.work_status import WorkStatus


def test_a_scripted_week_ends_with_no_overlap_no_lost_order_and_every_appointment_kept_or_moved(
    app: Flask, database: SQLAlchemy
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    with time_machine.travel(utc(on(FRIDAY_BEFORE)), tick=False) as clock:
        week = Week(app, build_city(app), clock)
        week.play()
        _every_order_is_where_the_crews_left_it(week)


def _every_order_is_where_the_crews_left_it(week: Week) -> None:
    db.session.expire_all()
    statuses = {order.id: order.status for order in db.session.scalars(select(WorkOrder))}
    assert statuses.keys() == week.ledger.orders.keys()
    assert {number for number, status in statuses.items() if status is WorkStatus.DONE} == week.ledger.done
    left = Counter(status for status in statuses.values() if status is not WorkStatus.DONE)
    assert set(left) <= {WorkStatus.REQUESTED, WorkStatus.NOT_DONE, WorkStatus.PLANNED, WorkStatus.CONFIRMED}
    assert len(week.ledger.done) >= 170
