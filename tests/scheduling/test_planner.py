"""The planner: what it promises for any city, and what it chooses in small ones."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings

from tests.scheduling.planning_checker import check_proposal
from tests.scheduling.planning_worlds import DAY_SLOTS, FIRST_DAY, rich_worlds
from tracker.scheduling.planning.checking import find_faults
from tracker.scheduling.planning.facts import (
    Awaited,
    BreakFacts,
    Facts,
    OrderFacts,
    ResourceFacts,
    ShiftFacts,
    Standing,
    Stop,
    WeatherFacts,
)
from tracker.scheduling.planning.planner import propose
from tracker.scheduling.planning.proposal import NOT_REACHED, Proposal
from tracker.scheduling.planning.travel import STRAIGHT

DAYS = (FIRST_DAY, FIRST_DAY + timedelta(days=1))
MONDAY, TUESDAY = ShiftFacts(DAYS[0], 28, 60), ShiftFacts(DAYS[1], DAY_SLOTS + 28, DAY_SLOTS + 60)
CREW = ResourceFacts(1, "crew-1", frozenset({"tree"}), None, 0, 0, (MONDAY, TUESDAY), name="Tree crew")
ORDER = OrderFacts(1, "1 Elm St", 3, DAYS[1], 2 * DAY_SLOTS, "tree", 4, 0, 0, None, 0, title="Cut the tree")


def plan(*orders: OrderFacts, crews: tuple[ResourceFacts, ...] = (CREW,), stops: tuple[Stop, ...] = (),
         weather: tuple[WeatherFacts, ...] = (), limit: int = 100) -> Proposal:  # fmt: skip
    """The proposal, looked at by the checker."""
    facts = Facts(DAYS, orders, crews, stops, weather=weather)
    proposal = propose(facts, limit=limit, patience=200)
    check_proposal(facts, proposal)
    return proposal


def reason_of(proposal: Proposal, number: int = 1) -> str:
    return next(left.reason for left in proposal.left_out if left.order_id == number)


@settings(max_examples=30)
@given(rich_worlds())
def test_every_order_is_booked_where_it_can_be_done_or_kept_or_left_out_with_a_reason(facts: Facts) -> None:
    check_proposal(facts, propose(facts, limit=100, patience=20))


@settings(max_examples=5)
@given(rich_worlds())
def test_the_same_facts_get_the_same_plan_in_whatever_order_they_come(facts: Facts) -> None:
    chance = random.Random(1)
    shuffled = replace(
        facts,
        orders=tuple(chance.sample(facts.orders, len(facts.orders))),
        resources=tuple(chance.sample(facts.resources, len(facts.resources))),
        stops=tuple(chance.sample(facts.stops, len(facts.stops))),
    )
    one, two = (propose(given, limit=100, patience=20) for given in (facts, shuffled))
    assert (one.booked, one.left_out, one.kept) == (two.booked, two.left_out, two.kept)
    assert one.distance_km == pytest.approx(two.distance_km)


def test_two_places_side_by_side_are_done_by_the_same_crew() -> None:
    there = replace(CREW, id=2, code="crew-2", x_dm=60_000)
    orders = [replace(ORDER, id=number, x_dm=x_dm) for number, x_dm in enumerate((10_000, 11_000, 50_000, 51_000))]
    found = {one.order_id: one.resource_id for one in plan(*orders, crews=(CREW, there)).booked}
    assert found == {0: 1, 1: 1, 2: 2, 3: 2}


def test_what_has_too_little_room_is_the_least_urgent_work() -> None:
    orders = [replace(ORDER, id=number, priority=number, slots=30) for number in (1, 2, 3, 4, 5)]
    proposal = plan(*orders)
    assert {one.order_id for one in proposal.booked} == {1, 2}
    assert "there is no room from Mon 15 Jun to Tue 16 Jun" in reason_of(proposal, 5)


def test_overdue_work_goes_before_work_of_its_priority_that_is_not_due() -> None:
    overdue = replace(ORDER, id=9, slots=30, due_on=FIRST_DAY - timedelta(days=3), due_slot=0)
    others = [replace(ORDER, id=number, slots=30) for number in (1, 2)]
    proposal = plan(*others, overdue)
    booked = next(one for one in proposal.booked if one.order_id == 9)
    assert booked.is_late
    assert booked.day == DAYS[0]
    assert booked.reason.startswith("Late, due Fri 12 Jun 2026")


def test_work_due_on_monday_is_done_on_monday() -> None:
    long = replace(ORDER, id=1, slots=30, priority=2)
    due = replace(ORDER, id=2, slots=30, due_on=DAYS[0], due_slot=DAY_SLOTS)
    assert {one.order_id: one.day for one in plan(long, due).booked} == {1: DAYS[1], 2: DAYS[0]}


def test_a_promise_is_kept_or_the_order_is_left_out() -> None:
    assert plan(replace(ORDER, latest=30)).booked[0].start <= 30
    taken = Stop(1, 28, 40, 0, 0, "2 Oak St")
    proposal = plan(replace(ORDER, latest=30), stops=(taken,))
    assert "begins by" in reason_of(proposal)
    assert "as promised" in reason_of(proposal)
    assert "works so that it begins by" in reason_of(plan(replace(ORDER, latest=20)))


def test_a_crew_gets_its_break() -> None:
    lunch = (BreakFacts(40, 48, 4),)
    crew = replace(CREW, shifts=(replace(MONDAY, breaks=lunch),))
    proposal = plan(*(replace(ORDER, id=number, slots=7) for number in range(1, 6)), crews=(crew,))
    assert len(proposal.booked) == 4  # five would fill the 32 quarter hours but for the break's four
    assert len(plan(*(replace(ORDER, id=n, slots=7) for n in range(1, 5)), crews=(crew,)).booked) == 4


def test_nobody_carries_more_than_there_is_room_for() -> None:
    proposal = plan(
        *(replace(ORDER, id=number, load=2) for number in (1, 2, 3)), replace(ORDER, id=4, load=9),
        crews=(replace(CREW, capacity=3),),
    )  # fmt: skip
    assert sorted(one.day for one in proposal.booked) == list(DAYS)
    assert "for its load of 2" in proposal.left_out[0].reason + proposal.left_out[1].reason
    assert "Its load of 9 is more than anybody with the skill «tree» carries, 3" in reason_of(proposal, 4)


def test_work_for_two_needs_two() -> None:
    assert "It needs 2 people, and with the skill «tree» come 1 at most" in reason_of(plan(replace(ORDER, people=2)))
    assert plan(replace(ORDER, people=2), crews=(replace(CREW, people=2),)).booked


def test_skills_that_nobody_has_together_ask_for_a_team() -> None:
    saw = replace(CREW, id=2, code="saw", skills=frozenset({"chipper"}))
    order = replace(ORDER, needs=frozenset({"chipper"}))
    assert "No resource has «tree» and «chipper» together. Make a team" in reason_of(plan(order, crews=(CREW, saw)))
    team = replace(saw, id=3, code="team", skills=frozenset({"tree", "chipper"}), members=frozenset({1, 2}))
    assert plan(order, crews=(CREW, saw, team)).booked[0].resource_id == 3


def test_a_teams_members_are_not_elsewhere_meanwhile() -> None:
    short = replace(CREW, shifts=(ShiftFacts(DAYS[0], 28, 32),))
    team = replace(short, id=3, code="team", people=2, members=frozenset({1}))
    alone, both = replace(ORDER, id=1), replace(ORDER, id=2, people=2, priority=1)
    proposal = plan(alone, both, crews=(short, team))
    assert [(one.order_id, one.resource_id) for one in proposal.booked] == [(2, 3)]


def test_a_center_gets_what_another_lends() -> None:
    away = replace(CREW, center_id=2)
    order = replace(ORDER, center_id=1, priority=1)
    assert "serves this center" in reason_of(plan(order, crews=(away,)))
    assert plan(order, crews=(replace(away, lends_to_priority=1),)).booked
    booked = plan(order, crews=(replace(away, lends_within_days=1, shifts=(MONDAY, TUESDAY)),)).booked
    assert booked[0].day == DAYS[0]


def test_a_storm_stops_what_does_not_go_on() -> None:
    storm = WeatherFacts(DAYS[0], DAYS[0], "Snow storm", frozenset({"plow"}))
    assert plan(ORDER, weather=(storm,)).booked[0].day == DAYS[1]
    both = replace(storm, last_day=DAYS[1])
    assert reason_of(plan(ORDER, weather=(both,))).startswith(
        "Snow storm: from Mon 15 Jun to Tue 16 Jun only this goes on: «plow»"
    )


def test_work_begins_after_what_it_waits_for() -> None:
    first = replace(ORDER, id=1, priority=5, title="Tow the car", x_dm=20_000)
    second = replace(ORDER, id=2, priority=1, waits_for=(Awaited(1, "Tow the car"),))
    found = {one.order_id: one for one in plan(first, second).booked}
    assert found[1].end <= found[2].start


@pytest.mark.parametrize(
    ("waits_for", "words"),
    [
        (Awaited(1, "Tow the car"), "Waits for «Tow the car», which has no place from Mon 15 Jun to Tue 16 Jun"),
        (Awaited(7, "Inspect"), "Waits for «Inspect», which is not booked on these days"),
        (Awaited(1, "Tow the car", is_lost=True), "Waits for «Tow the car», which could not be done"),
    ],
)
def test_work_that_waits_in_vain_says_for_what(waits_for: Awaited, words: str) -> None:
    first = replace(ORDER, skill="tow", title="Tow the car")
    proposal = plan(first, replace(ORDER, id=2, waits_for=(waits_for,)))
    assert words in reason_of(proposal, 2)


def test_a_circle_of_orders_is_named() -> None:
    one = replace(ORDER, title="Tow", waits_for=(Awaited(2, "Plow"),))
    two = replace(ORDER, id=2, title="Plow", waits_for=(Awaited(1, "Tow"),))
    proposal = plan(one, two, replace(ORDER, id=3))
    assert [booked.order_id for booked in proposal.booked] == [3]
    assert "Waits for «Plow», which waits for «Tow»: each waits for the other" in reason_of(proposal)


def test_work_stays_before_what_is_booked_and_waits_for_it() -> None:
    later = Stop(1, 40, 44, 0, 0, "2 Oak St", 9, waits_for=(1,))
    assert plan(ORDER, stops=(later,)).booked[0].end <= 40


def test_a_booking_stays_when_the_rest_has_room_beside_it() -> None:
    standing = replace(ORDER, standing=Standing(7, 1, 40))
    proposal = plan(standing, replace(ORDER, id=2, x_dm=9_000))
    assert proposal.kept == [1]
    assert [one.order_id for one in proposal.booked] == [2]


def test_a_booking_moves_when_urgent_work_has_no_room_otherwise() -> None:
    crew = replace(CREW, shifts=(MONDAY,))
    standing = replace(ORDER, standing=Standing(7, 1, 40), priority=5)
    proposal = plan(standing, replace(ORDER, id=2, slots=26), crews=(crew,))
    moved = next(one for one in proposal.booked if one.order_id == 1)
    assert moved.moves_booking_id == 7
    assert moved.reason.startswith("Moved to make room for other work.")
    assert proposal.notes == ["1 booking moves, because other work would have no place or theirs is gone."]
    assert not proposal.left_out


def test_a_booking_is_never_dropped_for_other_work() -> None:
    crew = replace(CREW, shifts=(MONDAY,))
    standing = replace(ORDER, standing=Standing(7, 1, 40), priority=5)
    proposal = plan(standing, replace(ORDER, id=2, slots=30, priority=1), crews=(crew,))
    assert proposal.kept == [1]
    assert reason_of(proposal, 2)


def test_a_booking_whose_crew_is_off_moves_to_another_or_is_named() -> None:
    off, other = replace(CREW, shifts=()), replace(CREW, id=2, code="crew-2")
    standing = replace(ORDER, standing=Standing(7, 1, 40))
    booked = plan(standing, crews=(off, other)).booked[0]
    assert (booked.resource_id, booked.moves_booking_id) == (2, 7)
    assert booked.reason.startswith("Its booking no longer fits where it stands.")
    assert "has nowhere to go" in reason_of(plan(standing, crews=(off,)))


def test_ten_thousand_orders_lose_nothing() -> None:
    orders = [replace(ORDER, id=number, priority=1 + number % 5) for number in range(1, 10_001)]
    facts = Facts(DAYS, tuple(orders), (CREW,), ())
    proposal = propose(facts, limit=20, patience=20)
    assert len(proposal.booked) + len(proposal.left_out) == 10_000
    assert sum(left.reason == NOT_REACHED for left in proposal.left_out) == 9_980
    assert len(proposal.booked) == 16


def test_the_last_look_finds_what_the_planner_would_have_missed() -> None:
    facts = Facts(DAYS, (ORDER, replace(ORDER, id=2)), (CREW,), ())
    good, over = Stop(1, 28, 32, 0, 0, "1 Elm St", 1), Stop(1, 31, 35, 0, 0, "2 Elm St", 2)
    assert find_faults(facts, STRAIGHT, [good]) == {}
    assert find_faults(facts, STRAIGHT, [good, over]) == dict.fromkeys((1, 2), "The plan took a time that is taken.")
