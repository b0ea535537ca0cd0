"""The description of the public interface says what there is, all of it and nothing else; the program keeps to it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from tests.factories import NOW, make_area, make_call, make_city, make_family, make_rule, make_service_type
from tests.public.world import MASK, make_public_case, set_as_of_now
from tracker.places.models import AreaKind
from tracker.public.description.document import OPERATIONS, TAGS, shape_of
from tracker.public.description.examples import curl_of
from tracker.staff.permissions import Permission, declared_permission

MACHINE = re.compile(r"\.(json|xml|csv|geojson|atom|rss|<[^<>]+>)$")
"""How the path of an answer for programs ends; pages end without, and scripts, pictures and calendars otherwise."""
PLAIN = {"Accept-Encoding": "identity"}
"""Within one process nobody unzips."""
CHECKS: list[Callable[..., Any]] = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance, unsupported_method,
]  # fmt: skip


def served(app: Flask) -> set[tuple[str, str]]:
    """Method and shape of everything that answers programs without sign-in."""
    return {
        (method.lower(), shape_of(rule.rule))
        for rule in app.url_map.iter_rules()
        if declared_permission(app.view_functions[rule.endpoint]) is Permission.PUBLIC and MACHINE.search(rule.rule)
        for method in (rule.methods or set()) & {"GET", "POST"}
    }


@pytest.fixture
def city(database: SQLAlchemy) -> None:
    make_city(data_license="CC0 1.0")
    set_as_of_now()
    family = make_family(code="dark")
    make_rule(family=family)
    kind = make_service_type(family=family, is_public=True, service_code="lamp")
    make_public_case(family=family, public_id="7K3D-9QXZ-0MHT-4B2V")
    make_area(code="north", kind=AreaKind.SERVICE_CENTER)
    make_area(code="elm-hill", name="Elm Hill", kind=AreaKind.NEIGHBORHOOD)
    day = NOW.date().toordinal()
    for _ in range(3):
        make_call(service_type=kind, public_label="100 block of Elm St", public_lat=MASK[0], public_long=MASK[1],
                  public_day=day, public_updated_day=day)  # fmt: skip
    database.session.commit()


def test_what_is_served_to_programs_is_described_and_the_other_way_round(app: Flask) -> None:
    described = {(one.method, shape_of(one.path)) for one in OPERATIONS}
    assert served(app) - described == set(), "add it to tracker/public/description/"
    assert described - served(app) == set()


def test_a_path_has_one_shape_in_the_table_and_in_the_url_map() -> None:
    assert shape_of("/open311/v2/requests/<number>.<any(xml, json):suffix>") == "/open311/v2/requests/{}.{}"
    assert shape_of("/open311/v2/requests/{number}.{suffix}") == "/open311/v2/requests/{}.{}"


def test_names_are_unique_and_every_tag_is_explained() -> None:
    names = [one.name for one in OPERATIONS]
    assert len(names) == len(set(names))
    assert {one.tag for one in OPERATIONS} == set(TAGS)
    assert all(each.example for one in OPERATIONS for each in one.parameters if each.is_required)


@pytest.mark.usefixtures("city")
def test_the_document_is_kept_by_its_etag_and_names_the_terms(client: FlaskClient) -> None:
    first = client.get("/openapi.json")
    assert first.json["openapi"] == "3.1.0" and first.json["info"]["license"] == {"name": "CC0 1.0"}
    again = client.get("/openapi.json?lang=es", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.usefixtures("city")
def test_the_page_shows_every_operation_with_a_line_that_works(app: Flask, client: FlaskClient) -> None:
    page = client.get("/developers").text
    for one in OPERATIONS:
        if (one.method, shape_of(one.path)) in served(app):
            assert f'id="{one.name}"' in page
            if one.method == "get" and one.tag != "open311":
                line = curl_of(one, "http://localhost/")
                assert client.get(line.split("'")[1]).status_code == 200 if "'" in line else True, line
    assert "Para desarrolladores" in client.get("/developers?lang=es").text


@pytest.mark.usefixtures("city")
def test_what_the_description_allows_is_answered_as_it_says(app: Flask) -> None:
    config = SchemathesisConfig.from_dict({"checks": {"unsupported_method": {"enabled": True}}})
    schema = schemathesis.openapi.from_wsgi("/openapi.json", app, config=config)
    tried = set()
    for found in schema.get_all_operations():
        operation = found.ok()

        @settings(max_examples=8, derandomize=True, phases=[Phase.generate], deadline=None,
                  suppress_health_check=list(HealthCheck))  # fmt: skip
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            case.call_and_validate(checks=CHECKS, headers=PLAIN)
            tried.add(case.operation.label)

        ask()
    assert len(tried) == len(list(schema.get_all_operations()))
