"""Read one field of an address, the number already taken off: "1/2 E 51ST ST APT 3 BOSTON MA 02108"."""

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from .highways import read_highway
from .streets import Street, cut_locality, is_bare_suffix, read_street
from .suffixes import ROAD_SUFFIXES
from .units import take_units
from .words import DIRECTIONS, RELATIONS, STATES

POSTCODE = re.compile(r"(\d{5})(?:-?\d{4})?")
_FRACTION = re.compile(r"\d/\d")
_LETTER_RANGE = re.compile(r"[A-Z]-\d+[A-Z]?")
_RANGE = re.compile(r"\d+[A-Z]?-\d+[A-Z]?")
_RELATION_PAIRS = frozenset(
    (("IN", "FRONT"), ("ACROSS", "FROM"), ("NEXT", "TO"), ("IN", "THE"), ("AREA", "OF"), ("PO", "BOX"))
)
_UNIT_SIGNS = frozenset(("#", "APT", "APARTMENT", "UNIT", "STE", "SUITE", "RM", "ROOM", "LOT", "BOX"))


@dataclass(frozen=True, slots=True)
class Part:
    """A street with what stood around it; `fraction` is "1/2" or a letter that belongs to the house number."""

    street: Street
    key: str
    unit: str = ""
    fraction: str = ""
    postcode: str = ""
    locality: str = ""
    is_block: bool = False
    names_no_street: bool = False
    names_town: bool = False

    def hides_town(self, state_follows: bool) -> bool:
        """Whether a town must stand among the words of the street: a postcode or region follows, and none was found."""
        may_name = self.names_town or state_follows
        return may_name and not self.locality and not self.street.suffix and " " in self.street.name


@lru_cache(maxsize=16_384)
def read_part(text: str, localities: frozenset[str] = frozenset()) -> Part:
    """Read a field that starts with a street (folded text without separators); kept in memory, for streets recur."""
    part = _read_once(text, localities)
    if part.street.is_plain:
        return part
    key = part.key
    for _ in range(8):  # A key must be its own key: rare names change once more when read again.
        again = _read_once(key, frozenset()).key
        if again == key:
            break
        key = again
    return part if key == part.key else replace(part, key=key)


def _read_once(text: str, localities: frozenset[str]) -> Part:
    words = _cut_relation(text.replace("#", " # ").replace("&", " ").replace("@", " ").split())
    fraction, words = _take_fraction(words)
    words, is_block = _take_block(words)
    words, postcode, has_tail = _cut_tail(words)
    split = take_units(words)
    street_words, known = cut_locality(_part_hyphens(split.before), localities)
    street, left_over = read_street(street_words)
    unit, left_over = _take_bare_unit(split.unit, left_over)
    return Part(
        street=street,
        key=street.key,
        unit=unit,
        fraction=split.fraction or fraction,
        postcode=postcode,
        locality=" ".join([*left_over, *known, *split.after]),
        is_block=is_block,
        names_no_street=not street.name or words[0] in RELATIONS or _is_ordinal_street(words),
        names_town=has_tail or bool(known),
    )


def _is_ordinal_street(words: list[str]) -> bool:
    """Whether the number before is the street's name: "10 St", but not "1075 Court" or "3640 Avenue E"."""
    return ROAD_SUFFIXES.get(words[0]) in ("ST", "AVE") and is_bare_suffix(words) and not read_highway(words)


def _cut_relation(words: list[str]) -> list[str]:
    """The words before "near ...", "at ...", "in front of ..."."""
    for index in range(1, len(words)):
        if words[index] in RELATIONS or tuple(words[index : index + 2]) in _RELATION_PAIRS:
            return words[:index]
    return words


def _take_fraction(words: list[str]) -> tuple[str, list[str]]:
    """A fraction in front, or a letter that cannot be the street: "12 A ELM ST" but not "12 A ST"."""
    if len(words) > 1 and _FRACTION.fullmatch(words[0]):
        return words[0], words[1:]
    if len(words) > 1 and _LETTER_RANGE.fullmatch(words[0]):
        return words[0], words[1:]
    if len(words) < 3 or len(words[0]) != 1 or words[0] in DIRECTIONS or not words[0].isalpha():
        return "", words
    return (words[0], words[1:]) if words[1] not in ROAD_SUFFIXES and words[-1] in ROAD_SUFFIXES else ("", words)


def _take_block(words: list[str]) -> tuple[list[str], bool]:
    if len(words) < 2 or words[0] not in ("BLK", "BLOCK"):
        return words, False
    rest = words[2:] if words[1] == "OF" else words[1:]
    return (rest, True) if rest and not is_bare_suffix(rest) else (words, False)


def _cut_tail(words: list[str]) -> tuple[list[str], str, bool]:
    """Words without country, postcode and state at their end, the postcode, and whether there was any of them."""
    count, postcode = len(words), ""
    if count > 2 and words[-1] == "USA":
        words = words[:-1]
    if len(words) > 2 and (match := POSTCODE.fullmatch(words[-1])) and words[-2] not in _UNIT_SIGNS:
        words, postcode = words[:-1], match[1]
    for length in (3, 2, 1):
        if (
            len(words) > length + 1
            and " ".join(words[-length:]) in STATES
            and _may_end_in_state(words, length, postcode)
        ):
            words = words[:-length]
            break
    return words, postcode, len(words) < count


def _may_end_in_state(words: list[str], length: int, postcode: str) -> bool:
    """Before a postcode always; else only after a street that is complete, for "Kings Ct" is no town in Connecticut."""
    if words[-1] in DIRECTIONS and (not postcode or words[-2] in ROAD_SUFFIXES):
        return False  # NE is northeast more often than Nebraska.
    start = 2 if words[0] in DIRECTIONS else 1  # "N St Marys Ct" has no street that ends at ST.
    if postcode:
        return words[-1] not in ROAD_SUFFIXES or any(word in ROAD_SUFFIXES for word in words[start:-1])
    has_road = any(word in ROAD_SUFFIXES or word == "#" for word in words[start : -length - 1])
    return has_road or (len(words) > 3 and len(words[-1]) == 2 and words[-1] not in ROAD_SUFFIXES)


def _part_hyphens(words: list[str]) -> list[str]:
    if not any("-" in word or "/" in word for word in words):
        return words
    return [
        piece
        for word in words
        for piece in ([word] if _RANGE.fullmatch(word) else word.replace("-", " ").replace("/", " ").split())
    ]


def _take_bare_unit(unit: str, left_over: list[str]) -> tuple[str, list[str]]:
    """A number without a sign after the street is a unit: "223 W Jackson Blvd 512"."""
    if not unit and left_over and len(left_over[0]) <= 5 and any(char.isdigit() for char in left_over[0]):
        return f"# {left_over[0]}", left_over[1:]
    return unit, left_over
