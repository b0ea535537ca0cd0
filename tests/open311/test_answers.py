"""One structure as XML and as JSON; errors as Open311 says them, wherever they come from."""

import json

import pytest
from defusedxml import ElementTree
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.open311.spark import Many, as_json, as_xml


def test_lists_are_bare_arrays_also_with_one_child_and_what_is_empty_is_null() -> None:
    one = Many("service", [{"service_code": "001", "description": "", "metadata": False, "group": None}])
    assert json.loads(as_json(one)) == [{"service_code": "001", "description": None, "metadata": False, "group": None}]
    assert as_xml("services", one).endswith(
        "<services><service><service_code>001</service_code><description/><metadata>false</metadata><group/></service>"
        "</services>"
    )
    assert (as_json(Many("service", [])), as_xml("services", Many("service", [])).splitlines()[1]) == (
        "[]",
        "<services/>",
    )


def test_a_number_that_json_cannot_say_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON compliant"):
        as_json({"lat": float("nan")})


@settings(max_examples=60)
@given(st.text())
def test_both_formats_say_the_same_text_whatever_is_in_it(text: str) -> None:
    said = json.loads(as_json({"description": text}))["description"] or ""
    root = ElementTree.fromstring(as_xml("request", {"description": text}).encode())
    assert (root.findtext("description") or "") == said
    assert set(said) <= set(text)


@pytest.mark.parametrize("path", ["/open311/v2/nothing", "/open311/v2/nothing/at.all", "/open311/v3/services"])
@pytest.mark.parametrize("suffix", ["json", "xml"])
def test_a_path_that_leads_nowhere_is_answered_in_its_format(client: FlaskClient, path: str, suffix: str) -> None:
    answer = client.get(f"{path}.{suffix}")
    assert answer.status_code == 404 and answer.headers["Access-Control-Allow-Origin"] == "*"
    if suffix == "json":
        assert answer.content_type == "application/json; charset=utf-8"
        assert answer.json[0]["code"] == 404 and answer.json[0]["description"]
    else:
        assert answer.content_type == "text/xml; charset=utf-8"
        assert answer.text.startswith('<?xml version="1.0" encoding="utf-8"?>')
        assert ElementTree.fromstring(answer.data).findtext("error/code") == "404"


def test_without_a_suffix_the_client_is_asked_what_it_reads(client: FlaskClient) -> None:
    assert client.get("/open311/v2/nothing").is_json
    assert client.get("/open311/v2/nothing", headers={"Accept": "text/xml"}).mimetype == "text/xml"
