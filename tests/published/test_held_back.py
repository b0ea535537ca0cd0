"""What a family holds back is told by page, map, files and requests on the same day, and by none of them sooner."""

from datetime import date, datetime, timedelta

import pytest
from flask_babel import force_locale
from flask_sqlalchemy import SQLAlchemy

from tests.factories import NOW, make_call, make_case_call, make_city, make_service_type
from tests.public.world import MASK, make_public_case, make_public_family
from tracker.calls.models import CallStatus, ServiceRequest
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.clock import told_as_of
from tracker.extensions import db
from tracker.places.city import city_zone, the_city
from tracker.published.call_notes import notes_of
from tracker.published.calls import find_published_call
from tracker.published.facts import public_day
from tracker.published.open_data.filters import DataFilters
from tracker.published.open_data.reading import read_calls, read_cases
from tracker.published.snapshot import take_snapshot
from tracker.published.status import describe_case
from tracker.staff.log import append_log

WAIT = timedelta(days=3)
LONG_AGO = NOW - timedelta(days=60)
MASKED = {"public_label": "100 block of Elm St", "public_lat": MASK[0], "public_long": MASK[1]}


@pytest.fixture
def case(database: SQLAlchemy) -> ProblemCase:
    """Opened long ago, of a family with a quick type and a slow one."""
    make_city()
    family = make_public_family()
    make_service_type(family=family, publish_after_days=WAIT.days)
    quick = make_service_type(family=family)
    case = make_public_case(family=family, opened_at=LONG_AGO, last_call_at=NOW)
    day = LONG_AGO.date().toordinal()
    days = {"requested_datetime": LONG_AGO, "public_day": day, "public_updated_day": day}
    make_case_call(case=case, call=make_call(service_type=quick, **MASKED, **days))
    see(NOW)
    return case


def see(at: datetime) -> None:
    """The city is shown as of this instant."""
    make_call(requested_datetime=at, service_type=make_service_type(is_public=False))


def told(case: ProblemCase) -> tuple[bool, str, date | None, str]:
    """Whether the map says solved, what the page and the files say, and how far the request's case is."""
    db.session.commit()  # a file is read in transactions of its own
    zone, day = city_zone(the_city()), public_day(the_city())
    with force_locale("en"):
        page, snapshot = describe_case(case, the_city()), take_snapshot(day, zone)
    of_call = find_published_call(call_of().service_request_id)
    ((row,),) = read_cases(DataFilters())
    db.session.add(case)
    assert row.status == {"open": "open", "watched": "watched"}[page.kind]
    return bool(snapshot.is_solved[0]), page.kind, row.closed_on, of_call.case_step


def call_of() -> ServiceRequest:
    """The call of the case."""
    return db.session.query(ServiceRequest).filter_by(public_label=MASKED["public_label"]).one()


def test_a_closing_is_told_everywhere_when_its_days_are_over(case: ProblemCase) -> None:
    case.status, case.closed_at, case.monitored_until = CaseStatus.CLOSED, NOW, NOW + timedelta(days=90)
    assert told(case) == (False, "open", None, "scanning")
    see(NOW + WAIT)
    assert told(case) == (True, "watched", NOW.date(), "watched")


def test_a_coming_back_through_a_call_that_is_held_back_is_told_everywhere_when_its_days_are_over(
    case: ProblemCase,
) -> None:
    case.closed_at, case.monitored_until = NOW - timedelta(days=20), NOW + timedelta(days=70)
    case.recurred_at = NOW
    assert told(case) == (True, "watched", case.closed_at.date(), "watched")
    see(NOW + WAIT)
    assert told(case) == (False, "open", None, "scanning")


def test_a_report_that_is_held_back_is_open_in_the_files_until_its_end_may_be_told(case: ProblemCase) -> None:
    slow = make_service_type(family=case.family, publish_after_days=WAIT.days)
    day = NOW.date().toordinal()
    call = make_call(service_type=slow, status=CallStatus.CLOSED, **MASKED, public_day=day - 9, public_updated_day=day)

    number = call.service_request_id

    def stands() -> tuple[bool, int]:
        db.session.commit()
        (rows,) = read_calls(DataFilters())
        (row,) = (one for one in rows if one.number == number)
        return row.is_closed, row.updated_on.toordinal()

    assert stands() == (False, day - 9)
    see(NOW + WAIT)
    assert stands() == (True, day)


def test_notes_of_a_request_wait_as_long_as_the_slowest_type_of_its_family(case: ProblemCase) -> None:
    with told_as_of(NOW):
        append_log("case", case.id, "told", "The lamp is ordered.", is_public=True)
    call = find_published_call(call_of().service_request_id)
    assert notes_of([call])[call.number] == []
    see(NOW + WAIT)
    assert len(notes_of([call])[call.number]) == 1
