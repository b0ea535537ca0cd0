"""How a resident is reached: what staff enter, checked; and how a phone number is sent to. Pure."""

import re
from dataclasses import dataclass

from ...errors import Invalid

LANGUAGES = ("en", "es")
_DIGITS = re.compile(r"\D")
_SHORTEST, _LONGEST = 7, 15  # E.164 has at most 15


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
        if self.phone and not dialed(self.phone):
            raise Invalid(f"«{self.phone[:40]}» is not a phone number: it has 7 to 15 digits.")


def dialed(phone: str) -> str:
    """The number as it is dialed: digits, after a plus where it was written so; empty for what is none."""
    digits = _DIGITS.sub("", phone)
    if not _SHORTEST <= len(digits) <= _LONGEST:
        return ""
    return f"+{digits}" if phone.strip().startswith("+") else digits
