"""A time agreed with a resident: offered, held, confirmed, moved, cancelled, kept or not."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import time_machine
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests import factories as make
from tests.cases.world import verbs_of
from tests.scheduling.agreeing_world import HOURS_2, JANE, WEDNESDAY_8, agreed, held, offered, plain_settings
from tracker.errors import Conflict, Invalid
from tracker.extensions import db
from tracker.scheduling.appointments.agreeing import cancel_appointment, confirm_appointment
from tracker.scheduling.appointments.contacting import Resident
from tracker.scheduling.appointments.finding import appointment_of, no_shows_of
from tracker.scheduling.appointments.holding import hold_window, release_hold
from tracker.scheduling.appointments.keeping import (
    ask_to_move,
    keeps_window,
    move_out_of_window,
    record_kept,
    record_no_show,
)
from tracker.scheduling.appointments.locking import find_held
from tracker.scheduling.appointments.models import Appointment, AppointmentStatus
from tracker.scheduling.appointments.refusals import HoldOver, NotOpen, TooLate, WindowTaken
from tracker.scheduling.appointments.room import Offer, offered_windows
from tracker.scheduling.appointments.settling import let_expired_go, remind, settle
from tracker.scheduling.bookings.booking import book_order, cancel_booking, move_booking, standing_booking
from tracker.scheduling.bookings.ending import cancel_order, could_not_do, finish_order
from tracker.scheduling.bookings.models import Booking, BookingSlot
from tracker.scheduling.bookings.retiring import retire_resource
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.resources.models import CityResource
from tracker.staff.models import LogEntry

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(make.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def crew(database: SQLAlchemy) -> CityResource:
    make.make_city(is_live=True)
    return make.make_resource(name="Tree crew")


def starts(offer: Offer) -> list[datetime]:
    return [window.starts_at for window in offer.windows]


def free_to_choose(order: WorkOrder) -> list[datetime]:
    return starts(offered_windows(order, plain_settings()))


def slots() -> int:
    return db.session.scalar(select(func.count()).select_from(BookingSlot)) or 0


def test_windows_are_two_hours_on_the_clock_from_tomorrow_noon_on_for_ten_working_days() -> None:
    order = make.make_work_order()
    found = free_to_choose(order)
    assert found[0] == datetime.fromisoformat("2026-06-16T12:00-04:00"), "a day ahead at least"
    assert WEDNESDAY_8 in found and len(found) <= 40
    days = {instant.date() for instant in found}
    assert len(days) == 9 + 1 and all(day.weekday() < 5 for day in days)


def test_what_is_held_is_taken_for_everybody_else_and_the_order_stands_as_it_stood(crew: CityResource) -> None:
    others = [make.make_work_order(minutes=120) for _ in range(2)]
    appointment = held(order=make.make_work_order(minutes=120))
    assert appointment.status is AppointmentStatus.HELD and slots() == 8
    assert appointment.order.status is WorkStatus.REQUESTED and standing_booking(appointment.order) is None
    assert WEDNESDAY_8 not in free_to_choose(others[0])
    with pytest.raises(Conflict):
        book_order(others[1], crew, WEDNESDAY_8, None)
    with pytest.raises(WindowTaken):
        hold_window(offered(others[0]), WEDNESDAY_8, None, plain_settings())


def test_a_confirmed_window_is_booked_and_the_order_keeps_to_it() -> None:
    appointment = confirm_appointment(held(), None, plain_settings())
    order = appointment.order
    assert (appointment.status, order.status) == (AppointmentStatus.CONFIRMED, WorkStatus.CONFIRMED)
    assert (order.earliest_at, order.latest_at) == (WEDNESDAY_8, WEDNESDAY_8 + HOURS_2)
    standing = standing_booking(order)
    assert standing is not None and standing.starts_at == WEDNESDAY_8 and standing.held_until is None
    assert verbs_of(order.case)[-3:] == ["appointment_offered", "appointment_held", "appointment_confirmed"]
    before = len(verbs_of(order.case))
    confirm_appointment(appointment, None, plain_settings())
    assert len(verbs_of(order.case)) == before, "sent twice, it is told once"


def test_nobody_is_named_in_the_log() -> None:
    appointment = agreed()
    cancel_appointment(appointment, None, plain_settings(), word="Ask my sister Zora on 555 0101")
    for entry in db.session.scalars(select(LogEntry)):
        told = f"{entry.text} {entry.data}"
        assert not [part for part in ("Canary", "canary", "555", "Zora", "example.org") if part in told]


def test_an_expired_hold_is_hers_until_somebody_wants_it(clock: time_machine.Traveller, crew: CityResource) -> None:
    appointment = held()
    clock.shift(16 * MINUTE)
    assert WEDNESDAY_8 in free_to_choose(make.make_work_order())
    confirm_appointment(appointment, None, plain_settings())
    assert appointment.status is AppointmentStatus.CONFIRMED
    late = held(order=make.make_work_order(minutes=120), starts_at=WEDNESDAY_8 + HOURS_2)
    clock.shift(16 * MINUTE)
    taken = book_order(make.make_work_order(minutes=120), crew, WEDNESDAY_8 + HOURS_2, None)
    assert taken.held_until is None
    with pytest.raises(HoldOver):
        confirm_appointment(late, None, plain_settings())


def test_the_worker_lets_expired_holds_go(clock: time_machine.Traveller) -> None:
    appointment = held()
    assert list(let_expired_go(make.NOW + 14 * MINUTE)) == [] and slots() == 4
    clock.shift(15 * MINUTE)
    assert list(let_expired_go(make.NOW + 15 * MINUTE)) == [appointment.order_id]
    assert slots() == 0 and appointment.status is AppointmentStatus.OFFERED and appointment.held_starts_at is None
    with pytest.raises(HoldOver):
        confirm_appointment(appointment, None, plain_settings())


def test_moved_the_old_window_stands_until_the_new_one_is_confirmed(clock: time_machine.Traveller) -> None:
    appointment = agreed()
    first = standing_booking(appointment.order)
    assert first is not None
    later = WEDNESDAY_8 + timedelta(days=1)
    hold_window(appointment, later, None, plain_settings())
    assert slots() == 8 and standing_booking(appointment.order) is first
    assert (appointment.status, appointment.window_starts_at) == (AppointmentStatus.CONFIRMED, WEDNESDAY_8)
    clock.shift(16 * MINUTE)
    list(let_expired_go(make.NOW + 16 * MINUTE))
    assert slots() == 4 and appointment.window_starts_at == WEDNESDAY_8 and first.cancelled_at is None
    hold_window(appointment, later, None, plain_settings())
    confirm_appointment(appointment, None, plain_settings())
    assert slots() == 4 and first.cancelled_at is not None
    assert (appointment.window_starts_at, appointment.order.earliest_at) == (later, later)
    assert verbs_of(appointment.order.case)[-1] == "appointment_changed"


def test_choosing_another_window_gives_the_first_hold_back() -> None:
    appointment = held()
    hold_window(appointment, WEDNESDAY_8 + HOURS_2, None, plain_settings())
    assert slots() == 4 and find_held(appointment.order).starts_at == WEDNESDAY_8 + HOURS_2  # type: ignore[union-attr]  # it is held
    release_hold(appointment, None)
    assert slots() == 0 and appointment.status is AppointmentStatus.OFFERED


def test_work_that_is_planned_already_may_be_agreed_upon_where_it_stands(crew: CityResource) -> None:
    order = make.make_work_order()
    booking = book_order(order, crew, WEDNESDAY_8 + 15 * MINUTE, None)
    assert WEDNESDAY_8 in free_to_choose(order)
    appointment = held(order=order)
    assert slots() == 4 and find_held(order) is None
    confirm_appointment(appointment, None, plain_settings())
    assert standing_booking(order) is booking and order.status is WorkStatus.CONFIRMED


def test_a_confirmed_booking_is_moved_within_its_window_and_never_out_of_it(crew: CityResource) -> None:
    appointment = agreed()
    standing = standing_booking(appointment.order)
    assert standing is not None
    move_booking(standing, crew, WEDNESDAY_8 + timedelta(hours=1), None)
    assert appointment.order.status is WorkStatus.CONFIRMED
    for hours, words in ((-4, "before Wed 17 Jun 2026, 08:00"), (3, "after Wed 17 Jun 2026, 10:00"), (24, "after")):
        with pytest.raises(Invalid, match=f"may not begin {words}"):
            move_booking(standing, crew, WEDNESDAY_8 + timedelta(hours=hours), None)
    assert keeps_window(appointment, WEDNESDAY_8, WEDNESDAY_8 + HOURS_2)
    assert not keeps_window(appointment, WEDNESDAY_8 - 15 * MINUTE, WEDNESDAY_8)
    move_out_of_window(standing, crew, WEDNESDAY_8 + timedelta(hours=4), make.make_user(), reason="A truck broke.")
    assert (appointment.status, appointment.reason) == (AppointmentStatus.TO_MOVE, "A truck broke.")
    assert appointment.order.status is WorkStatus.PLANNED and appointment.order.latest_at is None
    assert "appointment_to_move" in verbs_of(appointment.order.case)


def test_what_the_order_said_before_it_says_again_when_nothing_is_agreed() -> None:
    order = make.make_work_order(earliest_at=WEDNESDAY_8 + timedelta(days=1))
    assert min(free_to_choose(order)) < WEDNESDAY_8
    bounds = (order.earliest_at, order.latest_at)
    assert starts(offered_windows(order, plain_settings(), bounds))[0] == WEDNESDAY_8 + timedelta(days=1)
    appointment = agreed(WEDNESDAY_8 + timedelta(days=2), order)
    ask_to_move(appointment, "A storm")
    assert (order.earliest_at, order.latest_at) == bounds and order.status is WorkStatus.REQUESTED and slots() == 0
    ask_to_move(appointment, "Another")
    assert appointment.reason == "A storm"
    hold_window(appointment, WEDNESDAY_8 + timedelta(days=5), None, plain_settings())
    assert appointment.status is AppointmentStatus.TO_MOVE
    confirm_appointment(appointment, None, plain_settings())
    assert appointment.status is AppointmentStatus.CONFIRMED and appointment.reason == ""
    cancel_appointment(appointment, None, plain_settings(), word="Moved away")
    assert (order.earliest_at, order.latest_at, order.status) == (*bounds, WorkStatus.REQUESTED)
    assert appointment_of(order) is None and appointment.reason == "Moved away"


def test_until_the_day_before_she_may_change_it_herself(clock: time_machine.Traveller) -> None:
    appointment = agreed()
    clock.move_to(datetime.fromisoformat("2026-06-16T23:59-04:00"))
    hold_window(appointment, WEDNESDAY_8 + timedelta(days=2), None, plain_settings())
    clock.move_to(datetime.fromisoformat("2026-06-17T00:00-04:00"))
    with pytest.raises(TooLate):
        confirm_appointment(appointment, None, plain_settings())
    with pytest.raises(TooLate):
        cancel_appointment(appointment, None, plain_settings())
    confirm_appointment(appointment, make.make_user(), plain_settings())
    assert appointment.window_starts_at == WEDNESDAY_8 + timedelta(days=2), "staff may"


def test_a_window_that_is_none_is_past_or_too_near_is_refused() -> None:
    appointment = offered()
    for instant in (WEDNESDAY_8 + MINUTE, WEDNESDAY_8 - timedelta(days=7), make.NOW + HOURS_2):
        with pytest.raises(WindowTaken):
            hold_window(appointment, instant, None, plain_settings())
    hold_window(appointment, make.NOW + HOURS_2, make.make_user(), plain_settings())
    assert appointment.status is AppointmentStatus.HELD, "on the phone it may be nearer"


def test_she_chooses_of_what_is_offered_and_staff_further_ahead() -> None:
    appointment = offered()
    far = WEDNESDAY_8 + timedelta(days=70)
    assert far not in free_to_choose(appointment.order)
    with pytest.raises(WindowTaken):
        hold_window(appointment, far, None, plain_settings())
    assert slots() == 0
    hold_window(appointment, far, make.make_user(), plain_settings())
    assert appointment.status is AppointmentStatus.HELD


def test_nobody_home_three_times(clock: time_machine.Traveller) -> None:
    order = make.make_work_order()
    for times in (1, 2, 3):
        begin = WEDNESDAY_8 + timedelta(days=7 * (times - 1))
        appointment = agreed(begin, order)
        with pytest.raises(NotOpen, match="not begun"):
            record_no_show(appointment, None)
        clock.move_to(begin + HOURS_2)
        record_no_show(record_no_show(appointment, make.make_user()), None)
        assert (order.status, order.reason, order.latest_at) == (WorkStatus.NOT_DONE, "Nobody was home.", None)
        assert no_shows_of(order) == times and appointment.ended_at is not None
        clock.move_to(begin + timedelta(days=5))


def test_kept_and_its_refusals(clock: time_machine.Traveller) -> None:
    appointment = agreed()
    with pytest.raises(NotOpen):
        record_kept(appointment, None)
    clock.move_to(WEDNESDAY_8)
    record_kept(record_kept(appointment, None), None)
    assert appointment.status is AppointmentStatus.KEPT and appointment.order.status is WorkStatus.CONFIRMED
    for verb in (lambda: record_no_show(appointment, None), lambda: release_hold(appointment, None)):
        with pytest.raises(NotOpen):
            verb()
    with pytest.raises(NotOpen):
        hold_window(appointment, WEDNESDAY_8 + timedelta(days=1), make.make_user(), plain_settings())


def test_who_is_on_the_way_is_not_moved_online() -> None:
    appointment = agreed()
    appointment.order.status = WorkStatus.EN_ROUTE
    for verb in (hold_window, cancel_appointment):
        arguments = (WEDNESDAY_8 + timedelta(days=1),) if verb is hold_window else ()
        with pytest.raises(NotOpen):
            verb(appointment, *arguments, None, plain_settings())  # type: ignore[operator]  # as each wants them


def test_an_order_has_one_appointment_at_a_time_and_work_that_is_over_none() -> None:
    appointment = offered()
    with pytest.raises(Conflict, match="already"):
        offered(appointment.order)
    with pytest.raises(Conflict, match="no time to agree"):
        offered(make.make_work_order(status=WorkStatus.DONE))
    tried = make.make_work_order(status=WorkStatus.NOT_DONE)
    offered(tried)
    assert tried.status is WorkStatus.REQUESTED


@pytest.mark.parametrize(("phone", "language"), [("12", "en"), ("no phone", "en"), ("585-555-0137", "xx")])
def test_what_reaches_nobody_is_refused(phone: str, language: str) -> None:
    with pytest.raises(Invalid):
        Resident("Jane", "", phone, language)


def test_reminded_once_from_ten_on_the_day_before(clock: time_machine.Traveller) -> None:
    appointment, far = agreed(), agreed(WEDNESDAY_8 + timedelta(days=2))
    for when, told in (("2026-06-16T09:59-04:00", []), ("2026-06-16T10:00-04:00", [appointment.id]),
                       ("2026-06-16T10:01-04:00", [])):  # fmt: skip
        clock.move_to(datetime.fromisoformat(when))
        assert list(remind(datetime.fromisoformat(when), plain_settings())) == told
    assert far.reminded_at is None
    clock.move_to(datetime.fromisoformat("2026-06-19T07:00-04:00"))
    assert list(remind(datetime.fromisoformat("2026-06-19T07:00-04:00"), plain_settings())) == [far.id], "it was down"
    near = agreed(datetime.fromisoformat("2026-06-22T08:00-04:00"))
    assert near.reminded_at is None
    clock.move_to(datetime.fromisoformat("2026-06-21T11:00-04:00"))
    list(remind(datetime.fromisoformat("2026-06-21T11:00-04:00"), plain_settings()))
    assert near.reminded_at is not None


def settled(now: datetime = make.NOW) -> None:
    list(settle(now))


def test_what_others_did_to_its_work_is_settled(clock: time_machine.Traveller, crew: CityResource) -> None:
    make.make_resource(name="Second crew")
    done, gone, tried, lost, moved = (agreed(WEDNESDAY_8 + timedelta(days=days)) for days in (0, 1, 2, 5, 6))
    finish_order(done.order, None)
    cancel_order(gone.order, None, reason="Not wanted")
    could_not_do(tried.order, None, reason="No ladder")
    booking = standing_booking(lost.order)
    cancel_booking(booking, None, reason="A crew is ill")  # type: ignore[arg-type]  # it stands
    far = standing_booking(moved.order)
    assert far is not None
    moved.order.latest_at = None
    move_booking(far, crew, far.starts_at + timedelta(hours=4), None)
    settled()
    assert [one.status for one in (done, gone, tried, moved)] == [
        AppointmentStatus.KEPT, AppointmentStatus.CANCELLED, AppointmentStatus.TO_MOVE, AppointmentStatus.TO_MOVE,
    ]  # fmt: skip
    again_on = WEDNESDAY_8 + timedelta(days=2)
    confirm_appointment(hold_window(tried, again_on, None, plain_settings()), None, plain_settings())
    assert (tried.status, tried.order.status) == (AppointmentStatus.CONFIRMED, WorkStatus.CONFIRMED), "a next try"
    assert lost.status is AppointmentStatus.CONFIRMED, "a plan may still put it back into its window"
    again = book_order(lost.order, crew, lost.window_starts_at, None)  # type: ignore[arg-type]  # it has one
    settled()
    assert lost.order.status is WorkStatus.CONFIRMED
    retire_resource(crew, make.make_user(), release=True)
    assert again.cancelled_at is not None
    clock.shift(11 * MINUTE)
    settled(make.NOW + 11 * MINUTE)
    assert lost.status is AppointmentStatus.TO_MOVE
    before = db.session.scalar(select(func.count()).select_from(LogEntry))
    settled(make.NOW + 11 * MINUTE)
    assert db.session.scalar(select(func.count()).select_from(LogEntry)) == before


def test_a_retired_crew_gives_its_holds_back(crew: CityResource) -> None:
    appointment = held()
    retire_resource(crew, make.make_user(), release=True)
    assert slots() == 0
    with pytest.raises(HoldOver):
        confirm_appointment(appointment, None, plain_settings())


def test_every_appointment_says_whom_it_is_with() -> None:
    appointment = offered()
    kept = (appointment.name, appointment.email, appointment.phone, appointment.note)
    assert kept == (JANE.name, JANE.email, JANE.phone, JANE.note)
    assert db.session.scalar(select(func.count()).select_from(Appointment)) == 1
    assert db.session.scalars(select(Booking)).all() == []
