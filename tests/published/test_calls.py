"""What strangers find of calls: by masked columns, in an order that tells no hour."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests.factories import NOW, make_call, make_city, make_point, make_service_type
from tests.public.world import MASK
from tracker.calls.models import CallStatus, ServiceRequest, ServiceType
from tracker.errors import NotFound
from tracker.published.call_search import Box, CallSearch, Circle
from tracker.published.calls import find_calls, find_published_call

TODAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> None:
    make_city()
    make_point(label="100 block of Elm St")


def published(kind: ServiceType, **columns: Any) -> ServiceRequest:
    """A call of `NOW` that has its mask."""
    shown = {"public_label": "100 block of Elm St", "public_lat": MASK[0], "public_long": MASK[1]}
    days = {"public_day": TODAY.toordinal(), "public_updated_day": TODAY.toordinal()}
    return make_call(service_type=kind, **{**shown, **days, **columns})


def numbers(search: CallSearch) -> list[str]:
    return [call.number for call in find_calls(search, limit=100)]


def test_only_calls_of_public_types_that_are_masked_and_stand_are_found() -> None:
    kind = make_service_type(is_public=True)
    shown = published(kind, service_request_id="7K3D-9QXZ-0MHT-4B2V")
    published(make_service_type(is_public=False))
    published(make_service_type(is_public=True, is_confidential=True))
    published(make_service_type(is_public=True, is_test=True))
    published(kind, withdrawn_at=NOW)
    published(kind, is_outside=True)
    make_call(service_type=kind)
    assert numbers(CallSearch()) == [shown.service_request_id]
    assert find_published_call("7k3d 9qxz omht 4b2v").label == "100 block of Elm St"


def test_a_type_that_is_held_back_is_shown_when_its_days_are_over() -> None:
    slow = make_service_type(is_public=True, publish_after_days=2)
    make_call(requested_datetime=NOW)
    days = [published(slow, public_day=TODAY.toordinal() - back).service_request_id for back in range(4)]
    assert numbers(CallSearch()) == days[2:]
    with pytest.raises(NotFound):
        find_published_call(days[1])


def test_of_one_day_the_order_is_that_of_numbers_without_meaning() -> None:
    kind = make_service_type(is_public=True)
    calls = [published(kind, requested_datetime=NOW - timedelta(minutes=minute)) for minute in range(20)]
    expected = sorted((call.service_request_id for call in calls), reverse=True)
    assert numbers(CallSearch()) == expected
    pages = [call.number for page in range(4) for call in find_calls(CallSearch(), limit=5, offset=page * 5)]
    assert pages == expected


@pytest.mark.parametrize(
    ("search", "is_found"),
    [
        (CallSearch(first_day=TODAY), True),
        (CallSearch(first_day=TODAY + timedelta(days=1)), False),
        (CallSearch(last_day=TODAY - timedelta(days=1)), False),
        (CallSearch(updated_from=TODAY, updated_to=TODAY), True),
        (CallSearch(is_closed=False), True),
        (CallSearch(is_closed=True), False),
        (CallSearch(service_codes=("lamp",)), True),
        (CallSearch(service_codes=("nothing",)), False),
        (CallSearch(words="elm LAMP"), True),
        (CallSearch(words="oak"), False),
        (CallSearch(words="100%"), False),
        (CallSearch(box=Box(MASK[0] - 0.001, MASK[1] - 0.001, MASK[0] + 0.001, MASK[1] + 0.001)), True),
        (CallSearch(box=Box(MASK[0] + 0.001, MASK[1] - 0.001, MASK[0] + 0.002, MASK[1] + 0.001)), False),
        (CallSearch(circle=Circle(MASK[0] + 0.001, MASK[1], 112)), True),
        (CallSearch(circle=Circle(MASK[0] + 0.001, MASK[1], 110)), False),
    ],
)
def test_questions_narrow(search: CallSearch, is_found: bool) -> None:
    published(make_service_type(is_public=True, service_code="lamp", service_name="Lamp out"), status=CallStatus.OPEN)
    assert bool(numbers(search)) is is_found
