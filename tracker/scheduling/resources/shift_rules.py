"""Shifts as rules that repeat, apart from any table; which of them would be at work at the same time. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from math import gcd, lcm

from .shifts import SHIFTS_BEGIN, WeeklyShift, falls_on, lasts_minutes

_DAY, _WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class ShiftRule:
    """A shift of one weekday, every so many weeks; the same words as the table `Shift`."""

    weekday: int
    start_minute: int
    end_minute: int
    every_weeks: int = 1
    starts_on: date = SHIFTS_BEGIN
    ends_on: date | None = None
    break_minutes: int = 0
    break_from: int | None = None
    break_until: int | None = None

    @property
    def is_usual(self) -> bool:
        """Whether it belongs to the usual week: each week, from ever on, until further notice."""
        return (self.every_weeks, self.starts_on, self.ends_on) == (1, SHIFTS_BEGIN, None)


def rule_of(shift: WeeklyShift) -> ShiftRule:
    """The rule that a table's row says."""
    return ShiftRule(
        shift.weekday, shift.start_minute, shift.end_minute, shift.every_weeks, shift.starts_on, shift.ends_on,
        shift.break_minutes, shift.break_from, shift.break_until,
    )  # fmt: skip


def in_order(rules: Iterable[ShiftRule]) -> tuple[ShiftRule, ...]:
    """The rules by weekday, time and first day."""
    return tuple(sorted(rules, key=lambda one: (one.weekday, one.start_minute, one.starts_on, one.end_minute)))


def first_day_of(rule: ShiftRule) -> date | None:
    """The first local date on which the rule has a shift; None when it ends before there is one."""
    day = rule.starts_on + timedelta(days=(rule.weekday - rule.starts_on.weekday()) % 7)
    if not falls_on(rule, day) and rule.every_weeks > 1:  # its weekday lies in the week after that of its first day
        day += (rule.every_weeks - 1) * _WEEK
    return day if falls_on(rule, day) else None


def find_clash(rules: Iterable[ShiftRule]) -> tuple[ShiftRule, ShiftRule, date] | None:
    """Two shifts that would be at work at the same time, the earlier one first, and the date on which it begins."""
    for one, other in combinations(in_order(rules), 2):
        for first, second in ((one, other), (other, one)):
            days_later = (second.weekday - first.weekday) % 7
            day = _meet(first, second, days_later) if days_later < 2 and _run_in(first, second, days_later) else None
            if day is not None:
                return first, second, day
    return None


def _run_in(first: ShiftRule, second: ShiftRule, days_later: int) -> bool:
    """Whether `second`, so many days after `first`, begins while `first` still goes on."""
    begins = second.start_minute + days_later * 24 * 60
    return first.start_minute <= begins < first.start_minute + lasts_minutes(first.start_minute, first.end_minute)


def _meet(first: ShiftRule, second: ShiftRule, days_later: int) -> date | None:
    """The first date on which `first` begins and `second` so many days later; None when they never do."""
    later = days_later * _DAY
    start = max(first.starts_on, second.starts_on - later)
    start += timedelta(days=(first.weekday - start.weekday()) % 7)
    if (_weeks(start, first) - _weeks(start + later, second)) % gcd(first.every_weeks, second.every_weeks):
        return None
    for number in range(lcm(first.every_weeks, second.every_weeks)):
        day = start + number * _WEEK
        if any(rule.ends_on is not None and rule.ends_on < day for rule in (first, second)):
            return None
        if falls_on(first, day) and falls_on(second, day + later):
            return day
    return None


def _weeks(day: date, rule: ShiftRule) -> int:
    """Weeks from that of the rule's first day to the day's."""
    monday, begins = (one - timedelta(days=one.weekday()) for one in (day, rule.starts_on))
    return (monday - begins).days // 7
