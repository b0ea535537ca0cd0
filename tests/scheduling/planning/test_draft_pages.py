"""The pages of drafts, storm days and breakdowns, as a scheduler uses them."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests import factories as make
from tests.scheduling.drafts import NINE, made_plan, work_off
from tracker.extensions import db
from tracker.scheduling.bookings.booking import book_order
from tracker.scheduling.bookings.models import Booking, WeatherDay
from tracker.scheduling.planning import draft_taking, draft_views
from tracker.scheduling.planning.models import PlanDraft
from tracker.scheduling.resources.models import CityResource, ShiftException
from tracker.staff.models import Role, User

WANTED = {"date": "2026-06-16", "days": "2"}


@pytest.fixture(autouse=True)
def fixed_clock() -> Iterator[None]:
    with time_machine.travel(make.NOW, tick=False):
        yield


@pytest.fixture
def scheduler(database: SQLAlchemy, sign_in: Callable[..., User]) -> User:
    make.make_city(is_live=True)
    return sign_in(Role.SCHEDULER)


@pytest.fixture
def crew(scheduler: User) -> CityResource:
    return make.make_resource(name="Crew A")


def bookings() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Booking).where(Booking.cancelled_at.is_(None))) or 0


def test_the_plan_page_writes_nothing_until_it_is_accepted(client: FlaskClient, crew: CityResource) -> None:
    make.make_work_order()
    make.make_work_order(skill="tow")
    asked = client.post("/staff/plan", data=WANTED)
    waiting = client.get(asked.location).text
    assert "It waits for its turn" in waiting and "Look again" in waiting and "/staff/jobs/1.json" in waiting
    work_off()
    page = client.get(asked.location).text
    assert "No resource has the skill «tow»" in page
    assert bookings() == 0
    choices = re.findall(r'name="choice" value="([^"]+)"', page)
    first = client.post(asked.location, data={"choice": choices}, follow_redirects=True)
    assert "1 booking made." in first.text
    second = client.post(asked.location, data={"choice": choices}, follow_redirects=True)
    assert "0 bookings made. 1 booking stood already." in second.text
    assert bookings() == 1
    assert "«tree»" in db.session.scalars(select(Booking.reason)).one()


def test_many_visits_are_taken_over_by_the_worker_in_portions(
    client: FlaskClient, crew: CityResource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(draft_views, "AT_ONCE", 3)
    monkeypatch.setattr(draft_taking, "_PORTION", 2)
    case = make.make_case()
    for _ in range(5):
        make.make_work_order(case=case, minutes=30)
    address = f"/staff/plan/{made_plan().id}"
    assert client.post(address, data={"all": "1"}).status_code == 302
    assert client.post(address, data={"all": "1"}).status_code == 409
    assert "It waits for its turn" in client.get(address).text
    work_off()
    page = client.get(address).text
    assert "5 bookings made." in page and "taken over" in page
    assert bookings() == 5


def test_what_was_not_in_the_draft_is_not_booked_and_nothing_ticked_says_so(
    client: FlaskClient, crew: CityResource
) -> None:
    address = f"/staff/plan/{made_plan().id}"
    make.make_work_order()
    assert client.post(address, data={"choice": "[1, 1, 1, 'mine']"}).status_code == 302
    client.post(address, data={"choice": ["1", "77"]})
    assert bookings() == 0
    assert "Nothing was ticked" in client.post(address, data={}, follow_redirects=True).text


@pytest.mark.parametrize("wanted", [{"date": "2026-06-14"}, {"days": "0"}, {"days": "99"}])
def test_a_plan_for_days_that_cannot_be_is_refused_on_the_page(
    client: FlaskClient, scheduler: User, wanted: dict[str, str]
) -> None:
    answer = client.post("/staff/plan", data=WANTED | wanted)
    assert answer.status_code == 400
    assert "Plan between 1 and 31" in answer.text or "is past" in answer.text


def test_a_draft_is_changed_on_its_page(client: FlaskClient, crew: CityResource) -> None:
    order_id = make.make_work_order(title="Fell the oak").id
    draft_id = made_plan().id
    address = f"/staff/plan/{draft_id}"
    assert ">pinned<" in client.post(f"{address}/visits/{order_id}/pin", follow_redirects=True).text
    assert ">pinned<" not in client.post(f"{address}/visits/{order_id}/unpin", follow_redirects=True).text
    routes = client.get(f"{address}/map.json?day=2026-06-16").json["crews"]
    assert [(crew["name"], crew["stops"][0]["title"]) for crew in routes] == [("Crew A", "Fell the oak")]
    assert client.get(f"{address}/map.json?day=2026-06-17").json["crews"] == []
    assert (
        "Taken out of this plan by hand"
        in client.post(f"{address}/visits/{order_id}/remove", follow_redirects=True).text
    )
    assert client.post(f"{address}/visits/{order_id}/remove").status_code == 404
    client.post(f"{address}/again")
    assert client.post(f"{address}/again").status_code == 409
    work_off()
    assert "was discarded" in client.post(f"{address}/discard", follow_redirects=True).text
    assert client.post(f"{address}/again").status_code == 409
    assert "Fell the oak" not in client.get("/staff/plan").text


def test_a_plan_that_fails_says_so_on_its_page(
    client: FlaskClient, crew: CityResource, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft_id = made_plan().id
    client.post(f"/staff/plan/{draft_id}/again")
    db.session.get_one(PlanDraft, draft_id).days = -3
    with time_machine.travel(make.NOW + timedelta(days=4000), tick=False):
        monkeypatch.setattr("tracker.scheduling.planning.draft_proposal.gather_facts", None)
        work_off()
    monkeypatch.undo()
    db.session.get_one(PlanDraft, draft_id).days = 1
    page = client.get(f"/staff/plan/{draft_id}").text
    assert "The worker could not do it: Something went wrong here." in page and "Plan again" in page


def test_a_visit_is_tried_from_an_orders_page(client: FlaskClient, crew: CityResource) -> None:
    book_order(make.make_work_order(title="Fell the oak"), crew, NINE, None)
    order, crew_id = make.make_work_order(), crew.id
    address = f"/staff/orders/{order.id}/try"
    assert address in client.get(f"/staff/orders/{order.id}").text
    page = client.get(f"{address}?resource={crew_id}&day=2026-06-16&time=10:15").text
    assert 'value="10:15"' in page and 'value="2026-06-16"' in page
    form = {"resource_id": crew_id, "day": "2026-06-16", "time": "09:30", "draft_id": "0"}
    refused = client.post(address, data=form)
    assert refused.status_code == 409
    assert "Crew A is taken: «Fell the oak»" in refused.text and 'value="09:30"' in refused.text
    assert db.session.scalar(select(func.count()).select_from(PlanDraft)) == 0
    made = client.post(address, data=form | {"time": "10:15"})
    shown = client.get(made.location).text
    assert "A what-if" in shown and "10:15" in shown
    assert bookings() == 1
    draft_address = made.location.split("?")[0]
    assert client.get(f"{draft_address}/try").status_code == 200
    assert client.get(f"{draft_address}/try?order={order.id}").location.endswith("try?draft=1")
    assert "1 booking made." in client.post(draft_address, data={"all": "1"}, follow_redirects=True).text
    assert "taken over" in client.get(draft_address).text


def test_a_booking_is_pinned_and_freed_on_its_orders_page(client: FlaskClient, crew: CityResource) -> None:
    booking = book_order(make.make_work_order(), crew, NINE, None)
    address, order = f"/staff/bookings/{booking.id}", f"/staff/orders/{booking.work_order_id}"
    assert "Take the pin off" in client.post(f"{address}/pin", follow_redirects=True).text
    form = {"resource_id": crew.id, "day": "2026-06-16", "time": "11:00", "draft_id": "0"}
    assert "Somebody pinned its booking" in client.post(f"{order}/try", data=form).text
    assert "Pin it: no plan moves it" in client.post(f"{address}/unpin", follow_redirects=True).text
    assert client.post(f"{order}/try", data=form).status_code == 302


def test_an_empty_what_if_is_begun_on_the_plan_page(client: FlaskClient, scheduler: User) -> None:
    begun = client.post("/staff/plan/what-if", data=WANTED, follow_redirects=True).text
    assert "What if, from Tue 16 Jun" in begun and "Nothing to book" in begun


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_what_if_in_a_year_that_nobody_means_is_refused_in_words(
    day: str, client: FlaskClient, scheduler: User
) -> None:
    begun = client.post("/staff/plan/what-if", data=WANTED | {"date": day}, follow_redirects=True)
    assert begun.status_code == 400 and re.search("is past|a year away", begun.text)


def test_a_storm_day_shows_first_what_it_concerns_is_declared_planned_around_and_lifted(
    client: FlaskClient, crew: CityResource
) -> None:
    book_order(make.make_work_order(), crew, NINE, None)
    days = {"first_day": "2026-06-16", "last_day": "2026-06-16", "reason": "Snow storm"}
    asked = client.get("/staff/weather-days", query_string=days).text
    assert re.search(r">1</span><span[^>]*>booking<", asked) and "Declare Tue 16 Jun" in asked
    assert db.session.scalar(select(func.count()).select_from(WeatherDay)) == 0
    declared = client.post("/staff/weather-days", data=days, follow_redirects=True).text
    assert "Declared: Tue 16 Jun 2026. 1 booking cancelled" in declared
    assert bookings() == 0
    assert client.post("/staff/weather-days", data=days).status_code == 409
    assert client.post("/staff/weather-days/1/clear").status_code == 302
    planned = client.post("/staff/weather-days/1/plan")
    assert "After Tue 16 Jun 2026: Snow storm" in client.get(planned.location).text
    assert "1 work order may be planned" in client.post("/staff/weather-days/1/lift", follow_redirects=True).text
    assert client.post("/staff/weather-days/1/lift").status_code == 409


@pytest.mark.parametrize(
    ("change", "words"),
    [({"first_day": "2026-06-01"}, "is past"), ({"reason": ""}, "required"), ({"last_day": "2026-06-10"}, "before")],
)
def test_storm_days_that_cannot_be_are_refused_at_their_field(
    client: FlaskClient, scheduler: User, change: dict[str, str], words: str
) -> None:
    days = {"first_day": "2026-06-16", "last_day": "2026-06-16", "reason": "Storm"} | change
    for answer in (client.get("/staff/weather-days", query_string=days), client.post("/staff/weather-days", data=days)):
        assert (answer.status_code, words in answer.text) == (400, True)


def test_a_breakdown_is_one_step_from_the_resources_page(client: FlaskClient, crew: CityResource) -> None:
    make.make_resource(name="Crew B")
    book_order(make.make_work_order(), crew, NINE, None)
    address = f"/staff/resources/{crew.id}/out-of-action"
    assert address in client.get(f"/staff/resources/{crew.id}").text
    assert 'value="12:00"' in client.get(address).text
    form = {"from_day": "2026-06-16", "from_time": "08:00", "until_day": "2026-06-16", "until_time": "18:00",
            "reason": "engine failure", "days": "2"}  # fmt: skip
    refused = client.post(address, data=form | {"until_time": "07:00"})
    assert refused.status_code == 400 and "Check both times" in refused.text and "engine failure" in refused.text
    for year, words in (("9999", "Check the year"), ("2028", "a year away")):
        far = client.post(address, data=form | {"from_day": f"{year}-06-16", "until_day": f"{year}-06-16"})
        assert far.status_code == 400 and words in far.text
    assert db.session.scalar(select(func.count()).select_from(ShiftException)) == 0
    done = client.post(address, data=form)
    work_off()
    page = client.get(done.location).text
    assert "In place of Crew A" in page and "<strong>Crew B</strong>" in page
    assert "1 booking made." in client.post(done.location, data={"all": "1"}, follow_redirects=True).text
