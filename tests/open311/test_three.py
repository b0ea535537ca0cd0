"""The PyPI client `three` does with a live server of ours what its documentation says it does."""

import importlib
import io
import itertools
from collections.abc import Iterator
from types import ModuleType

import pytest
from flask_sqlalchemy import SQLAlchemy

from tests import factories as make
from tests.calls.pictures import photo
from tracker.calls.models import ServicePace, ServiceRequest
from tracker.calls.photos.models import CallPhoto

KEY = "a key for three"


@pytest.fixture
def three(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The client; it is of the time of Python 2 and wants a function that is now a builtin."""
    monkeypatch.setattr(itertools, "ifilter", filter, raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    yield importlib.import_module("three")


def test_three_finds_services_posts_and_follows_a_token(
    three: ModuleType, live_address: str, database: SQLAlchemy
) -> None:
    make.make_city(jurisdiction_id="testville.example", is_live=True)
    make.make_api_key(text=KEY)
    family = make.make_family()
    make.make_rule(family=family)
    now = make.make_service_type(family=family, service_code="POTHOLE", service_name="Pothole")
    make.make_question(service_type=now, code="depth", prompt="How deep?")
    make.make_service_type(family=family, service_code="TREE", pace=ServicePace.BATCH)
    database.session.commit()
    city = three.Three(f"{live_address}/open311/v2", api_key=KEY, jurisdiction="testville.example")

    assert [one["service_code"] for one in city.services()] == ["POTHOLE", "TREE"]
    assert city.services("POTHOLE")["attributes"][0]["code"] == "depth"
    lat, long = (str(degrees) for degrees in make.ORIGIN)
    (posted,) = city.post(
        "POTHOLE", lat=lat, long=long, address="12 Elm St", name="Zoe Invented", description="Deep.",
        media=io.BytesIO(photo()), **{"attribute[depth]": "A foot"},
    )  # fmt: skip
    number = posted["service_request_id"]
    assert number in [one["service_request_id"] for one in city.requests()]
    assert number in [one["service_request_id"] for one in city.requests("POTHOLE", status="open", count=5)]
    (single,) = city.request(number)
    assert (single["service_request_id"], single["service_name"], single["status"]) == (number, "Pothole", "open")
    (later,) = city.post("TREE", lat=lat, long=long, description="It leans.")
    (found,) = city.token(later["token"])
    assert found["service_request_id"] != number
    database.session.expire_all()
    assert database.session.query(ServiceRequest).count() == 2 and database.session.query(CallPhoto).count() == 1
