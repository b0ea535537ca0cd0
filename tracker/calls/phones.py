"""Phone numbers as people write them, read into one row of digits; pure."""

import re
from unicodedata import normalize

from ..errors import Invalid

SHORTEST, LONGEST = 7, 15
"""Digits of a number without an area code, and of the longest that the world's telephone plan knows."""
_EXTENSION = re.compile(r"[\s,;]*(?:extension|ext\.?|x|#)[\s.:]*(\d{1,7})\s*\Z", re.IGNORECASE)
_BETWEEN = re.compile(r"[\s().\-/\u2010-\u2015\u2212]")
_NORTH_AMERICA = "1"


def read_digits(typed: str, *, prefix: str = _NORTH_AMERICA) -> str:
    """The digits of a number with its country's prefix in front; "" for nothing typed.

    `prefix` is that of the city's own country, and stands for it where somebody leaves it out: «(585) 555-0100» and
    «+1 585 555 0100» are one number. Seven digits alone name no area and stay seven; an extension is no part of the
    number. Raises `Invalid` that says what is wrong.
    """
    text = _EXTENSION.sub("", normalize("NFKC", typed).strip())
    is_whole = text.startswith("+")
    digits = _BETWEEN.sub("", text.removeprefix("+"))
    if not digits and not typed.strip():
        return ""
    _refuse_odd(digits)
    if not is_whole:
        digits = _with_prefix(digits, prefix)
    if not SHORTEST <= len(digits) <= LONGEST:
        raise Invalid(f"A phone number has {SHORTEST} to {LONGEST} digits; this one has {len(digits)}.")
    return digits


def _refuse_odd(digits: str) -> None:
    if any(sign.isalpha() for sign in digits):
        raise Invalid("A phone number has no letters. Write digits, such as 585-555-0100, and an extension as x12.")
    if not (digits.isascii() and digits.isdigit()):
        raise Invalid("A phone number has digits, blanks, dashes and parentheses only, such as (585) 555-0100.")


def _with_prefix(digits: str, prefix: str) -> str:
    """National digits as they are dialed from abroad."""
    abroad = "011" if prefix == _NORTH_AMERICA else "00"
    if digits.startswith(abroad):
        return digits.removeprefix(abroad)
    if prefix == _NORTH_AMERICA:
        return prefix + digits if len(digits) == 10 else digits  # with its 1 already, or without an area
    return prefix + digits.removeprefix("0") if digits.startswith("0") else digits


def any_digits(typed: str) -> str:
    """Only the digits of a text, in the order typed: what somebody remembers of a number, however little."""
    return "".join(sign for sign in normalize("NFKC", typed) if sign.isascii() and sign.isdigit())
