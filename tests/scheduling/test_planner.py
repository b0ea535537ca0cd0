"""The planner: what it promises for any city, and what it chooses in small ones."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings

from tests.scheduling.planning_checker import check_proposal
from tests.scheduling.planning_worlds import rich_worlds
from tracker.scheduling.planning.facts import Facts
from tracker.scheduling.planning.planner import propose


@settings(max_examples=60)
@given(rich_worlds())
def test_every_order_is_booked_where_it_can_be_done_or_kept_or_left_out_with_a_reason(facts: Facts) -> None:
    check_proposal(facts, propose(facts, limit=100, patience=50))


@settings(max_examples=20)
@given(rich_worlds())
def test_the_same_facts_get_the_same_plan_in_whatever_order_they_come(facts: Facts) -> None:
    chance = random.Random(1)
    shuffled = replace(
        facts,
        orders=tuple(chance.sample(facts.orders, len(facts.orders))),
        resources=tuple(chance.sample(facts.resources, len(facts.resources))),
        stops=tuple(chance.sample(facts.stops, len(facts.stops))),
    )
    one, two = (propose(given, limit=100, patience=50) for given in (facts, shuffled))
    assert (one.booked, one.left_out, one.kept) == (two.booked, two.left_out, two.kept)
    assert one.distance_km == pytest.approx(two.distance_km)
