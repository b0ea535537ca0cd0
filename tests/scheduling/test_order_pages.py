"""Ordering work, changing it, letting it come again and looking for it, as people do on the pages."""

import csv
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from io import StringIO

import pytest
import time_machine
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests import factories as make
from tracker.scheduling.bookings.booking import book_order
from tracker.scheduling.bookings.changing import order_mark
from tracker.scheduling.bookings.ending import could_not_do, finish_order
from tracker.scheduling.orders.dependencies import set_waits_for
from tracker.scheduling.orders.models import RecurringOrder, WorkOrder
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.staff.models import Role, User

TEN = datetime(2026, 6, 16, 14, 0, tzinfo=UTC)  # Tuesday, 10:00 in the city
HOUR = timedelta(hours=1)
ORDER = {"title": "Cut the oak", "skill": "tree", "minutes": "90", "due_on": "2026-06-30", "priority": "2"}


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture(autouse=True)
def scheduler(database: SQLAlchemy, sign_in: Callable[..., User]) -> User:
    make.make_city(is_live=True)
    return sign_in(Role.SCHEDULER)


def only_order(database: SQLAlchemy) -> WorkOrder:
    return database.session.scalars(select(WorkOrder).order_by(WorkOrder.id.desc())).first()  # type: ignore[return-value]


def done_before(times: int, minutes: int, title: str = "Cut the oak") -> None:
    """Work of a kind that was done so many times, each in so many minutes."""
    crew = make.make_resource(shifts=[(day, 0, 24 * 60) for day in range(7)], cost_cents_per_hour=6_000)
    for number in range(times):
        order = make.make_work_order(title=title)
        with time_machine.travel(make.NOW + timedelta(hours=2 * number), tick=False):
            book_order(order, crew, make.NOW + timedelta(hours=2 * number), None)
            finish_order(order, None, worked_minutes=minutes)


def test_everything_that_work_needs_is_kept(client: FlaskClient, database: SQLAlchemy) -> None:
    case = make.make_case()
    make.make_address(key="9 OAK STREET", number=9, street_key="OAK STREET")
    first = make.make_work_order(case=case, title="Tow")
    sent = ORDER | {
        "needs": "chipper, tree, bucket , chipper", "people": "2", "load": "3", "earliest_at": "2026-06-20T07:30",
        "latest_at": "2026-06-25T12:00", "place": "9 Oak St", "waits_for": [str(first.id)],
    }  # fmt: skip
    answer = client.post(f"/staff/cases/{case.public_id}/orders/new", data=sent)
    assert answer.status_code == 302, answer.text
    order = only_order(database)
    assert (order.people, order.load, order.priority, order.all_skills) == (2, 3, 2, {"tree", "chipper", "bucket"})
    assert order.earliest_at == datetime(2026, 6, 20, 11, 30, tzinfo=UTC)  # 07:30 in the city
    assert order.place and order.place_x_dm is not None
    assert [row.first_id for row in order.waits_for] == [first.id]
    page = client.get(f"/staff/orders/{order.id}").text
    for words in ("bucket and chipper, 90 minutes, 2 people, load 3", "20 Jun 2026, 07:30", "Done first", ">Tow<"):
        assert words in page


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"title": "   "}, "Say what is to be done."),
        ({"skill": " "}, "Name the skill."),
        ({"people": "0"}, "Number must be between 1"),
        ({"due_on": "0026-06-30"}, "Check the year"),
        ({"earliest_at": "2026-06-20T09:00", "latest_at": "2026-06-20T08:00"}, "lies before the earliest"),
        ({"earliest_at": "2026-07-20T09:00"}, "may not begin before the day on which it is due"),
        ({"place": "Nowhere at all"}, "Nothing known is called"),
        ({"place_lat": "42.3"}, "both latitude and longitude"),
        ({"place_lat": "10", "place_long": "10"}, "outside"),
        ({"waits_for": ["999"]}, "not a valid choice"),
    ],
)
def test_work_that_cannot_be_meant_is_refused_and_what_was_typed_stays(
    client: FlaskClient, database: SQLAlchemy, changed: dict[str, object], words: str
) -> None:
    address = f"/staff/cases/{make.make_case().public_id}/orders/new"
    answer = client.post(address, data=ORDER | {"needs": "chipper"} | changed)
    assert answer.status_code == 400
    assert words in answer.text
    assert 'value="chipper"' in answer.text
    assert database.session.scalar(select(WorkOrder.id)) is None


def test_the_usual_time_is_told_and_taken_only_when_a_person_says_so(client: FlaskClient, database: SQLAlchemy) -> None:
    address = f"/staff/cases/{make.make_case().public_id}/orders/new"
    done_before(5, 45)
    looked = client.post(address, data=ORDER | {"look": "1"})
    assert looked.status_code == 200
    assert "Usually 45 minutes (5 done)" in looked.text
    assert 'value="90"' in looked.text and "Take 45 minutes" in looked.text
    taken = client.post(address, data=ORDER | {"take": "1"}).text
    assert 'value="45"' in taken and 'value="90"' not in taken
    assert "five times are needed" in client.post(address, data=ORDER | {"look": "1", "title": "Plant"}).text
    assert client.post(address, data=ORDER).status_code == 302
    order = only_order(database)
    assert order.minutes == 90
    assert "usually 45 minutes (5 done)" in client.get(f"/staff/orders/{order.id}").text


def test_an_order_is_changed_and_its_booking_takes_the_new_time(client: FlaskClient, database: SQLAlchemy) -> None:
    order = make.make_work_order(title="Cut the oak", case=make.make_case(public_id="CASE-0001"))
    booking = book_order(order, make.make_resource(skills=("tree", "chipper")), TEN, None)
    sent = ORDER | {"needs": "chipper", "seen": order_mark(order)}
    assert client.post(f"/staff/orders/{order.id}/change", data=sent).status_code == 302
    assert (order.minutes, booking.ends_at, order.status) == (90, TEN + 1.5 * HOUR, WorkStatus.PLANNED)
    page = client.get(f"/staff/orders/{order.id}/change").text
    assert "It is booked" in page and 'value="chipper"' in page
    assert "changed: needs, minutes, due, priority" in client.get(f"/staff/cases/{order.case.public_id}").text


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"needs": "crane"}, "Its booking would not fit any more."),
        ({"people": "4"}, "This work needs 4 people"),
        ({"minutes": "600"}, "does not work then"),
        ({"latest_at": "2026-06-16T09:00"}, "may not begin after Tue 16 Jun 2026, 09:00"),
    ],
)
def test_a_change_under_which_the_booking_would_not_fit_is_refused_in_words(
    client: FlaskClient, database: SQLAlchemy, changed: dict[str, str], words: str
) -> None:
    order = make.make_work_order()
    booking = book_order(order, make.make_resource(), TEN, None)
    before = order_mark(order)
    database.session.commit()
    answer = client.post(f"/staff/orders/{order.id}/change", data=ORDER | {"seen": before} | changed)
    assert answer.status_code == 400
    assert words in answer.text and "Cut the oak" in answer.text
    assert (order_mark(order), booking.ends_at) == (before, TEN + HOUR)


def test_of_two_who_change_an_order_the_second_is_told_what_stands(client: FlaskClient, database: SQLAlchemy) -> None:
    order = make.make_work_order()
    seen = order_mark(order)
    order.minutes = 30
    database.session.commit()
    answer = client.post(f"/staff/orders/{order.id}/change", data=ORDER | {"seen": seen})
    assert answer.status_code == 409
    assert "Somebody changed this work order meanwhile" in answer.text and "Now it is: 30" in answer.text
    assert client.post(f"/staff/orders/{order.id}/change", data=ORDER | {"seen": order_mark(order)}).status_code == 302


def test_done_work_is_not_changed(client: FlaskClient) -> None:
    order = make.make_work_order(status=WorkStatus.DONE)
    answer = client.post(f"/staff/orders/{order.id}/change", data=ORDER | {"seen": order_mark(order)})
    assert answer.status_code == 409 and "Ask for it again first" in answer.text


def test_booked_work_is_confirmed_and_taken_back_and_what_is_not_booked_is_refused(client: FlaskClient) -> None:
    order = make.make_work_order()
    refused = client.post(f"/staff/orders/{order.id}/confirm")
    assert refused.status_code == 409 and "cannot become «confirmed»" in refused.text
    book_order(order, make.make_resource(), TEN, None)
    client.post(f"/staff/orders/{order.id}/confirm")
    assert order.status is WorkStatus.CONFIRMED
    assert "Take the confirmation back" in client.get(f"/staff/orders/{order.id}").text
    client.post(f"/staff/orders/{order.id}/plan-again")
    assert order.status is WorkStatus.PLANNED


def test_what_could_not_be_done_is_tried_again_from_a_day_on(client: FlaskClient, database: SQLAlchemy) -> None:
    order = make.make_work_order(latest_at=TEN)
    sent = {"not_done-kind": "no_access", "not_done-reason": "Gate locked", "not_done-next_try_on": "2026-06-29"}
    order.due_on = date(2026, 6, 20)
    address = f"/staff/orders/{order.id}/not-done"
    assert client.post(address, data=sent | {"not_done-next_try_on": "2020-01-01"}).status_code == 400
    assert client.post(address, data=sent).status_code == 302
    assert (order.status, order.due_on, order.latest_at) == (WorkStatus.REQUESTED, date(2026, 6, 29), None)
    assert order.earliest_at == datetime(2026, 6, 29, 4, tzinfo=UTC)
    assert "No access: Gate locked. Next try from 29 Jun 2026." in client.get(f"/staff/orders/{order.id}").text


def test_moving_the_first_asks_what_becomes_of_the_second(client: FlaskClient, database: SQLAlchemy) -> None:
    case = make.make_case()
    tow, plow = make.make_work_order(case=case, title="Tow"), make.make_work_order(case=case, title="Plow")
    set_waits_for(plow, [tow])
    crew = make.make_resource()
    first = book_order(tow, crew, TEN, None)
    book_order(plow, make.make_resource(), TEN + HOUR, None)
    database.session.commit()
    sent = {"resource_id": str(crew.id), "day": "2026-06-16", "time": "10:30"}
    refused = client.post(f"/staff/bookings/{first.id}/move", data=sent)
    assert refused.status_code == 409 and "«Plow»" in refused.text
    client.post(f"/staff/bookings/{first.id}/cancel", data={"unbook-reason": "Rain"})
    assert tow.status is WorkStatus.PLANNED
    assert client.post(f"/staff/bookings/{first.id}/move", data=sent | {"frees": "y"}).status_code == 302
    assert plow.status is WorkStatus.REQUESTED
    could_not_do(tow, None, reason="No tow bar.")
    database.session.commit()
    page = client.get(f"/staff/orders/{plow.id}").text
    assert "which could not be done: No tow bar." in page
    assert "ask for that again, or let this wait for it no longer" in page
    client.post(f"/staff/orders/{plow.id}/waits-for/{tow.id}/end")
    assert list(plow.waits_for) == []


def test_work_comes_again_until_somebody_ends_it(client: FlaskClient, database: SQLAlchemy) -> None:
    case = make.make_case(public_id="CASE-0001")
    sent = {name: value for name, value in ORDER.items() if name != "due_on"} | {
        "every_days": "7", "first_on": "2026-06-20", "key": "once-only", "needs": "mower",
    }  # fmt: skip
    address = f"/staff/cases/{case.public_id}/orders/repeat"
    assert client.post(address, data=sent | {"every_days": "0"}).status_code == 400
    assert "is past" in client.post(address, data=sent | {"first_on": "2026-06-01"}).text
    assert client.post(address, data=sent).status_code == 302
    assert client.post(address, data=sent).status_code == 302  # the same form again
    recurring = database.session.scalars(select(RecurringOrder)).one()
    orders = database.session.scalars(select(WorkOrder).order_by(WorkOrder.due_on)).all()
    assert [order.due_on.day for order in orders] == [20, 27]  # within the next 14 days of the 15th
    assert orders[0].all_skills == {"tree", "mower"}
    page = client.get(f"/staff/cases/{case.public_id}").text
    assert "comes again every 7 days, next due 04 Jul 2026" in page
    assert "every 7 days" in client.get(f"/staff/recurring-orders/{recurring.id}").text
    assert client.post(f"/staff/recurring-orders/{recurring.id}", data={"reason": " "}).status_code == 400
    client.post(f"/staff/recurring-orders/{recurring.id}", data={"reason": "Paved."})
    assert recurring.ended_at == make.NOW
    assert client.post(f"/staff/recurring-orders/{recurring.id}", data={"reason": "Paved."}).status_code == 409


def test_a_case_shows_hours_and_cost_and_says_what_is_not_known(client: FlaskClient, database: SQLAlchemy) -> None:
    case = make.make_case(public_id="CASE-0001")
    for title, cents in (("Tow", 9_000), ("Plow", None)):
        order = make.make_work_order(case=case, title=title)
        book_order(order, make.make_resource(cost_cents_per_hour=cents), TEN, None)
        with time_machine.travel(TEN + HOUR, tick=False):
            finish_order(order, None, worked_minutes=90)
    database.session.commit()
    page = client.get(f"/staff/cases/{case.public_id}").text
    assert "3 h worked of 2 h planned, cost 135.00 and 1 visit of unknown cost" in page
    assert "Plow</a>: 1.5 h worked of 1 h planned, cost not known" in page


def test_minutes_of_work_are_kept_also_when_it_was_done_before_its_time_and_refused_without_a_booking(
    client: FlaskClient, database: SQLAlchemy
) -> None:
    order, other = make.make_work_order(), make.make_work_order()
    booking = book_order(order, make.make_resource(cost_cents_per_hour=4_000), TEN, None)
    client.post(f"/staff/orders/{order.id}/done", data={"done-worked_minutes": "45"})
    assert (order.status, booking.worked_minutes, booking.cost_cents) == (WorkStatus.DONE, 45, 3_000)
    refused = client.post(f"/staff/orders/{other.id}/done", data={"done-worked_minutes": "45"})
    assert refused.status_code == 400 and "Write them into the note" in refused.text
    assert other.status is WorkStatus.REQUESTED


def test_the_list_is_filtered_sorted_and_exported_with_every_column(client: FlaskClient, database: SQLAlchemy) -> None:
    center = make.make_area(name="North")
    case = make.make_case(center=center)
    tow = make.make_work_order(case=case, title="Tow the van", skill="tow", priority=1)
    plow = make.make_work_order(case=case, title="Plow the alley", skill="plow", due_on=date(2026, 6, 10), priority=5)
    make.make_work_order(title="Old work", status=WorkStatus.DONE)
    set_waits_for(plow, [tow])
    database.session.commit()

    def shown(query: str) -> list[str]:
        page = client.get(f"/staff/orders?{query}").text
        assert client.get(f"/staff/orders.csv?{query}").status_code == 200
        found = [(page.find(f">{title}</a>"), title) for title in ("Tow the van", "Plow the alley", "Old work")]
        return [title.split()[0] for at, title in sorted(found) if at >= 0]

    assert shown("") == ["Tow", "Plow"]
    assert shown("status=any") == ["Tow", "Old", "Plow"]
    assert shown("status=done") == ["Old"]
    assert shown("sort=due") == ["Plow", "Tow"]
    assert shown("status=open&sort=newest") == ["Plow", "Tow"]
    assert shown("sort=skill&skill=tow") == ["Tow"]
    assert shown(f"center={center.id}&skill=plow") == ["Plow"] and shown("center=999") == []
    assert shown("due=late") == ["Plow"] and shown("due=today") == [] and shown("due=week") == ["Tow"]
    assert shown("waiting=yes") == ["Plow"] and shown("waiting=no") == ["Tow"] and shown("waiting=in_vain") == []
    assert shown("q=alley&center=x&sort=x&due=x&waiting=x") == ["Plow"]
    rows = list(csv.DictReader(StringIO(client.get("/staff/orders.csv?status=open").text)))
    assert [(row["work"], row["waits_for"], row["center"]) for row in rows] == [
        ("Tow the van", "", "North"), ("Plow the alley", "Tow the van", "North")
    ]  # fmt: skip


def test_thousands_of_orders_page_and_are_counted_to_a_bound(
    client: FlaskClient, database: SQLAlchemy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.scheduling.order_listing.COUNTED", 120)
    monkeypatch.setattr("tracker.scheduling.order_list_views.COUNTED", 120)
    case = make.make_case()
    due = date(2026, 6, 30)
    row = {"case_id": case.id, "title": "x", "skill": "tree", "minutes": 5, "due_on": due, "priority": 3, "reason": ""}
    database.session.execute(
        WorkOrder.__table__.insert(), [row | {"status": WorkStatus.REQUESTED, "created_at": make.NOW}] * 200
    )
    database.session.commit()
    page = client.get("/staff/orders?page=3").text
    assert "of 120" in page and page.count("/staff/orders/") == 20 and "Only the first 120 are counted" in page
    assert client.get("/staff/orders.csv").text.count("\r\n") == 201
