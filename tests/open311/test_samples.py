"""Our answers under the JSON Schemas that the Open311 community wrote."""

import json
import os
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from tests.factories import make_city, make_question
from tests.factories import make_service_type as make_kind
from tests.open311.world import get, make_request
from tracker.calls.questions.models import Datatype

pytestmark = pytest.mark.samples
SAMPLES = Path(os.environ.get("TRACKER_SAMPLE_DATA") or Path(__file__).parents[3] / "shared" / "data")
SCHEMAS = SAMPLES / "georeport-v2-json-schema"


def validate(name: str, answer: Any) -> None:
    if not SCHEMAS.is_dir():
        pytest.skip("needs georeport-v2-json-schema of the sample data: set TRACKER_SAMPLE_DATA to its folder")
    jsonschema_rs.validator_for(json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))).validate(answer)


def test_our_answers_keep_to_the_schemas_of_the_community(client: FlaskClient, database: SQLAlchemy) -> None:
    make_city()
    kind = make_kind(service_code="lamp", description="", keywords="a;b")
    make_question(service_type=kind, datatype=Datatype.MULTIPLE, values=[{"key": "1", "name": "One"}])
    call = make_request(kind)
    for service in get(client, "services.json", "services"):
        validate("service", service)
    validate("service-definition", get(client, "services/lamp.json", "service_definition"))
    (request,) = get(client, "requests.json", "requests")
    validate("request", request)
    validate("request", get(client, f"requests/{call.service_request_id}.json", "requests", extensions="1")[0])
