"""Read the words of a street into one canonical street. Pure; callers read each distinct street once."""

import re
from dataclasses import dataclass

from .highways import read_highway
from .names import spell_name
from .suffixes import PLACE_SUFFIXES, ROAD_SUFFIXES, SUFFIXES
from .words import (
    COUNTRIES,
    DIRECTIONS,
    HIGHWAY_WORDS,
    LINKING_WORDS,
    NOTHING,
    PLACE_WORDS,
    PLAIN_UNITS,
    SAINT_CITIES,
    STATES,
    STREET_OPENERS,
    UNIT_WORDS,
)

_ORDINAL = re.compile(r"\d{1,6}(?:ST|ND|RD|TH)")
_UNPLAIN_WORDS = LINKING_WORDS.union(
    UNIT_WORDS,
    PLAIN_UNITS,
    SUFFIXES,
    DIRECTIONS,
    HIGHWAY_WORDS,
    STREET_OPENERS,
    STATES,
    COUNTRIES,
    NOTHING,
    PLACE_WORDS,
)


@dataclass(frozen=True, slots=True)
class Street:
    """A street in parts: `direction` stands in front ("N ELM ST"), `ending` is a second one behind ("N ELM ST W")."""

    direction: str = ""
    name: str = ""
    suffix: str = ""
    ending: str = ""
    is_highway: bool = False

    @property
    def key(self) -> str:
        """The canonical street: "N ELM ST"."""
        return " ".join(part for part in (self.direction, self.name, self.suffix, self.ending) if part)

    @property
    def looks_like_street(self) -> bool:
        """Whether its words alone show that this is a street and no other place."""
        first, _, more = self.name.partition(" ")
        if self.is_highway or first in STREET_OPENERS or (first[:1].isdigit() and not more):
            return True
        return self.suffix in ROAD_SUFFIXES or (bool(self.direction) and not self.suffix and not more)

    @property
    def is_plain(self) -> bool:
        """Whether it is so ordinary ("N ELM ST") that its key, and every key with it, reads back as it is."""
        words = self.name.split(" ")
        is_ordinary = all(word.isalpha() and len(word) > 1 for word in words) or _ORDINAL.fullmatch(self.name)
        return (
            (not self.suffix or self.suffix in ROAD_SUFFIXES) and bool(is_ordinary) and _UNPLAIN_WORDS.isdisjoint(words)
        )


def read_street(words: list[str]) -> tuple[Street, list[str]]:
    """The street that the words start with, and the words left over after it (a locality, or a unit without a sign)."""
    direction, rest = _take_direction(words)
    highway = read_highway(rest)
    if highway:
        name, suffix, after = highway[0], "", rest[highway[1] :]
    else:
        name_words, suffix, after = _split_at_suffix(rest)
        name = spell_name(name_words, suffix)
    ending, after = _take_ending(after, has_direction=bool(direction))
    if not direction:
        direction, ending = ending, ""
    return Street(direction, name, suffix, ending, bool(highway)), after


def cut_locality(words: list[str], localities: frozenset[str]) -> tuple[list[str], list[str]]:
    """The words before the longest known locality that ends them, and that locality; a name must remain."""
    for start in range(1, len(words) if localities else 0):
        if (
            " ".join(words[start:]) in localities
            and words[:start] != ["THE"]
            and words[start - 1] not in ("E", "N", "S", "W")
        ):
            return words[:start], words[start:]
    return words, []


def _take_direction(words: list[str]) -> tuple[str, list[str]]:
    if len(words) < 2 or words[0] not in DIRECTIONS:
        return "", words
    direction, following = DIRECTIONS[words[0]], words[1]
    if is_bare_suffix(words[1:]) or (following == "ST" and len(words[0]) > 3 and not _has_road(words[2:])):
        return "", words  # the direction is the name: "East St", "E St"
    if words[0] in ("N", "S") and following in ("E", "W") and len(words) > 2 and not is_bare_suffix(words[2:]):
        return direction + following, words[2:]
    return direction, words[1:]


def is_bare_suffix(words: list[str]) -> bool:
    """Whether the words are a road suffix with no name before it."""
    return words[0] in ROAD_SUFFIXES and all(word in DIRECTIONS for word in words[1:])


def _has_road(words: list[str]) -> bool:
    return any(word in ROAD_SUFFIXES for word in words)


def _split_at_suffix(words: list[str]) -> tuple[list[str], str, list[str]]:
    """Words of the name, canonical suffix ("" if none), and the words after it."""
    road = _find_road(words)
    if not road:
        return _split_at_place_suffix(words)
    after = words[road + 1 :]
    if words[road] in ("HWY", "HIGHWAY") and after and after[0][0].isdigit():
        return [*words[:road], "HWY", after[0]], "", after[1:]
    if after and after[0] in PLACE_SUFFIXES and all(word in DIRECTIONS for word in after[1:]):
        return words[: road + 1], PLACE_SUFFIXES[after[0]], after[1:]  # "Elm St Extension"
    return words[:road], ROAD_SUFFIXES[words[road]], after


def _find_road(words: list[str]) -> int:
    """Position of the last word that means a road and has a name before it; 0 when there is none."""
    for index in range(len(words) - 1, 0, -1):
        if words[index] in ROAD_SUFFIXES and not _starts_saint_city(words, index):
            return index
    return 0


def _starts_saint_city(words: list[str], index: int) -> bool:
    """Whether ST there starts a city's name after a street: "Main St St Louis"."""
    if words[index] != "ST" or index + 1 == len(words) or words[index + 1] not in SAINT_CITIES:
        return False
    return any(word in ROAD_SUFFIXES or word in PLACE_SUFFIXES for word in words[1:index])


def _split_at_place_suffix(words: list[str]) -> tuple[list[str], str, list[str]]:
    end = len(words)
    if end > 1 and _is_stray_number(words):
        return words[:-1], "", words[-1:]
    if end > 1 and words[-1] in DIRECTIONS:
        end -= 2 if end > 2 and words[-1] in ("E", "W") and words[-2] in ("N", "S") else 1
    if end > 1 and words[end - 1] in PLACE_SUFFIXES:
        return words[: end - 1], PLACE_SUFFIXES[words[end - 1]], words[end:]
    return words[:end], "", words[end:]


def _is_stray_number(words: list[str]) -> bool:
    """Whether a street without suffix ends in a number, which then is a unit: "W Jackson 512"."""
    if words[0] in STREET_OPENERS or not words[-1][0].isdigit() or words[-1].endswith(("ST", "ND", "RD", "TH")):
        return False
    return len(words[-2]) > 2 and words[-2].isalpha()


def _take_ending(words: list[str], *, has_direction: bool) -> tuple[str, list[str]]:
    """The direction after a street; after one in front, a direction before more words belongs to the locality."""
    if not words or words[0] not in DIRECTIONS or (has_direction and len(words) > 1):
        return "", words
    direction = DIRECTIONS[words[0]]
    if words[0] in ("N", "S") and words[1:2] in (["E"], ["W"]):
        return direction + words[1], words[2:]
    return direction, words[1:]
