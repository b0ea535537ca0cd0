"""Spell the name part of a street in one way: "THIRD" as "3RD", "ST MARYS" as "SAINT MARYS", "MLK" in full."""

import re

from .suffixes import PLACE_SUFFIXES, ROAD_SUFFIXES
from .words import FIRST_WORDS, NAME_WORDS, ORDINALS, TENS, spell_ordinal

_KING = re.compile(
    r"\b(?:(?:DR|DOCTOR|REV|REVEREND) )?(?:MARTIN (?:LUTHER|L) KING|M ?L ?KING|MLK)(?: (?:JR|JUNIOR))?(?= |$)"
)
_PLACE_ENDINGS = frozenset(PLACE_SUFFIXES.values())
_NUMERAL = re.compile(r"(\d{1,6})(?:ST|ND|RD|TH)")
_INNER_WORDS = {word: FIRST_WORDS[word] for word in ("ST", "MT", "MNT", "FT")}


def spell_name(words: list[str], suffix: str) -> str:
    """Canonical name of a street from its words, given its canonical suffix ("" if it has none)."""
    if len(words) == 1 and words[0].isdecimal() and suffix in ROAD_SUFFIXES and suffix != "HWY":
        return spell_ordinal(int(words[0]))
    last = len(words) - 1
    spelled = [_spell_word(word, index, last) for index, word in enumerate(words)]
    if suffix in _PLACE_ENDINGS and last > 0:
        spelled[-1] = ROAD_SUFFIXES.get(words[-1], spelled[-1])
    name = " ".join(_join_tens(spelled))
    return _KING.sub("MARTIN LUTHER KING JR", name) if "KING" in name or "MLK" in name else name


def _spell_word(word: str, index: int, last: int) -> str:
    if word in ORDINALS:
        return spell_ordinal(ORDINALS[word])
    if numeral := _NUMERAL.fullmatch(word):
        return spell_ordinal(int(numeral[1]))
    if index == 0:
        return FIRST_WORDS.get(word, NAME_WORDS.get(word, word))
    if index < last:
        return _INNER_WORDS.get(word, NAME_WORDS.get(word, word))
    return NAME_WORDS.get(word, word)


def _join_tens(words: list[str]) -> list[str]:
    """TWENTY 1ST -> 21ST."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in TENS and len(word) == 3 and _NUMERAL.fullmatch(word):
            joined[-1] = spell_ordinal(TENS[joined[-1]] + int(word[0]))
        else:
            joined.append(word)
    return joined
