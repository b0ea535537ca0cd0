"""The first page: months, solved cases, neighborhoods, what is near, what is shared, and the page for frames."""

import gzip
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests.factories import NOW, ORIGIN, make_area, make_city, square
from tests.public.world import MASK, make_public_case, make_public_family, set_as_of_now
from tracker.calls.models import Family, ServiceType
from tracker.cases.models import CaseStatus, ClosingOutcome, ProblemCase
from tracker.config import load_settings
from tracker.extensions import db
from tracker.places.models import AreaKind
from tracker.staff.log import append_log

DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> None:
    make_city()
    set_as_of_now()


def make_solved(*, days_ago: int = 40, **columns: Any) -> ProblemCase:
    """A case whose watch ended without a call so many days before `NOW`."""
    at = NOW - days_ago * DAY
    solved = {"status": CaseStatus.CLOSED, "closed_at": at - 90 * DAY, "monitored_until": at, "confirmed_at": at}
    defaults = {"opened_at": at - 200 * DAY, "outcome_kind": ClosingOutcome.SOLVED}
    return make_public_case(**{**defaults, **solved, **columns})


def listed(client: FlaskClient, query: str = "") -> list[str]:
    """The public ids in the page's list, in order."""
    return [part.split('"')[0] for part in client.get(f"/{query}").text.split('href="/cases/')[1:]]


def types_of(family: Family) -> list[ServiceType]:
    """The service types of a family."""
    return list(db.session.scalars(select(ServiceType).where(ServiceType.family_id == family.id)))


def around(client: FlaskClient, query: str = "") -> list[Any]:
    """The places about the square that holds `MASK`."""
    row, column = (int(degrees * 50 // 1) for degrees in MASK)
    places: list[Any] = client.get(f"/map/around.json?square={row},{column}{query}").json["places"]
    return places


def test_solved_ones_are_those_that_a_watch_confirmed_within_two_years(client: FlaskClient) -> None:
    family = make_public_family()
    make_solved(public_id="LATELY", family=family)
    make_solved(public_id="LONGER", family=family, days_ago=729)
    make_solved(public_id="NEVERASKED", family=family, days_ago=50, outcome_kind=None)
    for public_id, columns in {
        "TOOLONG": {"days_ago": 731}, "MOVED": {"outcome_kind": ClosingOutcome.MOVED}, "HIDDEN": {"is_public": False},
        "WATCHED": {"confirmed_at": None}, "MERGED": {"status": CaseStatus.MERGED}, "UNMASKED": {"public_lat": None},
    }.items():  # fmt: skip
        make_solved(public_id=public_id, family=family, **columns)
    secret = make_solved(public_id="SECRET", family=make_public_family())
    for one in types_of(secret.family):
        one.is_public = False
    make_public_case(public_id="OPEN", family=family)
    assert listed(client, "?status=confirmed") == ["LATELY", "NEVERASKED", "LONGER"]
    assert listed(client) == ["OPEN"]
    page = client.get("/?status=confirmed").text
    assert "on May 6, 2026" in page and "Solved in the last two years" in page


def test_a_month_narrows_open_ones_by_opening_and_solved_ones_by_solving(client: FlaskClient) -> None:
    family = make_public_family()
    make_public_case(public_id="MAY", family=family, opened_at=NOW - 30 * DAY)
    make_public_case(public_id="JUNE", family=family)
    make_solved(public_id="SOLVEDMAY", family=family, days_ago=30)
    make_solved(public_id="SOLVEDAPRIL", family=family, days_ago=60)
    for query, ids in {
        "month=2026-05": ["MAY"], "month=2026-06": ["JUNE"], "month=2024-06": [], "month=nonsense": ["JUNE", "MAY"],
        "status=confirmed&month=2026-05": ["SOLVEDMAY"], "status=confirmed&month=2026-04": ["SOLVEDAPRIL"],
        "status=confirmed&month=2020-01": [],
    }.items():  # fmt: skip
        assert listed(client, f"?{query}") == ids, query
    page = client.get("/?month=2026-05").text
    assert '<option value="2026-05" selected>May 2026</option>' in page and "Open · May 2026" in page
    assert page.count("data-month-bar=") == 24
    assert "No solved cases yet" not in client.get("/?status=confirmed&month=2020-01").text


def test_the_map_tells_solved_ones_with_the_day_of_solving(client: FlaskClient) -> None:
    make_solved(public_id="DONE")
    box = f"{ORIGIN[1] - 0.1},{ORIGIN[0] - 0.1},{ORIGIN[1] + 0.1},{ORIGIN[0] + 0.1}"
    answer = client.get(f"/map/cases.json?bbox={box}&zoom=12&status=confirmed").json
    assert [member[0::2] for place in answer["places"] for member in place[3]] == [["DONE", 2]]
    assert answer["places"][0][3][0][3] == "2026-05-06"
    assert client.get(f"/map/cases.json?bbox={box}&zoom=12").json["total"] == 0


def test_a_neighborhood_is_that_of_the_masked_point_whatever_the_case_says(client: FlaskClient) -> None:
    near = make_area(kind=AreaKind.NEIGHBORHOOD, code="near", name="Near", geometry=square(*MASK, half=0.001))
    other = make_area(kind=AreaKind.NEIGHBORHOOD, code="other", name="Other", geometry=square(*ORIGIN, half=0.0005))
    make_public_case(public_id="HERE", neighborhood=other)
    make_public_case(public_id="OUTSIDE", public_lat=MASK[0] + 0.05, neighborhood=near)
    assert listed(client, "?neighborhood=near") == ["HERE"]
    assert listed(client, "?neighborhood=other") == listed(client, "?neighborhood=nowhere") == []


def rows_of(page: str) -> dict[str, list[str]]:
    """The table of neighborhoods: name to the two numbers as they are said."""
    table = page.split('class="data-table neighborhoods"')[1].split("</table>")[0]
    found = {}
    for row in table.split("<tr>")[2:]:
        name = row.split("</th>")[0].split(">")[-1] or row.split("</a>")[0].split(">")[-1]
        found[name] = [part.split("<")[0] for part in row.split('class="count-number">')[1:]]
    return found


def test_the_table_says_how_many_and_hides_few_and_what_would_give_them_away(client: FlaskClient) -> None:
    family = make_public_family()
    counts = {"Ash": (5, 0), "Birch": (1, 4), "Cedar": (7, 0), "Dale": (9, 0), "Elm": (0, 3)}
    for number, (name, (opened, solved)) in enumerate(counts.items()):
        spot = (ORIGIN[0] - 0.05 + number * 0.02, ORIGIN[1])
        make_area(kind=AreaKind.NEIGHBORHOOD, code=name.lower(), name=name, geometry=square(*spot, half=0.004))
        for _ in range(opened):
            make_public_case(family=family, public_lat=spot[0], public_long=spot[1])
        for _ in range(solved):
            make_solved(family=family, public_lat=spot[0], public_long=spot[1])
    page = client.get("/").text
    assert rows_of(page) == {
        "Ash": ["not said", "0"], "Birch": ["a few", "4"], "Cedar": ["not said", "0"], "Dale": ["9", "0"],
        "Elm": ["0", "3"],
    }  # fmt: skip
    assert rows_of(client.get("/?neighborhood=dale&status=confirmed&month=2026-05").text) == rows_of(page)


def test_what_lies_in_no_neighborhood_is_counted_too_and_a_city_without_any_has_no_table(client: FlaskClient) -> None:
    assert "data-table neighborhoods" not in client.get("/").text
    make_area(kind=AreaKind.NEIGHBORHOOD, name="Far", geometry=square(ORIGIN[0] + 0.08, half=0.001))
    for _ in range(3):
        append_log("case", make_public_case().id, "opened")
    assert rows_of(client.get("/").text) == {"Far": ["0", "0"], "Outside of all of them": ["3", "0"]}


def test_the_heat_is_of_solved_ones_only_and_is_not_sent_twice(client: FlaskClient) -> None:
    family = make_public_family()
    for number in range(5):
        make_solved(family=family)
        make_public_case(family=family, public_lat=MASK[0] + 0.03)
        if number < 2:
            make_solved(family=family, public_lat=MASK[0] + 0.06)
    answer = client.get("/map/solved.json?family=nothing&status=open")
    assert answer.json["meters"] == 500 and [cell[2] for cell in answer.json["cells"]] == [5]
    again = client.get("/map/solved.json", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_square_tells_every_place_in_and_about_it_and_knows_nothing_finer(client: FlaskClient) -> None:
    family = make_public_family()
    for number in range(5):
        make_public_case(public_id=f"C{number}", family=family)
    make_public_case(public_id="NEXT", family=family, public_lat=MASK[0] + 0.011)
    make_public_case(public_id="FAR", family=family, public_lat=MASK[0] + 0.05)
    make_solved(public_id="DONE", family=family)
    first, *rest = around(client)
    assert first[2] == "100 block of Elm St" and len(first[3]) == 3 and first[4] == 5
    assert [place[3][0][0] for place in rest] == ["NEXT"]
    assert [place[3][0][0] for place in around(client, "&status=confirmed")] == ["DONE"]
    assert around(client, "&family=nothing") == []
    for wrong in ("", "42.35,-71.06", "1", "1,2,3", "99999,0", "0,99999"):
        assert client.get(f"/map/around.json?square={wrong}").status_code == 400, wrong


def test_the_address_to_share_is_that_of_this_view(client: FlaskClient) -> None:
    make_public_case(family=make_public_family(code="dark"))
    page = unescape(client.get("/?family=dark&month=2026-06&heat=1&q=Elm+%26+Oak&lang=es&evil=1&page=2").text)
    field = page.split('id="share"')[1].split('value="')[1].split('"')[0]
    assert field == "http://localhost/?family=dark&month=2026-06&q=Elm+%26+Oak&heat=1&page=2"
    assert "data-heat checked" in page
    assert client.get(field).status_code == 200


def test_what_is_not_shown_and_why_is_said_with_a_link(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "Not shown are calls about which nobody else called" in page
    assert '<a href="/privacy">What is shown, and why</a>' in page
    assert "never leaves your device" in client.get("/privacy").text


def test_styles_and_scripts_are_sent_packed_to_whoever_unpacks_them(client: FlaskClient) -> None:
    for address in ("/static/css/home.css", "/assets/leaflet/1.9.3/leaflet.js"):
        plain, packed = client.get(address), client.get(address, headers={"Accept-Encoding": "gzip"})
        assert "Content-Encoding" not in plain.headers and packed.headers["Content-Encoding"] == "gzip"
        assert len(packed.data) * 2 < len(plain.data)
        assert all("Accept-Encoding" in answer.headers["Vary"] for answer in (plain, packed))
        assert plain.mimetype == packed.mimetype and plain.headers["ETag"] != packed.headers["ETag"]
        asked = {"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]}
        assert client.get(address, headers=asked).status_code == 304


def test_scripts_are_told_how_the_language_of_their_page_groups_numbers(client: FlaskClient) -> None:
    for language, four, five in (("en", "1,234", "12,345"), ("es", "1.234", "12.345"), ("en", "1,234", "12,345")):
        assert f'"grouped": ["{four}", "{five}"]' in unescape(client.get(f"/?lang={language}").text)


def test_the_page_is_packed_for_whoever_unpacks_it_and_is_not_sent_twice(client: FlaskClient) -> None:
    make_public_case()
    packed = client.get("/", headers={"Accept-Encoding": "gzip"})
    assert gzip.decompress(packed.data).decode() == client.get("/").text
    assert {"Accept-Encoding", "Accept-Language", "Cookie"} <= set(packed.vary)
    again = client.get("/", headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_no_site_may_frame_anything_and_the_page_for_frames_does_not_exist(client: FlaskClient) -> None:
    assert client.get("/embed").status_code == 404
    assert "frame-ancestors 'none'" in client.get("/embed").headers["Content-Security-Policy"]


def test_named_sites_may_frame_the_page_for_frames_and_nothing_else(database: SQLAlchemy, framed_app: Flask) -> None:
    case = make_public_case()
    database.session.commit()
    framed = framed_app.test_client()
    answer = framed.get("/embed?status=every")
    assert "frame-ancestors https://www.city.example http://intra:8080;" in answer.headers["Content-Security-Policy"]
    assert f'href="/cases/{case.public_id}" target="_blank" rel="noopener"' in answer.text
    assert "site-header" not in answer.text and "site-footer" not in answer.text
    assert "data-near-me" not in answer.text and 'action="/embed"' in answer.text
    for address in ("/", f"/cases/{case.public_id}", "/privacy", "/embedded", "/map/solved.json"):
        assert "frame-ancestors 'none'" in framed.get(address).headers["Content-Security-Policy"], address


@pytest.mark.parametrize("sites", ["www.city.example", "https://*", "https://a.example/a", "https://a.example; x", "*"])
def test_a_setting_that_is_no_list_of_sites_is_refused(sites: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="TRACKER_EMBED_HOSTS"):
        load_settings({"TRACKER_INSTANCE": str(tmp_path), "TRACKER_EMBED_HOSTS": sites})
