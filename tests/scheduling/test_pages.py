"""The scheduling pages, as a scheduler uses them."""

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests import factories as make
from tracker.scheduling.bookings.booking import book_order
from tracker.scheduling.bookings.models import Booking
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.resources.models import CityResource
from tracker.staff.models import Role, User

TEN = datetime(2026, 6, 16, 14, 0, tzinfo=UTC)  # Tuesday, 10:00 in the city
RESOURCE = {
    "name": "Tree crew 7",
    "code": "tree-7",
    "kind": "crew",
    "center_id": "0",
    "skills": "tree, stump , tree",
    "base_lat": "42.35",
    "base_long": "-71.06",
    "monday": "07:00-15:00",
    "saturday": "22:00-06:00",
}


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def scheduler(database: SQLAlchemy, sign_in: Callable[..., User]) -> User:
    make.make_city(is_live=True)
    return sign_in(Role.SCHEDULER)


def booked(**columns: object) -> Booking:
    """An order booked for Tuesday at ten on a crew of its own."""
    return book_order(make.make_work_order(**columns), make.make_resource(name="Crew A"), TEN, None)


def slot_form(resource: CityResource, time: str, day: str = "2026-06-16") -> dict[str, str]:
    return {"resource_id": str(resource.id), "day": day, "time": time}


def test_the_week_shows_each_booking_in_its_resources_row(client: FlaskClient, scheduler: User) -> None:
    booking = booked(title="Fell the oak")
    page = client.get("/staff/schedule?week=2026-06-18").text
    assert "15 Jun to 21 Jun 2026" in page
    row = page[page.index('<th role="rowheader"') :]
    cells = re.findall(r'<td role="cell".*?</td>', row, re.S)
    assert "Fell the oak" in cells[1]
    assert f"/staff/orders/{booking.work_order_id}" in cells[1]
    assert "1 of 8 h" in cells[1]
    assert "Fell the oak" not in cells[0]


def test_a_night_shifts_booking_stands_on_the_day_its_shift_begins(client: FlaskClient, scheduler: User) -> None:
    night = make.make_resource(shifts=[(6, 22 * 60, 6 * 60)])  # Sunday to Monday
    book_order(make.make_work_order(title="Night work"), night, datetime(2026, 6, 22, 5, 0, tzinfo=UTC), None)
    assert "Night work" in client.get("/staff/schedule?week=2026-06-15").text
    assert "Night work" not in client.get("/staff/schedule?week=2026-06-22").text


def test_the_week_can_be_kept_to_what_serves_one_center(client: FlaskClient, scheduler: User) -> None:
    north, south = make.make_area(name="North"), make.make_area(name="South")
    for center, name in ((north, "Northerner"), (south, "Southerner"), (None, "Everywhere")):
        make.make_resource(center=center, name=name)
    rows = re.findall(r'<th role="rowheader".*?</th>', client.get(f"/staff/schedule?center={north.id}").text, re.S)
    assert [name for name in ("Everywhere", "Northerner", "Southerner") if name in "".join(rows)] == [
        "Everywhere",
        "Northerner",
    ]


@pytest.mark.parametrize("week", ["nonsense", "9999-12-31", "0001-01-01", ""])
def test_a_week_that_is_none_is_answered_with_a_week(client: FlaskClient, scheduler: User, week: str) -> None:
    assert client.get(f"/staff/schedule?week={week}").status_code == 200


def test_the_week_is_exported_without_formulas(client: FlaskClient, scheduler: User) -> None:
    booked(title="=SUM(A1)")
    answer = client.get("/staff/schedule.csv?week=2026-06-16")
    assert answer.mimetype == "text/csv"
    assert "2026-06-16,10:00,11:00,60,Crew A," in answer.text
    assert ",'=SUM(A1)," in answer.text


def test_a_resource_is_added_with_its_skills_and_shifts(
    client: FlaskClient, scheduler: User, database: SQLAlchemy
) -> None:
    answer = client.post("/staff/resources/new", data=RESOURCE)
    assert answer.status_code == 302
    crew = database.session.scalars(select(CityResource)).one()
    assert [row.skill for row in crew.skills] == ["stump", "tree"]
    assert {(row.weekday, row.start_minute, row.end_minute) for row in crew.shifts} == {(0, 420, 900), (5, 1320, 360)}
    page = client.get(answer.location).text
    assert "Tree crew 7 was added." in page
    assert "22:00-06:00" in page


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("monday", "seven to three", "is not a shift"),
        ("monday", "07:00-15:00, 14:00-18:00", "runs into"),
        ("base_lat", "12", "outside the city"),
        ("base_lat", "nan", "Number must be"),
        ("skills", " , ", "at least one skill"),
        ("code", "crew-taken", "belongs to"),
        ("kind", "dragon", "Not a valid choice"),
    ],
)
def test_a_resource_that_cannot_be_is_refused_at_its_field_and_the_form_keeps_its_text(
    client: FlaskClient, scheduler: User, field: str, value: str, words: str
) -> None:
    make.make_resource(code="crew-taken")
    answer = client.post("/staff/resources/new", data={**RESOURCE, field: value})
    assert answer.status_code == 400
    assert words in answer.text
    assert 'value="Tree crew 7"' in answer.text


def test_changed_shifts_point_out_the_bookings_they_no_longer_hold(client: FlaskClient, scheduler: User) -> None:
    crew_id = booked().resource_id
    answer = client.post(f"/staff/resources/{crew_id}/edit", data={**RESOURCE, "tuesday": "12:00-16:00"})
    assert "outside its present shifts" in client.get(answer.location).text


def test_a_resource_with_bookings_retires_only_when_they_are_given_back(
    client: FlaskClient, scheduler: User, database: SQLAlchemy
) -> None:
    booking = booked()
    crew_id, order_id = booking.resource_id, booking.work_order_id
    refused = client.post(f"/staff/resources/{crew_id}/retire")
    assert refused.status_code == 409
    assert "has 1 booking to come" in refused.text
    client.post(f"/staff/resources/{crew_id}/retire", data={"release": "y"}, follow_redirects=True)
    database.session.expire_all()
    order = database.session.get_one(WorkOrder, order_id)
    assert (order.status, order.reason) == (WorkStatus.REQUESTED, "Crew A was retired.")
    assert "Crew A" not in client.get("/staff/resources").text
    client.post(f"/staff/resources/{crew_id}/restore")
    assert "Crew A" in client.get("/staff/resources").text


def test_the_plan_page_writes_nothing_until_it_is_accepted(
    client: FlaskClient, scheduler: User, database: SQLAlchemy
) -> None:
    make.make_resource()
    make.make_work_order()
    make.make_work_order(skill="tow")
    page = client.get("/staff/plan?date=2026-06-16&days=2").text
    assert "No resource has the skill «tow»" in page
    assert database.session.scalar(select(func.count()).select_from(Booking)) == 0
    choices = re.findall(r'name="choice" value="([^"]+)"', page)
    form = {"choice": choices, "date": "2026-06-16", "days": "2"}
    first = client.post("/staff/plan", data=form, follow_redirects=True)
    assert "1 booking made." in first.text
    second = client.post("/staff/plan", data=form, follow_redirects=True)
    assert "0 bookings made. 1 booking stood already." in second.text
    database.session.rollback()
    assert "can do «tree» and" in database.session.scalars(select(Booking.reason)).one()


def test_only_a_proposal_of_ours_is_accepted(client: FlaskClient, scheduler: User) -> None:
    assert client.post("/staff/plan", data={"choice": "[1, 1, 1, 'mine']"}).status_code == 400


@pytest.mark.parametrize("query", ["date=2026-06-14", "days=0", "days=99"])
def test_a_plan_for_days_that_cannot_be_says_why_on_the_page(client: FlaskClient, scheduler: User, query: str) -> None:
    answer = client.get(f"/staff/plan?{query}")
    assert answer.status_code == 400
    assert "Plan between 1 and 31" in answer.text or "is past" in answer.text


def test_urgent_cases_get_their_playbooks_from_the_plan_page(client: FlaskClient, scheduler: User) -> None:
    case = make.make_case(priority=1)
    make.make_playbook(family=case.family)
    assert "1 urgent case has no work ordered" in client.get("/staff/plan").text
    answer = client.post("/staff/plan/orders", follow_redirects=True)
    assert "1 work order made from the playbooks." in answer.text


def test_an_order_is_booked_moved_and_cancelled_by_hand(
    client: FlaskClient, scheduler: User, database: SQLAlchemy
) -> None:
    order, crew = make.make_work_order(), make.make_resource()
    assert (
        "Booked."
        in client.post(f"/staff/orders/{order.id}/book", data=slot_form(crew, "10:00"), follow_redirects=True).text
    )
    booking = database.session.scalars(select(Booking)).one()
    assert booking.starts_at == TEN
    client.post(f"/staff/bookings/{booking.id}/move", data=slot_form(crew, "13:15"))
    database.session.refresh(booking)
    assert booking.starts_at == TEN + timedelta(hours=3, minutes=15)
    client.post(f"/staff/bookings/{booking.id}/cancel", data={"unbook-reason": "Rain"})
    database.session.expire_all()
    assert (order.status, order.reason) == (WorkStatus.REQUESTED, "Rain")


def test_a_conflict_is_409_names_what_stands_and_keeps_what_was_typed(client: FlaskClient, scheduler: User) -> None:
    crew = booked(title="Fell the oak").resource
    order = make.make_work_order()
    answer = client.post(f"/staff/orders/{order.id}/book", data=slot_form(crew, "10:30"))
    assert answer.status_code == 409
    assert "Crew A is taken: «Fell the oak» at 1 Elm St" in answer.text
    assert "Free from 11:00." in answer.text
    assert 'value="10:30"' in answer.text


@pytest.mark.parametrize(
    ("time", "day", "words"),
    [
        ("05:00", "2026-06-16", "does not work then"),
        ("10:00", "2026-06-20", "has no shift on that day"),
        ("10:00", "2026-06-01", "is past"),
        ("10:07", "2026-06-16", "quarter hours"),
        ("", "2026-06-16", "required"),
        ("10:00", "someday", "Not a valid date"),
        ("10:00", "9999-12-31", "Check the year"),
    ],
)
def test_a_time_that_cannot_be_is_refused_on_the_page(
    client: FlaskClient, scheduler: User, time: str, day: str, words: str
) -> None:
    order, crew = make.make_work_order(), make.make_resource()
    answer = client.post(f"/staff/orders/{order.id}/book", data=slot_form(crew, time, day))
    assert answer.status_code == 400
    assert words in answer.text


def test_work_is_reported_done_or_not_and_asked_for_again(
    client: FlaskClient, scheduler: User, database: SQLAlchemy
) -> None:
    order = make.make_work_order()
    order_id = order.id
    assert client.post(f"/staff/orders/{order_id}/not-done", data={}).status_code == 400
    client.post(f"/staff/orders/{order_id}/not-done", data={"not_done-reason": "Gate locked"})
    assert "Gate locked" in client.get(f"/staff/orders/{order_id}").text
    client.post(f"/staff/orders/{order_id}/again")
    client.post(f"/staff/orders/{order_id}/done", data={"done-note": "All cut"})
    database.session.expire_all()
    assert database.session.get_one(WorkOrder, order_id).status is WorkStatus.DONE
    twice = client.post(f"/staff/orders/{order_id}/done", data={})
    assert twice.status_code == 409
    client.post(f"/staff/orders/{order_id}/again")
    client.post(f"/staff/orders/{order_id}/cancel", data={"cancel-reason": "Not needed"})
    assert "cancelled" in client.get(f"/staff/orders/{order_id}").text


def test_a_contact_orders_work_but_does_not_book_it(
    client: FlaskClient, database: SQLAlchemy, sign_in: Callable[..., User]
) -> None:
    make.make_city(is_live=True)
    case = make.make_case(public_id="7K3D-9QXZ")
    (step,) = make.make_playbook(family=case.family).steps
    public_id = case.public_id
    sign_in(Role.CONTACT)
    ticked = {"key": "k1", "version": 1, f"use_{step.id}": "y", f"due_{step.id}": "2026-06-22"}
    assert client.post(f"/staff/cases/{public_id}/playbook", data=ticked).status_code == 302
    assert client.post(f"/staff/cases/{public_id}/playbook", data=ticked).status_code == 302
    order = {"title": "Look", "skill": "tree", "minutes": "20", "due_on": "2026-06-20", "priority": "2"}
    assert client.post(f"/staff/cases/{public_id}/orders/new", data=order).status_code == 302
    assert client.post(f"/staff/cases/{public_id}/orders/new", data={**order, "minutes": "0"}).status_code == 400
    assert (
        client.post(f"/staff/cases/{public_id}/orders/new", data={**order, "due_on": "9999-12-31"}).status_code == 400
    )
    database.session.expire_all()
    orders = database.session.scalars(select(WorkOrder).order_by(WorkOrder.id)).all()
    assert [row.title for row in orders] == ["Look at the tree", "Look"]
    assert client.post(f"/staff/orders/{orders[0].id}/book").status_code == 403


def test_an_aide_sees_no_schedule(client: FlaskClient, database: SQLAlchemy, sign_in: Callable[..., User]) -> None:
    sign_in(Role.AIDE)
    assert client.get("/staff/schedule").status_code == 403


def test_work_is_found_by_its_address_and_exported(client: FlaskClient, scheduler: User) -> None:
    make.make_work_order(title="Here", case=make.make_case(address="77 Oak St"))
    make.make_work_order(title="There")
    page = client.get("/staff/orders?q=77+oak").text
    assert "Here" in page
    assert "There" not in page
    assert client.get("/staff/orders.csv?q=77+oak").text.count("\r\n") == 2


@pytest.mark.parametrize("address", ["orders/99", "resources/99", "cases/NOPE/orders/new", "resources/99/edit"])
def test_what_is_not_there_is_404(client: FlaskClient, scheduler: User, address: str) -> None:
    assert client.get(f"/staff/{address}").status_code == 404


def test_a_form_without_its_token_changes_nothing(app: Flask, client: FlaskClient, scheduler: User) -> None:
    order_id = make.make_work_order().id
    app.config["WTF_CSRF_ENABLED"] = True
    for path in (f"orders/{order_id}/again", f"orders/{order_id}/done", "plan", "plan/orders", "resources/new"):
        assert client.post(f"/staff/{path}").status_code == 400
