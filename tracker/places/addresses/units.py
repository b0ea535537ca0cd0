"""Take apartments, suites, floors and the like out of the words of an address."""

import re
from dataclasses import dataclass

from .suffixes import ROAD_SUFFIXES
from .words import DIRECTIONS, ORDINALS, PLAIN_UNITS, UNIT_WORDS, spell_ordinal

_IDENTIFIER = re.compile(r"(?:[A-Z]{0,2}-?\d{1,6}(?:[-/]?[A-Z0-9]{1,3})?|[A-Z])")
_GLUED = re.compile(r"(APT|UNIT|STE|SUITE|RM|BLDG|LOT|TRLR|SPC)(\d{1,5}[A-Z]?)")
_FRACTION = re.compile(r"\d/\d")
_ORDINAL = re.compile(r"\d{1,3}(?:ST|ND|RD|TH)")
_LEVELS = frozenset(("GROUND", "TOP", "LOWER", "UPPER"))


@dataclass(frozen=True, slots=True)
class WordsAndUnit:
    """Words before the first unit, the canonical unit ("APT 3B"), words after it, and a fraction found after "#"."""

    before: list[str]
    unit: str
    after: list[str]
    fraction: str = ""


def take_units(words: list[str]) -> WordsAndUnit:
    """Split words (with "#" standing alone) at the units in them; what follows a unit is a locality, never a street."""
    before: list[str] = []
    after: list[str] = []
    units: list[str] = []
    fraction, index = "", 0
    while index < len(words):
        unit, used = _read_unit(words, index, before)
        if not used:
            (after if units and before else before).append(words[index])
            used = 1
        elif _FRACTION.fullmatch(unit.removeprefix("# ")):
            fraction = unit.removeprefix("# ")
        elif unit:
            units.append(unit)
        index += used
    return WordsAndUnit(before, " ".join(units), after, fraction)


def _read_unit(words: list[str], index: int, before: list[str]) -> tuple[str, int]:
    """The unit that starts at `index` and the number of words it takes; 0 words when none starts there."""
    word = words[index]
    if word == "#":
        return _read_sign(words, index)
    if glued := _GLUED.fullmatch(word):
        return f"{UNIT_WORDS[glued[1]]} {glued[2]}", 1
    if word in UNIT_WORDS:
        identifier, used = _read_identifier(words, index + 1)
        if identifier and (before or any(char.isdigit() for char in identifier)):
            return f"{UNIT_WORDS[word]} {identifier}", used + 1
    if len(before) > (1 if word in _LEVELS else 0):
        return _read_level(words, index, before)
    return "", 0


def _read_sign(words: list[str], index: int) -> tuple[str, int]:
    """What follows a "#", which may stand before a unit word or anything short."""
    following = words[index + 1] if index + 1 < len(words) else ""
    if following in UNIT_WORDS and following != "FL":
        identifier, used = _read_identifier(words, index + 2)
        return (f"{UNIT_WORDS[following]} {identifier}", used + 2) if identifier else ("", 1)
    identifier, used = _read_identifier(words, index + 1)
    if identifier:
        return f"# {identifier}", used + 1
    return (f"# {following}", 2) if following[:6] == following and following.isalnum() else ("", 1)


def _read_identifier(words: list[str], index: int) -> tuple[str, int]:
    """The identifier of a unit at `index` ("3B", "D 29" -> "D29") and the number of words it takes."""
    signs = 1 if words[index : index + 1] == ["#"] else 0
    index += signs
    if index >= len(words) or not _IDENTIFIER.fullmatch(words[index]):
        return "", 0
    word, following = words[index], words[index + 1] if index + 1 < len(words) else ""
    if word.isalpha() and following.isdecimal() and len(following) <= 3:
        return word + following, signs + 2
    return word, signs + 1


def _read_level(words: list[str], index: int, before: list[str]) -> tuple[str, int]:
    """ "3RD FLOOR", "GROUND FLOOR", and the units that need no number, which come last."""
    word, following = words[index], words[index + 1] if index + 1 < len(words) else ""
    if UNIT_WORDS.get(following) == "FL" or (following == "LEVEL" and word in _LEVELS):
        if word in _LEVELS:
            return f"FL {word}", 2
        if _ORDINAL.fullmatch(word):
            return f"FL {word[:-2]}", 2
        if word in ORDINALS:
            return f"FL {spell_ordinal(ORDINALS[word])[:-2]}", 2
    is_last = index + 1 == len(words)
    if word in PLAIN_UNITS and is_last and (PLAIN_UNITS[word] == "REAR" or _ends_street(before[-1])):
        return PLAIN_UNITS[word], 1
    return "", 0


def _ends_street(word: str) -> bool:
    return word in ROAD_SUFFIXES or word in DIRECTIONS
