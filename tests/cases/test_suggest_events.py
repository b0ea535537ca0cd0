"""Many callers about one event, and one caller twice."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import factories as make
from tests.cases.world import World
from tracker.calls.models import ServiceRequest
from tracker.cases.suggesting import busy_events, same_caller_repeat
from tracker.cases.suggesting.crowds import AROUND_M, MANY, RecentCall, find_crowds

METER = 1 / 111_195
"""In degrees of latitude."""
MINUTE = 1 / 1_440
"""In days."""

recent_calls = st.lists(
    st.builds(
        RecentCall,
        id=st.integers(1, 999),
        at=st.integers(0, 59).map(lambda minutes: make.NOW - timedelta(minutes=minutes)),
        family_id=st.sampled_from([1, 2]),
        x_dm=st.integers(0, 4_000),
        y_dm=st.integers(0, 4_000),
        caller_id=st.none() | st.integers(1, 3),
    ),
    max_size=25,
    unique_by=lambda call: call.id,
)


def people(calls: list[RecentCall]) -> int:
    return len({call.caller_id or -call.id for call in calls})


def around(middle: RecentCall, calls: list[RecentCall]) -> list[RecentCall]:
    reach = 10 * AROUND_M
    return [call for call in calls if call.family_id == middle.family_id
            and (call.x_dm - middle.x_dm) ** 2 + (call.y_dm - middle.y_dm) ** 2 <= reach**2]  # fmt: skip


@given(recent_calls)
def test_every_crowd_has_a_middle_and_no_crowd_is_left_behind(calls: list[RecentCall]) -> None:
    crowds = find_crowds(calls)
    told = [call for crowd in crowds for call in crowd]
    assert len(told) == len({call.id for call in told}), "a call is in one crowd only"
    for crowd in crowds:
        assert people(crowd) >= MANY
        assert any(len(around(middle, crowd)) == len(crowd) for middle in crowd)
    rest = [call for call in calls if call not in told]
    assert all(people(around(middle, rest)) < MANY for middle in rest)
    assert [len(crowd) for crowd in crowds] == sorted(map(len, crowds), reverse=True)


def ring(world: World, count: int, **columns: object) -> list[ServiceRequest]:
    return [world.call(-n * MINUTE, north=n * METER, address=f"{n} Elm St", **columns) for n in range(count)]


def test_many_calls_around_one_place_within_the_hour_are_one_event(world: World) -> None:
    calls = ring(world, MANY)
    world.call(-1.5 / 24)  # too long ago
    world.call(-MINUTE, north=1_000 * METER)  # elsewhere
    event = busy_events(make.NOW)[0]
    assert (event.family_name, event.calls, event.address) == ("Graffiti", MANY, "0 Elm St")
    assert event.last_at == make.NOW
    assert event.call_ids == tuple(call.id for call in calls)
    assert busy_events(make.NOW + timedelta(hours=1)) == []


def test_one_caller_who_calls_four_times_is_no_event(world: World) -> None:
    ring(world, MANY, caller=make.make_caller())
    assert busy_events(make.NOW) == []


@pytest.mark.parametrize("columns", [{"is_confidential": True}, {"is_test": True}])
def test_what_never_counts_makes_no_event(world: World, columns: dict[str, bool]) -> None:
    ring(world, MANY, service_type=make.make_service_type(family=world.family, **columns))
    assert busy_events(make.NOW) == []


def test_a_repeat_within_the_hour_is_told_from_an_older_call_about_the_same(world: World) -> None:
    caller = make.make_caller()
    call = world.call(-20 * MINUTE, caller=caller)
    place = (call.x_dm or 0, call.y_dm or 0)
    again = same_caller_repeat(caller.id, world.family.id, *place, make.NOW)
    assert again is not None
    assert (again.call_id, again.is_within_the_hour) == (call.id, True)
    later = same_caller_repeat(caller.id, world.family.id, *place, make.NOW + timedelta(days=3))
    assert later is not None
    assert not later.is_within_the_hour
    assert same_caller_repeat(caller.id, world.family.id, *place, make.NOW + timedelta(days=31)) is None


def test_another_place_family_or_caller_and_a_withdrawn_call_are_no_repeat(world: World) -> None:
    caller, other = make.make_caller(), make.make_rule()
    call = world.call(0, caller=caller)
    x, y = call.x_dm or 0, call.y_dm or 0
    assert same_caller_repeat(caller.id, world.family.id, x + 1_001, y, make.NOW) is None
    assert same_caller_repeat(caller.id, other.family_id, x, y, make.NOW) is None
    assert same_caller_repeat(make.make_caller().id, world.family.id, x, y, make.NOW) is None
    call.withdrawn_at = make.NOW
    assert same_caller_repeat(caller.id, world.family.id, x, y, make.NOW) is None
