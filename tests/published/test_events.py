"""What happened in public: masked, of whole days, held back where it has to be, in an order that tells no hour."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask_babel import force_locale
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text

from tests.factories import NOW, make_area, make_city, make_family, make_rule, make_service_type, make_user
from tests.public.world import MASK, make_booking, make_public_case, make_public_family, set_as_of_now
from tests.statements import asked_statements, plan_of
from tracker.calls.models import Family
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.cases.telling_public import take_back_word, tell_public
from tracker.clock import told_as_of
from tracker.errors import NotFound
from tracker.extensions import db
from tracker.places.city import the_city
from tracker.places.models import AreaKind
from tracker.published import events as reader
from tracker.published.call_search import Circle
from tracker.published.circles import is_within
from tracker.published.entry_events import tell_entries
from tracker.published.event_facts import EventSearch, PublicEvent
from tracker.published.events import find_area, find_events
from tracker.published.status import describe_case
from tracker.scheduling.bookings.models import Booking
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.staff.log import append_log
from tracker.staff.models import LogEntry, Role

TODAY = date(2026, 6, 15)
HERE = Circle(*MASK, 200)


@pytest.fixture(autouse=True)
def city(database: SQLAlchemy) -> None:
    make_city()
    set_as_of_now()


def say(case: ProblemCase, verb: str, *, days_ago: int = 0, **columns: Any) -> None:
    with told_as_of(NOW - timedelta(days=days_ago)):
        append_log("case", case.id, verb, **columns)
    db.session.flush()


def told(search: EventSearch | None = None, limit: int = 100) -> list[PublicEvent]:
    with force_locale("en"):
        return find_events(search or EventSearch(), limit=limit)


def kinds(search: EventSearch | None = None) -> list[str]:
    return [event.kind.value for event in told(search)]


def slow_family(days: int) -> Family:
    family = make_family()
    make_service_type(family=family, publish_after_days=days)
    return family


def test_a_word_to_residents_that_was_taken_back_is_told_nowhere() -> None:
    case, me = make_public_case(), make_user(role=Role.CONTACT)
    with told_as_of(NOW):
        for words in ("The lamp is ordered.", "The lamp comes today."):
            tell_public(case, words, actor=me)
    first = db.session.scalars(select(LogEntry.id).where(LogEntry.text == "The lamp is ordered.")).one()
    take_back_word(case, first, actor=me)
    assert [event.text for event in told() if event.kind.value == "news"] == ["The lamp comes today."]


def test_a_case_tells_its_whole_story_newest_day_first() -> None:
    case = make_public_case(
        opened_at=NOW - timedelta(days=40), status=CaseStatus.CLOSED, closed_at=NOW - timedelta(days=2),
        confirmed_at=NOW, recurred_at=NOW - timedelta(days=20),
    )  # fmt: skip
    say(case, "began_analysis", days_ago=30, text="They moved it on for secret reasons.")
    say(case, "work_booked", days_ago=12, text="Booked for 12:34.", data={"booking_id": make_booking(case).id})
    say(case, "work_done", days_ago=10, text="Found a person.")
    say(case, "told", days_ago=5, text="The lamp is mended.", is_public=True)
    say(case, "noted", days_ago=4, text="Nobody may read this.")
    found = told(EventSearch(case_id=case.id))
    assert [event.kind.value for event in found] == [
        "confirmed", "closed", "news", "visit_made", "visit_planned", "recurred", "phase", "opened",
    ]  # fmt: skip
    assert found[2].text == "The lamp is mended." and found[2].day == TODAY - timedelta(days=5)
    assert {event.case_number for event in found} == {case.public_id}
    assert {(event.lat, event.long) for event in found} == {MASK}
    assert not any(said in event.text for event in found for said in ("secret", "12:34", "person", "Nobody"))


@pytest.mark.parametrize("change", [
    lambda booking: setattr(booking, "cancelled_at", NOW), lambda booking: setattr(booking, "held_until", NOW),
    lambda booking: setattr(booking.work_order, "status", WorkStatus.REQUESTED),
    lambda booking: setattr(booking.work_order, "status", WorkStatus.CANCELLED),
])  # fmt: skip
def test_a_visit_that_was_called_off_or_put_on_hold_is_told_nowhere(change: Callable[[Booking], None]) -> None:
    case = make_public_case()
    booking = make_booking(case)
    say(case, "work_booked", data={"booking_id": booking.id})
    entries = list(db.session.scalars(select(LogEntry).where(LogEntry.verb == "work_booked")))

    def tellings() -> tuple[bool, bool, bool]:
        db.session.flush()
        with force_locale("en"):
            mailed = [one.event.kind.value for one in tell_entries(entries).told]
            page = describe_case(case, the_city())
        return "visit_planned" in kinds(), "visit_planned" in mailed, page.next_visit is not None

    assert tellings() == (True, True, True)
    change(booking)
    assert tellings() == (False, False, False)


@pytest.mark.parametrize("columns", [
    {"is_public": False}, {"public_label": None}, {"public_lat": None}, {"status": CaseStatus.DISMISSED},
    {"status": CaseStatus.MERGED},
])  # fmt: skip
def test_of_a_case_that_is_not_public_nothing_is_told(columns: dict[str, Any]) -> None:
    case = make_public_case(**columns)
    say(case, "told", text="Said in public once.", is_public=True)
    assert told() == told(EventSearch(case_id=case.id)) == []


def test_what_a_family_holds_back_is_told_when_its_days_are_over() -> None:
    case = make_public_case(family=slow_family(3), opened_at=NOW - timedelta(days=10), recurred_at=NOW)
    say(case, "began_analysis", days_ago=3)
    say(case, "began_response", days_ago=2)
    assert kinds() == ["phase", "opened"]
    make_public_case(family=slow_family(3), opened_at=NOW - timedelta(days=2))
    assert kinds() == ["phase", "opened"]


def test_of_one_day_the_order_is_that_of_case_numbers_without_meaning() -> None:
    family = make_public_family()
    make_rule(family=family)
    cases = [make_public_case(family=family, opened_at=NOW - timedelta(minutes=number)) for number in range(12)]
    cases[0].public_id, cases[5].public_id = "ZZ", "AA"
    db.session.flush()
    numbers = [event.case_number for event in told()]
    assert numbers == sorted(numbers, reverse=True)
    assert [event.case_number for event in told(limit=3)] == numbers[:3]


def test_a_day_that_was_not_read_to_its_end_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    family = make_public_family()
    for days_ago in (0, 0, 1, 1, 1):
        make_public_case(family=family, opened_at=NOW - timedelta(days=days_ago, minutes=days_ago))
    monkeypatch.setattr(reader, "MOST_ROWS", 4)
    assert [event.day for event in told()] == [TODAY, TODAY]


def test_places_and_families_narrow_by_the_public_point() -> None:
    lamps, trees = make_public_family(code="lamps"), make_public_family(code="trees")
    make_public_case(family=lamps)
    make_public_case(family=trees, public_lat=MASK[0] + 0.01)
    north = make_area(kind=AreaKind.NEIGHBORHOOD, code="north", geometry=_box(MASK[0] + 0.005, MASK[0] + 0.015))
    assert [event.family_code for event in told(EventSearch(circle=HERE))] == ["lamps"]
    assert [event.family_code for event in told(EventSearch(area_id=north.id))] == ["trees"]
    assert [event.family_code for event in told(EventSearch(family="trees"))] == ["trees"]
    assert told(EventSearch(circle=HERE, family="trees")) == []
    assert find_area(AreaKind.NEIGHBORHOOD, "north").id == north.id
    with pytest.raises(NotFound):
        find_area(AreaKind.SERVICE_CENTER, "north")


def _box(south: float, north: float) -> dict[str, Any]:
    west, east = MASK[1] - 0.01, MASK[1] + 0.01
    corners = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [corners]}


def test_further_back_is_looked_where_little_happened() -> None:
    make_public_case(opened_at=NOW - timedelta(days=200))
    make_public_case(opened_at=NOW - timedelta(days=500))
    assert [event.day for event in told()] == [TODAY - timedelta(days=200)]


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(north=st.integers(-400, 400), east=st.integers(-400, 400), radius=st.integers(1, 50))
def test_a_circle_finds_what_a_point_by_point_look_finds(north: int, east: int, radius: int) -> None:
    if not told():
        family = make_public_family()
        for row in range(-2, 3):
            make_public_case(family=family, public_lat=MASK[0] + row * 0.002, public_long=MASK[1] + row * 0.001)
    circle = Circle(MASK[0] + north / 80_000, MASK[1] + east / 80_000, radius * 20)
    expected = {event.key for event in told() if is_within(circle, event.lat, event.long)}
    assert {event.key for event in told(EventSearch(circle=circle))} == expected


def test_no_table_is_read_from_end_to_end(database: SQLAlchemy) -> None:
    case = make_public_case()
    make_user()
    area = make_area(kind=AreaKind.NEIGHBORHOOD)
    searches = (EventSearch(), EventSearch(case_id=case.id), EventSearch(circle=HERE), EventSearch(area_id=area.id))
    with asked_statements() as asked:
        for search in searches:
            told(search)
    if database.engine.dialect.name != "sqlite":
        database.session.execute(text("SET LOCAL enable_seqscan = off"))
    for statement in asked:
        if "problem_cases" in statement.text and "SELECT" in statement.text:
            lines = "\n".join(plan_of(statement))
            for table in ("problem_cases", "log_entries"):
                assert f"SCAN {table}\n" not in f"{lines}\n" and f"Seq Scan on {table}" not in lines, lines
