"""`plan` as scripts call it."""

import json
from datetime import timedelta

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests import factories as make
from tracker.clock import utc_now
from tracker.scheduling.bookings.models import Booking
from tracker.scheduling.orders.models import WorkOrder

ALWAYS = [(day, 0, 1440) for day in range(7)]


def test_plan_books_and_reports_one_json_object(app: Flask, database: SQLAlchemy) -> None:
    make.make_city(is_live=True)
    make.make_resource(shifts=ALWAYS)
    make.make_work_order(due_on=utc_now().date() + timedelta(days=9))
    make.make_work_order(skill="tow")
    database.session.commit()
    result = app.test_cli_runner().invoke(args=["plan", "--json"])
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert {"orders", "booked", "unbooked", "distance_km", "seconds"} <= set(report)
    assert (report["orders"], report["booked"], report["unbooked"]) == (2, 1, 1)
    assert list(report["reasons"]) == ["No resource has the skill «tow». Add it to a resource, or change the order."]
    database.session.rollback()
    assert len(database.session.scalars(select(Booking)).all()) == 1


def test_plan_says_in_words_what_it_left_out(app: Flask, database: SQLAlchemy) -> None:
    make.make_city(is_live=True)
    make.make_work_order(skill="tow")
    database.session.commit()
    result = app.test_cli_runner().invoke(args=["plan", "--days", "2"])
    assert "1 order left out: No resource has the skill «tow»." in result.stdout


def test_plan_refuses_the_past_in_one_line_and_changes_nothing(app: Flask, database: SQLAlchemy) -> None:
    make.make_city(is_live=True)
    case = make.make_case(priority=1)
    make.make_playbook(family=case.family)
    database.session.commit()
    result = app.test_cli_runner().invoke(args=["plan", "--date", "2020-01-01"])
    assert result.exit_code == 1
    assert result.stderr.count("\n") == 1
    assert "is past. Plan from today" in result.stderr
    database.session.rollback()
    assert database.session.scalars(select(WorkOrder)).all() == []


def test_plan_before_a_city_is_loaded_names_the_command_to_run(app: Flask, database: SQLAlchemy) -> None:
    result = app.test_cli_runner().invoke(args=["plan"])
    assert result.exit_code == 1
    assert "load-city" in result.stderr
