"""By what an owner or manager is known again in another case: e-mail, phone, or name and postal address. Pure.

A mark is a digest, so that it can be looked up by an index and says nothing to who reads the table.
"""

import hashlib
import re

from ....calls.phones import read_digits
from ....errors import Invalid
from ....formatters import fold
from ....places.addresses.normalize import normalize_address

FEWEST_DIGITS = 10
"""A shorter number names no area: two people may have it."""
_SIGNS = re.compile(r"[^\w ]+")


def marks_of(*, names: tuple[str, ...] = (), address: str = "", phone: str = "", email: str = "") -> set[str]:
    """The marks of somebody, written in whatever spelling; empty for who is known by a name alone."""
    known = []
    if email.strip():
        known.append(f"email {fold(email)}")
    if digits := _digits(phone):
        known.append(f"phone {digits}")
    place = _place(address)
    known += [f"name {name} at {place}" for name in map(_plain, names) if name and place]
    return {hashlib.sha256(text.encode()).hexdigest()[:32] for text in known}


def _digits(phone: str) -> str:
    try:
        digits = read_digits(phone)
    except Invalid:
        return ""
    return digits if len(digits) >= FEWEST_DIGITS else ""


def _place(address: str) -> str:
    """The postal address in one spelling, without the unit."""
    lines = ", ".join(line.strip() for line in address.splitlines() if line.strip())
    return normalize_address(lines, use_fallback=False).key or _plain(lines)


def _plain(text: str) -> str:
    return fold(_SIGNS.sub(" ", text))
