"""Time off and extra shifts: on the city's clocks, where bookings stand, and in words."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from tests import factories as make
from tracker.errors import Conflict, Invalid
from tracker.extensions import db
from tracker.scheduling.bookings.booking import book_order
from tracker.scheduling.bookings.ending import finish_order, request_again
from tracker.scheduling.bookings.models import Booking
from tracker.scheduling.bookings.on_the_day import could_not
from tracker.scheduling.bookings.releasing import release_bookings
from tracker.scheduling.bookings.retiring import bookings_outside_shifts
from tracker.scheduling.bookings.standing import standing_bookings
from tracker.scheduling.bookings.time_off import add_extra_shift, add_time_off, take_back
from tracker.scheduling.bookings.why_not import WhyNot
from tracker.scheduling.orders.dependencies import set_waits_for
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.resources.availability import Span
from tracker.scheduling.resources.exceptions import coming_exceptions
from tracker.scheduling.resources.models import CityResource, ShiftException, TeamMember
from tracker.scheduling.resources.time_off_span import read_span, say_off_span
from tracker.scheduling.resources.working import working_times_of
from tracker.staff.log import history_of
from tracker.staff.models import Role, User

NEW_YORK = ZoneInfo("America/New_York")
TUESDAY = date(2026, 6, 16)
TEN = datetime(2026, 6, 16, 14, 0, tzinfo=UTC)  # Tuesday, 10:00 in the city
HOUR = timedelta(hours=1)
ALL_TUESDAY = read_span(TUESDAY, None, None, None, NEW_YORK)


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def crew(database: SQLAlchemy) -> CityResource:
    make.make_city(is_live=True)
    return make.make_resource(name="Crew A")


def team_of(*members: CityResource, name: str = "Storm team") -> CityResource:
    return make.make_resource(name=name, members=[TeamMember(member=one) for one in members])


def booked(crew: CityResource, hour: int = 0) -> Booking:
    return book_order(make.make_work_order(title="Fell the oak"), crew, TEN + hour * HOUR, None)


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 8), 23), (date(2026, 11, 1), 25), (TUESDAY, 24)])
def test_a_whole_day_off_has_as_many_hours_as_the_day(day: date, hours: int) -> None:
    span = read_span(day, None, None, None, NEW_YORK)
    assert span.ends_at - span.starts_at == hours * HOUR
    assert say_off_span(span, NEW_YORK) == f"{day:%a %d %b %Y}, all day"


def test_a_night_off_is_read_on_the_clock_when_it_is_moved() -> None:
    span = read_span(date(2026, 3, 7), time(22), date(2026, 3, 8), time(6), NEW_YORK)
    assert span.ends_at - span.starts_at == 7 * HOUR
    assert say_off_span(span, NEW_YORK) == "Sat 07 Mar 2026, 22:00 to Sun 08 Mar 2026, 06:00"


@pytest.mark.parametrize(
    ("start", "last", "end"), [(time(15), None, time(9)), (None, TUESDAY - timedelta(days=1), None)]
)
def test_time_off_that_ends_too_early_is_refused(start: time | None, last: date | None, end: time | None) -> None:
    with pytest.raises(Invalid, match="ends before it begins"):
        read_span(TUESDAY, start, last, end, NEW_YORK)


def test_nobody_works_in_time_off_and_the_log_says_so(crew: CityResource) -> None:
    add_time_off(crew, read_span(TUESDAY, time(8), None, time(12), NEW_YORK), None, reason="Dentist")
    (stretch,) = working_times_of([crew], TUESDAY, 1)[crew.id]
    assert stretch.starts_at == TEN + 2 * HOUR
    assert history_of("resource", crew.id)[0].text == "Crew A is off: Tue 16 Jun 2026, 08:00 to 12:00 (Dentist)."


@pytest.mark.parametrize("span", [Span(TEN - 99 * HOUR, TEN - 90 * HOUR), Span(TEN, TEN + 2000 * 24 * HOUR)])
def test_time_off_that_cannot_be_meant_is_refused(crew: CityResource, span: Span) -> None:
    with pytest.raises(Invalid, match=r"past|three years"):
        add_time_off(crew, span, None)


def test_the_same_time_off_is_not_entered_twice(crew: CityResource) -> None:
    add_time_off(crew, ALL_TUESDAY, None)
    with pytest.raises(Conflict, match="is off then already: Tue 16 Jun 2026, all day"):
        add_time_off(crew, Span(TEN, TEN + HOUR), None)


@pytest.mark.parametrize(("seen", "release"), [([], None), ([1], None), ([], True), ([1, 99], True)])
def test_bookings_in_time_off_wait_for_a_decision_by_who_has_seen_them(
    crew: CityResource, seen: list[int], release: bool | None
) -> None:
    booking = booked(crew)
    with pytest.raises(Conflict, match="Crew A is booked then: 1 booking"):
        add_time_off(crew, ALL_TUESDAY, None, seen=[booking.id if one == 1 else one for one in seen], release=release)


def test_bookings_left_in_time_off_are_flagged_and_those_released_asked_for_again(crew: CityResource) -> None:
    left, freed = booked(crew), booked(make.make_resource(name="Crew B"))
    add_time_off(crew, ALL_TUESDAY, None, seen=[left.id], release=False)
    assert bookings_outside_shifts(crew) == [left]
    add_time_off(freed.resource, ALL_TUESDAY, None, reason="Repair", seen=[freed.id], release=True)
    assert (freed.work_order.status, freed.work_order.reason) == (WorkStatus.REQUESTED, "Crew B is off: Repair.")
    assert left.work_order.status is WorkStatus.PLANNED


def test_a_member_off_takes_its_team_off_and_the_teams_bookings_are_asked_about(crew: CityResource) -> None:
    team = team_of(crew)
    booking = booked(team)
    with pytest.raises(Conflict, match="is booked then"):
        add_time_off(crew, ALL_TUESDAY, None)
    assert booking.work_order.status is WorkStatus.PLANNED


def test_an_extra_shift_can_be_booked_and_its_bookings_are_asked_about_when_it_is_taken_back(
    crew: CityResource,
) -> None:
    four = TEN + 6 * HOUR  # when its shift ends
    extra = add_extra_shift(crew, Span(four - HOUR, four + 4 * HOUR), None, reason="Market")
    book_order(make.make_work_order(), crew, four - HOUR, None)  # its usual shift holds that too
    booking = book_order(make.make_work_order(), crew, four, None)
    assert bookings_outside_shifts(crew) == []
    assert take_back(extra, crew, None, seen=[booking.id], release=False) == [booking]
    assert bookings_outside_shifts(crew) == [booking]
    with pytest.raises(Conflict, match="took that back already"):
        take_back(extra, crew, None)


def test_two_extra_shifts_at_once_and_one_longer_than_a_day_are_refused(crew: CityResource) -> None:
    add_extra_shift(crew, Span(TEN, TEN + HOUR), None)
    with pytest.raises(Conflict, match="extra shift then already"):
        add_extra_shift(crew, Span(TEN + HOUR / 2, TEN + 2 * HOUR), None)
    with pytest.raises(Invalid, match="at most 24 hours"):
        add_extra_shift(crew, Span(TEN + 24 * HOUR, TEN + 49 * HOUR), None)


def test_a_teams_page_lists_its_members_time_off_too(crew: CityResource) -> None:
    team = team_of(crew)
    add_time_off(crew, ALL_TUESDAY, None)
    assert [(line.text, line.whose) for line in coming_exceptions(team)] == [("Tue 16 Jun 2026, all day", crew)]


FORM = {"kind": "off", "first_day": "2026-06-16", "reason": "Leave"}


@pytest.fixture
def address(crew: CityResource, sign_in: Callable[..., User]) -> str:
    sign_in(Role.SCHEDULER)
    return f"/staff/resources/{crew.id}"


def seen_on(page: str) -> str:
    return page.split('name="seen"')[1].split('value="')[1].split('"')[0]


def test_the_page_names_the_bookings_before_it_saves_and_keeps_what_was_typed(
    client: FlaskClient, crew: CityResource, address: str
) -> None:
    booking = booked(crew)
    order, number = booking.work_order, booking.id
    asked = client.post(f"{address}/time-off", data=FORM)
    assert asked.status_code == 409
    assert "Fell the oak" in asked.text and f"/staff/orders/{order.id}" in asked.text
    assert 'value="Leave"' in asked.text and 'value="2026-06-16"' in asked.text
    assert seen_on(asked.text) == str(number)
    again = {**FORM, "seen": str(number), "bookings": "release"}
    done = client.post(f"{address}/time-off", data=again, follow_redirects=True)
    assert "1 booking cancelled, and the work is asked for again." in done.text
    assert "Tue 16 Jun 2026, all day (Leave)" in done.text
    assert client.post(f"{address}/time-off", data=again).status_code == 409
    assert client.post(f"{address}/time-off", data=again | {"seen": "9" * 5000}).status_code == 409


def test_time_off_is_taken_back_on_its_page(client: FlaskClient, database: SQLAlchemy, address: str) -> None:
    client.post(f"{address}/time-off", data=FORM)
    row = database.session.query(ShiftException).one()
    assert "Tue 16 Jun 2026, all day" in client.get(f"{address}/time-off/{row.id}/remove").text
    done = client.post(f"{address}/time-off/{row.id}/remove", follow_redirects=True)
    assert "Taken back." in done.text and "works as its shifts say" in done.text
    assert client.post(f"{address}/time-off/{row.id}/remove").status_code == 409
    assert client.get(f"{address}/time-off/99/remove").status_code == 404


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"start": "15:00", "end": "09:00"}, "ends before it begins"),
        ({"last_day": "2026-06-01"}, "ends before it begins"),
        ({"kind": "extra"}, "from what time until what time"),
        ({"first_day": ""}, "Choose a day"),
        ({"first_day": "2026-06-01"}, "That time is past"),
        ({"last_day": "9999-12-31"}, "Check the year"),
        ({"first_day": "someday"}, "Not a valid date"),
    ],
)
def test_time_off_that_cannot_be_is_refused_on_the_page_and_loses_nothing(
    client: FlaskClient, address: str, changes: dict[str, str], words: str
) -> None:
    answer = client.post(f"{address}/time-off", data={**FORM, **changes})
    assert answer.status_code == 400
    assert words in answer.text
    assert 'value="Leave"' in answer.text


def held(booking: Booking, hour: int) -> Booking:
    """Another time, held for the resident who may want to move what stands."""
    found = Booking(
        work_order=booking.work_order, resource=booking.resource, starts_at=TEN + hour * HOUR,
        ends_at=TEN + (hour + 1) * HOUR, held_until=TEN,
    )  # fmt: skip
    db.session.add(found)
    db.session.flush()
    return found


def test_what_the_crew_could_not_do_does_not_stand_in_the_way_of_time_off(crew: CityResource) -> None:
    failed, stands = booked(crew, 2), booked(crew, 3)
    with time_machine.travel(TEN - HOUR, tick=False):
        could_not(failed, None, at=TEN - HOUR, why=WhyNot.OTHER, words="No key.", next_try_on=TUESDAY + timedelta(1))
        assert add_time_off(crew, Span(TEN, TEN + 5 * HOUR), None, seen=[stands.id], release=True) == [stands]
    assert stands.cancelled_at is not None


def test_what_waits_for_released_work_is_given_back_once(crew: CityResource) -> None:
    second = booked(crew)
    first = book_order(make.make_work_order(case=second.work_order.case), crew, TEN + HOUR, None)
    set_waits_for(second.work_order, [first.work_order])
    add_time_off(crew, ALL_TUESDAY, None, seen=[first.id, second.id], release=True)
    assert first.cancelled_at is not None and second.cancelled_at is not None


def test_a_held_time_is_not_the_booking_that_stands(crew: CityResource) -> None:
    stands = booked(crew)
    held(stands, 3)
    assert standing_bookings([stands.work_order_id]) == {stands.work_order_id: stands}
    before = stands.sequence
    assert release_bookings([stands.id], None, reason="Storm") == [stands.work_order_id]
    assert stands.cancelled_at is not None and stands.sequence == before + 1


def test_what_waits_for_work_that_is_not_released_keeps_its_time(crew: CityResource) -> None:
    stands = booked(crew)
    second = book_order(make.make_work_order(case=stands.work_order.case), crew, TEN + 2 * HOUR, None)
    set_waits_for(second.work_order, [stands.work_order])
    assert release_bookings([held(stands, 4).id], None, reason="Storm") == []
    assert second.cancelled_at is None


def test_done_by_mistake_and_asked_for_again_the_crew_is_free(crew: CityResource) -> None:
    order = booked(crew).work_order
    with time_machine.travel(TEN + HOUR / 4, tick=False):
        finish_order(order, None)
        request_again(order, None)
        again = book_order(order, crew, TEN + HOUR / 2, None)
    assert again.starts_at == TEN + HOUR / 2


def test_nothing_is_booked_after_what_waits_for_it(crew: CityResource) -> None:
    second = booked(crew)
    first = make.make_work_order(case=second.work_order.case)
    set_waits_for(second.work_order, [first])
    with pytest.raises(Conflict, match=r"has to be done first for what is booked already"):
        book_order(first, crew, TEN + HOUR, None)
