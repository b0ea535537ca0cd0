"""Appointments as staff look after them, and as the resident does on her own page."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
import time_machine
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from icalendar import Calendar
from sqlalchemy import func, select

from tests import factories as make
from tests.scheduling.agreeing_world import HOURS_2, WEDNESDAY_8, agreed, held, link_of, offered
from tracker.extensions import db
from tracker.public.appointment_views import MOST_CHANGES, MOST_READS
from tracker.scheduling.appointments.keeping import ask_to_move, need_call
from tracker.scheduling.appointments.models import Appointment, AppointmentStatus
from tracker.scheduling.bookings.booking import book_order
from tracker.scheduling.resources.models import CityResource
from tracker.staff.models import AuditEntry, LogEntry, Role, User
from tracker.staff.throttle import count_attempt

SignIn = Callable[..., User]
FORM = {"name": "Jane Q. Canary", "email": "jane@example.org", "phone": "585-555-0137", "language": "en", "key": "k1"}
CASE_DETAILS = ("12 Elm St", "CASE-SECRET", "Canary", "canary", "585", "Officer Orson", "example.org")


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(make.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def crew(database: SQLAlchemy) -> CityResource:
    make.make_city(is_live=True)
    return make.make_resource(name="Tree crew")


def private_order() -> int:
    case = make.make_case(address="12 Elm St", public_label="100 block of Elm Street", public_id="CASE-SECRET")
    return make.make_work_order(title="Fell the oak", case=case).id


def windows_on(page: str) -> list[str]:
    return re.findall(r'name="window" value="([^"]+)"', page)


def the_one() -> Appointment:
    db.session.expire_all()
    return db.session.scalars(select(Appointment).order_by(Appointment.id.desc())).first()  # type: ignore[return-value]  # there is one


def test_staff_agree_upon_a_time_on_the_phone(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(Role.SCHEDULER)
    order_id = private_order()
    assert "Agree a time with the resident" in client.get(f"/staff/orders/{order_id}").text
    address = f"/staff/orders/{order_id}/appointment"
    assert "Send her a link" in client.get(address).text
    bad = client.post(address, data={**FORM, "email": "no mail", "how": "phone"})
    assert bad.status_code == 400 and "Such as name@example.org" in bad.text and "585-555-0137" in bad.text
    silly = client.post(address, data={**FORM, "phone": "12", "how": "phone"})
    assert silly.status_code == 400 and "7 to 15 digits" in silly.text and "Jane Q. Canary" in silly.text
    sent = client.post(address, data={**FORM, "how": "phone"})
    assert sent.status_code == 302
    assert client.post(address, data={**FORM, "how": "phone"}).status_code == 302, "sent twice, offered once"
    assert db.session.scalar(select(func.count()).select_from(Appointment)) == 1
    page = client.get(sent.location).text
    for words in ("Jane Q. Canary", "585-555-0137", "Wed 17 Jun 2026"):
        assert words in page
    chosen = windows_on(page)[3]
    assert client.post(f"{sent.location}/choose", data={"window": chosen}).status_code == 302
    page = client.get(sent.location).text
    assert "Held while she decides" in page and "until 15 Jun 2026, 12:15" in page and chosen not in windows_on(page)
    assert client.post(f"{sent.location}/confirm").status_code == 302
    assert the_one().status is AppointmentStatus.CONFIRMED
    page = client.get(f"/staff/orders/{order_id}").text
    assert "Wed 17 Jun 2026" in page and "Canary" not in page and "585" not in page
    for data in (
        {},
        {"window": "nonsense"},
        {"window": "2026-06-17T08:00:00"},
        {"window": "0001-01-01T00:00:00+00:00"},
    ):
        assert client.post(f"{sent.location}/choose", data=data).status_code == 400


def test_a_refusal_keeps_what_was_typed(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(Role.CONTACT)
    appointment = agreed()
    address = f"/staff/appointments/{appointment.id}"
    early = client.post(f"{address}/no-show")
    assert early.status_code == 409 and "has not begun yet" in early.text
    assert client.post(f"{address}/move").status_code == 400
    assert client.post(f"{address}/move", data={"move-reason": "A storm"}).status_code == 302
    assert "to be moved" in client.get(address).text and "A storm" in client.get(address).text
    assert client.post(f"{address}/cancel", data={"cancel-reason": "No use", "cancel-on_phone": "y"}).status_code == 302
    late = client.post(f"{address}/cancel", data={"cancel-reason": "Again"})
    assert late.status_code == 302, "it is cancelled already"
    late = client.post(f"{address}/let-go")
    assert late.status_code == 409 and "has ended" in late.text
    page = client.get(f"/staff/orders/{appointment.order_id}").text
    assert "Offer a new time" in page


def test_a_window_that_went_to_somebody_else_is_said_with_what_is_left(
    client: FlaskClient, sign_in: SignIn, crew: CityResource
) -> None:
    sign_in(Role.SCHEDULER)
    appointment = offered()
    book_order(make.make_work_order(minutes=120), crew, WEDNESDAY_8, None)
    late = client.post(f"/staff/appointments/{appointment.id}/choose", data={"window": WEDNESDAY_8.isoformat()})
    assert late.status_code == 409 and "Somebody else has just taken that time" in late.text
    assert WEDNESDAY_8.isoformat() not in windows_on(late.text) and len(windows_on(late.text)) > 20


def test_only_who_may_see_callers_fills_one_in_and_that_is_audited(client: FlaskClient, sign_in: SignIn) -> None:
    order_id = private_order()
    case = make.db.session.get_one(make.WorkOrder, order_id).case
    caller = make.make_caller(name="Zora Canary", phone="585-555-0101", email="zora@example.org", language="es")
    make.make_case_call(case=case, call=make.make_call(caller=caller))
    sign_in(Role.SCHEDULER)
    address = f"/staff/orders/{order_id}/appointment"
    assert "Zora" not in client.get(address).text
    assert client.get(f"{address}/caller/{caller.id}").status_code == 404
    sign_in(Role.CONTACT)
    page = client.get(address).text
    assert "Fill in caller 1" in page and "Zora" not in page
    before = db.session.scalar(select(func.count()).select_from(AuditEntry)) or 0
    page = client.get(f"{address}/caller/{caller.id}").text
    assert client.get(f"{address}/caller/{make.make_caller(name='Stranger').id}").status_code == 404
    assert 'value="zora@example.org"' in page and 'value="585-555-0101"' in page
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == before + 1


def test_the_list_says_what_waits_for_whom(client: FlaskClient, sign_in: SignIn, clock: time_machine.Traveller) -> None:
    sign_in(Role.SCHEDULER)
    waiting, coming, lost = offered(), agreed(), agreed(WEDNESDAY_8 + timedelta(days=1))
    ask_to_move(lost, "A storm")
    need_call(waiting, "Ask her to choose a time.")
    for show, which in (("today", None), ("coming", coming), ("to_confirm", waiting), ("to_move", lost),
                        ("to_call", waiting), ("ended", None), ("nonsense", None)):  # fmt: skip
        page = client.get(f"/staff/appointments?show={show}").text
        listed = re.findall(r'href="/staff/appointments/(\d+)"', page)
        assert listed == ([str(which.id)] if which else []), show
    sheet = client.get("/staff/appointments.csv?show=to_call").text
    assert "Ask her to choose a time." in sheet and "585-555-0137" in sheet
    clock.move_to(WEDNESDAY_8 + HOURS_2)
    sign_in(Role.SCHEDULER)
    assert f"/staff/appointments/{coming.id}" in client.get("/staff/appointments").text
    assert client.post(f"/staff/appointments/{coming.id}/no-show").status_code == 302
    page = client.get(f"/staff/orders/{coming.order_id}").text
    assert "Nobody was home." in page and "Nobody was there once." in page and "Offer a new time" in page
    assert client.post(f"/staff/appointments/{waiting.id}/called").status_code == 302
    assert "Everybody was reached" in client.get("/staff/appointments?show=to_call").text


def test_who_reads_about_residents_stands_in_the_audit(client: FlaskClient, sign_in: SignIn) -> None:
    me = sign_in(Role.SCHEDULER)
    one, two = agreed(), agreed(WEDNESDAY_8 + timedelta(days=1))
    db.session.commit()
    address, link = f"/staff/appointments/{one.id}", link_of(one)

    def rows() -> list[tuple[str, str]]:
        query = select(AuditEntry).where(AuditEntry.actor_id == me.id, AuditEntry.action.contains("appointment"))
        return [(row.action, row.object) for row in db.session.scalars(query.order_by(AuditEntry.id))]

    both = f"Coming, 2: appointments {one.id}, {two.id}"
    for how, path, action, read in (
        ("get", "/staff/appointments?show=coming", "read appointments", both),
        ("get", "/staff/appointments.csv?show=coming", "downloaded appointments", both),
        ("get", address, "read appointment", f"appointment {one.id}"),
        ("post", f"{address}/no-show", "read appointment", f"appointment {one.id}"),
        ("post", f"{address}/link", "read appointment link", f"appointment {one.id}"),
    ):
        before = rows()
        page = getattr(client, how)(path).text
        assert "Jane Q. Canary" in page and rows() == [*before, (action, read)], path
        assert (link in page) == path.endswith("/link")
    before = rows()
    assert "Nothing here" in client.get("/staff/appointments?show=to_move").text and rows() == before
    assert "Canary" not in client.get(f"/staff/orders/{one.order_id}").text and rows() == before


def test_after_three_times_the_page_says_so(client: FlaskClient, sign_in: SignIn) -> None:
    sign_in(Role.EMERGENCY_MANAGER)
    order = make.make_work_order()
    for _ in range(3):
        ended = {"ended_at": make.NOW, "window_starts_at": make.NOW, "window_ends_at": make.NOW + HOURS_2}
        make.make_appointment(order=order, status=AppointmentStatus.NO_SHOW, name="Jane Canary", **ended)
    make.make_appointment(order=order, name="Jane Canary")
    page = client.get(f"/staff/orders/{order.id}").text
    assert "Nobody was there 3 times." in page
    assert "Canary" not in page, "who may not order work does not see whom with"


def test_the_resident_chooses_confirms_moves_and_cancels_by_herself(client: FlaskClient) -> None:
    appointment = offered(db.session.get_one(make.WorkOrder, private_order()))
    link = link_of(appointment)
    answer = client.get(link)
    assert answer.headers["Cache-Control"] == "no-store" and "noindex" in answer.headers["X-Robots-Tag"]
    assert "100 block of Elm Street" in answer.text and "Fell the oak" in answer.text
    pages = [answer.text]

    def send(verb: str, **data: str) -> str:
        sent = client.post(f"{link}/{verb}", data=data)
        assert sent.status_code == 302 and sent.location.startswith(link), sent.text
        pages.append(client.get(sent.location).text)
        return pages[-1]

    first, second = windows_on(answer.text)[2:4]
    assert "We keep this time free for you until 12:15 PM." in send("choose", window=first)
    assert "Somebody comes within this time" in send("confirm")
    assert "your appointment stays as it was" in send("choose", window=second)
    assert "Somebody comes within this time" in send("let-go")
    send("choose", window=second)
    send("confirm")
    assert the_one().window_starts_at is not None and the_one().window_starts_at.isoformat() == second  # type: ignore[union-attr]  # just asked
    event = Calendar.from_ical(client.get(f"{link}/appointment.ics").data).events[0]
    assert event.start.isoformat() == second and event["location"] == "100 block of Elm Street"
    assert "Nobody comes at that time" in send("cancel", word="My sister is there: Zora Canary")
    assert the_one().reason == "My sister is there: Zora Canary"
    assert client.post(f"{link}/choose", data={"window": first}).status_code == 409
    assert client.get(f"{link}/appointment.ics").status_code == 404
    for page in pages:
        assert not [part for part in CASE_DETAILS if part in page]
    logged = "".join(f"{entry.text}{entry.data}" for entry in db.session.scalars(select(LogEntry)))
    assert not [part for part in ("Canary", "585-555", "Zora") if part in logged]


def test_reading_writes_nothing_and_a_wrong_link_leads_nowhere(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    appointment = held()
    link = link_of(appointment)
    before = db.session.scalar(select(func.count()).select_from(LogEntry))
    clock.shift(timedelta(minutes=20))
    assert client.get(link).status_code == 200
    assert the_one().status is AppointmentStatus.HELD and db.session.scalar(select(func.count(LogEntry.id))) == before
    for wrong in (f"{link}x", link[:-1], "/appointments/x"):
        assert client.get(wrong).status_code == 404 and client.post(f"{wrong}/confirm").status_code == 404
    appointment.status, appointment.ended_at = AppointmentStatus.KEPT, make.NOW - timedelta(days=31)
    assert client.get(link).status_code == 404, "a month after its end"


def test_refusals_are_said_in_her_language(client: FlaskClient, clock: time_machine.Traveller) -> None:
    link = link_of(agreed())
    assert "Su cita" in client.get(f"{link}?lang=es").text
    clock.move_to(WEDNESDAY_8)
    late = client.post(f"{link}/cancel?lang=es")
    assert late.status_code == 409 and "Ya es tarde para cambiarla" in late.text
    assert "Ya es tarde" in client.get(f"{link}?lang=es").text


def test_who_types_an_appointments_number_as_her_name_locks_nobody_out(client: FlaskClient) -> None:
    appointment = agreed()
    link = link_of(appointment)
    for number in range(MOST_CHANGES + 1):
        count_attempt(f"appointment {appointment.id}", f"203.0.113.{number}")
    db.session.commit()
    assert client.post(f"{link}/let-go").status_code != 429


def test_who_changes_all_the_time_has_to_wait(client: FlaskClient) -> None:
    link = link_of(offered())
    for _ in range(MOST_CHANGES):
        assert client.post(f"{link}/let-go").status_code == 302
    assert client.post(f"{link}/let-go").status_code == 429
    assert client.get(link).status_code == 200


def test_who_reads_all_the_time_has_to_wait_and_nobody_else_does(
    client: FlaskClient, clock: time_machine.Traveller
) -> None:
    link, other = link_of(agreed()), link_of(agreed(WEDNESDAY_8 + HOURS_2))
    assert {client.get(link).status_code for _ in range(MOST_READS)} == {200}
    fast = client.get(f"{link}?lang=es")
    assert fast.status_code == 429 and "Espere" in fast.text
    assert client.get(other).status_code == 200
    clock.shift(timedelta(minutes=15))
    assert client.get(link).status_code == 200
