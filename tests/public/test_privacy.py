"""Nothing exact, personal or timed is in any byte that a stranger can get; nothing can be found by trying."""

import math
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import product
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.calls.pictures import SECRET as CAMERA
from tests.calls.pictures import telling_photo
from tests.factories import (
    NOW,
    ORIGIN,
    make_address,
    make_appointment,
    make_area,
    make_call,
    make_caller,
    make_city,
    make_contact,
    make_rule,
    make_service_type,
    make_subscription,
    make_user,
    make_work_order,
)
from tests.public.world import MASK, make_public_case, make_public_family, set_as_of_now
from tracker.calls.models import Family, ServiceRequest, ServiceType
from tracker.calls.photos import clean_photo, keep_photo, release_photo
from tracker.calls.photos.models import CallPhoto
from tracker.cases.decisions import add_note
from tracker.cases.intake import take_calls
from tracker.cases.models import ProblemCase
from tracker.config import PROJECT
from tracker.extensions import db
from tracker.places.models import AreaKind
from tracker.places.privacy import build_public_points
from tracker.scheduling.appointments.models import AppointmentStatus
from tracker.secret_links import hash_of
from tracker.staff.log import append_log
from tracker.staff.models import Role
from tracker.staff.permissions import Permission, declared_permission

HOUSE = (ORIGIN[0] + 0.0047123, ORIGIN[1] + 0.0043457)
"""Where everybody calls from: number 137 of Elm Street."""
SECRET = "resident-s-own-link"
"""Of an appointment about the case: even her own page names nobody, as a link may be passed on."""
DIGEST = re.compile(r"\b[0-9a-f]{16,64}\b")
"""A hash tells nothing, and now and then it holds the digits of a phone number."""
MADE_UP = {"secret": SECRET, "code": "north"}
"""What stands for the variables of addresses; for all others, the number of the case."""
QUERIES = ("", "?status=every", "?opened=week", "?q=137+Elm+St", "?q=100+block+of+elm+st", "?lang=es", "?page=2",
           "?family=dark", "?center=north", "?q=secret+kind", "?status=confirmed", "?neighborhood=x", "?month=2026-06",
           "?square=2117,-3553&status=every")  # fmt: skip


@pytest.fixture(autouse=True)
def framed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another site may show the map, so that the page for it is among those looked at."""
    with_frames = replace(app.config["SETTINGS"], embed_hosts=("https://city.example",))
    monkeypatch.setitem(app.config, "SETTINGS", with_frames)


@pytest.fixture
def case(database: SQLAlchemy) -> ProblemCase:
    """A case that the program made by itself from calls whose every detail is known."""
    make_city()
    make_area(code="north", name="North Center")
    make_area(code="north", name="North End", kind=AreaKind.NEIGHBORHOOD)
    make_subscription(secret_hash=hash_of(SECRET), address="follower@example.net")
    for number in range(101, 141, 2):
        steps = number - 137
        place = {"lat": HOUSE[0] + steps * 2e-5, "long": HOUSE[1] + steps * 3e-5}
        make_address(key=f"{number} ELM ST", number=number, street_key="ELM ST", **place)
    build_public_points()
    family = make_public_family(code="dark", name="Dark streets")
    make_rule(family=family, threshold=3)
    service_type = make_service_type(family=family, service_name="Lamp out")
    secret = make_service_type(
        is_confidential=True, is_public=False, service_name="Secret kind", service_code="secret-kind"
    )
    for number in range(5):
        caller = make_caller(name="Jane Q. Roe", phone="585-555-0137", email="jane@example.org")
        at = NOW - timedelta(days=number, hours=3, minutes=17, seconds=number)
        texts = {"description": "My lamp is dark, the dog barks", "status_notes": "Told her to wait", "unit": "APT 9"}
        place = {"lat": HOUSE[0], "long": HOUSE[1], "address": "137 Elm St", "address_key": "137 ELM ST"}
        for kind in (service_type, secret):
            make_call(service_type=kind, caller=caller, requested_datetime=at, **texts, **place)
    make_contact(user=make_user(role=Role.CONTACT, display_name="Officer Orson Owner"))
    take_calls()
    (case,) = database.session.scalars(select(ProblemCase))
    assert case.is_public and case.public_label == "100 block of Elm St"
    lamp = database.session.scalars(select(ServiceRequest).where(ServiceRequest.service_type == service_type)).first()
    assert lamp is not None
    photo = keep_photo(lamp, clean_photo(telling_photo("JPEG")))
    release_photo(photo, "Two dark lamps", actor=make_user(role=Role.CONTACT))
    order = make_work_order(case=case, title="Mend the lamp")
    window = {"window_starts_at": NOW + timedelta(days=2), "window_ends_at": NOW + timedelta(days=2, hours=2)}
    texts = {"name": "Jane Q. Roe", "phone": "585-555-0137", "email": "jane@example.org", "note": "the dog barks"}
    make_appointment(
        order=order,
        status=AppointmentStatus.CONFIRMED,
        token_hash=hash_of(SECRET),
        to_call="Told her",
        **window,
        **texts,
    )
    add_note(case, text="Neighbor at 137 is a suspect", actor=make_user(role=Role.CONTACT, display_name="Nora Noter"))
    database.session.commit()
    return case


def exact_numbers() -> list[str]:
    """The exact position, cut and rounded at every decimal finer than the mask may agree in."""
    return [text for degrees in HOUSE for decimals in (4, 5, 6, 7) for text in (f"{abs(degrees):.{decimals}f}",)]


def forbidden(case: ProblemCase) -> list[str]:
    """Everything about the calls above that no stranger may read."""
    calls = list(db.session.scalars(select(ServiceRequest)))
    zone = ZoneInfo("America/New_York")
    times = {
        f"{at:%H:%M}" for call in calls for at in (call.requested_datetime, call.requested_datetime.astimezone(zone))
    }
    # The number in every spelling: "555" alone comes up by chance in one of a hundred random ids and digests.
    phone = ["555-0137", "555 0137", "5550137", "585-555", "585 555", "585555", "(585)"]
    words = [*phone, "Roe", "example.org", "dog barks", "Told her", "APT 9", "suspect", "Nora", "Orson", "Secret kind",
             "secret-kind", "rule version", "5 calls", "137 ELM", ">137 Elm", ", 137 Elm"]  # fmt: skip
    families = [name for name in db.session.scalars(select(Family.name)) if name != "Dark streets"]
    anchor = [str(case.anchor_x_dm), str(case.anchor_y_dm)]
    return [*words, *exact_numbers(), *(call.service_request_id for call in calls), *times, *families, *anchor]


OWN = {"public.show_own_report", "public.show_own_photo"}
"""Behind the secret link somebody reads her own report in full; `test_own_report.py` says what of others never is."""


def public_addresses(app: Flask, case: ProblemCase) -> Iterator[str]:
    """Every public page under several queries, and the cases as JSON at every zoom."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("public.") and rule.endpoint not in OWN and "GET" in (rule.methods or ()):
            with app.test_request_context():
                own = {**MADE_UP, "photo_id": db.session.scalars(select(CallPhoto.id)).first()}
                made_up = {name: own.get(name, case.public_id) for name in rule.arguments}
                path = rule.build(made_up, append_unknown=False)[1]  # type: ignore[index]  # the values fit
            yield from (f"{path}{query}" for query in QUERIES)
    box = f"{HOUSE[1] - 0.05},{HOUSE[0] - 0.05},{HOUSE[1] + 0.05},{HOUSE[0] + 0.05}"
    for zoom, query in product(range(20), ("", "&status=every", "&lang=es")):
        yield f"/map/cases.json?bbox={box}&zoom={zoom}{query}"


def headers_of(answer: TestResponse) -> str:
    """All that the headers say, but for the moments of the answer itself: one may be like the hour of a call."""
    values = (value for name, value in answer.headers.items() if name != "Date")
    return re.sub(r"Expires=[^;]*", "", "\n".join(values))


def test_no_stranger_reads_anything_exact_personal_or_timed(app: Flask, client: FlaskClient, case: ProblemCase) -> None:
    never = forbidden(case)
    shown = select(ServiceRequest.service_request_id).join(ServiceType).where(ServiceType.is_public.is_(True))
    numbers = set(db.session.scalars(shown))
    """Of reports of public types, which open data tells, as Open311 does."""
    seen = 0
    for address in public_addresses(app, case):
        answer = client.get(address)
        assert answer.status_code in (200, 302, 400), (address, answer.status_code)
        assert CAMERA not in answer.data, address
        text = answer.text if answer.mimetype != "image/jpeg" else ""
        echoed = text.replace('value="137 Elm St"', "")
        everything = DIGEST.sub("", echoed + headers_of(answer))
        told = numbers if address.startswith(("/data/calls.", "/data/georeport-bulk.")) else set()
        found = [text for text in never if text in everything and text not in told]
        assert not found, (address, found)
        seen += "100 block of Elm St" in everything or "cuadra 100 de Elm St" in everything
    assert seen > 20, "the case itself is shown"


def test_a_stranger_is_refused_a_wrong_question_without_learning_anything(
    client: FlaskClient, case: ProblemCase
) -> None:
    for query in ("", "?bbox=1,2,3&zoom=12", "?bbox=0,0,1,1&zoom=99", "?bbox=nan,0,1,1&zoom=3"):
        answer = client.get(f"/map/cases.json{query}", headers={"Accept": "application/json"})
        assert answer.status_code == 400 and answer.is_json
        assert not [text for text in forbidden(case) if text in answer.text]


def shown_in(client: FlaskClient, south: float, west: float, north: float, east: float) -> int:
    """How many cases the map shows in a box at the closest zoom."""
    return int(client.get(f"/map/cases.json?bbox={west:.7f},{south:.7f},{east:.7f},{north:.7f}&zoom=19").json["shown"])


def test_halving_boxes_leads_to_the_masked_point_and_never_to_the_exact_one(
    client: FlaskClient, database: SQLAlchemy
) -> None:
    make_city()
    set_as_of_now()
    make_public_case()
    south, west, north, east = ORIGIN[0] - 0.01, ORIGIN[1] - 0.01, ORIGIN[0] + 0.01, ORIGIN[1] + 0.01
    for _ in range(5):  # until a box is as small as the tiles that the answer is cut to
        middle = (south + north) / 2
        south, north = (south, middle) if shown_in(client, south, west, middle - 1e-6, east) else (middle, north)
        middle = (west + east) / 2
        west, east = (west, middle) if shown_in(client, south, west, north, middle - 1e-6) else (middle, east)
    assert shown_in(client, south, west, north, east) == 1
    assert abs((south + north) / 2 - MASK[0]) < 0.001 and abs((west + east) / 2 - MASK[1]) < 0.001
    assert shown_in(client, ORIGIN[0] - 0.0005, ORIGIN[1] - 0.0005, ORIGIN[0] + 0.0005, ORIGIN[1] + 0.0005) == 0


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(north=st.floats(-0.009, 0.009), east=st.floats(-0.009, 0.009), zoom=st.integers(0, 19))
def test_two_cases_with_one_mask_answer_alike_wherever_they_really_lie(
    client: FlaskClient, database: SQLAlchemy, north: float, east: float, zoom: int
) -> None:
    if database.session.scalars(select(ProblemCase)).first() is None:
        make_city()
        set_as_of_now()
        make_public_case(public_id="MOVED")
    box = f"{ORIGIN[1] - 0.02},{ORIGIN[0] - 0.02},{ORIGIN[1] + 0.02},{ORIGIN[0] + 0.02}"
    square = f"{math.floor(ORIGIN[0] * 50)},{math.floor(ORIGIN[1] * 50)}"
    addresses = [f"/map/cases.json?bbox={box}&zoom={zoom}", f"/map/around.json?square={square}", "/", "/cases/MOVED"]
    before = [client.get(address).data for address in addresses]
    case = database.session.scalars(select(ProblemCase)).one()
    case.anchor_lat, case.anchor_long = ORIGIN[0] + north, ORIGIN[1] + east
    append_log("case", case.id, "moved")
    assert [client.get(address).data for address in addresses] == before


def test_the_public_pages_name_no_column_of_an_exact_place_or_of_a_caller() -> None:
    exact = re.compile(
        r"anchor_|\b[xy]_dm\b|ProblemCase\.address|case\.address|ServiceRequest|Caller\b|requested_datetime"
    )
    for path in [*Path(PROJECT / "tracker/public").glob("*.py"), *Path(PROJECT / "templates/public").glob("*.html")]:
        assert not exact.search(path.read_text()), path.name


def test_every_public_page_of_this_floor_is_among_those_looked_at(app: Flask, case: ProblemCase) -> None:
    looked_at = {address.split("?")[0] for address in public_addresses(app, case)}
    for rule in app.url_map.iter_rules():
        if rule.endpoint.startswith("public."):
            assert declared_permission(app.view_functions[rule.endpoint]) is Permission.PUBLIC
            path = re.sub(r"<[^>]+>", "[^/]+", rule.rule)
            is_own = rule.endpoint in OWN or "GET" not in (rule.methods or ())
            assert is_own or any(re.fullmatch(path, one) for one in looked_at), rule.rule


def test_the_same_answer_is_not_sent_twice(client: FlaskClient, case: ProblemCase) -> None:
    box = f"{HOUSE[1] - 0.05},{HOUSE[0] - 0.05},{HOUSE[1] + 0.05},{HOUSE[0] + 0.05}"
    first = client.get(f"/map/cases.json?bbox={box}&zoom=14")
    again = client.get(f"/map/cases.json?bbox={box}&zoom=14", headers={"If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    script = client.get(re.findall(r"/map/basemap-[0-9a-f]+\.js", client.get("/").text)[0])
    assert script.mimetype == "text/javascript" and "immutable" in script.headers["Cache-Control"]
    assert "immutable" not in client.get("/map/basemap-000000000000.js").headers["Cache-Control"]
