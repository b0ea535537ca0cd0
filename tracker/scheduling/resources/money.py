"""Money as people write it, kept in cents. Pure."""

import re

from ...errors import Invalid

_MONEY = re.compile(r"\$?\s*(\d{1,3}(?:,\d{3})+|\d{1,7})(?:[.](\d{1,2}))?")


def read_money(text: str) -> int | None:
    """Cents of «85», «85.50» or «$1,200»; nothing written: None. Raises `Invalid` for what is no amount."""
    if not text.strip():
        return None
    match = _MONEY.fullmatch(text.strip())
    if match is None:
        raise Invalid(f"«{text.strip()[:40]}» is no amount of money; write it like 85 or 85.50.")
    return int(match[1].replace(",", "")) * 100 + int((match[2] or "0").ljust(2, "0"))


def write_money(cents: int | None) -> str:
    """The text that `read_money` reads back: «85.50»; None is empty."""
    return "" if cents is None else f"{cents // 100}.{cents % 100:02d}"
