"""Every list is what a slow, obvious reading of the published values gives, in the order of day and number."""

import math
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.factories import NOW, ORIGIN, make_area, make_city, make_point, make_service_type, square
from tests.open311.world import TODAY, get, make_request
from tracker.calls.models import CallStatus
from tracker.published.call_words import _FEW

Row = dict[str, Any]
PLACES = [(ORIGIN[0] + north / 100, ORIGIN[1] + east / 100) for north in (-1, 0, 1) for east in (-1, 0, 1)]
LABELS = [
    "100 block of Elm St",
    "200 block of Elm St",
    "OAK ST & Main St",
    "Near 42.350, -71.060 (approximate)",
    "Elm_wood",
]
CENTERS = {"West": ORIGIN[1] - 0.01, "East": ORIGIN[1] + 0.01}


def fill() -> None:
    """Sixty requests of three types at nine places within half a year, some of them closed later."""
    make_city()
    for name, long in CENTERS.items():
        make_area(name=name, code=name, geometry=square(ORIGIN[0], long, 0.0099))
    kinds = [
        make_service_type(service_code="lamp", service_name="Lamp out", group="Streets"),
        make_service_type(service_code="tree", service_name="Fallen tree", keywords="branch, elm"),
        make_service_type(service_code="noise", service_name="Noise", publish_after_days=2),
    ]
    for number, label in enumerate(LABELS):
        make_point(label=label, lat=PLACES[number][0], long=PLACES[number][1])
    for number in range(_FEW + 1):
        make_point(label=f"{number} block of Many St")
    make_request(kinds[0], withdrawn_at=NOW)
    for number in range(60):
        back = number * 7 % 60 * 3
        closed = number % 3 == 0
        day = TODAY.toordinal() - back
        make_request(
            kinds[number % 3],
            days_ago=back,
            status=CallStatus.CLOSED if closed else CallStatus.OPEN,
            public_updated_day=min(TODAY.toordinal(), day + number % 11) if closed else day,
            public_label=LABELS[number % 5],
            public_lat=PLACES[number % 9][0],
            public_long=PLACES[number % 9][1],
        )


def day_of(row: Row, name: str) -> str:
    return str(row[name])[:10]


def meters(row: Row, lat: float, long: float) -> float:
    north = (row["lat"] - lat) * 111_195
    return math.hypot(north, (row["long"] - long) * 111_195 * math.cos(math.radians(lat)))


WORDS = {"lamp": "lamp out streets", "tree": "fallen tree branch, elm", "noise": "noise"}
PASSES: dict[str, Callable[[Row, Any], bool]] = {
    "status": lambda row, value: row["status"] in value.split(","),
    "service_code": lambda row, value: row["service_code"] in value.split(","),
    "start_date": lambda row, value: day_of(row, "requested_datetime") >= value,
    "end_date": lambda row, value: day_of(row, "requested_datetime") <= value,
    "updated_after": lambda row, value: day_of(row, "updated_datetime") >= value,
    "q": lambda row, value: all(
        word in WORDS[row["service_code"]] or word in row["address"].lower() for word in value.lower().split()
    ),
    "bbox": lambda row, value: (
        (edges := [float(edge) for edge in value.split(",")])[0] <= row["long"] <= edges[2]
        and edges[1] <= row["lat"] <= edges[3]
    ),
    "radius": lambda row, value: meters(row, *ORIGIN) <= value,
    "agency_responsible": lambda row, value: row["agency_responsible"] in value.split("|"),
}
"""By argument, whether a row that the bulk download tells passes it."""
edge = st.sampled_from([-0.015, -0.005, 0.005, 0.015])
DAYS = st.integers(0, 80).map(lambda back: (TODAY - timedelta(days=back)).isoformat())
QUESTIONS = st.fixed_dictionaries(
    {},
    optional={
        "status": st.sampled_from(["open", "closed", "open,closed"]),
        "service_code": st.sampled_from(["lamp", "tree,noise", "noise"]),
        "start_date": DAYS,
        "updated_after": DAYS,
        "q": st.sampled_from(
            ["elm", "ELM lamp", "oak", "near", "42.35 noise", "m_w", "%", "block many", "zebra", "st"]
        ),
        "bbox": st.tuples(edge, edge, edge, edge).map(
            lambda box: (
                f"{ORIGIN[1] + min(box[:2])},{ORIGIN[0] + min(box[2:])},"
                f"{ORIGIN[1] + max(box[:2])},{ORIGIN[0] + max(box[2:])}"
            )
        ),
        "radius": st.sampled_from([10, 900, 1_200, 1_500]),
        "agency_responsible": st.sampled_from(["West", "East", "West|East"]),
    },
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=QUESTIONS, page_size=st.integers(1, 12), page=st.integers(1, 3))
def test_a_list_is_what_a_slow_reading_of_the_published_values_gives(
    client: FlaskClient, database: SQLAlchemy, question: Row, page_size: int, page: int
) -> None:
    if "rows" not in database.session.info:
        fill()
        told = get(client, "bulk/requests.json", "bulk")
        codes = {"Lamp out": "lamp", "Fallen tree": "tree", "Noise": "noise"}
        extra = [
            {"service_code": codes[row["service_name"]], "status": row["status_description"].lower()} for row in told
        ]
        database.session.info["rows"] = [{**row, **more} for row, more in zip(told, extra, strict=True)]
    by_update = "updated_after" in question
    asked = dict(question)
    if not by_update and "start_date" not in asked:
        asked["start_date"] = (TODAY - timedelta(days=90)).isoformat()
    passing = [
        row
        for row in database.session.info["rows"]
        if all(PASSES[name](row, value) for name, value in asked.items())
    ]  # fmt: skip
    column = "updated_datetime" if by_update else "requested_datetime"
    passing.sort(key=lambda row: (day_of(row, column), row["service_request_id"]), reverse=True)
    expected = [row["service_request_id"] for row in passing]
    around = {"lat": ORIGIN[0], "long": ORIGIN[1]} if "radius" in question else {}
    answer = get(client, "requests.json", "requests", **question, **around, page_size=page_size, page=page)
    assert [row["service_request_id"] for row in answer] == expected[(page - 1) * page_size : page * page_size]
