"""The work of a case, as the case page shows it."""

from datetime import UTC, datetime

import time_machine
from flask import Flask, render_template
from flask_sqlalchemy import SQLAlchemy

from tests import factories as make
from tracker.scheduling.bookings.booking import book_order, cancel_booking
from tracker.scheduling.bookings.ending import finish_order
from tracker.scheduling.queries import orders_of_case

TEN = datetime(2026, 6, 16, 14, 0, tzinfo=UTC)


@time_machine.travel(make.NOW, tick=False)
def test_each_order_comes_with_the_booking_that_counts(database: SQLAlchemy) -> None:
    make.make_city()
    case, crew = make.make_case(), make.make_resource()
    waiting, again, done = (make.make_work_order(case=case) for _ in range(3))
    cancel_booking(book_order(again, crew, TEN, None), None, reason="Rain")
    standing = book_order(again, crew, TEN, None)
    finish_order(done, None)
    lines = orders_of_case(case.id)
    assert [(line.order, line.booking) for line in lines] == [(waiting, None), (again, standing), (done, None)]


@time_machine.travel(make.NOW, tick=False)
def test_the_panel_shows_when_the_crew_comes(app: Flask, database: SQLAlchemy) -> None:
    make.make_city()
    case = make.make_case()
    book_order(make.make_work_order(case=case, title="Fell the oak"), make.make_resource(name="Crew A"), TEN, None)
    with app.test_request_context():
        panel = render_template("scheduling/_orders_panel.html", case=case, lines=orders_of_case(case.id))
    assert "Fell the oak" in panel
    assert "Crew A, Tue 16 Jun 2026, 10:00 to 11:00" in panel
