"""Shifts as people write them: «07:00-15:00 break 30 min 11:30-13:00; every 2 weeks from 2026-12-07». Pure.

Several shifts of one weekday stand in one text, separated by commas. Rules that are not of the usual week stand on
lines of their own, after their days: «Mon-Fri 06:00-14:00; until 2027-03-31».
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from ...clock import can_be_meant
from ...errors import Invalid
from .shift_rules import ShiftRule, find_clash, first_day_of, in_order
from .shifts import DAY_MINUTES, SHIFTS_BEGIN, lasts_minutes

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MOST_WEEKS = 52
MOST_RULES = 100
SHORTEST_BREAK = 5
_LONGEST_DAY, _LONGEST_LINE = 5_000, 500
"""Signs of a weekday's shifts, and of one rule: what is longer was written by nobody."""
_SHORT = tuple(name[:3] for name in WEEKDAYS)
_CLOCKS = r"(\d{1,2}):(\d{2})\s*(?:-|\u2013|to)\s*(\d{1,2}):(\d{2})"
_SPAN = re.compile(
    rf"{_CLOCKS}(?:,?\s*(?:with\s+)?(?:a\s+)?break\s+(\d{{1,3}})\s*(?:minutes?|min)?\.?(?:\s*(?:between\s+)?{_CLOCKS})?)?"
    r"\s*(?:;\s*(.*))?",
    re.IGNORECASE,
)
_EVERY = re.compile(r"every\s+(?:(\d{1,3})\s+weeks?|(other)\s+week|week)", re.IGNORECASE)
_BOUND = re.compile(r"(from|until)\s+(\S+)", re.IGNORECASE)
_DAY = rf"(?:{'|'.join(_SHORT)})[a-z]*"
_DAYS = re.compile(
    rf"(daily|every\s+day|weekdays|weekends?|{_DAY}(?:(?:\s*(?:-|\u2013)\s*|\s*[,/&+]\s*|\s+to\s+|\s+and\s+|\s+){_DAY})*)"
    r"\s*:?\s+(?=\d)(.*)",
    re.IGNORECASE,
)
_WHOLE = {"daily": range(7), "weekdays": range(5), "weekend": range(5, 7), "weekends": range(5, 7)}


def read_shifts(text: str, weekday: int) -> list[ShiftRule]:
    """The shifts of a weekday in `text`, separated by commas, earliest first; empty: none.

    An end at or before its start is on the next day («22:00-06:00»). Raises `Invalid`, in words, for what cannot be
    read and for shifts that run into each other.
    """
    line = _one_line(text, _LONGEST_DAY)
    parts = [part.strip() for part in re.split(r",(?!\s*(?:with\s+|a\s+)*break)", line, flags=re.IGNORECASE)]
    rules = [_with_day(_read_shift(part, weekday)) for part in parts if part]
    check_rules(rules)
    return list(in_order(rules))


def read_rules(text: str) -> list[ShiftRule]:
    """The shifts in lines such as «Mon Wed 07:00-15:00; every 2 weeks from 2026-12-07»; raises `Invalid` in words."""
    rules = [rule for line in re.split(r"[\n|]", text) if line.strip() for rule in _read_line(line)]
    check_rules(rules)
    return list(in_order(rules))


def check_rules(rules: Sequence[ShiftRule]) -> None:
    """Raise `Invalid` when two shifts would be at work at the same time, or when there are too many."""
    if len(rules) > MOST_RULES:
        raise Invalid(f"A resource has at most {MOST_RULES} shifts in its rules; write fewer, longer ones.")
    twins = Counter((rule.weekday, rule.start_minute, rule.starts_on) for rule in rules)
    clash = find_clash(rules)
    if clash is None:
        for (weekday, start, _), count in twins.items():
            if count > 1:
                raise Invalid(f"Two shifts begin on {WEEKDAYS[weekday]} at {_clock_text(start)}; join them.")
        return
    first, second, day = clash
    begins = f"the shift that begins at {_clock_text(second.start_minute)}"
    if first.is_usual and second.is_usual and first.weekday == second.weekday:
        raise Invalid(f"{write_shift(first)} runs into {begins}.")
    other = begins if second.weekday == first.weekday else f"{begins} on {WEEKDAYS[second.weekday]}"
    raise Invalid(
        f"«{_SHORT[first.weekday]} {write_shift(first)}» runs into {other}: on {day:%d %b %Y}. "
        "Give one of them another time, or days from which and until which it holds."
    )


def write_shift(rule: ShiftRule) -> str:
    """One shift as it is read back, its weekday not said."""
    text = _span_text(rule.start_minute, rule.end_minute)
    if rule.break_minutes and rule.break_from is not None and rule.break_until is not None:
        text += f" break {rule.break_minutes} min {_span_text(rule.break_from, rule.break_until)}"
    bounds = [
        f"every {rule.every_weeks} weeks" if rule.every_weeks > 1 else "",
        f"from {rule.starts_on}" if rule.starts_on != SHIFTS_BEGIN or rule.every_weeks > 1 else "",
        f"until {rule.ends_on}" if rule.ends_on else "",
    ]
    said = " ".join(bound for bound in bounds if bound)
    return f"{text}; {said}" if said else text


def write_usual(rules: Iterable[ShiftRule], weekday: int) -> str:
    """The shifts of the usual week on that weekday, as `read_shifts` reads them back."""
    return ", ".join(write_shift(rule) for rule in in_order(rules) if rule.is_usual and rule.weekday == weekday)


def write_others(rules: Iterable[ShiftRule]) -> list[str]:
    """The shifts that are not of the usual week, in lines as `read_rules` reads them back."""
    days: dict[str, list[int]] = defaultdict(list)
    for rule in in_order(rules):
        if not rule.is_usual:
            days[write_shift(rule)].append(rule.weekday)
    return [f"{' '.join(_SHORT[day] for day in found)} {text}" for text, found in days.items()]


def write_shifts(spans: Iterable[tuple[int, int]]) -> str:
    """Times from start to end in minutes, in words and in order."""
    return ", ".join(_span_text(start, end) for start, end in sorted(spans))


def _one_line(text: str, longest: int) -> str:
    """The text with single blanks, as the patterns want it: over many blanks they would never come to an end."""
    line = " ".join(text.split())
    if len(line) > longest:
        raise Invalid(f"«{line[:40]}…» has {len(line)} characters; at most {longest} are read. Shorten it.")
    return line


def _read_line(text: str) -> list[ShiftRule]:
    line = _one_line(text, _LONGEST_LINE)
    match = _DAYS.fullmatch(line)
    if match is None:
        raise Invalid(f"«{line}» does not say its days and times; write it like «Mon Wed 07:00-15:00; every 2 weeks "
                      "from 2026-12-07» or «Mon-Fri 07:00-15:00; until 2027-03-31».")  # fmt: skip
    try:
        rule = _read_shift(match[2].strip(), 0)
    except Invalid as error:
        raise Invalid(f"{error} One shift stands on each line, after its days.") from error
    return [_with_day(replace(rule, weekday=day)) for day in _read_days(match[1])]


def _with_day(rule: ShiftRule) -> ShiftRule:
    if first_day_of(rule) is None:
        raise Invalid(f"«{WEEKDAYS[rule.weekday]} {write_shift(rule)}» never takes place: no such day lies in it.")
    return rule


def _read_days(text: str) -> list[int]:
    words = " ".join(text.lower().split())
    if words == "every day":
        words = "daily"
    if words in _WHOLE:
        return list(_WHOLE[words])
    found: set[int] = set()
    for part in re.findall(rf"({_DAY})(?:\s*(?:-|\u2013|to\b)\s*({_DAY}))?", words, re.IGNORECASE):
        first, last = (_day_number(name) if name else None for name in part)
        found |= {((first or 0) + step) % 7 for step in range(1 if last is None else (last - (first or 0)) % 7 + 1)}
    return sorted(found)


def _day_number(name: str) -> int:
    number = _SHORT.index(name[:3].capitalize())
    if not WEEKDAYS[number].lower().startswith(name) and name not in ("tues", "thur", "thurs", "weds"):
        raise Invalid(f"«{name}» is no weekday; write {', '.join(_SHORT)}.")
    return number


def _read_shift(text: str, weekday: int) -> ShiftRule:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise Invalid(f"«{text}» is not a shift; write it like 07:00-15:00, or 07:00-15:00 break 30 min 11:30-13:00.")
    start, end = _read_clocks(text, match.groups()[:4])
    every, starts_on, ends_on = _read_when(text, match[10] or "")
    minutes, begin, until = _read_break(text, start, end, match)
    return ShiftRule(weekday, start, end, every, starts_on, ends_on, minutes, begin, until)


def _read_clocks(text: str, digits: Sequence[str]) -> tuple[int, int]:
    start_hour, start_minute, end_hour, end_minute = map(int, digits)
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if start_minute > 59 or end_minute > 59 or start >= DAY_MINUTES or end > DAY_MINUTES:
        raise Invalid(f"«{text}» holds a time that no clock shows; hours go from 00:00 to 24:00.")
    return start, end


def _read_break(text: str, start: int, end: int, match: re.Match[str]) -> tuple[int, int | None, int | None]:
    """Minutes of the break, and its window after the midnight before the shift: at night it may go past 24 hours."""
    if match[5] is None:
        return 0, None, None
    minutes, last = int(match[5]), start + lasts_minutes(start, end)
    begin, until = start, last
    if match[6] is not None:
        begin, until = _read_clocks(text, match.groups()[5:9])
        begin += DAY_MINUTES if begin < start else 0
        while until <= begin:
            until += DAY_MINUTES
    check_break(text, minutes, (start, last), (begin, until))
    return minutes, begin, until


def check_break(text: str, minutes: int, shift: tuple[int, int], window: tuple[int, int]) -> None:
    """Raise `Invalid` when a break of so many minutes does not fit into its window, or the window into the shift."""
    if minutes < SHORTEST_BREAK:
        raise Invalid(f"«{text}»: a break lasts at least {SHORTEST_BREAK} minutes; leave it out where there is none.")
    if window[0] < shift[0] or window[1] > shift[1]:
        raise Invalid(f"«{text}»: the break, {_span_text(*window)}, lies outside its shift, {_span_text(*shift)}.")
    if window[1] - window[0] < minutes or minutes >= shift[1] - shift[0]:
        raise Invalid(f"«{text}»: a break of {minutes} minutes does not fit between {_span_text(*window)}.")


def _read_when(text: str, words: str) -> tuple[int, date, date | None]:
    rest = words.strip()
    every = 1
    found = _EVERY.match(rest)
    if found:
        every, rest = int(found[1] or (2 if found[2] else 1)), rest[found.end() :]
    bounds = {name.lower(): _read_date(text, day) for name, day in _BOUND.findall(rest)}
    if _BOUND.sub("", rest).strip(" ,;") or (";" in text and not words.strip()):
        raise Invalid(f"«{text}»: after the semicolon stands when it holds, such as «every 2 weeks from 2026-12-07» or "
                      "«from 2026-12-07 until 2027-03-31».")  # fmt: skip
    if not 1 <= every <= MOST_WEEKS:
        raise Invalid(f"«{text}»: a shift comes every 1 to {MOST_WEEKS} weeks.")
    if every > 1 and "from" not in bounds:
        raise Invalid(f"«{text}»: say from which week on, such as «every {every} weeks from 2026-12-07».")
    starts_on, ends_on = bounds.get("from", SHIFTS_BEGIN), bounds.get("until")
    if ends_on is not None and ends_on < starts_on:
        raise Invalid(f"«{text}» ends before it begins; exchange the two days.")
    return every, starts_on, ends_on


def _read_date(text: str, day: str) -> date:
    try:
        found = date.fromisoformat(day.strip(".,;"))
    except ValueError:
        raise Invalid(f"«{text}»: «{day}» is no day; write it like 2026-12-07.") from None
    if not can_be_meant(found):
        raise Invalid(f"«{text}»: check the year of {day}.")
    return found


def _span_text(start: int, end: int) -> str:
    return f"{_clock_text(start % DAY_MINUTES)}-{_clock_text(end)}"


def _clock_text(minutes: int) -> str:
    shown = minutes if minutes == DAY_MINUTES else minutes % DAY_MINUTES
    return f"{shown // 60:02d}:{shown % 60:02d}"
