"""Shifts as people write them."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.errors import Invalid
from tracker.scheduling.resources.shift_rules import ShiftRule, find_clash, first_day_of, in_order
from tracker.scheduling.resources.shift_text import (
    check_rules,
    read_rules,
    read_shifts,
    write_others,
    write_shifts,
    write_usual,
)
from tracker.scheduling.resources.shifts import falls_on, lasts_minutes

MONDAY = date(2026, 12, 7)


def times(text: str) -> list[tuple[int, int]]:
    return [(rule.start_minute, rule.end_minute) for rule in read_shifts(text, 0)]


def test_spans_are_read_in_order_and_with_any_blanks() -> None:
    assert times(" 18:00 - 20:00 ,7:00-15:30") == [(420, 930), (1080, 1200)]


def test_no_text_is_no_shift() -> None:
    assert read_shifts("  ", 0) == []


def test_a_night_shift_may_end_on_the_next_day() -> None:
    assert times("22:00-06:00") == [(1320, 360)]


def test_a_shift_has_a_break_and_a_rhythm() -> None:
    (rule,) = read_shifts("07:00-15:00 break 30 min 11:30-13:00; every 2 weeks from 2026-12-07 until 2027-03-31", 0)
    assert rule == ShiftRule(0, 420, 900, 2, MONDAY, date(2027, 3, 31), 30, 690, 780)


def test_a_break_without_times_lies_anywhere_in_its_shift_and_one_at_night_after_midnight() -> None:
    anywhere, night = read_shifts("07:00-15:00 with a break 20 minutes, 22:00-06:00 break 45 01:00-03:00", 0)
    assert (anywhere.break_from, anywhere.break_until) == (420, 900)
    assert (night.break_minutes, night.break_from, night.break_until) == (45, 25 * 60, 27 * 60)


@pytest.mark.parametrize("text", ["seven to three", "07:00", "25:00-26:00", "07:60-08:00", "07:00-24:01", "7-15"])
def test_what_is_no_shift_is_refused_with_an_example_or_the_limits(text: str) -> None:
    with pytest.raises(Invalid, match=r"07:00-15:00|00:00 to 24:00"):
        read_shifts(text, 0)


@pytest.mark.parametrize("text", ["07:00-15:00, 14:00-18:00", "07:00-15:00, 07:00-09:00", "20:00-06:00, 22:00-23:00"])
def test_shifts_of_one_day_that_overlap_are_refused(text: str) -> None:
    with pytest.raises(Invalid, match="runs into"):
        read_shifts(text, 0)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("07:00-15:00 break 30 min 15:30-16:00", "the break, 15:30-16:00, lies outside its shift, 07:00-15:00"),
        ("07:00-15:00 break 90 min 11:30-12:00", "does not fit between 11:30-12:00"),
        ("07:00-15:00 break 2 min 11:30-12:00", "at least 5 minutes"),
        ("07:00-15:00; every 2 weeks", "say from which week on"),
        ("07:00-15:00; every 99 weeks from 2026-12-07", "every 1 to 52 weeks"),
        ("07:00-15:00; sometimes", "after the semicolon"),
        ("07:00-15:00; from tomorrow", "«tomorrow» is no day"),
        ("07:00-15:00; from 20266-12-07", "is no day"),
        ("07:00-15:00; from 2026-12-07 until 2026-12-01", "ends before it begins"),
        ("07:00-15:00; from 2026-12-08 until 2026-12-10", "never takes place"),
    ],
)
def test_a_break_or_rhythm_that_cannot_be_says_why(text: str, words: str) -> None:
    with pytest.raises(Invalid, match=words):
        read_shifts(text, 0)


@pytest.mark.parametrize(
    ("line", "days"),
    [
        ("Mon-Fri 07:00-15:00; from 2026-12-07", [0, 1, 2, 3, 4]),
        ("Fri to Mon 07:00-15:00; from 2026-12-07", [0, 4, 5, 6]),
        ("Tues, Thursday and Sun: 07:00-15:00; from 2026-12-07", [1, 3, 6]),
        ("weekdays 07:00-15:00; from 2026-12-07", [0, 1, 2, 3, 4]),
        ("daily 07:00-15:00; from 2026-12-07", list(range(7))),
    ],
)
def test_days_are_written_as_people_do(line: str, days: list[int]) -> None:
    assert [rule.weekday for rule in read_rules(line)] == days


@pytest.mark.parametrize(
    "line", ["07:00-15:00", "Funday 07:00-15:00", "Mon 07:00-08:00, 09:00-10:00", "Monkey 07:00-08:00"]
)
def test_a_line_that_is_no_rule_says_how_one_is_written(line: str) -> None:
    with pytest.raises(Invalid, match=r"write it like|One shift stands on each line|is no weekday"):
        read_rules(line)


@pytest.mark.parametrize("text", [
    f"Mon{' ' * 1_000_000}x", "Mon " * 200_000, f"Mon 07:00-15:00 break 30{' ' * 100_000}x",
    f"Mon 07:00-15:00 break 30 min{' ' * 100_000}11:30{' ' * 100_000}x",
], ids=["blanks", "days", "a break", "its times"])  # fmt: skip
def test_no_text_keeps_the_reader_busy_for_hours(text: str) -> None:
    with pytest.raises(Invalid):
        read_rules(text)
    with pytest.raises(Invalid):
        read_shifts(text.removeprefix("Mon "), 0)
    assert read_rules(f"Mon{' ' * 1_000_000}07:00-15:00{' ' * 100_000}; until 2027-03-31") != []


def test_weeks_that_alternate_do_not_overlap_and_those_that_meet_are_named_with_the_day() -> None:
    early = "Mon-Fri 06:00-14:00; every 2 weeks from 2026-12-07"
    assert len(read_rules(f"{early}\nMon-Fri 08:00-16:00; every 2 weeks from 2026-12-14")) == 10
    with pytest.raises(Invalid, match=r"runs into the shift that begins at 08:00: on 21 Dec 2026"):
        read_rules(f"{early}\nMon 08:00-16:00; every 2 weeks from 2026-12-21")


def test_a_night_runs_into_the_next_mornings_shift() -> None:
    with pytest.raises(Invalid, match="begins at 06:00 on Monday: on 27 Dec 2026"):
        read_rules("Sun 22:00-07:00; from 2026-12-07 | Mon 06:00-08:00; every 3 weeks from 2026-12-07")


@given(st.integers(0, 1439), st.integers(0, 1440))
def test_what_is_written_is_read_back(start: int, end: int) -> None:
    assert times(write_shifts([(start, end)])) == [(start, end)]


@st.composite
def rules(draw: st.DrawFn) -> ShiftRule:
    """A rule that can be entered."""
    start, end = draw(st.integers(0, 1439)), draw(st.integers(0, 1440))
    every = draw(st.integers(1, 4))
    days = st.dates(date(2026, 1, 1), date(2027, 6, 30))
    starts_on = draw(days if every > 1 else st.one_of(st.just(date(2000, 1, 3)), days))
    ends_on = draw(st.one_of(st.none(), st.integers(28, 500).map(lambda days: starts_on + timedelta(days=days))))
    bare = ShiftRule(draw(st.integers(0, 6)), start, end, every, starts_on, ends_on)
    lasts = lasts_minutes(start, end)
    if lasts < 60 or draw(st.booleans()):
        return bare
    begin = start + draw(st.integers(0, lasts - 45))
    return ShiftRule(bare.weekday, start, end, every, starts_on, ends_on, 30, begin, begin + 45)


@settings(max_examples=60, deadline=None)
@given(st.lists(rules(), max_size=5))
def test_rules_come_back_as_they_were_or_clash_on_a_day_on_which_both_work(found: list[ShiftRule]) -> None:
    try:
        check_rules(found)
    except Invalid:
        clash = find_clash(found)
        if clash is not None:
            first, second, day = clash
            assert falls_on(first, day)
            assert falls_on(second, day + timedelta(days=(second.weekday - first.weekday) % 7))
        return
    usual = [rule for number in range(7) for rule in read_shifts(write_usual(found, number), number)]
    assert in_order([*usual, *read_rules("\n".join(write_others(found)))]) == in_order(found)


@settings(max_examples=60, deadline=None)
@given(st.lists(rules(), min_size=2, max_size=3))
def test_no_clash_is_overlooked_in_two_years(found: list[ShiftRule]) -> None:
    starts = sorted(
        (day * 1440 + rule.start_minute, lasts_minutes(rule.start_minute, rule.end_minute))
        for rule in found
        for day in range(800)
        if falls_on(rule, date(2026, 1, 1) + timedelta(days=day))
    )
    overlap = any(start + lasts > next_start for (start, lasts), (next_start, _) in pairwise(starts))
    assert not overlap or find_clash(found) is not None


def test_the_first_day_of_a_rule_whose_weekday_lies_in_the_week_after() -> None:
    assert first_day_of(ShiftRule(0, 420, 900, 2, date(2026, 12, 9))) == date(2026, 12, 21)
