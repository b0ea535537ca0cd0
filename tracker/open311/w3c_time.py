"""Dates and instants as other systems write them (the W3C's subset of ISO 8601). Pure.

The public knows days only: an instant that we tell is a date at 00:00 on the city's clocks.
"""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from ..clock import can_be_meant
from ..errors import Invalid

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[ +-]\d\d:\d\d)", re.IGNORECASE)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_HOW = "Write a date such as 2026-06-15, or an instant with its zone such as 2026-06-15T00:00:00Z."


def say_day(day: date, zone: ZoneInfo) -> str:
    """The beginning of a day on the city's clocks, with its offset."""
    return datetime.combine(day, time(), tzinfo=zone).isoformat()


def read_first_day(name: str, text: str, zone: ZoneInfo) -> date:
    """The first day that begins at this date or instant, or later; raises `Invalid`."""
    read = _read(name, text, zone)
    if isinstance(read, datetime):
        return read.date() + timedelta(days=bool(read.time().replace(tzinfo=None) > time()))
    return read


def read_day(name: str, text: str, zone: ZoneInfo) -> date:
    """The day of this date or instant on the city's clocks; raises `Invalid`."""
    read = _read(name, text, zone)
    return read.date() if isinstance(read, datetime) else read


def _read(name: str, text: str, zone: ZoneInfo) -> date:
    try:
        if _DAY.fullmatch(text):
            day = date.fromisoformat(text)
        elif match := _INSTANT.fullmatch(text):
            # In an address a plus that was not written as %2B arrives as a blank.
            offset = match[2].upper().replace("Z", "+00:00").replace(" ", "+")
            clock, _, fraction = match[1].upper().partition(".")
            day = datetime.fromisoformat(f"{clock}{'.' + fraction[:6].ljust(6, '0') if fraction else ''}{offset}")
            day = day.astimezone(zone)
        else:
            raise ValueError
    except (ValueError, OverflowError):
        raise Invalid(f"{name} is not a date that we can read. {_HOW}") from None
    if not can_be_meant(day):
        raise Invalid(f"{name} lies too far away. Ask for a year between 2000 and 2199.")
    return day
