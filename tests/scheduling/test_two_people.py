"""Two people at one piece of work, or one who sends a form twice: nothing is lost, done twice or overwritten."""

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from tests import factories as make
from tests.scheduling.test_pages import RESOURCE, booked, fixed_clock, scheduler, slot_form
from tracker.cases.models import CaseStatus
from tracker.extensions import db
from tracker.scheduling.bookings.booking import mark_of
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.resources.models import CityResource
from tracker.staff.models import User

__all__ = ["fixed_clock", "scheduler"]


def test_work_ordered_by_a_form_that_is_sent_twice_is_ordered_once(client: FlaskClient, scheduler: User) -> None:
    case = make.make_case()
    address = f"/staff/cases/{case.public_id}/orders/new"
    found = re.search(r'name="key"[^>]*value="([^"]+)"', client.get(address).text)
    assert found
    form = {"title": "Prune", "skill": "tree", "minutes": "30", "due_on": "2026-06-30", "priority": "2"}
    for _ in range(2):
        assert client.post(address, data={**form, "key": found[1]}).status_code == 302
    assert db.session.scalar(select(func.count()).select_from(WorkOrder)) == 1


def test_work_for_a_case_that_was_closed_meanwhile_is_refused_and_keeps_its_text(
    client: FlaskClient, scheduler: User
) -> None:
    case = make.make_case(status=CaseStatus.CLOSED)
    form = {"title": "Prune the elm", "skill": "tree", "minutes": "30", "due_on": "2026-06-30", "priority": "2"}
    answer = client.post(f"/staff/cases/{case.public_id}/orders/new", data=form)
    assert answer.status_code == 409
    assert "Reopen it first" in answer.text and "Prune the elm" in answer.text


def test_a_booking_that_somebody_moved_meanwhile_is_not_moved_over(client: FlaskClient, scheduler: User) -> None:
    booking = booked()
    address = f"/staff/bookings/{booking.id}/move"
    form = slot_form(booking.resource, "11:00") | {"seen": mark_of(booking)}
    assert client.post(address, data=form).status_code == 302
    late = client.post(address, data=form | {"time": "12:00"})
    assert late.status_code == 409 and "Somebody moved this booking meanwhile" in late.text and "12:00" in late.text
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', late.text)
    assert seen
    assert client.post(address, data=form | {"time": "12:00", "seen": seen[1]}).status_code == 302


@pytest.mark.parametrize(
    ("verb", "field"), [("done", "done-note"), ("not-done", "not_done-reason"), ("cancel", "cancel-reason")]
)
def test_what_was_typed_about_work_that_somebody_ended_first_is_not_lost(
    client: FlaskClient, scheduler: User, verb: str, field: str
) -> None:
    order = make.make_work_order(status=WorkStatus.CANCELLED)
    answer = client.post(f"/staff/orders/{order.id}/{verb}", data={field: "The gate was locked."})
    assert answer.status_code == 409
    assert "This work order is «cancelled»" in answer.text and "The gate was locked." in answer.text


def test_a_resource_that_somebody_changed_meanwhile_is_not_changed_over(client: FlaskClient, scheduler: User) -> None:
    address = f"/staff/resources/{make.make_resource(name='Crew A', code='a').id}/edit"

    def seen_on(page: str) -> str:
        return re.findall(r'name="seen"[^>]*value="([^"]+)"', page)[0]

    seen = seen_on(client.get(address).text)
    first = {**RESOURCE, "name": "Crew of Ana", "tuesday": "06:00-10:00", "kind": "vehicle", "seen": seen}
    assert client.post(address, data=first).status_code == 302
    second = {**RESOURCE, "name": "Crew of Ben", "tuesday": "", "seen": seen}
    late = client.post(address, data=second)
    assert late.status_code == 409
    for words in ("Somebody changed Crew of Ana meanwhile", "Now it is: Crew of Ana", "Now it is: Vehicle",
                  "Now it is: 06:00-10:00", 'value="Crew of Ben"'):  # fmt: skip
        assert words in late.text
    assert db.session.scalars(select(CityResource.name)).one() == "Crew of Ana"
    assert client.post(address, data=second | {"seen": seen_on(late.text)}).status_code == 302
    assert db.session.scalars(select(CityResource.name)).one() == "Crew of Ben"


def test_a_new_resource_is_no_change_by_somebody_else(client: FlaskClient, scheduler: User) -> None:
    seen = re.findall(r'name="seen"[^>]*value="([^"]*)"', client.get("/staff/resources/new").text)[0]
    assert client.post("/staff/resources/new", data={**RESOURCE, "seen": seen}).status_code == 302
