"""Settling what never counts, while somebody gives one of these calls a place, on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from contextvars import Context

import pytest
from flask import Flask
from sqlalchemy import select, text, update

from tests import factories as make
from tests.cases.world import World
from tracker.calls.models import Placement, ServiceRequest
from tracker.cases.intake import take_in_steps
from tracker.cases.models import LooseCall
from tracker.extensions import db

BLOCKED = text(
    "SELECT count(*) FROM pg_locks JOIN pg_stat_activity USING (pid) WHERE NOT granted AND datname = current_database()"
)


@pytest.fixture
def app(postgres_app: Flask) -> Flask:
    """What one is deciding about, another may want at that moment."""
    return postgres_app


def settle(app: Flask) -> None:
    with app.app_context():
        for _ in take_in_steps():
            db.session.commit()


def until_somebody_waits(app: Flask) -> None:
    with db.engine.connect() as watching:
        for _ in range(50_000):
            if watching.scalar(BLOCKED):
                return
            watching.rollback()
    raise AssertionError("nobody waited")


def test_a_call_that_is_placed_while_others_are_settled_is_grouped_later(app: Flask) -> None:
    with app.app_context():
        World()
        kind = make.make_service_type()
        make.make_rule(family=kind.family)
        call = make.make_call(lat=None, service_type=kind)
        db.session.commit()
        call_id = call.id
        placed = {"placement": Placement.STAFF, "x_dm": 10, "y_dm": 10, "cell": 1, "lat": 43.0, "long": -77.0}
        db.session.execute(update(ServiceRequest).where(ServiceRequest.id == call_id).values(placed))
        with ThreadPoolExecutor() as pool:
            settled = pool.submit(Context().run, settle, app)
            until_somebody_waits(app)
            db.session.commit()
            settled.result()
        is_taken = select(ServiceRequest.is_taken).where(ServiceRequest.id == call_id)
        assert db.session.scalar(is_taken) is False
        db.session.rollback()
        settle(app)
        assert db.session.scalar(is_taken) is True
        assert db.session.scalars(select(LooseCall.call_id)).all() == [call_id]
