"""The crew's page and what it sends: only its own day, once, and nothing that is the office's."""

import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests import factories as make
from tests.calls.pictures import SECRET, telling_photo
from tracker.cases.file.papers.keeping import paper_path
from tracker.cases.file.papers.models import CasePaper
from tracker.cases.file.privacy import Privacy
from tracker.cases.models import CaseStatus
from tracker.extensions import db
from tracker.scheduling.appointments.models import Appointment, AppointmentStatus
from tracker.scheduling.bookings.booking import book_order
from tracker.scheduling.bookings.models import Booking
from tracker.scheduling.bookings.on_the_day import finish
from tracker.scheduling.crew.models import CrewStep
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.resources.models import CityResource, CrewMember, TeamMember
from tracker.staff.log import history_of
from tracker.staff.models import Role, User

SIX = datetime(2026, 6, 16, 10, 0, tzinfo=UTC)  # Tuesday, 6:00 in the city
EIGHT = SIX + timedelta(hours=2)
SignIn = Callable[..., User]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(SIX, tick=False) as clock:
        yield clock


@pytest.fixture
def crew(database: SQLAlchemy) -> CityResource:
    make.make_city()
    return make.make_resource(name="Tree crew", shifts=[(day, 0, 1440) for day in range(7)])


@pytest.fixture
def driver(crew: CityResource, sign_in: SignIn) -> User:
    user = sign_in(Role.CREW)
    db.session.add(CrewMember(user_id=user.id, resource_id=crew.id))
    db.session.commit()
    return user


def booked(crew: CityResource, title: str = "Fell the oak", at: datetime = EIGHT, **columns: object) -> Booking:
    order = make.make_work_order(title=title, **columns)
    booking = book_order(order, crew, at, None)
    db.session.commit()
    return booking


def tell(client: FlaskClient, of: Booking, kind: str, key: str = "k", **more: object) -> tuple[int, str]:
    """Send a step as a phone does; the status of the answer and what it says."""
    fields = {"key": key, "booking": of.id, "kind": kind, "at": EIGHT.isoformat(), **more}
    answer = client.post(
        "/staff/crew/steps", data=fields, headers={"Accept": "application/json"}, content_type="multipart/form-data"
    )
    db.session.rollback()
    db.session.expire_all()
    return answer.status_code, answer.json["status"] if answer.status_code == 201 else answer.json[0]["description"]


def test_a_crew_is_led_to_its_day_and_sees_nobodys_name(client: FlaskClient, driver: User, crew: CityResource) -> None:
    case = make.make_case(address="9 Elm St", call_count=3, public_label="Elm St near 2nd Ave")
    call = make.make_call(caller=make.make_caller(name="Zelda Caller"), description="Zelda said so")
    make.make_case_call(case=case, call=call)
    make.make_participant(case=case, name="Owner Zelda")
    booking = booked(crew, case=case, people=1, minutes=45)
    db.session.add(
        Appointment(
            order_id=booking.work_order_id, status=AppointmentStatus.CONFIRMED, name="Rosa Vega", phone="555 0142",
            email="rosa@example.org", token_hash="x", window_starts_at=EIGHT, window_ends_at=EIGHT + timedelta(hours=2),
            note="Knock at the back.",
        )
    )  # fmt: skip
    booked(crew, "Trim the hedge", EIGHT + timedelta(days=1))
    db.session.commit()
    assert client.get("/staff").location == "/staff/crew"
    page = client.get("/staff/crew").text
    for words in ("Fell the oak", "9 Elm St", "Elm St near 2nd Ave", "Rosa", "08:00 to 10:00", "Knock at the back",
                  "3 calls since", "08:00", "08:45", "geo:42.35", "Trim the hedge", "Tree crew"):  # fmt: skip
        assert words in page, words
    for secret in ("Zelda", "Vega", "555 0142", "rosa@"):
        assert secret not in page, secret
    assert page.count("data-stops") == 2, "today and tomorrow: what a copy shows no more when its day is over"
    assert "Search everything" not in page and case.public_id not in page
    assert "Knock at the back" in client.get(f"/staff/crew/{crew.id}/sheet").text
    assert "Trim the hedge" in client.get(f"/staff/crew/{crew.id}/sheet?day=2026-06-17").text
    assert client.get(f"/staff/crew/{crew.id}/sheet?day=9999-12-31").status_code == 200


def test_a_crew_sees_and_tells_only_of_its_own(client: FlaskClient, driver: User, crew: CityResource) -> None:
    other = make.make_resource(name="Paving crew")
    theirs = booked(other, "Mend the road")
    for address in (f"crew?resource={other.id}", f"crew/{other.id}/sheet"):
        assert client.get(f"/staff/{address}").status_code == 404
    assert tell(client, theirs, "set_out") == (
        404, "This work is not on your sheet, or not any more. Ask the office who does it.",
    )  # fmt: skip
    assert "Mend the road" not in client.get("/staff/crew").text


def test_a_teams_work_is_its_members_too(client: FlaskClient, driver: User, crew: CityResource) -> None:
    team = make.make_resource(name="Storm team", shifts=[(day, 0, 1440) for day in range(7)])
    team.members.append(TeamMember(member_id=crew.id, member=crew))
    booking = booked(team, "Clear the avenue")
    page = client.get("/staff/crew").text
    assert "Clear the avenue" in page and "Storm team" in page
    assert tell(client, booking, "set_out", at=SIX.isoformat()) == (201, "en_route")


def test_each_step_is_taken_once(
    client: FlaskClient, driver: User, crew: CityResource, clock: time_machine.Traveller
) -> None:
    booking = booked(crew)
    clock.move_to(EIGHT + timedelta(hours=4))
    for _ in range(2):
        assert tell(client, booking, "set_out", "one") == (201, "en_route")
    assert tell(client, booking, "call_back", "two", note="Wrong road.") == (201, "planned")
    assert tell(client, booking, "set_out", "one") == (201, "planned"), "an old sending sets nobody out again"
    for _ in range(2):
        assert tell(client, booking, "note", "three", note="The gate squeaks.") == (201, "planned")
    assert tell(client, booking, "finish", "four", note="Gone.", minutes=30) == (201, "done")
    assert tell(client, booking, "arrive", "four")[0] == 409
    assert db.session.scalar(select(func.count()).select_from(CrewStep)) == 4
    verbs = [entry.verb for entry in reversed(history_of("case", booking.work_order.case_id))]
    assert verbs == ["work_booked", "crew_set_out", "crew_called_back", "crew_note", "work_done"]
    assert (booking.worked_minutes, booking.finished_at) == (30, EIGHT)


def test_a_phones_wrong_clock_is_put_right(
    client: FlaskClient, driver: User, crew: CityResource, clock: time_machine.Traveller
) -> None:
    booking, ahead = booked(crew), timedelta(days=2)
    clock.move_to(EIGHT + timedelta(hours=1))
    at, sent = EIGHT + ahead, EIGHT + timedelta(hours=1) + ahead
    assert tell(client, booking, "arrive", at=at.isoformat(), sent_at=sent.isoformat()) == (201, "on_site")
    assert booking.arrived_at == EIGHT


def test_photos_lie_in_the_cases_file_without_what_the_camera_wrote(
    client: FlaskClient, driver: User, crew: CityResource
) -> None:
    merged = make.make_case(status=CaseStatus.MERGED, merged_into=make.make_case())
    booking = booked(crew, case=merged)
    for _ in range(2):
        sent = (io.BytesIO(telling_photo("JPEG")), "blob")
        assert tell(client, booking, "note", photos=sent, at=SIX.isoformat())[0] == 201
    (paper,) = db.session.scalars(select(CasePaper))
    assert paper.case_id == booking.work_order.case.merged_into_id and paper.privacy is Privacy.WORKERS
    assert paper.added_by_id == driver.id and SECRET not in paper_path(paper).read_bytes()
    pdf = (io.BytesIO(b"%PDF-1.7\n%%EOF\n"), "blob")
    assert "photos only" in tell(client, booking, "note", "pdf", photos=pdf)[1]
    assert "note, or choose a photo" in tell(client, booking, "note", "nothing")[1]


IMPOSSIBLE: list[tuple[dict[str, str], str]] = [
    ({"kind": "could_not"}, "Choose what stood in the way"),
    ({"kind": "could_not", "why": "aliens"}, "Choose what stood in the way"),
    ({"kind": "could_not", "why": "other"}, "Say in a few words"),
    ({"kind": "could_not", "why": "weather", "next_try_on": "2026-06-01"}, "in the past"),
    ({"kind": "could_not", "why": "weather", "next_try_on": "soon"}, "Try again from"),
    ({"kind": "finish", "minutes": "99999"}, "number from 1 to 1440"),
    ({"kind": "finish", "minutes": "long"}, "Minutes at the place"),
    ({"kind": "dance"}, "Step"),
    ({"kind": "set_out", "key": ""}, "lost its key"),
    ({"kind": "set_out", "at": "2026-06-15T23:00:00+00:00"}, "before its day"),
    ({"kind": "set_out", "booking": "999999999999999999999"}, "Work"),
    ({"kind": "note", "note": "x" * 2001}, "2000"),
]


def test_what_cannot_be_is_refused_in_words_and_changes_nothing(
    client: FlaskClient, driver: User, crew: CityResource, clock: time_machine.Traveller
) -> None:
    booking = booked(crew)
    clock.move_to(EIGHT)
    for fields, words in IMPOSSIBLE:
        status, said = tell(client, booking, **fields)  # type: ignore[arg-type]
        assert status == 400 and words in said, fields
    assert booking.work_order.status is WorkStatus.PLANNED
    assert db.session.scalar(select(func.count()).select_from(CrewStep)) == 0


def test_what_was_agreed_with_a_resident_is_settled(
    client: FlaskClient, driver: User, crew: CityResource, clock: time_machine.Traveller
) -> None:
    told = {
        "finish": ({}, AppointmentStatus.KEPT),
        "could_not": ({"why": "nobody_home", "next_try_on": "2026-06-18"}, AppointmentStatus.NO_SHOW),
        "could_not_again": ({"why": "equipment", "next_try_on": "2026-06-18"}, AppointmentStatus.TO_MOVE),
    }
    bookings = {kind: booked(crew, kind, EIGHT + number * timedelta(hours=1)) for number, kind in enumerate(told)}
    for kind, booking in bookings.items():
        order_id = booking.work_order_id
        agreed = Appointment(order_id=order_id, status=AppointmentStatus.CONFIRMED, name="Rosa", token_hash=kind)
        agreed.window_starts_at, agreed.window_ends_at = booking.starts_at, booking.ends_at
        db.session.add(agreed)
    db.session.commit()
    clock.move_to(EIGHT + timedelta(hours=4))
    for kind, (fields, status) in told.items():
        assert tell(client, bookings[kind], kind.removesuffix("_again"), kind, **fields)[0] == 201
        agreed = db.session.scalars(select(Appointment).where(Appointment.token_hash == kind)).one()
        assert agreed.status is status and (agreed.ended_at is None) == (status is AppointmentStatus.TO_MOVE)


def test_what_is_told_late_of_an_older_booking_leaves_what_was_agreed_since(
    client: FlaskClient, driver: User, crew: CityResource, clock: time_machine.Traveller
) -> None:
    booking, week = booked(crew), timedelta(days=7)
    order = booking.work_order
    clock.move_to(EIGHT + timedelta(hours=1))
    assert tell(client, booking, "could_not", "one", why="weather", next_try_on="2026-06-18") == (201, "requested")
    order.due_on += week
    again = book_order(order, crew, EIGHT + week, None)
    window = {"window_starts_at": EIGHT + week, "window_ends_at": EIGHT + week + timedelta(hours=2)}
    make.make_appointment(order=order, status=AppointmentStatus.CONFIRMED, name="Rosa", **window)
    db.session.commit()
    for kind, why in (("could_not", "nobody_home"), ("could_not", "equipment"), ("finish", "")):
        tell(client, booking, kind, key := f"late {kind} {why}", why=why)
        (agreed,) = db.session.scalars(select(Appointment))
        assert agreed.status is AppointmentStatus.CONFIRMED and agreed.ended_at is None, key
    assert again.work_order.status is WorkStatus.PLANNED and again.cancelled_at is None


def test_a_crew_tells_only_of_what_stands_about_now(
    client: FlaskClient, driver: User, crew: CityResource, clock: time_machine.Traveller, sign_in: SignIn
) -> None:
    cancelled, held, old = (booked(crew, name, EIGHT + timedelta(hours=n)) for n, name in enumerate("abc"))
    cancelled.cancelled_at, held.held_until = SIX, EIGHT
    db.session.commit()
    for booking, status in ((cancelled, 409), (held, 404), (old, 201)):
        assert tell(client, booking, "note", f"k{booking.id}", note="Seen.")[0] == status
    clock.shift(timedelta(days=15))
    sign_in(user=driver)
    assert tell(client, old, "note", "late", note="Seen.")[0] == 404
    assert tell(client, old, "note", f"k{old.id}", note="Seen.")[0] == 201, "it was taken, and its answer got lost"
    sign_in(Role.SCHEDULER)
    assert tell(client, old, "note", "office", note="Seen.")[0] == 201


def test_without_scripts_each_button_is_a_form(
    client: FlaskClient, driver: User, crew: CityResource, clock: time_machine.Traveller
) -> None:
    booking = booked(crew)
    clock.move_to(EIGHT)
    fields = {"key": "k", "booking": booking.id, "kind": "arrive"}
    assert client.post("/staff/crew/steps", data=fields).location == f"/staff/crew#work-{booking.id}"
    fields = {"key": "l", "booking": booking.id, "kind": "could_not", "note": "a red van"}
    refused = client.post("/staff/crew/steps", data=fields)
    assert refused.status_code == 400
    for words in ("Choose what stood in the way", "a red van", "Fell the oak"):
        assert words in refused.text


def test_nobody_sends_what_somebody_else_told(client: FlaskClient, driver: User, crew: CityResource) -> None:
    booking = booked(crew)
    fields = {"key": "k", "booking": booking.id, "kind": "set_out", "told_by": driver.id + 1}
    assert client.post("/staff/crew/steps", data=fields).status_code == 403
    db.session.expire_all()
    assert booking.work_order.status is WorkStatus.PLANNED


def test_those_who_plan_look_at_any_crew_and_tell_for_it(
    client: FlaskClient, crew: CityResource, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    booking = booked(crew)
    sign_in(Role.SCHEDULER)
    assert "1 today" in client.get("/staff/crew").text
    assert "Fell the oak" in client.get(f"/staff/crew?resource={crew.id}").text
    clock.move_to(EIGHT)
    sign_in(Role.SUPERVISOR)
    fields = {"key": "k", "booking": booking.id, "kind": "set_out", "resource": crew.id}
    assert client.post("/staff/crew/steps", data=fields).location.startswith(f"/staff/crew?resource={crew.id}#")
    assert client.get("/staff/crew?resource=99999").status_code == 404


def test_a_night_shift_keeps_its_work_over_midnight(
    client: FlaskClient, driver: User, crew: CityResource, sign_in: SignIn, clock: time_machine.Traveller
) -> None:
    late = datetime(2026, 6, 17, 2, 45, tzinfo=UTC)  # 22:45 to 23:45
    told = booked(crew, "Told before", late - timedelta(hours=2))
    booked(crew, "Over midnight", late + timedelta(minutes=60))
    booked(crew, "Before midnight", late)
    clock.move_to(datetime(2026, 6, 17, 4, 10, tzinfo=UTC))  # 0:10
    finish(told, None, at=late - timedelta(hours=1))
    sign_in(user=driver)
    page = client.get("/staff/crew").text
    assert "Before midnight" in page and "Over midnight" in page and "Told before" not in page


def test_what_the_crew_could_not_do_stays_on_its_sheet_though_it_was_asked_for_again(
    client: FlaskClient, driver: User, crew: CityResource, clock: time_machine.Traveller
) -> None:
    booking = booked(crew)
    clock.move_to(EIGHT)
    assert tell(client, booking, "could_not", why="weather", next_try_on="2026-06-18") == (201, "requested")
    page = client.get("/staff/crew").text
    assert 'data-status="not_done"' in page and "Next try from 18 Jun 2026" in page


def test_an_account_that_drives_with_nothing_is_told_whom_to_ask(
    client: FlaskClient, crew: CityResource, sign_in: SignIn
) -> None:
    sign_in(Role.CREW)
    assert "Ask an administrator" in client.get("/staff/crew").text


def test_an_administrator_says_who_drives_with_what(client: FlaskClient, crew: CityResource, sign_in: SignIn) -> None:
    driver = make.make_user(role=Role.CREW, display_name="Sam")
    sign_in(Role.ADMINISTRATOR)
    address = f"/staff/users/{driver.id}"
    assert "Drives out with nothing yet" in client.get(address).text
    assert client.post(f"{address}/crew", data={"seen": "", "resources": [crew.id]}).location == address
    assert "Sees the run sheets of Tree crew" in client.get(address).text
    late = client.post(f"{address}/crew", data={"seen": ""})
    assert late.status_code == 409 and "Somebody changed this meanwhile" in late.text
    assert client.post(f"{address}/crew", data={"seen": str(crew.id)}).location == address
    assert "Drives out with nothing yet" in client.get(address).text
    assert "changed crew" in client.get("/staff/audit").text


def test_a_crews_phone_stays_signed_in_for_a_shift(
    client: FlaskClient, driver: User, sign_in: SignIn, app: Flask, clock: time_machine.Traveller
) -> None:
    clock.shift(timedelta(hours=11))
    assert client.get("/staff/crew").status_code == 200
    clock.shift(timedelta(hours=1, minutes=1))
    assert client.get("/staff/crew").location.startswith("/staff/sign-in")
    assert db.session.scalar(select(func.count()).select_from(WorkOrder)) == 0


def test_a_city_may_name_a_map_for_the_way(app: Flask, client: FlaskClient, driver: User, crew: CityResource) -> None:
    booked(crew)
    settings = app.config["SETTINGS"]
    app.config["SETTINGS"] = settings.__class__(
        **{**vars_of(settings), "directions_url": "https://map.test/?to={lat},{long}"}
    )
    assert 'href="https://map.test/?to=42.350000,-71.060000"' in client.get("/staff/crew").text


def vars_of(settings: object) -> dict[str, object]:
    return {name: getattr(settings, name) for name in settings.__dataclass_fields__}  # type: ignore[attr-defined]
