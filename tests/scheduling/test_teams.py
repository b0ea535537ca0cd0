"""Teams: their bookings take their members' time, and changing members is done whole or not at all."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests import factories as make
from tracker.clock import utc_now
from tracker.errors import Conflict, Invalid
from tracker.extensions import db
from tracker.scheduling.bookings.booking import book_order
from tracker.scheduling.bookings.members import change_members, say_unfit
from tracker.scheduling.bookings.models import Booking, BookingSlot
from tracker.scheduling.bookings.retiring import retire_resource
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.resources.models import CityResource, TeamMember
from tracker.staff.models import Role, User

TEN = datetime(2026, 6, 16, 14, 0, tzinfo=UTC)  # Tuesday, 10:00 in the city
HOUR = timedelta(hours=1)
ALWAYS = [(day, 0, 24 * 60) for day in range(7)]


@pytest.fixture
def city(database: SQLAlchemy) -> Iterator[None]:
    make.make_city(is_live=True)
    with time_machine.travel(make.NOW, tick=False):
        yield


def team_of(*members: CityResource, name: str = "Storm team", **columns: object) -> CityResource:
    return make.make_resource(name=name, members=[TeamMember(member=one) for one in members], **columns)


def slots_of(resource: CityResource) -> int:
    query = select(func.count()).select_from(BookingSlot).where(BookingSlot.resource_id == resource.id)
    return db.session.scalar(query) or 0


def test_changed_members_take_and_give_back_the_quarter_hours_of_what_is_booked(city: None) -> None:
    old, stays, new = (make.make_resource(name=name) for name in ("Old", "Stays", "New"))
    team = team_of(old, stays)
    booking = book_order(make.make_work_order(), team, TEN, None)
    assert change_members(team, [stays.id, new.id], None) == [booking]
    assert [slots_of(one) for one in (team, old, stays, new)] == [4, 0, 4, 4]
    book_order(make.make_work_order(), old, TEN, None)
    with pytest.raises(Conflict, match="New is taken"):
        book_order(make.make_work_order(), new, TEN, None)


def test_a_new_member_that_is_taken_is_named_and_nothing_is_half_done(city: None, database: SQLAlchemy) -> None:
    old, busy, free = (make.make_resource(name=name) for name in ("Old", "Busy", "Free"))
    team = team_of(old)
    book_order(make.make_work_order(title="Clear the road"), team, TEN, None)
    book_order(make.make_work_order(title="Fell the oak"), busy, TEN + HOUR / 2, None)
    words = "Busy is taken by «Fell the oak», Tue 16 Jun 2026, 10:30 to 11:30, while Storm team does «Clear the road»"
    with pytest.raises(Conflict, match=words):
        change_members(team, [busy.id, free.id], None)
    database.session.commit()
    assert [one.member_id for one in team.members] == [old.id]
    assert [slots_of(one) for one in (team, old, busy, free)] == [4, 4, 4, 0]


def test_what_a_team_has_done_stays_its_old_members_time(city: None) -> None:
    old, new = make.make_resource(), make.make_resource()
    team = team_of(old)
    book_order(make.make_work_order(), team, TEN, None)
    with time_machine.travel(TEN + 2 * HOUR, tick=False):
        change_members(team, [new.id], None)
    assert [slots_of(one) for one in (old, new)] == [4, 0]


def test_there_is_no_team_inside_a_team_no_circle_and_nobody_out_of_service(city: None) -> None:
    one, gone = make.make_resource(name="One"), make.make_resource(name="Gone", retired_at=make.NOW)
    team, other = team_of(one), team_of(make.make_resource(), name="Other team")
    for who, members, words in (
        (other, [team.id], "Storm team is a team"),
        (one, [other.id], "One is a member of Storm team"),
        (team, [team.id], "its own member"),
        (team, [gone.id], "Gone is out of service"),
        (team, [9999], "not there any more"),
    ):
        with pytest.raises(Invalid, match=words):
            change_members(who, members, None)


def test_a_member_may_be_in_several_teams_and_is_booked_once(city: None) -> None:
    ana = make.make_resource(name="Ana")
    day, night = team_of(ana, name="Day team"), team_of(ana, name="Night team")
    book_order(make.make_work_order(), day, TEN, None)
    with pytest.raises(Conflict, match="Night team is taken"):
        book_order(make.make_work_order(), night, TEN, None)


def test_retiring_a_member_names_its_teams_bookings_and_retiring_a_team_leaves_its_members_own(city: None) -> None:
    ana, boss = make.make_resource(name="Ana"), make.make_user(role=Role.SCHEDULER)
    team = team_of(ana)
    with_team = book_order(make.make_work_order(), team, TEN, None)
    own = book_order(make.make_work_order(), ana, TEN + 2 * HOUR, None)
    with pytest.raises(Conflict, match="Ana has 2 bookings to come, 1 of them as a member of Storm team"):
        retire_resource(ana, boss, release=False)
    assert retire_resource(team, boss, release=True) == [with_team]
    assert own.work_order.status is WorkStatus.PLANNED


def test_a_booked_team_that_loses_a_skill_is_flagged(city: None) -> None:
    chipper = make.make_resource(skills=("chipper",))
    team = team_of(chipper, people=2)
    order = make.make_work_order(skill="chipper", people=3)
    book_order(order, team, TEN, None)
    assert say_unfit(order, team) == ""
    change_members(team, [], None)
    assert say_unfit(order, team) == "needs «chipper» and 3 people"


def test_members_are_chosen_on_a_page_which_notices_who_was_first(
    client: FlaskClient, database: SQLAlchemy, city: None, sign_in: Callable[..., User]
) -> None:
    sign_in(Role.SCHEDULER)
    ana, ben, team = make.make_resource(name="Ana"), make.make_resource(name="Ben"), make.make_resource(name="Team T")
    address, numbers = f"/staff/resources/{team.id}/members", [str(ana.id), str(ben.id)]
    assert "Ana (crew: tree)" in client.get(address).text
    done = client.post(address, data={"seen": "", "members": numbers}, follow_redirects=True)
    assert "The members of Team T were changed." in done.text
    assert "This team is off whenever one of its members is." in done.text
    assert "Team T</a>: a team is off" in client.get(f"/staff/resources/{numbers[0]}").text
    late = client.post(address, data={"seen": "", "members": numbers[:1]})
    assert late.status_code == 409 and "Now they are: Ana, Ben" in late.text
    database.session.rollback()
    assert client.post(address, data={"seen": ",".join(numbers), "members": ["x"]}).status_code == 400
    assert "no team inside a team" in client.get(f"/staff/resources/{numbers[0]}/members").text


def race(app: Flask, barrier: Barrier, what: str, first_id: int, second_id: int, starts_at: datetime) -> str:
    """Book a member, or take it into a team that is booked then."""
    with app.app_context():
        resource = db.session.get_one(CityResource, first_id)
        order = db.session.get_one(WorkOrder, second_id) if what == "book" else None
        db.session.rollback()
        barrier.wait()
        try:
            if order is not None:
                book_order(order, resource, starts_at, None)
            else:
                change_members(resource, [second_id], None)
            db.session.commit()
        except Conflict as refusal:
            db.session.commit()
            return str(refusal)
        finally:
            db.session.remove()
        return "won"


def test_a_member_booked_and_taken_into_a_team_at_once_is_never_in_two_places(app: Flask, database: SQLAlchemy) -> None:
    make.make_city()
    start = datetime.combine(utc_now().date() + timedelta(days=2), datetime.min.time(), UTC)
    for number in range(12):
        starts_at = start + number * 2 * HOUR
        member, team = make.make_resource(shifts=ALWAYS), make.make_resource(shifts=ALWAYS)
        book_order(make.make_work_order(), team, starts_at, None)
        order = make.make_work_order()
        ids = (team.id, member.id, order.id)
        database.session.commit()
        barrier = Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            joins = pool.submit(race, app, barrier, "join", ids[0], ids[1], starts_at)
            books = pool.submit(race, app, barrier, "book", ids[1], ids[2], starts_at)
            outcomes = [joins.result(), books.result()]
        assert outcomes.count("won") == 1, outcomes
        database.session.expire_all()
        slots = database.session.scalars(select(BookingSlot.booking_id).where(BookingSlot.resource_id == ids[1])).all()
        assert len(slots) == 4 and len(set(slots)) == 1


def test_two_who_make_teams_of_each_other_at_once_make_no_team_inside_a_team(app: Flask, database: SQLAlchemy) -> None:
    make.make_city()
    for _ in range(6):
        ids = [make.make_resource(shifts=ALWAYS).id for _ in range(3)]
        database.session.commit()
        barrier = Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            moves = [(ids[0], ids[1]), (ids[1], ids[2])]
            runners = [pool.submit(join_or_refuse, app, barrier, *move) for move in moves]
            assert sorted(runner.result() for runner in runners) == ["refused", "won"]
        database.session.expire_all()
    assert database.session.scalar(select(func.count()).select_from(Booking)) == 0


def join_or_refuse(app: Flask, barrier: Barrier, team_id: int, member_id: int) -> str:
    with app.app_context():
        try:
            return "won" if race(app, barrier, "join", team_id, member_id, utc_now()) == "won" else "refused"
        except Invalid:
            db.session.rollback()
            return "refused"
