"""The same form sent by eight at once is one report, whichever engine keeps it."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests.public.reporting_world import filled_in, make_reporting_city, number_in, secret_in, web_calls
from tracker.calls.models import Caller
from tracker.calls.reporting.models import ReporterWord
from tracker.extensions import db

EIGHT = 8


def at_once(app: Flask, address: str, form: dict[str, Any]) -> list[Any]:
    db.session.commit()  # else the test's own transaction would hold SQLite's one lock
    barrier = Barrier(EIGHT)

    def post() -> Any:
        client = app.test_client()
        barrier.wait()
        return client.post(address, data=form)

    with ThreadPoolExecutor(EIGHT) as pool:
        return [one.result() for one in [pool.submit(post) for _ in range(EIGHT)]]


def test_one_form_sent_by_eight_at_once_is_one_report_and_all_get_its_receipt(
    app: Flask, database: SQLAlchemy
) -> None:
    make_reporting_city()
    database.session.commit()
    answers = at_once(app, "/report", filled_in(app, name="Jo Doe", phone="585-555-0100"))
    assert [answer.status_code for answer in answers] == [200] * EIGHT
    assert len({number_in(answer) for answer in answers}) == 1
    assert len(web_calls()) == 1 and database.session.scalar(select(func.count()).select_from(Caller)) == 1
    secret = secret_in(answers[0])
    answers = at_once(app, f"/reports/{secret}/add", {"add-key": "one", "add-text": "It hums."})
    assert [answer.status_code for answer in answers] == [303] * EIGHT
    database.session.expire_all()
    assert len(database.session.scalars(select(ReporterWord)).all()) == 1
