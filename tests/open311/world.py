"""Requests as the public sees them, for the tests of Open311; and answers held against the schemas."""

import json
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.factories import NOW, make_call
from tests.public.world import MASK
from tracker.calls.models import ServiceRequest, ServiceType
from tracker.clock import local_date
from tracker.places.city import city_zone, the_city

TODAY = date(2026, 6, 15)
SCHEMAS = Path(__file__).with_name("schemas")


def make_request(kind: ServiceType, *, days_ago: int = 0, **columns: Any) -> ServiceRequest:
    """A masked call of so many days before `NOW`, at `MASK`."""
    at = columns.pop("requested_datetime", NOW - timedelta(days=days_ago))
    day = local_date(at, city_zone(the_city())).toordinal()
    shown = {"public_label": "100 block of Elm St", "public_lat": MASK[0], "public_long": MASK[1]}
    days = {"public_day": day, "public_updated_day": day}
    return make_call(service_type=kind, requested_datetime=at, **{**shown, **days, **columns})


@cache
def validator(name: str) -> Any:
    """Holds an answer against one of the schemas in this folder."""
    return jsonschema_rs.validator_for(json.loads((SCHEMAS / f"{name}.json").read_text()))


def get(client: FlaskClient, path: str, schema: str, **query: Any) -> Any:
    """What a path below /open311/v2 answers as JSON, held against its schema."""
    answer: TestResponse = client.get(f"/open311/v2/{path}", query_string=query)
    assert answer.status_code == 200, answer.text
    assert answer.content_type == "application/json; charset=utf-8"
    validator(schema).validate(answer.json)
    return answer.json


def numbers(client: FlaskClient, **query: Any) -> list[str]:
    """The numbers of the requests that answer a question, in the order of the answer."""
    return [one["service_request_id"] for one in get(client, "requests.json", "requests", **query)]


def refusal(client: FlaskClient, path: str, code: int = 400, /, **query: Any) -> str:
    """Why a question is refused."""
    answer = client.get(f"/open311/v2/{path}", query_string=query)
    assert answer.status_code == code, answer.text
    validator("errors").validate(answer.json)
    assert answer.json[0]["code"] == code
    return str(answer.json[0]["description"])
