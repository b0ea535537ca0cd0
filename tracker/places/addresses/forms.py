"""The forms an address comes in: a number with a street, a block, an intersection, a street alone, a place."""

import re

from .crossings import split_crossing, strip_opening
from .fields import Rest
from .model import AddressKind, NormalizedAddress
from .numbers import HouseNumber, read_number
from .parts import Part, read_part
from .words import NOTHING, PLACE_WORDS

_PARTED_GRID_NUMBER = re.compile(r"^([NSEW]\d{1,5}) ([NSEW]\d{1,6}) ")


def read_numbered(number: HouseNumber, after: str, rest: Rest, localities: frozenset[str]) -> NormalizedAddress | None:
    """The address, block or (for the number 0) street of a first field "NUMBER after"; None when no street follows."""
    cross_street = ""
    if "&" in after or "@" in after or " / " in after:
        sides = split_crossing(after, is_crossing=True)
        if after[0] in "&@/" or len(sides) != 2:
            return _read_number_pair(number, after, rest, localities)
        after, cross_street = sides[0], read_part(sides[1], localities).key
    part = read_part(after, localities)
    if part.names_no_street or (part.fraction.isalpha() and not number.text[-1].isdigit()):
        return None
    if part.is_block:
        hundred = number.low // 100 * 100
        return _build(AddressKind.BLOCK, f"{hundred} BLOCK {part.key}", part, rest, number=hundred)
    if number.low == 0 and number.high is None and not part.street.looks_like_street:
        return _read_name(part.key, rest, localities)
    if number.low == 0 and number.high is None:
        return _build(AddressKind.STREET, part.key, part, rest)
    return _build(
        AddressKind.ADDRESS,
        f"{_join_number(number, part.fraction)} {part.key}",
        part,
        rest,
        number=number.low,
        number_high=number.high,
        cross_street=cross_street,
    )


def _join_number(number: HouseNumber, fraction: str) -> str:
    """ "12" and "1/2" -> "12 1/2"; "12" and "A" -> "12A"."""
    if not fraction:
        return number.text
    return f"{number.text}{fraction}" if fraction[0].isalpha() else f"{number.text} {fraction}"


def _read_number_pair(
    number: HouseNumber, after: str, rest: Rest, localities: frozenset[str]
) -> NormalizedAddress | None:
    """ "12 & 14 ELM ST" as the range 12-14; None when the sign parts streets ("101 & BROAD")."""
    second, _, street = after[1:].strip().partition(" ")
    pair = read_number(f"{number.text}-{second}") if street else None
    return read_numbered(pair, street, rest, localities) if pair and after[0] in "&/" else None


def read_unnumbered(text: str, rest: Rest, localities: frozenset[str]) -> NormalizedAddress:
    """The intersection, street or place of a first field without a house number; UNREADABLE when it says nothing."""
    text, is_crossing = strip_opening(text.strip())
    text = _PARTED_GRID_NUMBER.sub(r"\1\2 ", text)
    if text.startswith("UNIT BLOCK "):
        text = "0 " + text.removeprefix("UNIT ")
    numbered = _find_address(text, rest, localities)
    if numbered:
        return numbered
    sides = split_crossing(text, is_crossing=is_crossing)
    if len(sides) > 1:
        return _read_crossing(sides, rest, localities)
    return _read_name(text, rest, localities)


def _find_address(text: str, rest: Rest, localities: frozenset[str]) -> NormalizedAddress | None:
    """A numbered address after opening words, or in a later field after a place's name ("Tower Place, 5 Elm St")."""
    first, _, after = text.removeprefix("BLOCK OF ").partition(" ")
    number = read_number("1" if first == "ONE" else first) if after else None
    if number:
        return read_numbered(number, ("BLOCK " if text.startswith("BLOCK OF ") else "") + after, rest, localities)
    if not rest.address or any(sign in text for sign in "&@/"):
        return None
    first, _, after = rest.address.partition(" ")
    later = Rest("", "", rest.unit, text, rest.postcode, rest.locality)
    number = read_number(first)
    return read_numbered(number, after, later, localities) if number else None


def _read_crossing(sides: list[str], rest: Rest, localities: frozenset[str]) -> NormalizedAddress:
    parts = [read_part(side, localities) for side in sides]
    keys = sorted({part.key for part in parts if part.key})
    if not keys or "/".join(sides) in NOTHING:
        return _build_unreadable(rest)
    last = parts[-1]
    if len(keys) == 1 and not last.street.looks_like_street:
        return _read_name(keys[0], rest, localities)
    if len(keys) == 1:
        return _build(AddressKind.STREET, keys[0], last, rest, street=keys[0])
    return _build(AddressKind.INTERSECTION, " & ".join(keys), last, rest, street=keys[0], cross_street=keys[1])


def _read_name(text: str, rest: Rest, localities: frozenset[str]) -> NormalizedAddress:
    part = read_part(text, localities) if text else None
    if part is None or text in NOTHING or not part.key or text.startswith("PO BOX"):
        return _build_unreadable(rest)
    if text.isdecimal():
        return _build_unreadable(
            Rest(postcode=rest.postcode or (text if len(text) == 5 else ""), locality=rest.locality)
        )
    trailing = part.unit.removeprefix("# ")
    if part.street.suffix and trailing.isdecimal() and "#" not in text and int(trailing):
        key = f"{int(trailing)} {part.key}"
        return _build(AddressKind.ADDRESS, key, part, rest, number=int(trailing), unit="")
    if _is_street(text, part):
        return _build(AddressKind.STREET, part.key, part, rest)
    key = " ".join(text.split()) if part.locality or part.unit else part.key
    return NormalizedAddress(
        AddressKind.PLACE, key, unit=rest.unit, place_name=key, postcode=rest.postcode, locality=rest.locality
    )


def _is_street(text: str, part: Part) -> bool:
    if part.street.looks_like_street:
        return part.names_town or not part.locality
    if part.unit or part.locality:
        return False
    return " " not in part.key and text not in PLACE_WORDS and not any(char.isdigit() for char in text[:1])


def _build(
    kind: AddressKind,
    key: str,
    part: Part,
    rest: Rest,
    *,
    number: int | None = None,
    number_high: int | None = None,
    street: str | None = None,
    cross_street: str = "",
    unit: str | None = None,
) -> NormalizedAddress:
    return NormalizedAddress(
        kind,
        key,
        number,
        number_high,
        part.key if street is None else street,
        cross_street,
        (part.unit or rest.unit) if unit is None else unit,
        rest.place_name,
        rest.postcode or part.postcode,
        rest.locality or part.locality,
    )


def _build_unreadable(rest: Rest) -> NormalizedAddress:
    return NormalizedAddress(
        AddressKind.UNREADABLE,
        unit=rest.unit,
        place_name=rest.place_name,
        postcode=rest.postcode,
        locality=rest.locality,
    )
