"""What a city's own systems tell of requests: kept once each, and our status with the newest."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests import factories as make
from tracker.calls.models import CallStatus, ServiceRequest
from tracker.calls.reporting.models import RequestUpdate
from tracker.calls.reporting.told_status import STATUSES
from tracker.staff.models import LogEntry

KEY = "the city's own system"
UPDATES = "/open311/v2/servicerequestupdates.json"
LATER = make.NOW + timedelta(days=3)
Tell = Callable[..., Any]


@pytest.fixture
def call(database: SQLAlchemy) -> Iterator[ServiceRequest]:
    """A request of `NOW`; the clock stands three days later."""
    with time_machine.travel(LATER, tick=False):
        make.make_city(is_live=True)
        make.make_api_key(text=KEY, name="Works", may_update=True, per_minute=500)
        yield make.make_call(service_type=make.make_service_type(service_name="Pothole"))


@pytest.fixture
def tell(client: FlaskClient, call: ServiceRequest) -> Tell:
    """Tell an update of the request, by default its closing one day after it came in."""

    def send(number: int = 1, at: datetime = make.NOW + timedelta(days=1), **arguments: Any) -> Any:
        values = {
            "api_key": KEY, "service_request_id": call.service_request_id, "update_id": f"u{number}",
            "updated_datetime": at.isoformat(), "status": "CLOSED", "description": "Filled.", **arguments,
        }  # fmt: skip
        return client.post(UPDATES, data={name: value for name, value in values.items() if value is not None})

    return send


def test_an_update_closes_and_opens_a_request_and_is_told_in_its_history(tell: Tell, call: ServiceRequest) -> None:
    answer = tell()
    assert (answer.status_code, answer.json) == (200, [{"update_id": "u1"}])
    assert (call.status, call.closed_at, call.source_status) == (
        CallStatus.CLOSED, make.NOW + timedelta(days=1), "CLOSED",
    )  # fmt: skip
    assert call.public_updated_day == (make.NOW + timedelta(days=1)).date().toordinal()
    tell(2, make.NOW + timedelta(days=2), status="reopen")
    assert (call.status, call.closed_at) == (CallStatus.OPEN, None)
    told = [entry.text for entry in _log(call)]
    assert told == ["Works told: CLOSED. Filled.", "Works told: REOPEN. Filled."]
    assert not any(entry.is_public for entry in _log(call))


def _log(call: ServiceRequest) -> list[LogEntry]:
    query = select(LogEntry).where(LogEntry.subject_kind == "call", LogEntry.subject_id == call.id)
    return list(make.db.session.scalars(query.order_by(LogEntry.id)))


@pytest.mark.parametrize("status", STATUSES)
def test_every_status_of_theirs_is_one_of_ours(tell: Tell, call: ServiceRequest, status: str) -> None:
    assert tell(status=status.lower()).status_code == 200
    assert call.status is STATUSES[status]


def test_an_update_older_than_the_last_is_kept_and_changes_nothing(tell: Tell, call: ServiceRequest) -> None:
    tell(1, make.NOW + timedelta(hours=30))
    assert tell(2, make.NOW + timedelta(hours=20), status="OPEN").status_code == 200
    assert call.status is CallStatus.CLOSED
    assert "older than what stands" in _log(call)[-1].text
    kept = make.db.session.scalars(select(RequestUpdate).order_by(RequestUpdate.id)).all()
    assert [(row.status, row.description) for row in kept] == [("CLOSED", "Filled."), ("OPEN", "Filled.")]


def test_an_update_that_is_told_twice_is_refused_the_second_time(tell: Tell, call: ServiceRequest) -> None:
    tell()
    again = tell(status="OPEN")
    assert again.status_code == 400 and "already exists" in again.json[0]["description"]
    assert call.status is CallStatus.CLOSED
    make.make_api_key(text="other", may_update=True)
    assert tell(api_key="other").status_code == 200, "each system numbers its own"


def test_only_a_key_that_may_tells_updates(tell: Tell, call: ServiceRequest) -> None:
    make.make_api_key(text="an app")
    assert tell(api_key="an app").status_code == 403
    assert tell(api_key=None).status_code == 403
    assert call.status is CallStatus.OPEN


def test_all_that_is_wrong_with_an_update_is_named(tell: Tell) -> None:
    wrong = tell(service_request_id=None, update_id=None, updated_datetime="2026-06-16T12:00:00", status="DONE")
    assert (wrong.status_code, len(wrong.json)) == (400, 4)
    for at in ("yesterday", "2199-01-01T00:00:00Z", "1900-01-01T00:00:00Z"):
        assert tell(updated_datetime=at).status_code == 400
    assert tell(service_request_id="none such").status_code == 404
    assert tell(media_url="file:///etc/passwd").status_code == 400


def test_strangers_never_hear_what_an_update_says(tell: Tell, client: FlaskClient, call: ServiceRequest) -> None:
    tell(description="Mrs. Canary was at home.")
    for path in ("servicerequestupdates", "requests", f"requests/{call.service_request_id}"):
        for suffix in ("xml", "json"):
            assert "Canary" not in client.get(f"/open311/v2/{path}.{suffix}?extensions=true").text
