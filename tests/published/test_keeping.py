"""What is kept for every visitor: as long as nothing is written, and never for longer than the clock allows."""

from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import update

from tests.factories import NOW, make_city
from tests.public.world import make_public_case, set_as_of_now
from tracker.cases.models import ProblemCase
from tracker.clock import told_as_of
from tracker.published.keeping import LONGEST_UNCHANGED, current_snapshot
from tracker.published.snapshot import Snapshot
from tracker.staff.log import append_log


@pytest.fixture
def case(database: SQLAlchemy) -> ProblemCase:
    make_city()
    set_as_of_now()
    case = make_public_case()
    database.session.commit()
    return case


def snapshot_at(minutes: float) -> Snapshot:
    with told_as_of(NOW + timedelta(minutes=minutes)):
        return current_snapshot()


def test_an_entry_about_a_case_is_looked_at_at_once_and_any_other_changes_nothing(
    case: ProblemCase, database: SQLAlchemy
) -> None:
    first = snapshot_at(0)
    append_log("booking", 1, "held", "Somebody asks.")
    database.session.commit()
    assert snapshot_at(0.1) is first
    append_log("case", case.id, "noted", "Somebody was there.")
    database.session.commit()
    assert snapshot_at(0.2) is not first


def test_what_no_entry_says_is_seen_when_the_clock_says_so(case: ProblemCase, database: SQLAlchemy) -> None:
    first = snapshot_at(0)
    database.session.execute(update(ProblemCase).values(public_label="200 block of Elm St"))
    database.session.commit()
    longest = LONGEST_UNCHANGED / timedelta(minutes=1)
    assert snapshot_at(longest - 0.1) is first
    assert snapshot_at(longest + 0.1).labels == ["200 block of Elm St"]


def test_a_page_of_the_map_is_kept_for_what_the_map_knows_and_for_nothing_that_is_made_up(
    case: ProblemCase, app: Flask, client: FlaskClient
) -> None:
    known = [client.get(f"/?status=open&lang=en&page={page}").headers["ETag"] for page in (1, 1)]
    assert known[0] == known[1]
    with app.test_request_context():
        kept = len(current_snapshot().answers)
    assert kept >= 1
    for number in range(3):
        assert client.get(f"/?made-up={number}").status_code == 200
    with app.test_request_context():
        assert len(current_snapshot().answers) == kept
