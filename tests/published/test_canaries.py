"""A thousand answers to strangers, in every format, and nothing in them that they may not know; nor by trying."""

import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import unquote_plus

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from tests.published import asking
from tests.published.small_city import OFF, SAID, build_small_city, canaries, numbers
from tracker.calls.models import Caller, ServiceRequest
from tracker.cases.models import ProblemCase
from tracker.extensions import db
from tracker.staff.log import append_log

LEAST = 1_000
"""Different answers that have to be looked at."""
_OF_ITSELF = {"Date", "Set-Cookie", "Content-Security-Policy"}
_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ](\d\d:\d\d)")
_SHOWN = re.compile("blocks of (Elm|Oak|Ash) St|(cuadras|calles) .{1,20} de (Elm|Oak|Ash) St")
_MIDNIGHTS = {"00:00", "04:00", "05:00"}
"""On the city's clocks, and as UTC says it in summer and in winter."""


@pytest.fixture
def small_city(database: SQLAlchemy) -> None:
    build_small_city()


def all_questions(app: Flask) -> list[str]:
    """Every address that is asked, for all public paths."""
    more = numbers()
    return [one for path in asking.public_paths(app) for one in asking.questions(path, more, more)]


def test_every_public_path_says_what_can_be_asked_of_it(app: Flask) -> None:
    unlisted = set(asking.public_paths(app)) - set(asking.ASKED) - asking.OWN
    assert unlisted == set(), "list its parameters in tests/published/asking.py"


@pytest.mark.usefixtures("small_city")
def test_a_thousand_answers_hold_no_canary(app: Flask, client: FlaskClient) -> None:
    never, seen, clean, kinds, shown = canaries(), set(), set[str](), Counter[str](), 0
    for address in all_questions(app):
        answer = client.get(address, headers={"Accept-Encoding": "identity"})
        assert answer.status_code < 500, address
        everything = _said(answer)
        if everything not in clean:  # many questions have one answer
            found = [text for text in never if text in everything]
            told = [text for text in found if _is_told(text, address)]
            assert not told, (address, told)
            if not found:
                clean.add(everything)
        assert set(_INSTANT.findall(everything)) <= _MIDNIGHTS, address
        if answer.mimetype.startswith("image/"):
            picture = Image.open(io.BytesIO(answer.data))
            assert not picture.getexif() and not set(picture.info) & {"exif", "comment", "icc_profile", "xmp"}, address
        seen.add(hashlib.sha256(answer.data).digest())
        kinds[answer.mimetype] += 1
        shown += bool(_SHOWN.search(everything))
    assert len(seen) >= LEAST, (len(seen), kinds)
    assert {"text/html", "application/json", "text/csv", "application/geo+json"} <= set(kinds)
    assert shown > LEAST / 10, "the city itself is shown"


def _said(answer: TestResponse) -> str:
    """The whole answer with its headers."""
    headers = (f"{name}: {value}" for name, value in answer.headers.items() if name not in _OF_ITSELF)
    return answer.data.decode("utf-8", "replace") + "\n".join(headers)


def _is_told(text: str, address: str) -> bool:
    """Whether an answer that holds it tells it; what comes back because it was typed tells nothing."""
    return text.strip(' >",(') not in unquote_plus(address.partition("?")[2])


@pytest.mark.usefixtures("small_city")
def test_two_cities_with_one_mask_answer_alike(app: Flask, client: FlaskClient, database: SQLAlchemy) -> None:
    """Whatever is asked, an answer depends on public points and days alone: so nothing else is found by halving."""
    addresses = [one for one in all_questions(app) if not one.startswith(("/static", "/track", "/report"))][::6]
    before = {one: _body(client, one) for one in addresses}
    for call in database.session.scalars(select(ServiceRequest)):
        call.lat, call.long = (call.lat or 0) - 7 * OFF[0], (call.long or 0) - 5 * OFF[1]
        call.requested_datetime -= timedelta(hours=2, minutes=41)
        call.recorded_at -= timedelta(hours=1)
        call.description, call.address, call.unit = "Something else", "139 Elm St", ""
    for case in database.session.scalars(select(ProblemCase)):
        case.anchor_lat, case.anchor_long = case.anchor_lat + 9 * OFF[0], case.anchor_long + 3 * OFF[1]
        case.opened_at -= timedelta(hours=2, minutes=41)
        case.last_call_at = case.last_call_at and case.last_call_at - timedelta(hours=2, minutes=41)
        case.first_call_at = case.first_call_at and case.first_call_at - timedelta(hours=2, minutes=41)
        case.address = "139 Elm St"
    for caller in database.session.scalars(select(Caller)):
        caller.name = "Somebody Else"
    append_log("city", 1, "moved")
    assert [one for one in addresses if _body(client, one) != before[one]] == []


def _body(client: FlaskClient, address: str) -> bytes:
    """The body without the tokens that are new in every form."""
    data = client.get(address, headers={"Accept-Encoding": "identity"}).data
    return re.sub(rb'name="(csrf_token|key|token)"[^>]*', b"", data)


def numbers_in(client: FlaskClient, query: str) -> set[str]:
    """The numbers of the requests that Open311 finds."""
    answer = client.get(f"/open311/v2/requests.json?page_size=1000&start_date=2026-05-01T00:00:00Z&{query}")
    assert answer.status_code == 200, (query, answer.text)
    return {one["service_request_id"] for one in answer.json}


@pytest.mark.usefixtures("small_city")
def test_halving_finds_public_points_midnights_and_no_note(app: Flask, client: FlaskClient) -> None:
    """Each way of asking is narrowed to the end about one call; where it ends is not where or when it was."""
    if "/open311/v2/requests.{suffix}" not in asking.public_paths(app):
        pytest.skip("There is no Open311 server yet.")
    call = next(call for call in _calls() if call.public_day and not call.service_type.is_confidential)
    number, lat, long = call.service_request_id, call.lat or 0.0, call.long or 0.0
    assert call.public_lat is not None and call.public_long is not None
    mask = (call.public_lat, call.public_long)

    def is_north_of(edge: float) -> bool:
        return number in numbers_in(client, f"bbox={long - 1:.7f},{edge:.7f},{long + 1:.7f},{lat + 1:.7f}")

    def is_within(meters: float) -> bool:
        return number in numbers_in(client, f"lat={lat:.7f}&long={long:.7f}&radius={meters:.3f}")

    assert abs(_last_true(is_north_of, lat - 0.05, lat + 0.05) - mask[0]) < 1e-6
    assert abs(mask[0] - lat) > 1e-5
    assert not is_within(1.0) and not _finds_about(client, number, lat, long)
    at = call.requested_datetime
    for hour in range(0, 24, 3):
        moment = at.replace(hour=hour, minute=1)
        same_day = numbers_in(client, f"end_date={moment:%Y-%m-%dT%H:%M:%S}-04:00")
        assert (number in same_day) == (number in numbers_in(client, f"end_date={moment:%Y-%m-%d}T12:00:00-04:00"))
    for word in (*SAID.split(), "Roe", "137", "suspect"):
        if word.casefold() not in ("lamp", "is", "and", "my", "the"):
            assert numbers_in(client, f"q={word}") == set(), word


def _calls() -> list[ServiceRequest]:
    return list(db.session.scalars(select(ServiceRequest).order_by(ServiceRequest.id)))


def _last_true(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Where a question's answer turns from yes to no."""
    for _ in range(22):
        middle = (low + high) / 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


def _finds_about(client: FlaskClient, number: str, lat: float, long: float) -> bool:
    """Whether a box of two meters about the exact point holds it."""
    box = f"{long - 1e-5:.7f},{lat - 1e-5:.7f},{long + 1e-5:.7f},{lat + 1e-5:.7f}"
    return number in numbers_in(client, f"bbox={box}")
