"""A week of fifteen crews and two hundred orders through the real pages: it adds up every morning and every evening."""

from collections import Counter
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests.outreach.mail_server import running_mail_server
from tests.scheduling.week.city import build_city, on, utc
from tests.scheduling.week.residents import Residents
from tests.scheduling.week.script import FRIDAY_BEFORE, Week
from tracker.clock import utc_now
from tracker.extensions import db
from tracker.scheduling.appointments.models import Appointment, AppointmentStatus
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.orders.work_status import WorkStatus


@pytest.mark.once
def test_a_scripted_week_ends_with_no_overlap_no_lost_order_and_every_appointment_kept_or_moved(
    app: Flask, database: SQLAlchemy
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    with time_machine.travel(utc(on(FRIDAY_BEFORE)), tick=False) as clock, running_mail_server() as (keeper, port):
        week = Week(app, build_city(app), clock, Residents(app, keeper, port))
        week.play()
        _every_order_is_where_the_crews_left_it(week)
        _every_appointment_is_kept_or_moved_and_told(week)


def _every_order_is_where_the_crews_left_it(week: Week) -> None:
    db.session.expire_all()
    statuses = {order.id: order.status for order in db.session.scalars(select(WorkOrder))}
    assert statuses.keys() == week.ledger.orders.keys()
    assert {number for number, status in statuses.items() if status is WorkStatus.DONE} == week.ledger.done
    left = Counter(status for status in statuses.values() if status is not WorkStatus.DONE)
    assert set(left) <= {WorkStatus.REQUESTED, WorkStatus.NOT_DONE, WorkStatus.PLANNED, WorkStatus.CONFIRMED}
    assert len(week.ledger.done) >= 150


def _every_appointment_is_kept_or_moved_and_told(week: Week) -> None:
    """Of each window that she confirmed either a crew came in it, or she was told before that it cannot be kept."""
    query = select(Appointment).order_by(Appointment.id)
    by_order: dict[int, list[Appointment]] = {}
    for appointment in db.session.scalars(query):
        by_order.setdefault(appointment.order_id, []).append(appointment)
    assert by_order.keys() == week.residents.people.keys() and len(by_order) == 30
    for order, appointments in by_order.items():
        her, last = week.residents.people[order], appointments[-1]
        assert her.promised, f"{her.address} never got a time"
        if last.status in (AppointmentStatus.KEPT, AppointmentStatus.NO_SHOW):
            came, begins = week.ledger.arrived[order], her.promised[-1]
            assert any(begins <= one <= begins + timedelta(hours=2) for one in came), (her, came)
        else:
            assert last.status is AppointmentStatus.CONFIRMED, (her, last.status)
            assert her.promised[-1] > utc_now()
        assert her.told_of_moves == len(her.promised) - 1, her
    kept = [one for some in by_order.values() for one in some if one.status is AppointmentStatus.KEPT]
    assert len(kept) >= 8 and any(her.told_of_moves for her in week.residents.people.values())
