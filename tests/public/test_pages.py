"""The residents' pages as a browser without scripts sees them."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from tests.factories import NOW, ORIGIN, make_area, make_city, make_point, make_service_type, make_user
from tests.public.world import MASK, make_booking, make_public_case, make_public_family, set_as_of_now
from tracker.calls.models import ServiceType
from tracker.cases.closing import close_case
from tracker.cases.decisions import dismiss_case
from tracker.cases.models import CaseStatus
from tracker.cases.related import merge_cases
from tracker.extensions import db
from tracker.staff.log import append_log
from tracker.staff.models import Role


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> None:
    make_city()
    set_as_of_now()


def listed(client: FlaskClient, query: str = "") -> list[str]:
    """The public ids in the page's list, in order."""
    page = client.get(f"/{query}").text
    return [part.split('"')[0] for part in page.split('href="/cases/')[1:]]


def test_the_first_page_lists_the_open_cases_and_says_as_of_when(client: FlaskClient) -> None:
    case = make_public_case(family=make_public_family(name="Dark streets"))
    page = client.get("/").text
    for text in ("Dark streets", "100 block of Elm St", "4 to 9 calls", "As of Jun 15, 2026", case.public_id):
        assert text in page


def test_the_newest_case_comes_first_and_of_one_day_the_random_number_decides(client: FlaskClient) -> None:
    opened = {"B": NOW - timedelta(hours=1), "A": NOW - timedelta(hours=5), "C": NOW - timedelta(days=9)}
    for public_id, opened_at in opened.items():
        make_public_case(public_id=public_id, opened_at=opened_at)
    assert listed(client) == ["A", "B", "C"]


def test_filters_stand_in_the_address_and_narrow_list_and_map_alike(client: FlaskClient) -> None:
    center = make_area(code="north", geometry={"type": "Polygon", "coordinates": [[
        [MASK[1] - 0.001, MASK[0] - 0.001], [MASK[1] + 0.001, MASK[0] - 0.001], [MASK[1] + 0.001, MASK[0] + 0.001],
        [MASK[1] - 0.001, MASK[0] + 0.001], [MASK[1] - 0.001, MASK[0] - 0.001]]]})  # fmt: skip
    dark = make_public_family(code="dark")
    make_public_case(public_id="OLD", opened_at=NOW - timedelta(days=200), last_call_at=NOW)
    make_public_case(public_id="DARK", family=dark)
    make_public_case(public_id="FAR", public_lat=MASK[0] + 0.03)
    make_public_case(
        public_id="DONE", status=CaseStatus.CLOSED, closed_at=NOW, monitored_until=NOW + timedelta(days=90)
    )
    box = f"/map/cases.json?bbox={ORIGIN[1] - 0.1},{ORIGIN[0] - 0.1},{ORIGIN[1] + 0.1},{ORIGIN[0] + 0.1}&zoom=12"
    expected = {
        "": {"OLD", "DARK", "FAR"}, "family=dark": {"DARK"}, "family=nothing": set(), "status=solved": {"DONE"},
        "status=every": {"OLD", "DARK", "FAR", "DONE"}, "status=nonsense": {"OLD", "DARK", "FAR"},
        f"center={center.code}": {"OLD", "DARK"}, "opened=older": {"OLD"}, "opened=week": {"DARK", "FAR"},
        "opened=year": set(),
    }  # fmt: skip
    for query, ids in expected.items():
        assert set(listed(client, f"?{query}")) == ids, query
        answer = client.get(f"{box}&{query}").json
        assert {member[0] for place in answer["places"] for member in place[3]} == ids, query
        assert answer["total"] == answer["shown"] == len(ids)


def test_a_search_puts_the_nearest_block_first_and_an_unknown_place_says_so(client: FlaskClient) -> None:
    make_public_case(public_id="FAR", public_lat=MASK[0] + 0.02)
    make_public_case(public_id="NEAR")
    make_point(key="100-100 BLOCK ELM ST @0,0", label="100 block of Elm St", lat=MASK[0], long=MASK[1])
    assert listed(client, "?q=123+Elm+St") == ["NEAR", "FAR"]
    page = client.get("/?q=123+Elm+St").text
    assert "Nearest to 100 block of Elm St" in page and "1.4 mi away" in page and "here" in page
    assert f'data-point="{MASK[0]:.5f},{MASK[1]:.5f}"' in page
    page = client.get("/?q=%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "No place of this name is known" in page and "<script>alert" not in page


def test_the_list_has_pages_and_a_page_beyond_the_last_is_no_error(client: FlaskClient) -> None:
    family = make_public_family()
    for number in range(45):
        make_public_case(public_id=f"C{number:02}", family=family)
    first, third = listed(client), listed(client, "?page=3")
    assert (len(first), len(third)) == (20, 5) and not set(first) & set(third)
    for page in ("99", "-1", "x", "9" * 30):
        assert client.get(f"/?page={page}").status_code == 200


def test_without_cases_the_page_says_so(client: FlaskClient) -> None:
    assert "No open cases" in client.get("/").text
    make_public_case()
    append_log("case", 1, "opened")
    assert "No case fits these filters" in client.get("/?family=nothing").text


def test_a_case_that_lapsed_leaves_the_map_at_the_end_of_a_day_and_keeps_its_page(client: FlaskClient) -> None:
    midnight = NOW.replace(hour=4) - timedelta(days=30)
    make_public_case(public_id="LASTDAY", last_call_at=midnight + timedelta(minutes=1))
    lapsed = make_public_case(public_id="LAPSED", last_call_at=midnight - timedelta(minutes=1))
    assert listed(client) == ["LASTDAY"]
    assert "Quiet: no new calls of late" in client.get(f"/cases/{lapsed.public_id}").text


def test_what_is_not_for_the_public_is_nowhere(client: FlaskClient) -> None:
    hidden = make_public_family()
    make_service_type(family=hidden, is_confidential=True, is_public=False)
    secret = make_public_case(public_id="SECRET", is_public=False)
    unmasked = make_public_case(public_id="UNMASKED", public_label=None, public_lat=None, public_long=None)
    dismissed = make_public_case(public_id="DISMISSED", status=CaseStatus.DISMISSED)
    assert listed(client, "?status=every") == []
    for case in (secret, unmasked, dismissed):
        answer = client.get(f"/cases/{case.public_id}")
        assert answer.status_code == 404 and "no public case with this number" in answer.text


def test_a_family_without_a_public_type_is_not_shown_though_its_case_says_it_is_public(client: FlaskClient) -> None:
    family = make_public_family(name="Care of people")
    case = make_public_case(family=family)
    assert "Care of people" in client.get("/").text
    for service_type in family_types(family.id):
        service_type.is_public = False
    append_log("service_type", 1, "filed")
    assert "Care of people" not in client.get("/").text
    assert client.get(f"/cases/{case.public_id}").status_code == 404


def family_types(family_id: int) -> list[ServiceType]:
    """The service types of a family."""
    return list(db.session.scalars(db.select(ServiceType).where(ServiceType.family_id == family_id)))


def test_the_status_page_says_what_where_since_when_and_what_comes_next(client: FlaskClient) -> None:
    make_area(name="North Center")
    case = make_public_case(family=make_public_family(name="Dark streets"), call_count=12)
    append_log("case", case.id, "opened", "Opened by rule version 1: 12 calls within 50 m.", is_public=True)
    append_log("case", case.id, "told", "A new lamp is ordered.", is_public=True)
    append_log("case", case.id, "noted", "Mrs. Roe of number 17 is upset.")
    booking = make_booking(case)
    page = client.get(f"/cases/{case.public_id}").text
    for text in ("Dark streets", "100 block of Elm St", "10 to 19 calls", "Jun 12, 2026", "Jun 15, 2026",
                 "North Center", "A new lamp is ordered.", "taking a first look",
                 "A crew is booked for Jun 16, 2026."):  # fmt: skip
        assert text in page, text
    for text in ("12 calls", "Mrs. Roe", "rule version", booking.resource.name, booking.work_order.title):
        assert text not in page, text


def test_a_closed_case_is_watched_for_a_while_then_solved(client: FlaskClient) -> None:
    case = make_public_case()
    close_case(case, outcome="Two lamps replaced by J. Roe.", actor=make_user(role=Role.CONTACT))
    page = client.get(f"/cases/{case.public_id}").text
    assert "Closed, being watched" in page and "The case was closed." in page and "J. Roe" not in page
    case.monitored_until = NOW - timedelta(days=1)
    assert "did not come back" in client.get(f"/cases/{case.public_id}").text


def test_a_change_by_a_person_shows_at_once(client: FlaskClient) -> None:
    case = make_public_case()
    assert listed(client) == [case.public_id]
    dismiss_case(case, reason="A duplicate.", actor=make_user(role=Role.CONTACT))
    assert listed(client) == []


def test_a_merged_case_leads_to_the_one_that_took_it_in(client: FlaskClient) -> None:
    family = make_public_family()
    old, new = make_public_case(family=family), make_public_case(family=family)
    merge_cases(old, new, reason="One lamp.", actor=make_user(role=Role.CONTACT))
    new.is_public = True
    answer = client.get(f"/cases/{old.public_id}")
    assert (answer.status_code, answer.location) == (302, f"/cases/{new.public_id}")
    new.is_public = False
    assert client.get(f"/cases/{old.public_id}").status_code == 404


def test_a_number_may_be_typed_carelessly(client: FlaskClient) -> None:
    make_public_case(public_id="7K3D-9QXZ-0MHT-4B2V")
    answer = client.get("/cases/7k3d 9qxzOmht4b2v")
    assert (answer.status_code, answer.location) == (302, "/cases/7K3D-9QXZ-0MHT-4B2V")


@pytest.mark.parametrize("address", ["/privacy", "/accessibility"])
def test_plain_pages_stand_even_before_a_city_does(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 200
