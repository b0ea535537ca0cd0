"""What becomes of a booking on its day: each verb, told once, twice, late and out of order."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import permutations

import pytest
import time_machine
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests import factories as make
from tracker.cases.models import CaseStatus
from tracker.errors import Conflict, Invalid
from tracker.extensions import db
from tracker.scheduling.bookings.booking import book_order, cancel_booking, standing_booking
from tracker.scheduling.bookings.costs import cost_cents, minutes_between
from tracker.scheduling.bookings.ending import finish_order
from tracker.scheduling.bookings.models import Booking, BookingSlot
from tracker.scheduling.bookings.on_the_day import arrive, call_back, confirm_booking, could_not, finish, set_out
from tracker.scheduling.bookings.slots import slots_of
from tracker.scheduling.bookings.why_not import WHY_NOT_LABELS, WhyNot, say_why_not
from tracker.scheduling.crew.phone_clock import happened_at
from tracker.scheduling.orders.models import OrderDependency, OrderNeed
from tracker.scheduling.orders.work_status import WorkStatus
from tracker.scheduling.resources.models import TeamMember
from tracker.staff.log import history_of
from tracker.staff.models import User

MORNING = datetime(2026, 6, 16, 11, 0, tzinfo=UTC)  # Tuesday, 7:00 in the city
EIGHT = datetime(2026, 6, 16, 12, 0, tzinfo=UTC)
EVENING = datetime(2026, 6, 16, 23, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
Step = Callable[..., Booking]


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(MORNING, tick=False) as clock:
        yield clock


@pytest.fixture
def driver(database: SQLAlchemy) -> User:
    make.make_city()
    return make.make_user()


@pytest.fixture
def booking(driver: User, clock: time_machine.Traveller) -> Booking:
    """Two hours of tree work from eight, by a crew that costs 60 an hour; it is evening when anything is told of it."""
    crew = make.make_resource(cost_cents_per_hour=6000)
    order = make.make_work_order(minutes=120, priority=2, needs=[OrderNeed(skill="tree")])
    found = book_order(order, crew, EIGHT, None)
    clock.move_to(EVENING)
    return found


def after(minutes: int) -> datetime:
    return EIGHT + minutes * MINUTE


def verbs(booking: Booking) -> list[str]:
    return [entry.verb for entry in reversed(history_of("case", booking.work_order.case_id))]


def slots(booking: Booking) -> list[int]:
    return list(
        db.session.scalars(select(BookingSlot.slot).where(BookingSlot.booking_id == booking.id).order_by("slot"))
    )


def test_a_day_told_step_by_step_keeps_times_minutes_and_cost(booking: Booking, driver: User) -> None:
    order = booking.work_order
    set_out(booking, driver, at=after(-20))
    assert order.status is WorkStatus.EN_ROUTE
    arrive(booking, driver, at=after(0))
    assert order.status is WorkStatus.ON_SITE
    finish(booking, driver, at=after(40), note="Two limbs, all gone.")
    assert (order.status, order.reason) == (WorkStatus.DONE, "Two limbs, all gone.")
    assert (booking.left_at, booking.arrived_at, booking.finished_at) == (after(-20), after(0), after(40))
    assert (booking.worked_minutes, booking.cost_cents) == (40, 6000)  # an hour of work and way
    assert verbs(booking)[-3:] == ["crew_set_out", "crew_arrived", "work_done"]
    said = history_of("case", order.case_id)[0]
    assert said.text == "Done: «Look at the tree», 40 min at the place (16 Jun 2026, 08:40). Two limbs, all gone."
    assert said.actor is driver and said.data is not None and said.data["booking_id"] == booking.id


def test_what_is_told_twice_is_told_once(booking: Booking, driver: User) -> None:
    for _ in range(2):
        set_out(booking, driver, at=after(-20))
        arrive(booking, driver, at=after(0))
    for minutes in (40, 50):
        finish(booking, driver, at=after(minutes))
    assert booking.finished_at == after(40)
    assert verbs(booking)[1:] == ["crew_set_out", "crew_arrived", "work_done"]


def test_steps_that_come_out_of_order_fall_into_their_places(booking: Booking, driver: User) -> None:
    finish(booking, driver, at=after(30))
    assert (booking.worked_minutes, booking.cost_cents) == (None, None)
    arrive(booking, driver, at=after(0))
    assert (booking.worked_minutes, booking.cost_cents) == (30, 3000)
    set_out(booking, driver, at=after(-30))
    assert (booking.worked_minutes, booking.cost_cents) == (30, 6000)
    assert booking.work_order.status is WorkStatus.DONE


@pytest.mark.parametrize("order", list(permutations((set_out, arrive, finish))))
def test_in_whatever_order_they_come_the_end_is_the_same(order: list[Step], booking: Booking, driver: User) -> None:
    at = {set_out: after(-30), arrive: after(0), finish: after(30)}
    for step in order:
        step(booking, driver, at=at[step])
    assert booking.work_order.status is WorkStatus.DONE
    assert (booking.left_at, booking.worked_minutes, booking.cost_cents) == (after(-30), 30, 6000)


def test_minutes_that_the_crew_says_count_more_than_the_clock(booking: Booking, driver: User) -> None:
    finish(booking, driver, at=after(60), worked_minutes=25)
    arrive(booking, driver, at=after(0))
    assert booking.worked_minutes == 25


@pytest.mark.parametrize("minutes", [0, -5, 1441])
def test_minutes_that_cannot_be_are_refused(minutes: int, booking: Booking, driver: User) -> None:
    with pytest.raises(Invalid, match="a minute to a day"):
        finish(booking, driver, at=after(60), worked_minutes=minutes)


def test_what_is_left_of_its_quarter_hours_is_free_again(booking: Booking, driver: User) -> None:
    finish(booking, driver, at=after(40))
    assert booking.ends_at == after(45)
    assert slots(booking) == list(slots_of(EIGHT, after(45)))


def test_work_done_before_its_time_keeps_its_first_quarter_hour(booking: Booking, driver: User) -> None:
    finish(booking, driver, at=after(-30))
    assert (booking.starts_at, booking.ends_at) == (EIGHT, after(15))
    assert slots(booking) == list(slots_of(EIGHT, after(15)))


def test_work_that_took_longer_keeps_what_it_had(booking: Booking, driver: User) -> None:
    finish(booking, driver, at=after(200))
    assert booking.ends_at == after(120) and len(slots(booking)) == 8


def test_a_teams_members_are_free_again_and_cost_too(
    driver: User, database: SQLAlchemy, clock: time_machine.Traveller
) -> None:
    team = make.make_resource(cost_cents_per_hour=None)
    for cents in (2000, 4000, None):
        member = make.make_resource(cost_cents_per_hour=cents)
        team.members.append(TeamMember(member_id=member.id, member=member))
    booking = book_order(make.make_work_order(minutes=60), team, EIGHT, None)
    clock.move_to(EVENING)
    finish(booking, driver, at=after(30), worked_minutes=30)
    assert booking.cost_cents == 3000
    rows = select(BookingSlot.resource_id).where(BookingSlot.booking_id == booking.id)
    assert len(list(database.session.scalars(rows))) == 4 * 2  # half an hour of the team and its three members


def test_work_that_could_not_be_done_says_why_and_stays_so(booking: Booking, driver: User) -> None:
    could_not(booking, driver, at=after(20), why=WhyNot.CARS, words="a red van")
    order = booking.work_order
    assert (order.status, order.reason) == (WorkStatus.NOT_DONE, "Cars in the way: a red van.")
    assert booking.ends_at == after(30) and booking.finished_at == after(20)
    could_not(booking, driver, at=after(25), why=WhyNot.WEATHER)
    assert order.reason == "Cars in the way: a red van."
    with pytest.raises(Conflict, match="could not be done"):
        finish(booking, driver, at=after(30))


def test_a_next_try_asks_for_the_work_again_and_forgets_nothing_else(booking: Booking, driver: User) -> None:
    order = booking.work_order
    order.latest_at = after(24 * 60)
    due_on = order.due_on
    could_not(booking, driver, at=after(20), why=WhyNot.NOBODY_HOME, next_try_on=date(2026, 6, 18))
    assert order.status is WorkStatus.REQUESTED
    assert order.earliest_at == datetime(2026, 6, 18, 4, 0, tzinfo=UTC)  # midnight in the city
    assert order.reason == "Tried on 16 Jun 2026. Nobody home. Next try from 18 Jun 2026."
    assert (order.priority, order.due_on, [need.skill for need in order.needs]) == (2, due_on, ["tree"])
    assert order.latest_at is None and "promised by 17 Jun 2026, 08:00" in history_of("case", order.case_id)[0].text
    again = book_order(order, booking.resource, datetime(2026, 6, 18, 12, 0, tzinfo=UTC), None)
    arrive(booking, driver, at=after(5))  # late news of the first try changes nothing of the second
    assert booking.worked_minutes == 15 and order.status is WorkStatus.PLANNED and standing_booking(order) is again


def test_a_case_that_has_ended_gets_no_next_try(booking: Booking, driver: User) -> None:
    booking.work_order.case.status = CaseStatus.CLOSED
    could_not(booking, driver, at=after(20), why=WhyNot.WEATHER, next_try_on=date(2026, 6, 18))
    assert booking.work_order.status is WorkStatus.NOT_DONE


@pytest.mark.parametrize(("day", "words"), [(date(2026, 6, 15), "in the past"), (date(2026 + 3, 1, 1), "year away")])
def test_a_next_try_is_to_come_and_within_a_year(day: date, words: str, booking: Booking, driver: User) -> None:
    with pytest.raises(Invalid, match=words):
        could_not(booking, driver, at=after(20), why=WhyNot.WEATHER, next_try_on=day)


def test_something_else_is_said_in_words(booking: Booking, driver: User) -> None:
    with pytest.raises(Invalid, match="what stood in the way"):
        could_not(booking, driver, at=after(20), why=WhyNot.OTHER)
    assert set(WHY_NOT_LABELS) == set(WhyNot)
    assert say_why_not(WhyNot.OTHER, "a wasp nest.") == "A wasp nest."
    assert say_why_not(WhyNot.NO_ACCESS, "") == "No access."


def test_work_that_waits_is_told_what_became_of_what_it_waits_for(driver: User, booking: Booking) -> None:
    first, plow = booking.work_order, make.make_work_order(title="Plow")
    gone = make.make_work_order(status=WorkStatus.CANCELLED)
    plow.waits_for.append(OrderDependency(first_id=first.id))
    gone.waits_for.append(OrderDependency(first_id=first.id))
    could_not(booking, driver, at=after(20), why=WhyNot.CARS)
    assert plow.reason == "It waits for «Look at the tree», which could not be done: Cars in the way."
    assert gone.reason == "" and verbs_of(plow.case_id) == ["work_waits"]


def test_work_that_waits_is_told_when_it_can_go_on(driver: User, booking: Booking) -> None:
    why = "It waits for «Look at the tree», which could not be done: Weather."
    plow = make.make_work_order(title="Plow", reason=why)
    plow.waits_for.append(OrderDependency(first_id=booking.work_order_id))
    finish(booking, driver, at=after(20))
    assert plow.reason == ""


def verbs_of(case_id: int) -> list[str]:
    return [entry.verb for entry in history_of("case", case_id)]


def test_who_turns_back_leaves_the_work_as_planned(booking: Booking, driver: User) -> None:
    set_out(booking, driver, at=after(-20))
    arrive(booking, driver, at=after(0))
    call_back(booking, driver, at=after(5), reason="A tree lies on the road elsewhere.")
    assert booking.work_order.status is WorkStatus.PLANNED
    assert (booking.left_at, booking.arrived_at) == (None, None) and len(slots(booking)) == 8
    call_back(booking, driver, at=after(6))
    assert verbs(booking)[-1] == "crew_called_back" and verbs(booking).count("crew_called_back") == 1
    set_out(booking, driver, at=after(30))
    assert booking.work_order.status is WorkStatus.EN_ROUTE
    finish(booking, driver, at=after(60))
    with pytest.raises(Conflict, match="is done already"):
        call_back(booking, driver, at=after(70))


def test_a_booking_is_confirmed_once(booking: Booking, driver: User) -> None:
    for _ in range(2):
        confirm_booking(booking, driver)
    assert booking.work_order.status is WorkStatus.CONFIRMED and verbs(booking).count("work_confirmed") == 1
    finish(booking, driver, at=after(60))
    with pytest.raises(Conflict, match="cannot become «confirmed»"):
        confirm_booking(booking, driver)


def test_nothing_happens_in_the_future_nor_before_its_day(booking: Booking, driver: User) -> None:
    with pytest.raises(Invalid, match="in the future"):
        set_out(booking, driver, at=EVENING + 3 * MINUTE)
    with pytest.raises(Invalid, match="before its day"):
        set_out(booking, driver, at=datetime(2026, 6, 16, 3, 59, tzinfo=UTC))
    set_out(booking, driver, at=EVENING + MINUTE)
    assert booking.left_at == EVENING


def test_a_booking_that_was_cancelled_or_replaced_takes_no_step(booking: Booking, driver: User) -> None:
    order = booking.work_order
    with time_machine.travel(MORNING, tick=False):
        cancel_booking(booking, None, reason="Storm.")
    with pytest.raises(Conflict, match="was cancelled"):
        set_out(booking, driver, at=after(0))
    assert order.status is WorkStatus.REQUESTED and booking.left_at is None


def test_work_that_the_office_ended_first_still_gets_its_times(booking: Booking, driver: User) -> None:
    finish_order(booking.work_order, None, note="They phoned.")
    arrive(booking, driver, at=after(0))
    finish(booking, driver, at=after(30), note="All done.")
    assert (booking.worked_minutes, booking.work_order.reason) == (30, "All done.")


def test_a_crew_that_says_nothing_more_leaves_what_the_office_wrote(booking: Booking, driver: User) -> None:
    finish_order(booking.work_order, None, note="They phoned.", worked_minutes=90)
    finish(booking, driver, at=after(30))
    assert (booking.worked_minutes, booking.work_order.reason) == (90, "They phoned.")


def test_costs_round_to_the_cent_and_leave_out_what_nobody_knows() -> None:
    assert cost_cents(20, 10, [100]) == 50
    assert cost_cents(1, None, [29, None]) == 0 and cost_cents(1, None, [30]) == 1
    assert cost_cents(None, 10, [100]) is None and cost_cents(20, 10, [None]) is None
    assert minutes_between(after(10), after(0)) is None and minutes_between(None, after(0)) is None


def test_a_phone_whose_clock_is_wrong_tells_the_right_time() -> None:
    now, hour = EVENING, timedelta(hours=1)
    told = (after(0) - hour).isoformat()
    assert happened_at(told, (now - hour).isoformat(), now) == after(0)
    assert happened_at(after(0).isoformat(), (now - MINUTE).isoformat(), now) == after(0)
    assert happened_at("yesterday", "", now) == happened_at("2026-06-16T10:00", "", now) == now
    assert happened_at("9999-12-31T23:59:59+00:00", "0001-01-01T00:00:00+00:00", now) == now
    assert happened_at((now + hour).isoformat(), (now + hour).isoformat(), now) == now


def test_a_night_shift_sets_out_before_midnight(driver: User, clock: time_machine.Traveller) -> None:
    past_midnight = datetime(2026, 6, 17, 4, 15, tzinfo=UTC)  # Wednesday, 0:15 in the city
    crew = make.make_resource(shifts=[(day, 0, 1440) for day in range(7)])
    booking = book_order(make.make_work_order(), crew, past_midnight, None)
    clock.move_to(past_midnight)
    with pytest.raises(Invalid, match="before its day"):
        set_out(booking, driver, at=past_midnight - 181 * MINUTE)
    set_out(booking, driver, at=past_midnight - 25 * MINUTE)
    assert booking.left_at == past_midnight - 25 * MINUTE


@pytest.mark.parametrize(
    ("status", "then"), [(CaseStatus.OPEN, WorkStatus.REQUESTED), (CaseStatus.CLOSED, WorkStatus.NOT_DONE)]
)
def test_work_of_a_merged_case_is_tried_again_as_long_as_that_goes_on(
    status: CaseStatus, then: WorkStatus, booking: Booking, driver: User
) -> None:
    case = booking.work_order.case
    case.status, case.merged_into = CaseStatus.MERGED, make.make_case(status=status)
    could_not(booking, driver, at=after(20), why=WhyNot.CARS, next_try_on=date(2026, 6, 18))
    assert booking.work_order.status is then
