"""Calendar feeds: read by an independent reader, secret, revocable, and without what is nobody's business."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
import vobject
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from tests import factories as make
from tracker.extensions import db
from tracker.scheduling.bookings.booking import book_order, cancel_booking, move_booking
from tracker.scheduling.calendar.feeds import open_feed
from tracker.scheduling.calendar.models import CalendarFeed
from tracker.scheduling.pace import Pace
from tracker.scheduling.resources.models import CityResource, TeamMember
from tracker.staff.models import Role, User

TEN = datetime(2026, 6, 16, 14, 0, tzinfo=UTC)  # Tuesday, 10:00 in the city
ALWAYS = [(day, 0, 24 * 60) for day in range(7)]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(make.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def crew(database: SQLAlchemy) -> CityResource:
    make.make_city(is_live=True)
    return make.make_resource(name="Tree crew, north; 1", shifts=ALWAYS)


def feed_of(subject: Any) -> str:
    """The address of a new feed."""
    role = Role.SCHEDULER if isinstance(subject, CityResource) else Role.CONTACT
    _, secret = open_feed(subject, "Ana's phone", make.make_user(role=role))
    return f"/calendars/{secret}.ics"


def events(client: FlaskClient, address: str) -> dict[str, Any]:
    """The feed's events by title, as somebody else's program reads them."""
    answer = client.get(address)
    assert answer.status_code == 200 and answer.mimetype == "text/calendar"
    calendar = vobject.readOne(answer.text, validate=True)
    return {event.summary.value: event for event in calendar.contents.get("vevent", [])}


def test_a_feed_tells_what_a_resource_is_booked_for(client: FlaskClient, crew: CityResource) -> None:
    case = make.make_case(address="1 Elm St, rear; left", public_id="7K3D-9QXZ")
    booking = book_order(make.make_work_order(case=case, title="Fell, then grind"), crew, TEN, None)
    address = feed_of(crew)
    event = events(client, address)["Fell, then grind"]
    assert (event.dtstart.value, event.dtend.value) == (TEN, TEN + timedelta(hours=1))
    assert event.uid.value == f"booking-{booking.id}@testville.case-tracker"
    assert (event.status.value, event.sequence.value) == ("CONFIRMED", "0")
    assert event.location.value == "1 Elm St, rear; left"
    assert event.description.value == "Case 7K3D-9QXZ. Tree crew, north; 1. planned"
    assert "\r\nX-WR-CALNAME:Tree crew\\, north\\; 1\r\n" in client.get(address).text


def test_a_moved_booking_keeps_its_name_and_a_cancelled_one_is_told_until_it_vanished_everywhere(
    client: FlaskClient, crew: CityResource, clock: time_machine.Traveller
) -> None:
    booking, address = book_order(make.make_work_order(title="Trim"), crew, TEN, None), feed_of(crew)
    before = events(client, address)["Trim"]
    clock.shift(timedelta(minutes=5))
    move_booking(booking, crew, TEN + timedelta(hours=2), None)
    moved = events(client, address)["Trim"]
    assert moved.uid.value == before.uid.value and moved.dtstart.value == TEN + timedelta(hours=2)
    assert int(moved.sequence.value) > int(before.sequence.value)
    assert moved.last_modified.value > before.last_modified.value
    cancel_booking(booking, None, reason="Rain")
    gone = events(client, address)["Trim"]
    assert gone.status.value == "CANCELLED" and int(gone.sequence.value) > int(moved.sequence.value)
    clock.shift(timedelta(days=29))
    assert events(client, address) == {}


def test_times_are_right_across_both_clock_changes(client: FlaskClient, crew: CityResource) -> None:
    at_half_past_one = [datetime(2026, 11, 1, hour, 30, tzinfo=UTC) for hour in (5, 6)]  # 01:30, and 01:30 again
    for number, instant in enumerate(at_half_past_one):
        book_order(make.make_work_order(title=f"Night {number}", minutes=45), crew, instant, None)
    found = events(client, feed_of(crew))
    assert [found[f"Night {number}"].dtstart.value for number in (0, 1)] == at_half_past_one
    assert all(event.dtend.value - event.dtstart.value == timedelta(minutes=45) for event in found.values())
    with time_machine.travel(datetime(2027, 3, 1, 12, tzinfo=UTC), tick=False):
        after_the_gap = datetime(2027, 3, 14, 7, 0, tzinfo=UTC)  # 03:00, an hour after 01:00
        book_order(make.make_work_order(title="Spring"), crew, after_the_gap - timedelta(minutes=30), None)
        spring = events(client, feed_of(crew))["Spring"]
    assert spring.dtend.value == after_the_gap + timedelta(minutes=30)


def test_a_member_reads_its_teams_bookings_and_a_feed_has_its_bounds(client: FlaskClient, crew: CityResource) -> None:
    team = make.make_resource(name="Storm team", shifts=ALWAYS)
    db.session.add(TeamMember(team_id=team.id, member_id=crew.id))
    db.session.flush()
    db.session.refresh(team)
    book_order(make.make_work_order(title="Together"), team, TEN, None)
    book_order(make.make_work_order(title="Far away"), crew, TEN + timedelta(days=200), None)
    found = events(client, feed_of(crew))
    assert set(found) == {"Together"} and "Storm team" in found["Together"].description.value


def test_a_cases_feed_holds_its_work_alone_and_no_address(client: FlaskClient, crew: CityResource) -> None:
    case = make.make_case(address="5 Oak St")
    book_order(make.make_work_order(case=case, title="Ours"), crew, TEN, None)
    book_order(make.make_work_order(title="Another's"), crew, TEN + timedelta(hours=1), None)
    held = book_order(make.make_work_order(case=case, title="Held"), crew, TEN + timedelta(hours=2), None)
    held.held_until = make.NOW + timedelta(hours=1)
    address = feed_of(case)
    found = events(client, address)
    assert {title: event.status.value for title, event in found.items()} == {"Ours": "CONFIRMED", "Held": "TENTATIVE"}
    assert "5 Oak St" not in client.get(address).text


def test_what_has_not_changed_is_not_sent_again_and_nothing_shared_keeps_it(
    client: FlaskClient, crew: CityResource, clock: time_machine.Traveller
) -> None:
    address = feed_of(crew)
    first = client.get(address)
    assert first.headers["Cache-Control"] == "private, no-cache"
    clock.shift(timedelta(minutes=20))
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304 and again.data == b""
    book_order(make.make_work_order(), crew, TEN, None)
    assert client.get(address, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_when_a_feed_was_read_is_noted_once_an_hour(
    client: FlaskClient, crew: CityResource, clock: time_machine.Traveller
) -> None:
    def last_read() -> datetime | None:
        db.session.expire_all()
        read_at = db.session.query(CalendarFeed).one().last_read_at
        db.session.rollback()  # the note is made on a connection of its own, and waits for no test
        return read_at

    address = feed_of(crew)
    client.get(address)
    assert last_read() == make.NOW
    clock.shift(timedelta(minutes=59))
    client.get(address)
    assert last_read() == make.NOW
    clock.shift(timedelta(minutes=1))
    client.get(address)
    assert last_read() == make.NOW + timedelta(hours=1)


def test_an_address_is_shown_once_kept_as_a_mark_and_revoked_for_good(
    client: FlaskClient, crew: CityResource, sign_in: Callable[..., User]
) -> None:
    sign_in(Role.SCHEDULER)
    page = f"/staff/resources/{crew.id}/feeds"
    assert "No calendar reads it" in client.get(page).text
    shown = client.post(page, data={"label": " Ana's phone "})
    found = re.search(r"http://localhost(/calendars/([\w-]{43})\.ics)", shown.text)
    assert found and "addresses of places" in shown.text
    assert found[2] not in client.get(page).text and "Ana&#39;s phone" in client.get(page).text
    feed = db.session.query(CalendarFeed).one()
    assert found[2] not in feed.token_hash and feed.label == "Ana's phone"
    assert client.get(found[1]).status_code == 200
    other = make.make_resource()
    assert client.post(f"/staff/resources/{other.id}/feeds/{feed.id}/revoke").status_code == 404
    assert client.post(f"{page}/{feed.id}/revoke").status_code == 302
    assert "Calendar feed" in client.get(f"/staff/resources/{crew.id}").text
    gone, never = client.get(found[1]), client.get("/calendars/nothing-like-it.ics")
    assert (gone.status_code, never.status_code) == (404, 404)
    assert gone.text.replace(found[2], "nothing-like-it") == never.text
    assert client.post(page, data={"label": " "}).status_code == 400


def test_a_cases_feed_is_opened_by_who_works_the_case(
    client: FlaskClient, crew: CityResource, sign_in: Callable[..., User]
) -> None:
    public_id = make.make_case(public_id="7K3D-9QXZ").public_id
    sign_in(Role.CONTACT)
    assert "without its address" in client.get(f"/staff/cases/{public_id}/feeds").text
    assert client.post(f"/staff/cases/{public_id}/feeds", data={"label": "Partner"}).status_code == 200
    assert "Read by 1 other calendar." in client.get(f"/staff/cases/{public_id}").text
    feed = db.session.query(CalendarFeed).one()
    assert client.post(f"/staff/cases/{public_id}/feeds/{feed.id}/revoke").status_code == 302


def test_more_feeds_than_people_could_read_are_refused_and_nothing_typed_is_lost(
    client: FlaskClient, crew: CityResource, sign_in: Callable[..., User]
) -> None:
    sign_in(Role.SCHEDULER)
    for _ in range(20):
        feed_of(crew)
    full = client.post(f"/staff/resources/{crew.id}/feeds", data={"label": "The last straw"})
    assert full.status_code == 409 and "Revoke those" in full.text and 'value="The last straw"' in full.text


@pytest.mark.parametrize("left", [
    lambda feed: setattr(feed.created_by, "disabled_at", make.NOW),
    lambda feed: setattr(feed.created_by, "role", Role.CREW),
    lambda feed: setattr(feed.resource, "retired_at", make.NOW),
], ids=["she is gone", "she may not any more", "the resource is retired"])  # fmt: skip
def test_a_feed_does_not_outlive_who_opened_it(
    client: FlaskClient, crew: CityResource, left: Callable[[CalendarFeed], None]
) -> None:
    of_crew, of_case = feed_of(crew), feed_of(make.make_case())
    assert (client.get(of_crew).status_code, client.get(of_case).status_code) == (200, 200)
    left(db.session.query(CalendarFeed).filter(CalendarFeed.resource_id == crew.id).one())
    db.session.commit()
    assert (client.get(of_crew).status_code, client.get(of_case).status_code) == (404, 200)


def test_a_cases_feed_ends_with_who_may_not_work_cases(client: FlaskClient, crew: CityResource) -> None:
    address = feed_of(make.make_case())
    db.session.query(CalendarFeed).one().created_by.role = Role.SCHEDULER
    db.session.commit()
    assert client.get(address).status_code == 404


def test_who_tries_many_addresses_has_to_wait(client: FlaskClient, crew: CityResource) -> None:
    answers = [client.get(f"/calendars/guess-{number}.ics").status_code for number in range(31)]
    assert answers == [404] * 30 + [429]


def test_a_pace_begins_anew_after_its_window() -> None:
    pace = Pace(2, timedelta(minutes=15))
    assert [pace.is_too_fast("a", make.NOW) for _ in range(3)] == [False, False, True]
    assert not pace.is_too_fast("b", make.NOW)
    assert not pace.is_too_fast("a", make.NOW + timedelta(minutes=15))
