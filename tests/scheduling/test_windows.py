"""Windows: on the clock across its changes, and free exactly where a slow look at each quarter hour finds room."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.scheduling.appointments.windows import (
    Helper,
    Place,
    TakenTime,
    Window,
    Work,
    by_day,
    free_windows,
    opening_in,
    spread,
    windows_of,
)
from tracker.scheduling.bookings.slots import slot_at, slot_start
from tracker.scheduling.planning.travel import travel_slots
from tracker.scheduling.resources.shifts import Break, WorkingTime

NEW_YORK = ZoneInfo("America/New_York")
DAY = date(2026, 6, 17)
MIDNIGHT = datetime(2026, 6, 17, 4, 0, tzinfo=UTC)


def clock_of(window: Window) -> tuple[str, str, float]:
    begin, end = window.starts_at.astimezone(NEW_YORK), window.ends_at.astimezone(NEW_YORK)
    return f"{begin:%H:%M}", f"{end:%H:%M}", (window.ends_at - window.starts_at) / timedelta(hours=1)


@pytest.mark.parametrize(
    ("day", "minutes", "which", "told"),
    [
        (DAY, 120, 4, ("08:00", "10:00", 2)),
        (date(2026, 3, 8), 120, 1, ("03:00", "04:00", 1)),
        (date(2026, 11, 1), 120, 0, ("00:00", "02:00", 3)),
        (date(2026, 11, 1), 60, 1, ("01:00", "02:00", 2)),
        (DAY, 700, -1, ("23:20", "00:00", 2 / 3)),
    ],
)
def test_windows_are_readings_of_the_clock(day: date, minutes: int, which: int, told: tuple[str, str, float]) -> None:
    windows = windows_of(day, minutes, NEW_YORK)
    assert clock_of(windows[which])[:2] == told[:2]
    assert clock_of(windows[which])[2] == pytest.approx(told[2])
    assert all(one.ends_at == other.starts_at for one, other in pairwise(windows))


def test_the_hour_that_is_left_out_has_no_window() -> None:
    assert len(windows_of(date(2026, 3, 8), 60, NEW_YORK)) == 23
    assert len(windows_of(date(2026, 11, 1), 60, NEW_YORK)) == 24


def test_spread_takes_of_every_day_as_many_and_not_only_mornings() -> None:
    days = [DAY + timedelta(days=number) for number in range(5)]
    every = [window for day in days for window in windows_of(day, 120, NEW_YORK)]
    chosen = spread(every, 10)
    assert len(chosen) == 10 and chosen == sorted(chosen, key=lambda one: one.starts_at)
    assert [len(some) for some in by_day(chosen)] == [2] * 5
    assert {clock_of(one)[0] for one in chosen} == {"00:00", "22:00"}
    assert spread(every, 1_000) == every


places = st.builds(Place, st.integers(-60_000, 60_000), st.integers(-60_000, 60_000))


@st.composite
def stretches(draw: st.DrawFn) -> WorkingTime:
    begin = draw(st.integers(20, 50))
    end = draw(st.integers(begin + 4, 90))
    pause = draw(st.booleans()) and end - begin >= 12
    first = MIDNIGHT + timedelta(minutes=15 * (begin + 4))
    breaks = (Break(first, first + timedelta(hours=2), draw(st.sampled_from([30, 60]))),) if pause else ()
    return WorkingTime(DAY, MIDNIGHT + timedelta(minutes=15 * begin), MIDNIGHT + timedelta(minutes=15 * end), breaks)


@st.composite
def helpers(draw: st.DrawFn) -> Helper:
    """A resource with a shift and up to three things to do, which may overlap as those of a team's members do."""
    taken = []
    for _ in range(draw(st.integers(0, 3))):
        begin = MIDNIGHT + timedelta(minutes=15 * draw(st.integers(18, 88)))
        taken.append(TakenTime(begin, begin + timedelta(minutes=15 * draw(st.integers(1, 10))), draw(places), 1))
    return Helper(1, draw(places), (draw(stretches()),), tuple(taken), draw(st.sampled_from([None, 1, 3])))


works = st.builds(
    Work, st.integers(1, 12), places, st.just(MIDNIGHT + timedelta(hours=6)),
    st.sampled_from([None, MIDNIGHT + timedelta(hours=14)]), st.integers(0, 2),
)  # fmt: skip


def is_possible(start: int, window: Window, work: Work, helper: Helper) -> bool:
    """The slow way: every condition by itself, at one quarter hour."""
    [stretch] = helper.stretches
    begin, end = slot_start(start), slot_start(start + work.slots)
    if not (window.starts_at <= begin < window.ends_at and begin >= work.earliest_at):
        return False
    if work.latest_at is not None and begin > work.latest_at:
        return False
    inside = [one for one in helper.taken if one.starts_at < stretch.ends_at and stretch.starts_at < one.ends_at]
    if helper.capacity is not None and work.load + sum(one.load for one in inside) > helper.capacity:
        return False
    if any(one.starts_at < end and begin < one.ends_at for one in inside):
        return False
    before = [one for one in inside if one.ends_at <= begin]
    after = [one for one in inside if one.starts_at >= end]
    last = max(before, key=lambda one: one.ends_at, default=None)
    come_from = (
        (last.place, last.ends_at) if last and last.ends_at > stretch.starts_at else (helper.base, stretch.starts_at)
    )
    nearest = min(after, key=lambda one: one.starts_at, default=None)
    go_to = (nearest.place, min(nearest.starts_at, stretch.ends_at)) if nearest else (helper.base, stretch.ends_at)
    if slot_at(come_from[1]) + travel_slots(come_from[0], work.place) > start:
        return False
    if start + work.slots + travel_slots(work.place, go_to[0]) > slot_at(go_to[1]):
        return False
    return all(_has_break(pause, [(begin, end), *((one.starts_at, one.ends_at) for one in inside)], (begin, end))
               for pause in stretch.breaks)  # fmt: skip


def _has_break(pause: Break, taken: list[tuple[datetime, datetime]], own: tuple[datetime, datetime]) -> bool:
    """Some minute from which on the break lies free within its bounds, or one piece of work covers them."""
    if not (pause.starts_at < own[1] and own[0] < pause.ends_at):
        return True
    if any(begin <= pause.starts_at and pause.ends_at <= end for begin, end in taken):
        return True
    span = timedelta(minutes=pause.minutes)
    starts = [pause.starts_at + timedelta(minutes=15 * step) for step in range(8)]
    return any(
        at + span <= pause.ends_at and all(end <= at or at + span <= begin for begin, end in taken) for at in starts
    )


@settings(max_examples=40)
@given(work=works, helper=helpers())
def test_a_window_is_free_exactly_where_some_quarter_hour_of_it_is_possible(work: Work, helper: Helper) -> None:
    windows = windows_of(DAY, 120, NEW_YORK)
    for window in windows:
        possible = [
            start for start in range(slot_at(window.starts_at), slot_at(window.ends_at))
            if is_possible(start, window, work, helper)
        ]  # fmt: skip
        found = opening_in(window, work, helper)
        assert (found is not None) == bool(possible), (window, possible, found)
        if found is not None:
            assert slot_at(found.starts_at) in possible
    assert free_windows(windows, work, [helper]) == [one for one in windows if opening_in(one, work, helper)]
