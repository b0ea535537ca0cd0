"""Tell an intersection from a street or a place: "A & B", "A / B", "A AT B", "A AND B", "INTERSECTION of A and B"."""

import re

from .parts import Part, read_part
from .words import CROSSING_PHRASES, OPENING_PHRASES, PLACE_WORDS

_SIGN = re.compile(r"[&@]|/(?!\d)|(?<!\d)/")
_WORD = re.compile(r" (?:AND|AT) ")


def strip_opening(text: str) -> tuple[str, bool]:
    """The text without "intersection of", "near" or "near" in front, and whether such words said it crosses."""
    is_crossing, text = False, text.lstrip("# ")
    for phrase in CROSSING_PHRASES:
        if text.startswith(phrase + " "):
            text, is_crossing = text[len(phrase) + 1 :], True
            break
    for phrase in OPENING_PHRASES:
        if text.startswith(phrase + " ") and not is_crossing:
            return text[len(phrase) + 1 :], False
    return text, is_crossing


def split_crossing(text: str, *, is_crossing: bool) -> list[str]:
    """The texts of the streets that cross; fewer than two when this is no crossing.

    A sign always parts streets; AND and AT only between what can be streets, so "Park and Ride" stays a place.
    """
    if _SIGN.search(text):
        return [side.strip() for side in _SIGN.split(text) if side.strip()]
    sides = _WORD.split(text)
    if len(sides) < 2 or is_crossing:
        return sides
    sides = sides[:2]
    parts = [read_part(side) for side in sides]
    if any(part.street.looks_like_street for part in parts) and all(_may_be_street(part) for part in parts):
        return sides
    return sides if all(_is_plain_name(side) for side in sides) else []


def _may_be_street(part: Part) -> bool:
    return part.street.looks_like_street or not PLACE_WORDS.intersection(part.key.split())


def _is_plain_name(side: str) -> bool:
    words = side.split()
    return len(words) <= 2 and not PLACE_WORDS.intersection(words)
