"""Read the fields after the first: what stands behind commas, semicolons and double blanks."""

import re
from dataclasses import dataclass
from functools import lru_cache

from .numbers import read_number
from .parts import POSTCODE
from .suffixes import SUFFIXES
from .units import take_units
from .words import COUNTRIES, DIRECTIONS, REMARKS, STATES

_SEPARATOR = re.compile(r" ?[;,]|  ")


@dataclass(frozen=True, slots=True)
class Rest:
    """What the later fields say: `street_words` belong to the first field ("JR BLVD"), `address` is a whole address."""

    street_words: str = ""
    address: str = ""
    unit: str = ""
    place_name: str = ""
    postcode: str = ""
    locality: str = ""
    names_state: bool = False


NO_REST = Rest()


def split_fields(text: str) -> tuple[str, str]:
    """The first field of a folded text, and the rest with its leading separator ("" if none)."""
    match = _SEPARATOR.search(text)
    return (text[: match.start()], text[match.start() :].lstrip()) if match else (text, "")


@lru_cache(maxsize=16_384)
def read_rest(text: str) -> Rest:
    """Read the fields after the first, each with the sign that starts it; remembered, for towns recur."""
    rest: dict[str, str] = {}
    names_state = False
    for index, (after_semicolon, words) in enumerate(_list_fields(text)):
        names_state = names_state or words[0] in STATES or " ".join(words) in STATES
        name, value = _read_field(words, after_semicolon=after_semicolon, is_first=index == 0)
        if name in ("locality", "unit") and rest.get(name):
            value = f"{rest[name]} {value}"
        if value and (name in ("locality", "unit") or name not in rest):
            rest[name] = value
        if name == "place_name" and "#" in value:
            split = take_units(value.replace("#", " # ").split())
            rest |= {"place_name": " ".join(split.before), "unit": split.unit}
        if name == "locality":
            rest |= _take_postcode(rest)
    return Rest(**rest, names_state=names_state)


def _list_fields(text: str) -> list[tuple[bool, list[str]]]:
    """Each field's words, and whether a semicolon starts it; a text that starts with no sign came after blanks."""
    fields, after_semicolon = [], False
    for piece in re.split(r"([;,]|  +)", text):
        if piece in (";", ","):
            after_semicolon = piece == ";"
        elif words := piece.split():
            fields.append((after_semicolon, words))
    return fields


def _read_field(words: list[str], *, after_semicolon: bool, is_first: bool) -> tuple[str, str]:
    """The name of the `Rest` entry that a field fills, and its value ("" for one that names no place)."""
    field = " ".join(words)
    if is_first and (words[0] in ("JR", "SR") or _completes_street(words)):
        return "street_words", field
    if match := POSTCODE.fullmatch(field):
        return ("postcode", match[1])
    if field in STATES or field in COUNTRIES or field in REMARKS or words[0] == "GRID":
        return "", ""
    split = take_units(["-", *field.replace("#", " # ").split()])
    if split.unit and split.before == ["-"]:
        return "unit", split.unit
    if after_semicolon and len(words) == 1 and len(field) <= 5 and any(char.isdigit() for char in field):
        return "unit", f"# {field}"
    if len(words) > 1 and read_number(words[0]) and not POSTCODE.fullmatch(words[-1]):
        return "address", field
    return ("place_name" if after_semicolon else "locality"), field


def _completes_street(words: list[str]) -> bool:
    """Whether a field holds only directions and suffixes, so that a stray comma or blank tore it from its street."""
    if len(words) == 1 and words[0] in STATES and words[0] not in DIRECTIONS:
        return False
    return all(word in SUFFIXES or word in DIRECTIONS for word in words)


def _take_postcode(rest: dict[str, str]) -> dict[str, str]:
    """ "CA 91311" -> postcode; "BOSTON MA 02108" -> locality and postcode."""
    words = rest["locality"].split()
    found: dict[str, str] = {}
    if match := POSTCODE.fullmatch(words[-1]):
        found["postcode"] = match[1]
        words = words[:-1]
    for length in (3, 2, 1):
        if " ".join(words[-length:]) in STATES and (found or len(words) > length):
            words = words[:-length]
            break
    return found | {"locality": " ".join(words)}
