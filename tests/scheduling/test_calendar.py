"""The calendar as a scheduler uses it: days true to exceptions and clock changes, a month's load, moves and words."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy

from tests import factories as make
from tracker.errors import Conflict, Invalid
from tracker.extensions import db
from tracker.scheduling.bookings.asking import what_is_in_the_way
from tracker.scheduling.bookings.booking import book_order, change_minutes, mark_of, move_booking, standing_booking
from tracker.scheduling.bookings.ending import finish_order
from tracker.scheduling.bookings.models import Booking, BookingSlot
from tracker.scheduling.bookings.slots import slot_at
from tracker.scheduling.calendar.day import read_day
from tracker.scheduling.calendar.month import read_month
from tracker.scheduling.calendar.week import read_week
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.resources.models import CityResource, ExceptionKind, ShiftException, TeamMember
from tracker.staff.log import history_of
from tracker.staff.models import Role, User

TEN = datetime(2026, 6, 16, 14, 0, tzinfo=UTC)  # Tuesday, 10:00 in the city
TUESDAY = date(2026, 6, 16)
ZONE = ZoneInfo("America/New_York")
ALWAYS = [(day, 0, 24 * 60) for day in range(7)]
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(make.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def city(database: SQLAlchemy) -> None:
    make.make_city(is_live=True)


@pytest.fixture
def scheduler(city: None, sign_in: Callable[..., User]) -> User:
    return sign_in(Role.SCHEDULER)


def team_of(*members: CityResource, **columns: object) -> CityResource:
    team = make.make_resource(name="Storm team", **columns)
    db.session.add_all(TeamMember(team_id=team.id, member_id=member.id) for member in members)
    db.session.flush()
    db.session.refresh(team)
    return team


def depart(resource: CityResource, kind: ExceptionKind, starts_at: datetime, ends_at: datetime) -> None:
    db.session.add(ShiftException(resource_id=resource.id, kind=kind, starts_at=starts_at, ends_at=ends_at,
                                  reason="Back pain"))  # fmt: skip
    db.session.flush()


def pieces(resource: CityResource, day: date = TUESDAY) -> list[tuple[str, int]]:
    """(kind, quarter hours) of a resource's day, from top to bottom."""
    (column,) = read_day([resource], day, ZONE).columns
    return [(piece.layer.kind.value, piece.quarters) for piece in column.pieces]


def where(booking: Booking) -> dict[str, str]:
    """What the day page sends of a booking that stays where it is."""
    return {
        "booking": str(booking.id), "seen": mark_of(booking), "resource": str(booking.resource_id),
        "slot": str(slot_at(booking.starts_at)), "minutes": str(booking.work_order.minutes),
    }  # fmt: skip


def taken(booking: Booking) -> int:
    """How many quarter hours a booking holds."""
    return db.session.query(BookingSlot).filter_by(booking_id=booking.id).count()


# ---- what the pages show


def test_a_day_shows_shift_break_booking_time_off_and_extra_shift(city: None) -> None:
    crew = make.make_resource()
    for shift in crew.shifts:
        shift.break_minutes, shift.break_from, shift.break_until = 30, 11 * 60, 12 * 60
    book_order(make.make_work_order(), crew, TEN, None)
    depart(crew, ExceptionKind.OFF, TEN + 4 * HOUR, TEN + 5 * HOUR)  # 14 to 15
    depart(crew, ExceptionKind.EXTRA, TEN + 7 * HOUR, TEN + 8 * HOUR)  # 17 to 18
    assert pieces(crew) == [
        ("no_shift", 4), ("free", 8), ("booking", 4), ("break", 4), ("free", 8), ("time_off", 4), ("free", 4),
        ("no_shift", 4), ("extra", 4), ("no_shift", 4),
    ]  # fmt: skip


def test_a_members_day_and_week_show_its_teams_bookings_and_a_teams_day_its_members_own(city: None) -> None:
    ana, ben = make.make_resource(name="Ana"), make.make_resource(name="Ben")
    team = team_of(ana, ben)
    book_order(make.make_work_order(), team, TEN, None)
    book_order(make.make_work_order(title="Alone"), ben, TEN + 2 * HOUR, None)
    assert [kind for kind, _ in pieces(ana)] == ["no_shift", "free", "booking", "free", "no_shift"]
    assert [kind for kind, _ in pieces(team)] == [
        "no_shift", "free", "booking", "free", "elsewhere", "free", "no_shift",
    ]  # fmt: skip
    week = read_week([ana, ben, team], date(2026, 6, 15), ZONE)
    tuesday = [[(block.team, block.minutes) for block in row.cells[1].blocks] for row in week.rows]
    assert tuesday == [[("Storm team", 60)], [("Storm team", 60), ("", 60)], [("", 60)]]


def test_a_week_is_true_to_time_off_and_extra_shifts(city: None) -> None:
    crew = make.make_resource()
    depart(crew, ExceptionKind.OFF, TEN - 2 * HOUR, TEN + 2 * HOUR)
    depart(crew, ExceptionKind.EXTRA, datetime(2026, 6, 20, 13, tzinfo=UTC), datetime(2026, 6, 20, 17, tzinfo=UTC))
    cells = read_week([crew], date(2026, 6, 15), ZONE).rows[0].cells
    told = [(cell.shift, cell.notes, cell.working_minutes) for cell in cells]
    assert told[0] == ("08:00-16:00", [], 480)
    assert told[1] == ("12:00-16:00", ["time off"], 240)
    assert told[5] == ("09:00-13:00", ["extra shift"], 240)
    assert told[6] == ("", [], 0)


@pytest.mark.parametrize(
    ("day", "hours", "labels"),
    [
        (date(2026, 11, 1), 25, ["00:00", "01:00", "01:00 again", "02:00"]),
        (date(2027, 3, 14), 23, ["00:00", "01:00", "03:00", "04:00"]),
    ],
)
def test_the_days_on_which_the_clocks_are_moved_have_their_hours(
    city: None, day: date, hours: int, labels: list[str]
) -> None:
    crew = make.make_resource(shifts=ALWAYS)
    shown = read_day([crew], day, ZONE)
    assert (shown.last - shown.first, len(shown.hours)) == (hours * 4, hours)
    assert [hour.label for hour in shown.hours[:4]] == labels
    assert f"{hours} hours" in shown.clock_change
    assert shown.columns[0].working_minutes == hours * 60
    last_hour = datetime(day.year, day.month, day.day, 23, tzinfo=ZONE).astimezone(UTC)
    book_order(make.make_work_order(), crew, last_hour, None)
    assert pieces(crew, day) == [("free", (hours - 1) * 4), ("booking", 4)]


def test_a_month_adds_up_what_is_booked_and_cuts_nights_at_midnight(city: None) -> None:
    night, day = make.make_resource(shifts=[(0, 22 * 60, 6 * 60)]), make.make_resource()
    monday_midnight = datetime(2026, 6, 16, 4, tzinfo=UTC)
    book_order(make.make_work_order(minutes=120), night, monday_midnight - HOUR, None)
    book_order(make.make_work_order(), day, TEN, None)
    month = read_month([night, day], date(2026, 6, 1), ZONE)
    days = [load for week in month.weeks for load in week]
    loads = {load.day: (load.booked_minutes, load.working_minutes, load.at_work) for load in days}
    assert loads[date(2026, 6, 15)] == (60, 120 + 480, 2)
    assert loads[TUESDAY] == (60 + 60, 360 + 480, 2)
    assert loads[date(2026, 6, 20)] == (0, 0, 0)
    assert (month.weeks[0][0].day, month.weeks[-1][-1].day) == (date(2026, 6, 1), date(2026, 7, 5))


def test_day_and_month_keep_the_filters_and_never_fail_on_a_date(client: FlaskClient, scheduler: User) -> None:
    north = make.make_area(name="North")
    make.make_resource(center=north, name="Northerner")
    make.make_resource(center=make.make_area(name="South"), name="Southerner")
    page = client.get(f"/staff/schedule/day?day=2026-06-16&center={north.id}").text
    assert "Tuesday 16 June 2026" in page and f"month=2026-06-16&amp;center={north.id}" in page
    columns = re.findall(r'data-name="(\w+)"', page)
    assert columns == ["Northerner"]
    month = client.get(f"/staff/schedule/month?month=2026-06&center={north.id}").text
    assert "June 2026" in month and "Northerner" in month and "0 of 8 h" in month
    for view in ("day", "month"):
        for text in ("nonsense", "9999-12-31", "0001-01-01", "2026-13", ""):
            assert client.get(f"/staff/schedule/{view}?{view}={text}").status_code == 200
    assert "No resources here" in client.get("/staff/schedule/day?kind=vehicle").text


def test_statuses_are_said_in_words_and_why_somebody_is_off_is_not(client: FlaskClient, scheduler: User) -> None:
    crew = make.make_resource()
    booking = book_order(make.make_work_order(title="Fell the oak"), crew, TEN, None)
    booking.is_pinned = True
    held = book_order(make.make_work_order(title="Held"), crew, TEN + HOUR, None)
    held.held_until = make.NOW + HOUR
    depart(crew, ExceptionKind.OFF, TEN + 4 * HOUR, TEN + 5 * HOUR)
    page = client.get("/staff/schedule/day?day=2026-06-16").text
    assert "planned, pinned" in page and "held until 13:00" in page and "time off" in page
    assert "Back pain" not in page
    blocks = re.findall(r'<li class="piece piece-booking.*?</li>', page, re.S)
    assert "data-movable" in blocks[0] and "data-movable" not in blocks[1]


def test_who_may_only_look_is_offered_nothing_to_move(
    client: FlaskClient, city: None, sign_in: Callable[..., User]
) -> None:
    booking = book_order(make.make_work_order(title="Fell the oak"), make.make_resource(), TEN, None)
    sign_in(Role.CONTACT)
    page = client.get("/staff/schedule/day?day=2026-06-16").text
    assert "Fell the oak" in page
    assert all(word not in page for word in ("data-move", "Work waiting", "calendar.js"))
    assert client.post("/staff/schedule/place", data=where(booking)).status_code == 403


def test_waiting_work_is_searched_and_bounded(client: FlaskClient, scheduler: User) -> None:
    make.make_resource()
    for number in range(31):
        make.make_work_order(title=f"Prune {number}")
    make.make_work_order(title="Tow", case=make.make_case(address="77 Oak St"))
    page = client.get("/staff/schedule/day").text
    assert page.count("data-order=") == 30 and "The 30 most urgent of 32." in page
    found = client.get("/staff/schedule/day?work=77+oak").text
    assert found.count("data-order=") == 1 and "Tow" in found


# ---- asking before saving, and saving


def test_a_conflict_is_told_before_saving_in_the_words_of_the_verbs_and_nothing_is_kept(
    client: FlaskClient, scheduler: User
) -> None:
    crew = book_order(make.make_work_order(title="Fell the oak"), make.make_resource(name="Crew A"), TEN, None).resource
    order = make.make_work_order()
    wish = {"order": str(order.id), "resource": str(crew.id), "slot": str(slot_at(TEN) + 2)}
    asked = client.post("/staff/schedule/ask", data=wish)
    assert asked.json["words"].startswith("Crew A is taken: «Fell the oak» at 1 Elm St")
    assert "Free from 11:00." in asked.json["words"]
    saved = client.post("/staff/schedule/place", data=wish, headers={"Accept": "application/json"})
    assert (saved.status_code, saved.json[0]["description"]) == (409, asked.json["words"])
    free = wish | {"slot": str(slot_at(TEN) + 4)}
    assert client.post("/staff/schedule/ask", data=free).json == {"words": ""}
    assert db.session.query(Booking).count() == 1
    done = client.post("/staff/schedule/place", data=free)
    assert done.json["words"] == "Booked «Look at the tree»: Crew A, Tue 16 Jun 2026, 11:00 to 12:00."
    twice = client.post("/staff/schedule/place", data=free, headers={"Accept": "application/json"})
    assert twice.status_code == 409 and "Somebody booked «Look at the tree» meanwhile" in twice.json[0]["description"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"slot": slot_at(TEN - 6 * HOUR)}, "does not work then"),
        ({"slot": slot_at(TEN + timedelta(days=4))}, "has no shift on that day"),
        ({"slot": slot_at(TEN - timedelta(days=2))}, "That time is past"),
        ({"minutes": 0}, "Work ends after it begins"),
        ({"minutes": 8 * 24 * 60}, "at most 7 days"),
        ({"minutes": 7 * 60}, "does not work then"),
    ],
)
def test_what_cannot_be_is_said_alike_before_and_after(
    client: FlaskClient, scheduler: User, change: dict[str, int], words: str
) -> None:
    booking = book_order(make.make_work_order(), make.make_resource(), TEN, None)
    wish = where(booking) | {name: str(value) for name, value in change.items()}
    asked = client.post("/staff/schedule/ask", data=wish).json["words"]
    saved = client.post("/staff/schedule/place", data=wish, headers={"Accept": "application/json"})
    assert words in asked and saved.status_code == 400 and saved.json[0]["description"] == asked
    db.session.expire_all()
    assert (booking.starts_at, booking.work_order.minutes, taken(booking)) == (TEN, 60, 4)


@pytest.mark.parametrize(
    "change", [{"slot": "99999999999"}, {"slot": "2000000000"}, {"slot": "x"}, {"minutes": "-15"}, {"resource": ""}]
)
def test_what_no_page_sends_is_refused_in_words(client: FlaskClient, scheduler: User, change: dict[str, str]) -> None:
    booking = book_order(make.make_work_order(), make.make_resource(), TEN, None)
    for path in ("ask", "place"):
        answer = client.post(f"/staff/schedule/{path}", data=where(booking) | change)
        assert answer.status_code == 400


def test_a_booking_is_moved_and_resized_unless_somebody_did_meanwhile(client: FlaskClient, scheduler: User) -> None:
    booking = book_order(make.make_work_order(), make.make_resource(), TEN, None)
    other = make.make_resource(name="Crew B")
    seen, as_json = where(booking), {"Accept": "application/json"}
    elsewhere = {"resource": str(other.id), "slot": str(slot_at(TEN + HOUR))}
    moved = client.post("/staff/schedule/place", data=seen | elsewhere)
    assert moved.json["words"] == "Moved «Look at the tree»: Crew B, Tue 16 Jun 2026, 11:00 to 12:00."
    for path in ("place", "resize"):
        late = client.post(f"/staff/schedule/{path}", data=seen | {"minutes": "30"}, headers=as_json)
        assert late.status_code == 409
        assert "Somebody moved this booking meanwhile, to Crew B" in late.json[0]["description"]
    resized = client.post("/staff/schedule/resize", data=seen | {"minutes": "105", "seen": moved.json["seen"]})
    assert "takes 105 minutes: Crew B, Tue 16 Jun 2026, 11:00 to 12:45." in resized.json["words"]
    db.session.expire_all()
    assert (booking.work_order.minutes, taken(booking), booking.sequence) == (105, 7, 2)
    assert history_of("case", booking.work_order.case_id)[0].text == (
        "«Look at the tree» takes 105 minutes instead of 60: Crew B, Tue 16 Jun 2026, 11:00 to 12:45, "
        "before Crew B, Tue 16 Jun 2026, 11:00 to 12:00."
    )
    old = client.post("/staff/schedule/place", data=seen | {"seen": moved.json["seen"]})
    assert old.status_code == 409  # resized since it was seen


def test_a_form_of_the_day_without_its_token_changes_nothing(app: Flask, client: FlaskClient, scheduler: User) -> None:
    booking = book_order(make.make_work_order(), make.make_resource(), TEN, None)
    sent = where(booking) | {"slot": str(slot_at(TEN + HOUR))}
    app.config["WTF_CSRF_ENABLED"] = True
    assert client.post("/staff/schedule/place", data=sent).status_code == 400
    db.session.expire_all()
    assert booking.starts_at == TEN


# ---- the verbs


def test_longer_work_is_refused_where_the_next_begins_and_stays_as_it_was(city: None) -> None:
    crew = make.make_resource(name="Crew A")
    booking = book_order(make.make_work_order(), crew, TEN, None)
    book_order(make.make_work_order(title="Next"), crew, TEN + HOUR, None)
    with pytest.raises(Conflict, match="Crew A is taken: «Next»"):
        change_minutes(booking, 75, None)
    assert (booking.work_order.minutes, booking.ends_at, taken(booking)) == (60, TEN + HOUR, 4)
    change_minutes(booking, 31, None)
    assert (booking.work_order.minutes, booking.ends_at, taken(booking)) == (31, TEN + HOUR / 2 + HOUR / 4, 3)


def test_work_that_has_begun_may_take_longer_but_not_end_in_the_past(city: None, clock: time_machine.Traveller) -> None:
    booking = book_order(make.make_work_order(minutes=120), make.make_resource(), TEN, None)
    clock.move_to(TEN + HOUR)
    with pytest.raises(Invalid, match="past"):
        change_minutes(booking, 30, None)
    assert "past" in what_is_in_the_way(booking.work_order, booking.resource, TEN, 30, booking)
    assert what_is_in_the_way(booking.work_order, booking.resource, TEN, 180, booking) == ""
    change_minutes(booking, 180, None)
    assert booking.ends_at == TEN + 3 * HOUR


def test_work_that_is_over_is_not_resized(city: None) -> None:
    booking = book_order(make.make_work_order(), make.make_resource(), TEN, None)
    finish_order(booking.work_order, None)
    with pytest.raises(Conflict, match="stands no longer"):
        change_minutes(booking, 90, None)


def test_a_teams_longer_work_takes_its_members_time(city: None) -> None:
    ana = make.make_resource(name="Ana")
    team = team_of(ana, make.make_resource(name="Ben"))
    booking = book_order(make.make_work_order(), team, TEN, None)
    change_minutes(booking, 90, None)
    assert taken(booking) == 3 * 6
    alone = make.make_work_order()
    assert "Ana is taken" in what_is_in_the_way(alone, ana, TEN + HOUR, 60)
    with pytest.raises(Conflict, match="Ana is taken"):
        book_order(alone, ana, TEN + HOUR, None)


def test_moved_and_resized_at_once_nothing_is_half_done(city: None) -> None:
    crew = make.make_resource()
    booking = book_order(make.make_work_order(), crew, TEN, None)
    book_order(make.make_work_order(), crew, TEN + 3 * HOUR, None)
    with pytest.raises(Conflict):
        move_booking(booking, crew, TEN + 2 * HOUR, None, minutes=75)
    assert (booking.starts_at, booking.work_order.minutes, booking.sequence) == (TEN, 60, 0)
    move_booking(booking, crew, TEN + 2 * HOUR, None, minutes=45)
    assert (booking.ends_at, booking.work_order.minutes) == (TEN + 2 * HOUR + timedelta(minutes=45), 45)


def test_the_question_holds_nobody_and_knows_skills_people_and_status(city: None) -> None:
    lone = make.make_resource(name="Lone", skills=("paint",))
    order = make.make_work_order(people=2)
    assert "does not have «tree»" in what_is_in_the_way(order, lone, TEN, 60)
    assert "needs 2 people" in what_is_in_the_way(order, make.make_resource(), TEN, 60)
    done = make.make_work_order(status=WorkStatus.DONE)
    assert "cannot become «planned»" in what_is_in_the_way(done, make.make_resource(), TEN, 60)
    assert standing_booking(order) is None and isinstance(order, WorkOrder)
