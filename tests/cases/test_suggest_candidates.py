"""Which cases are looked at for a new call, held against a plain look at every case there is."""

import random
from datetime import datetime, timedelta

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import select

from tests import factories as make
from tests.cases.world import World
from tracker.cases.linking import link_call
from tracker.cases.models import CaseStatus, ProblemCase
from tracker.cases.suggesting import SURE, CallAsked, suggest_cases
from tracker.cases.suggesting.candidates import MOST_CASES, find_candidates
from tracker.extensions import db
from tracker.places.city import city_projection

METER = 1 / 111_195
"""In degrees of latitude."""


def asked_at(world: World, *, north_m: float = 0.0, east_m: float = 0.0, **columns: object) -> CallAsked:
    lat, long = make.ORIGIN
    x, y = city_projection(world.city).to_decimetres(lat + north_m * METER, long + 1.35 * east_m * METER)
    defaults = {"address_key": "", "unit": "", "family_id": world.family.id, "caller_id": None, "words": ""}
    return CallAsked(x_dm=x, y_dm=y, **{**defaults, "at": make.NOW, **columns})  # type: ignore[arg-type]


def fill(world: World, chance: random.Random) -> list[int]:
    """Forty cases of all kinds within 400 m; gives the ids of the families."""
    rules = [make.make_rule(radius_m=chance.choice((30, 100)), window_days=chance.choice((14, 30))) for _ in range(3)]
    for _ in range(40):
        first = make.NOW + timedelta(days=chance.randint(-60, 40))
        status = chance.choice([CaseStatus.OPEN] * 5 + [CaseStatus.CLOSED, CaseStatus.DISMISSED, CaseStatus.MERGED])
        make.make_case(
            rule=chance.choice(rules),
            lat=make.ORIGIN[0] + chance.randint(-400, 400) * METER,
            long=make.ORIGIN[1] + chance.randint(-400, 400) * METER,
            status=status,
            is_touched=chance.random() < 0.2,
            first_call_at=None if chance.random() < 0.1 else first,
            last_call_at=first + timedelta(days=chance.randint(0, 30)),
            monitored_until=chance.choice([None, make.NOW, make.NOW + timedelta(days=9)]),
        )
    return [rule.family_id for rule in rules]


def is_joinable(case: ProblemCase, at: datetime) -> bool:
    """The rule's own words, plainly."""
    if case.status is CaseStatus.CLOSED:
        return case.monitored_until is not None and at < case.monitored_until
    if case.status is not CaseStatus.OPEN:
        return False
    window = timedelta(days=case.rule.window_days)
    if case.is_touched:
        return True
    if case.first_call_at is None or case.last_call_at is None:
        return False
    return case.first_call_at - window <= at <= case.last_call_at + window


def all_candidates(asked: CallAsked) -> list[int]:
    """Every case looked at, one by one."""
    found = []
    for case in db.session.scalars(select(ProblemCase)):
        square = (case.anchor_x_dm - asked.x_dm) ** 2 + (case.anchor_y_dm - asked.y_dm) ** 2
        if square <= 2_500**2 and is_joinable(case, asked.at):
            found.append((case.family_id != asked.family_id, square, case.id))
    return [case_id for _, _, case_id in sorted(found)[:MOST_CASES]]


@pytest.mark.parametrize("seed", range(5))
def test_the_cases_found_are_those_that_a_look_at_all_cases_finds(world: World, seed: int) -> None:
    chance = random.Random(seed)
    families = fill(world, chance)
    for _ in range(30):
        north_m, east_m = chance.randint(-400, 400), chance.randint(-400, 400)
        family_id = chance.choice([None, *families])
        at = make.NOW + timedelta(days=chance.choice((-20, 0, 20)))
        asked = asked_at(world, north_m=north_m, east_m=east_m, family_id=family_id, at=at)
        assert [case.id for case in find_candidates(asked)] == all_candidates(asked)


def test_what_is_suggested_for_a_call_is_what_the_rule_then_does(world: World) -> None:
    case = world.case()
    call = world.call(1, north=50 * METER)
    asked = CallAsked(call.x_dm or 0, call.y_dm or 0, "", "", world.family.id, None, "", call.requested_datetime)
    best = suggest_cases(asked)[0]
    assert (best.case_id, best.public_id, best.family_name) == (case.id, case.public_id, "Graffiti")
    assert best.score >= SURE
    assert world.take().linked == 1


def test_nothing_near_gives_no_suggestion(world: World) -> None:
    world.case()
    assert suggest_cases(asked_at(world, north_m=1_000)) == []


def test_a_city_without_rules_or_cases_gives_no_suggestion(database: SQLAlchemy) -> None:
    assert suggest_cases(CallAsked(0, 0, "", "", None, None, "dark lamp", make.NOW)) == []


def test_the_callers_last_case_is_looked_at_even_where_many_are_nearer(world: World) -> None:
    caller = make.make_caller()
    own = make.make_case(rule=make.make_rule(), lat=make.ORIGIN[0] + 200 * METER)
    make.make_case_call(case=own, call=make.make_call(caller=caller))
    for _ in range(MOST_CASES + 2):
        make.make_case(rule=world.rule)
    assert own.id not in [case.id for case in find_candidates(asked_at(world, family_id=None))]
    found = suggest_cases(asked_at(world, family_id=None, caller_id=caller.id))
    assert [one.case_id for one in found if "the caller's last call is in it" in one.reasons] == [own.id]


def test_a_call_that_was_taken_out_speaks_no_longer(world: World) -> None:
    case, elsewhere = world.case(), make.make_case(lat=make.ORIGIN[0] + 0.05)
    call = world.call(0, north=99 * METER, address_key="9 OAK ST")
    world.take()
    asked = asked_at(world, address_key="9 OAK ST")
    assert "same address" in suggest_cases(asked)[0].reasons
    link_call(elsewhere, call, reason="Other wall.", actor=world.person)
    assert suggest_cases(asked)[0].case_id == case.id
    assert "same address" not in suggest_cases(asked)[0].reasons
