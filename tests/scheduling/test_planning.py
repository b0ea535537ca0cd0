"""Nearest crew first: what it promises for any city, and what it chooses in small ones."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from tests.scheduling.planning_checker import check_proposal, could_stand_alone
from tests.scheduling.planning_worlds import DAY_SLOTS, FIRST_DAY, worlds
from tracker.scheduling.planning.facts import Facts, OrderFacts, ResourceFacts, ShiftFacts, Stop
from tracker.scheduling.planning.nearest_first import propose_nearest as propose
from tracker.scheduling.planning.proposal import NOT_REACHED

TWO_DAYS = (FIRST_DAY, FIRST_DAY + timedelta(days=1))
WORKDAY = (ShiftFacts(TWO_DAYS[0], 28, 60), ShiftFacts(TWO_DAYS[1], DAY_SLOTS + 28, DAY_SLOTS + 60))
CREW = ResourceFacts(1, "crew-1", frozenset({"tree"}), None, 0, 0, WORKDAY)
ORDER = OrderFacts(1, "1 Elm St", 2, TWO_DAYS[1], 2 * DAY_SLOTS, "tree", 4, 0, 0, None, 0)


def facts_of(
    *orders: OrderFacts, resources: tuple[ResourceFacts, ...] = (CREW,), stops: tuple[Stop, ...] = ()
) -> Facts:
    return Facts(TWO_DAYS, orders, resources, stops)


@settings(max_examples=80)
@given(worlds())
def test_every_order_is_booked_where_it_can_be_done_or_left_out_with_a_reason(facts: Facts) -> None:
    check_proposal(facts, propose(facts, limit=100))


@settings(max_examples=40)
@given(worlds())
def test_the_first_order_in_line_is_booked_exactly_when_anybody_could_do_it(facts: Facts) -> None:
    for order in facts.orders:
        alone = replace(facts, orders=(order,))
        assert bool(propose(alone, limit=1).booked) == could_stand_alone(order, alone)


@settings(max_examples=25)
@given(worlds())
def test_the_order_in_which_facts_are_given_changes_nothing(facts: Facts) -> None:
    chance = random.Random(1)
    shuffled = replace(
        facts,
        orders=tuple(chance.sample(facts.orders, len(facts.orders))),
        resources=tuple(chance.sample(facts.resources, len(facts.resources))),
        stops=tuple(chance.sample(facts.stops, len(facts.stops))),
    )
    one, two = propose(facts, limit=100), propose(shuffled, limit=100)
    assert (one.booked, one.left_out) == (two.booked, two.left_out)
    assert one.distance_km == pytest.approx(two.distance_km)


def test_the_more_urgent_order_gets_the_only_room() -> None:
    long = replace(ORDER, slots=32)
    proposal = propose(facts_of(replace(long, id=1, priority=3), replace(long, id=2, priority=1)), limit=9)
    assert [(booked.order_id, booked.day) for booked in proposal.booked] == [(2, TWO_DAYS[0]), (1, TWO_DAYS[1])]


def test_of_equal_priority_the_sooner_due_goes_first() -> None:
    sooner = replace(ORDER, id=2, slots=32, due_on=TWO_DAYS[0], due_slot=DAY_SLOTS)
    proposal = propose(facts_of(replace(ORDER, slots=32), sooner), limit=9)
    assert proposal.booked[0].order_id == 2


def test_the_nearest_crew_comes_even_when_another_is_named_first() -> None:
    far = replace(CREW, x_dm=30_000)
    near = replace(CREW, id=2, code="crew-2", x_dm=1_000)
    booked = propose(facts_of(ORDER, resources=(far, near)), limit=9).booked[0]
    assert booked.resource_id == 2
    assert "0.1 km from its base" in booked.reason


def test_a_crew_counts_from_where_its_last_booking_leaves_it() -> None:
    there = Stop(2, 30, 34, 20_000, 0, "20 Oak St")
    away = replace(CREW, id=2, code="crew-2", x_dm=30_000)
    booked = propose(
        facts_of(replace(ORDER, x_dm=20_000, earliest=34), resources=(CREW, away), stops=(there,)), limit=9
    )
    assert booked.booked[0].resource_id == 2
    assert "at the same place as 20 Oak St" in booked.booked[0].reason


def test_travel_takes_its_time_before_and_after() -> None:
    booked = propose(facts_of(replace(ORDER, x_dm=32_000)), limit=9).booked[0]  # 3.2 km: 10 minutes, a quarter hour
    assert booked.start == 28 + 1
    tight = replace(ORDER, x_dm=32_000, slots=31)
    assert "450 minutes at the place" in propose(facts_of(tight), limit=9).left_out[0].reason


def test_late_work_is_booked_and_said_to_be_late() -> None:
    overdue = replace(ORDER, due_on=FIRST_DAY - timedelta(days=3), due_slot=0)
    booked = propose(facts_of(overdue), limit=9).booked[0]
    assert booked.is_late
    assert booked.reason.startswith("Late: nobody with «tree» had room by Fri 12 Jun 2026")


def test_distance_is_by_road_from_base_to_base() -> None:
    assert propose(facts_of(replace(ORDER, x_dm=10_000)), limit=9).distance_km == pytest.approx(2.6)
    assert propose(facts_of(), limit=9).distance_km == 0


@pytest.mark.parametrize(
    ("order", "resource", "words"),
    [
        (replace(ORDER, skill="tow"), CREW, "No resource has the skill «tow»"),
        (
            replace(ORDER, center_id=1),
            replace(CREW, center_id=2),
            "No resource with the skill «tree» serves this center; 1 resource elsewhere could",
        ),
        (ORDER, replace(CREW, shifts=()), "none has a shift from Mon 15 Jun to Tue 16 Jun"),
        (replace(ORDER, slots=33), CREW, "It takes 495 minutes"),
        (replace(ORDER, x_dm=900_000), CREW, "not even enough for the way"),
        (replace(ORDER, earliest=2 * DAY_SLOTS), CREW, "cannot begin early enough"),
    ],
)
def test_an_order_that_nobody_can_do_says_why(order: OrderFacts, resource: ResourceFacts, words: str) -> None:
    proposal = propose(facts_of(order, resources=(resource,)), limit=9)
    assert not proposal.booked
    assert words in proposal.left_out[0].reason


def test_an_order_for_which_everybody_is_taken_says_so() -> None:
    long = replace(ORDER, slots=32)
    proposal = propose(facts_of(*(replace(long, id=number) for number in (1, 2, 3))), limit=9)
    assert "there is no room from Mon 15 Jun to Tue 16 Jun" in proposal.left_out[0].reason


def test_a_run_looks_for_room_for_no_more_orders_than_it_may() -> None:
    hopeless = replace(ORDER, id=1, priority=1, skill="tow")
    orders = [hopeless, *(replace(ORDER, id=number) for number in (2, 3))]
    proposal = propose(facts_of(*orders), limit=1)
    assert [booked.order_id for booked in proposal.booked] == [2]  # the hopeless one does not use the run up
    assert {left.order_id: left.reason for left in proposal.left_out}[3] == NOT_REACHED
