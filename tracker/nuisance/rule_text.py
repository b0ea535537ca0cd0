"""Offenses and thresholds as people write them, one a line: «drug-sale | Drug sale | 10», «12 points in 6 months»."""

import re
from collections.abc import Iterable

from ..errors import Invalid
from .rule_terms import Offense, RuleKind, Threshold, Unit, Window

_NUMBER = r"(\d{1,6})"
_THRESHOLD = re.compile(
    rf"(?:{_NUMBER}(?:\s*(\+)|\s*-\s*{_NUMBER})?\s*units?\s*:\s*)?"
    rf"{_NUMBER}\s*(points?|violations?|serious)?\s+in\s+{_NUMBER}\s*(days?|months?)",
    re.IGNORECASE,
)
_NOUN = {RuleKind.POINTS: "points", RuleKind.COUNT: "violations"}


def read_offenses(text: str) -> tuple[Offense, ...]:
    """The offenses in `text`, a line each: code | name | points | serious; the last two may be left out."""
    return tuple(_read_offense(line) for line in _lines(text))


def write_offenses(offenses: Iterable[Offense]) -> str:
    """The text that `read_offenses` reads back."""
    return "\n".join(
        " | ".join([one.code, one.name, str(one.points), *(["serious"] if one.is_serious else [])]) for one in offenses
    )


def read_thresholds(text: str, kind: RuleKind) -> tuple[Threshold, ...]:
    """The thresholds in `text`, a line each: «3 in 30 days», «2-3 units: 6 in 180 days», «2 serious in 12 months»."""
    return tuple(_read_threshold(line, kind) for line in _lines(text))


def write_thresholds(thresholds: Iterable[Threshold], kind: RuleKind) -> str:
    """The text that `read_thresholds` reads back."""
    return "\n".join(_threshold_text(one, kind) for one in thresholds)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _read_offense(line: str) -> Offense:
    cells = [cell.strip() for cell in line.split("|")]
    marks = cells[2:]
    is_serious = bool(marks) and marks[-1].lower() == "serious"
    numbers = marks[:-1] if is_serious else marks
    if len(cells) < 2 or len(numbers) > 1 or not all(re.fullmatch(r"-?\d{1,6}", cell) for cell in numbers):
        raise Invalid(f"«{line}» is no offense; write it like: noise | Loud noise | 6, or end it with | serious.")
    return Offense(cells[0][:60], cells[1][:160], int(numbers[0]) if numbers else 1, is_serious)


def _read_threshold(line: str, kind: RuleKind) -> Threshold:
    found = _THRESHOLD.fullmatch(line)
    if found is None:
        raise Invalid(f"«{line}» is no threshold; write it like: 12 points in 6 months, or 2-3 units: 6 in 180 days.")
    least, more, most, needed, noun, length, unit = found.groups()
    noun = (noun or _NOUN[kind]).lower()
    if noun != "serious" and noun.rstrip("s") != _NOUN[kind].rstrip("s"):
        raise Invalid(f"«{line}» speaks of {noun}, but this rule set works with {_NOUN[kind]}.")
    window = Window(int(length), Unit.MONTHS if unit.lower().startswith("month") else Unit.DAYS)
    is_tier = least is not None
    last = None if not is_tier or more else int(most or least)
    return Threshold(int(needed), window, int(least) if is_tier else 1, last, noun == "serious")


def _threshold_text(one: Threshold, kind: RuleKind) -> str:
    tier = "" if one.least_units == 1 and one.most_units is None else f"{one.tier_words}: "
    return f"{tier}{one.needed} {'serious' if one.only_serious else _NOUN[kind]} in {one.window.words}"
