"""How a resident is reached: what staff enter, checked; and how a phone number is sent to. Pure."""

import re
from dataclasses import dataclass

from ...calls.phones import LONGEST, SHORTEST, any_digits, read_digits
from ...errors import Invalid

LANGUAGES = ("en", "es")
_IN_DOUBT = re.compile(r"[^\W\d_]|#|\(\s*0\s*\)")
"""An extension or a remark, and a zero that is dialed at home only."""
_WHOLE = re.compile(r"1[2-9]\d{2}[2-9]\d{6}|[2-9]\d{9,13}")
"""A country's prefix and a number of it: North America's have 11 digits in all, the others 10 to 14."""


@dataclass(frozen=True, slots=True)
class Resident:
    """Whom a time is agreed upon with, and what the crew should know of her place (the bell, the dog)."""

    name: str
    email: str = ""
    phone: str = ""
    language: str = "en"
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse what reaches nobody or is in no language of ours."""
        if self.language not in LANGUAGES:
            raise Invalid("Choose English or Spanish.")
        if self.phone and not SHORTEST <= len(any_digits(self.phone)) <= LONGEST:
            raise Invalid(f"«{self.phone[:40]}» is not a phone number: it has {SHORTEST} to {LONGEST} digits.")


def dialed(phone: str, prefix: str) -> str:
    """The number as a message is sent to it: a plus, the country's prefix, the number; empty where that is in doubt.

    `prefix` is that of the city's own country. A message holds her secret link: better none than one to somebody else.
    """
    try:
        digits = read_digits(phone, prefix=prefix)
    except Invalid:
        return ""
    if _IN_DOUBT.search(phone) or not (_is_from_abroad(phone, prefix) or _is_at_home(phone, prefix, digits)):
        return ""
    return f"+{digits}" if _WHOLE.fullmatch(digits) else ""


def _is_from_abroad(phone: str, prefix: str) -> bool:
    """Whether the country was written."""
    return phone.strip().startswith("+") or any_digits(phone).startswith("011" if prefix == "1" else "00")


def _is_at_home(phone: str, prefix: str, digits: str) -> bool:
    """Whether it is sure to be a number of the city's country; elsewhere than in North America a zero says so."""
    return digits.startswith(prefix) and (prefix == "1" or any_digits(phone).startswith("0"))
