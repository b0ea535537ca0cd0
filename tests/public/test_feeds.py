"""The Atom feeds: well formed whatever a text holds, masked, the same for every house of a block, short when known."""

from datetime import date
from typing import Any
from xml.etree import ElementTree
from zoneinfo import ZoneInfo

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.factories import make_address, make_area, make_city
from tests.public.world import MASK, make_public_case, make_public_family, set_as_of_now
from tracker.cases.models import ProblemCase
from tracker.extensions import db
from tracker.places.models import AreaKind
from tracker.places.privacy import build_public_points
from tracker.public.feeds.atom import AtomEntry, AtomFeed, write_atom
from tracker.published.circles import read_radius
from tracker.staff.log import append_log

ATOM = "{http://www.w3.org/2005/Atom}"
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def case(database: SQLAlchemy) -> ProblemCase:
    make_city(jurisdiction_id="testville.example")
    set_as_of_now()
    make_area(code="north", name="North Center")
    make_area(code="east", name="East Bank", kind=AreaKind.NEIGHBORHOOD)
    for number in range(101, 141, 2):
        make_address(key=f"{number} ELM ST", number=number, street_key="ELM ST", lat=MASK[0], long=MASK[1])
    build_public_points()
    return make_public_case(public_id="CASE-1", family=make_public_family(code="dark", name="Dark & wet <streets>"))


def read(client: FlaskClient, address: str) -> ElementTree.Element:
    answer = client.get(address)
    assert answer.status_code == 200 and answer.mimetype == "application/atom+xml", (address, answer.status_code)
    assert "Set-Cookie" not in answer.headers
    return ElementTree.fromstring(answer.data)  # noqa: S314  # our own


def texts(root: ElementTree.Element, path: str) -> list[str]:
    return [node.text or "" for node in root.findall("/".join(f"{ATOM}{part}" for part in path.split("/")))]


ALL = ["/feeds/all.atom", "/feeds/cases/CASE-1.atom", "/feeds/near.atom?q=137+Elm+St&radius=300",
       "/feeds/neighborhoods/east.atom", "/feeds/centers/north.atom"]  # fmt: skip


@pytest.mark.parametrize("address", ALL)
def test_every_feed_tells_the_case_by_days_with_ids_that_stay(
    client: FlaskClient, case: ProblemCase, address: str
) -> None:
    root = read(client, address)
    assert texts(root, "entry/id") == ["tag:testville.example,2026:CASE-1/2026-06-15/opened"]
    assert texts(root, "entry/updated") == ["2026-06-15T00:00:00-04:00"] == texts(root, "updated")
    assert texts(root, "entry/title") == ["New case: Dark & wet <streets>, 100 block of Elm St"]
    mark = "&" if "?" in address else "?"
    assert texts(read(client, f"{address}{mark}family=dark"), "entry/id") and texts(root, "author/name")
    make_public_family(code="other")
    assert texts(read(client, f"{address}{mark}family=other"), "entry/id") == []
    spanish = read(client, f"{address}{mark}lang=es")
    assert spanish.attrib["{http://www.w3.org/XML/1998/namespace}lang"] == "es"
    assert texts(spanish, "entry/id") == texts(root, "entry/id"), "one event has one id in every language"
    assert "cuadra 100 de Elm St" in texts(spanish, "entry/title")[0]


def test_a_feed_that_is_known_is_not_sent_again_and_a_new_event_is(client: FlaskClient, case: ProblemCase) -> None:
    first = client.get("/feeds/all.atom")
    known = {"If-None-Match": first.headers["ETag"]}
    again = client.get("/feeds/all.atom", headers=known)
    assert (again.status_code, again.data) == (304, b"")
    append_log("case", case.id, "told", text="The lamp\x07 is <b>mended</b>.", is_public=True)
    assert client.get("/feeds/all.atom", headers=known).status_code == 200
    assert "The lamp is <b>mended</b>." in texts(read(client, "/feeds/all.atom"), "entry/content")


def test_every_house_of_a_block_has_the_same_feed_and_moving_a_case_within_it_changes_nothing(
    client: FlaskClient, case: ProblemCase
) -> None:
    bodies = {client.get(f"/feeds/near.atom?q={number}+Elm+St&radius=300").data for number in (101, 113, 137, 139)}
    case.anchor_lat, case.anchor_long = MASK[0] + 0.004, MASK[1] - 0.003
    db.session.flush()
    bodies.add(client.get("/feeds/near.atom?q=101+elm+street&radius=320").data)
    assert len(bodies) == 1 and b"137" not in bodies.pop()


@pytest.mark.parametrize(("typed", "meters"), [
    (None, 500), ("", 500), ("x", 500), ("nan", 500), ("inf", 500), ("0", 100), ("-7", 100), ("149", 100),
    ("151", 200), ("1e9", 5000), ("250.5", 300),
])  # fmt: skip
def test_a_radius_is_one_of_a_few_steps(typed: str | None, meters: int) -> None:
    assert read_radius(typed) == meters


@pytest.mark.parametrize(("address", "status"), [
    ("/feeds/near.atom", 400), ("/feeds/near.atom?q=nowhere", 400), ("/feeds/cases/NONE.atom", 404),
    ("/feeds/centers/none.atom", 404), ("/feeds/neighborhoods/north.atom", 404), ("/feeds", 200),
    ("/feeds?q=nowhere", 200), ("/feeds?q=137+Elm+St&radius=300", 200),
])  # fmt: skip
def test_what_there_is_not_is_said_so(client: FlaskClient, case: ProblemCase, address: str, status: int) -> None:
    assert client.get(address).status_code == status


def test_pages_lead_to_the_feeds(client: FlaskClient, case: ProblemCase) -> None:
    page = client.get("/feeds?q=137+Elm+St&radius=300").text
    assert 'type="application/atom+xml"' in page and "/feeds/near.atom?q=100+block+of+Elm+St&amp;radius=300" in page
    assert 'rel="alternate" type="application/atom+xml"' in client.get("/").text


@settings(max_examples=30)
@given(st.text(), st.text(), st.dates(min_value=date(1970, 1, 2), max_value=date(2199, 1, 1)))
def test_no_text_breaks_the_xml(title: str, text: str, day: date) -> None:
    feed = AtomFeed("feeds/x", title, text, "https://example.org/", "https://example.org/x", "en", day)
    entry = AtomEntry("x/1", title, text, "https://example.org/1", day, "x")
    root: Any = ElementTree.fromstring(write_atom(feed, [entry], "Exa mple.org", NEW_YORK))  # noqa: S314  # our own
    assert texts(root, "entry/updated")[0].startswith(f"{day.isoformat()}T00:00:00")
    assert texts(root, "id") == ["tag:example.org,2026:feeds/x"]
