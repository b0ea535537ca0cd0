"""What an appointment rests on may change while a resident decides: what she confirms is still possible, or refused."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
import time_machine
from flask_sqlalchemy import SQLAlchemy

from tests import factories as make
from tests.scheduling.agreeing_world import HOURS_2, WEDNESDAY_8, agreed, held, offered, plain_settings
from tracker.clock import utc_now
from tracker.extensions import db
from tracker.outreach.appointment_mail import STILL_TRUE
from tracker.scheduling.appointments.agreeing import confirm_appointment
from tracker.scheduling.appointments.holding import hold_window
from tracker.scheduling.appointments.keeping import ask_to_move
from tracker.scheduling.appointments.locking import find_held
from tracker.scheduling.appointments.models import AppointmentStatus
from tracker.scheduling.appointments.refusals import HoldOver
from tracker.scheduling.appointments.room import offered_windows, openings_in, window_at
from tracker.scheduling.appointments.settling import settle
from tracker.scheduling.bookings.booking import book_order, cancel_booking, standing_booking
from tracker.scheduling.bookings.ending import cancel_order, could_not_do
from tracker.scheduling.disruptions.breakdowns import put_out_of_action, release_its_bookings
from tracker.scheduling.disruptions.weather_days import Concerned, clear_days, count_concerned, declare_weather
from tracker.scheduling.orders.dependencies import set_waits_for
from tracker.scheduling.orders.models import WorkOrder
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.planning.models import DraftKind, PlanDraft, PlannedVisit
from tracker.scheduling.resources.models import CityResource

WEDNESDAY = date(2026, 6, 17)
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(make.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def crew(database: SQLAlchemy) -> CityResource:
    make.make_city(is_live=True)
    return make.make_resource(name="Tree crew")


def two_in_order() -> tuple[WorkOrder, WorkOrder]:
    """The second of them waits for «Tow»."""
    case = make.make_case()
    first, second = make.make_work_order(title="Tow", case=case), make.make_work_order(case=case)
    set_waits_for(second, [first])
    return first, second


def test_what_is_held_on_a_storm_day_is_refused_and_given_back() -> None:
    appointment, ana = held(), make.make_user()
    assert count_concerned(WEDNESDAY, WEDNESDAY, []) == Concerned(0, 1)
    declared = declare_weather(WEDNESDAY, WEDNESDAY, "Snow storm", [], ana)
    with pytest.raises(HoldOver, match="Snow storm"):
        confirm_appointment(appointment, None, plain_settings())
    assert sum(step.appointments for step in clear_days(declared, ana)) == 1
    assert (appointment.status, find_held(appointment.order)) == (AppointmentStatus.OFFERED, None)
    assert count_concerned(WEDNESDAY, WEDNESDAY, []) == Concerned(0, 0)
    with pytest.raises(HoldOver):
        confirm_appointment(appointment, None, plain_settings())


def test_a_storm_takes_what_stands_and_leaves_what_is_held_for_another_day() -> None:
    order, ana = make.make_work_order(), make.make_user()
    appointment = agreed(order=order)
    hold_window(appointment, WEDNESDAY_8 + DAY, None, plain_settings())
    thursday = WEDNESDAY + DAY
    assert count_concerned(thursday, thursday, []) == Concerned(0, 1)
    list(clear_days(declare_weather(thursday, thursday, "Heat", [], ana), ana))
    standing = standing_booking(order)
    assert standing is not None and standing.starts_at == WEDNESDAY_8 and find_held(order) is None
    assert (order.status, appointment.status) == (WorkStatus.CONFIRMED, AppointmentStatus.CONFIRMED)
    hold_window(appointment, WEDNESDAY_8 + 2 * DAY, None, plain_settings())
    list(clear_days(declare_weather(WEDNESDAY, WEDNESDAY, "Snow storm", [], ana), ana))
    assert standing.cancelled_at is not None and appointment.status is AppointmentStatus.TO_MOVE


def test_a_crew_out_of_action_gives_back_what_is_held_with_it(crew: CityResource) -> None:
    appointment, ana = held(), make.make_user()
    off = put_out_of_action(crew, WEDNESDAY_8, WEDNESDAY_8 + 2 * HOURS_2, "Engine failure", ana)
    with pytest.raises(HoldOver, match="does not work then"):
        confirm_appointment(appointment, None, plain_settings())
    assert release_its_bookings(off, ana) == []
    assert find_held(appointment.order) is None and appointment.status is AppointmentStatus.OFFERED


def test_what_comes_first_is_still_booked_when_the_second_is_confirmed(crew: CityResource) -> None:
    first, second = two_in_order()
    booking = book_order(first, crew, WEDNESDAY_8 - DAY, None)
    appointment = held(order=second)
    cancel_booking(booking, None, reason="Ill")
    with pytest.raises(HoldOver, match="waits for «Tow»"):
        confirm_appointment(appointment, None, plain_settings())
    assert second.status is WorkStatus.REQUESTED


def test_a_first_that_is_moved_behind_its_second_gives_that_time_back(crew: CityResource) -> None:
    first, second = two_in_order()
    appointment = agreed(order=first)
    book_order(second, crew, WEDNESDAY_8 + HOURS_2, None)
    confirm_appointment(hold_window(appointment, WEDNESDAY_8 + DAY, None, plain_settings()), None, plain_settings())
    assert (first.status, second.status) == (WorkStatus.CONFIRMED, WorkStatus.REQUESTED)
    assert second.reason == "It waits for «Tow», for which another time was agreed."


def test_a_day_set_since_it_was_agreed_outlives_the_appointment() -> None:
    order = make.make_work_order(latest_at=WEDNESDAY_8 + 30 * DAY)
    appointment = agreed(order=order)
    could_not_do(order, make.make_user(), reason="No ladder", next_try_on=WEDNESDAY + 5 * DAY)
    next_try = order.earliest_at
    assert next_try is not None and next_try > WEDNESDAY_8
    ask_to_move(appointment, "")
    assert order.earliest_at == next_try


@pytest.mark.parametrize("became", ["not done", "cancelled", "asked for again"])
def test_no_window_is_offered_before_what_comes_first_is_booked(crew: CityResource, became: str) -> None:
    first, second = two_in_order()
    book_order(first, crew, WEDNESDAY_8 - DAY, None)
    assert offered_windows(second, plain_settings()).windows
    first.status = WorkStatus.ON_SITE
    with time_machine.travel(WEDNESDAY_8 - DAY + HOURS_2, tick=False):
        if became == "cancelled":
            first.status = WorkStatus.PLANNED
            cancel_order(first, None, reason="Not wanted", frees=True)
        else:
            try_on = utc_now().date() + 3 * DAY if became == "asked for again" else None
            could_not_do(first, None, reason="Locked", next_try_on=try_on)
        assert offered_windows(second, plain_settings()).why_none.startswith("It waits for «Tow», which is not booked")
        window = window_at(WEDNESDAY_8 + DAY, plain_settings())
        assert window is not None and openings_in(second, window) == []


def test_a_plan_that_would_keep_it_is_waited_for_until_two_hours_before(
    clock: time_machine.Traveller, crew: CityResource
) -> None:
    appointment, other = agreed(), agreed(WEDNESDAY_8 + HOURS_2)
    draft = PlanDraft(kind=DraftKind.PLAN, first_day=WEDNESDAY, days=1, created_by_id=make.make_user().id)
    for one, starts_at in ((appointment, WEDNESDAY_8), (other, WEDNESDAY_8 + 3 * HOURS_2)):
        cancel_booking(standing_booking(one.order), None, reason="Broken")  # type: ignore[arg-type]  # it stands
        draft.visits.append(
            PlannedVisit(order_id=one.order_id, resource_id=crew.id, starts_at=starts_at, ends_at=starts_at + HOURS_2)
        )
    db.session.add(draft)
    db.session.flush()
    clock.shift(HOURS_2)
    list(settle(utc_now()))
    assert [one.status for one in (appointment, other)] == [AppointmentStatus.CONFIRMED, AppointmentStatus.TO_MOVE]
    clock.move_to(WEDNESDAY_8 - HOURS_2 + timedelta(minutes=1))
    list(settle(utc_now()))
    assert appointment.status is AppointmentStatus.TO_MOVE


def test_a_draft_that_is_over_keeps_nothing(clock: time_machine.Traveller, crew: CityResource) -> None:
    appointment = agreed()
    cancel_booking(standing_booking(appointment.order), None, reason="Broken")  # type: ignore[arg-type]  # it stands
    draft = PlanDraft(
        kind=DraftKind.PLAN, first_day=WEDNESDAY, days=1, created_by_id=make.make_user().id, ended_at=utc_now()
    )
    visit = PlannedVisit(
        order_id=appointment.order_id, resource_id=crew.id, starts_at=WEDNESDAY_8, ends_at=WEDNESDAY_8 + HOURS_2
    )
    draft.visits.append(visit)
    db.session.add(draft)
    db.session.flush()
    clock.shift(HOURS_2)
    list(settle(utc_now()))
    assert appointment.status is AppointmentStatus.TO_MOVE


def test_the_invitation_is_told_also_when_she_has_chosen_already() -> None:
    appointment = offered()
    hold_window(appointment, WEDNESDAY_8, None, plain_settings())
    assert appointment.status in STILL_TRUE["appointment_offered"]
