"""Discovery, services and their questions."""

import pytest
from defusedxml import ElementTree
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from tests.factories import ORIGIN, make_city, make_question
from tests.factories import make_service_type as make_kind
from tests.open311.world import get, refusal
from tracker.calls.questions.models import Datatype


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> None:
    make_city(contact="open-data desk, City Hall", data_license="CC0")


def test_discovery_says_where_the_server_is_in_both_formats(client: FlaskClient) -> None:
    told = get(client, "discovery.json", "discovery")
    assert told["endpoints"][0]["url"] == "http://localhost/open311/v2"
    root = ElementTree.fromstring(client.get("/open311/v2/discovery.xml").data)
    formats = [one.text for one in root.findall("endpoints/endpoint/formats/format")]
    assert root.tag == "discovery" and formats == ["text/xml", "application/json"]
    page = client.get("/open311")
    assert page.status_code == 200 and "open-data desk" in page.text and "CC0" in page.text
    assert "Open311 para otros sistemas" in client.get("/open311?lang=es").text


def test_services_are_the_public_ones_of_the_place_that_is_asked_for(client: FlaskClient) -> None:
    texts = {"keywords": "dark, street;night", "group": "Streets & parks", "description": ""}
    lamp = make_kind(service_code="lamp/1", service_name="Lamp <out>", **texts)
    make_kind(is_public=False)
    make_question(service_type=lamp)
    (told,) = get(client, "services.json", "services")
    assert told == {
        "service_code": "lamp/1", "service_name": "Lamp <out>", "description": None, "metadata": True,
        "type": "realtime", "keywords": "dark,street,night", "group": "Streets & parks",
    }  # fmt: skip
    root = ElementTree.fromstring(client.get("/open311/v2/services.xml").data)
    assert root.tag == "services" and root.findtext("service/service_name") == "Lamp <out>"
    assert len(get(client, "services.json", "services", lat=ORIGIN[0], long=ORIGIN[1])) == 1
    assert get(client, "services.json", "services", lat=0, long=0) == []
    assert "together" in refusal(client, "services.json", lat=1)


def test_a_definition_holds_the_questions_in_their_order(client: FlaskClient) -> None:
    lamp = make_kind(service_code="lamp/1.b")
    make_question(service_type=lamp, code="why", order=2, prompt="Why?", variable=False)
    values = [{"key": "1", "name": "One"}, {"key": "2", "name": "Two & more"}]
    make_question(service_type=lamp, code="how", order=1, datatype=Datatype.SINGLE, values=values, is_required=True)
    told = get(client, "services/lamp/1.b.json", "service_definition")
    assert [one["code"] for one in told["attributes"]] == ["how", "why"]
    assert told["attributes"][0]["values"] == values and told["attributes"][1]["values"] == []
    root = ElementTree.fromstring(client.get("/open311/v2/services/lamp/1.b.xml").data)
    assert root.tag == "service_definition" and root.findtext("service_code") == "lamp/1.b"
    assert [one.text for one in root.findall("attributes/attribute/values/value/name")] == ["One", "Two & more"]
    assert get(client, f"services/{make_kind().service_code}.json", "service_definition")["attributes"] == []
