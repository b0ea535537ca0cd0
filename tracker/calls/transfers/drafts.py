"""One 911 transfer as a file tells it, and the checks that every format shares. Pure."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ...clock import from_local
from ..importing.drafts import Unreadable, read_degrees

LONGEST_NARRATIVE = 100_000
_TOMORROW = timedelta(days=1)
_EARLIEST_YEAR, _LATEST_YEAR = 1971, 9_000
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Refused(Exception):
    """Why one transfer cannot be taken, in words for whoever sent it."""


@dataclass(frozen=True, slots=True)
class TransferDraft:
    """What a sender says of one transfer. Instants in UTC, texts plain and clean, coordinates in degrees or None."""

    source: str
    source_id: str
    received_at: datetime
    is_from_911: bool = True
    incident_code: str = ""
    incident_text: str = ""
    priority: int | None = None
    narrative: str = ""
    address: str = ""
    lat: float | None = None
    long: float | None = None
    phone: str = ""
    name: str = ""


def clean(text: str, longest: int) -> str:
    """A text that every engine stores: no control characters, no half characters, at most `longest` long."""
    whole = text.encode("utf-8", "replace").decode("utf-8").replace("\r\n", "\n").replace("\r", "\n")
    return _CONTROL.sub("", whole).strip()[:longest]


def clean_narrative(text: str) -> str:
    """The same for what was said; where it is cut it says so."""
    whole = clean(text, len(text) + 1)
    if len(whole) <= LONGEST_NARRATIVE:
        return whole
    left = len(whole) - LONGEST_NARRATIVE
    return f"{whole[:LONGEST_NARRATIVE]}\n[{left:,} more characters stand in the sender's system.]"


def read_instant(text: str, name: str, now: datetime, zone: ZoneInfo | None = None) -> datetime:
    """An instant in ISO 8601; without a zone it is on the clocks of `zone`, and refused where there is none."""
    try:
        reading = datetime.fromisoformat(text.strip())
    except ValueError:
        raise Refused(f"«{text[:40]}» is no date and time for {name}") from None
    if not _EARLIEST_YEAR <= reading.year < _LATEST_YEAR:
        raise Refused(f"{name} «{text[:40]}» lies before 1971 or beyond all calendars")
    if reading.tzinfo is None and zone is None:
        raise Refused(f"{name} «{text[:40]}» has no time zone")
    instant = reading.astimezone(UTC) if reading.tzinfo else from_local(reading, zone)  # type: ignore[arg-type]
    if instant > now + _TOMORROW:
        raise Refused(f"{name} «{text[:40]}» lies in the future")
    return instant


def read_point(lat: str, long: str) -> tuple[float, float] | None:
    """Degrees from two texts; None for none given and for 0, 0, by which senders mean «unknown»."""
    if not lat.strip() and not long.strip():
        return None
    try:
        point = read_degrees(lat, 90, "latitude"), read_degrees(long, 180, "longitude")
    except Unreadable as why:
        raise Refused(str(why)) from None
    return None if point == (0.0, 0.0) else point


def read_priority(value: object) -> int | None:
    """The sender's priority, 0 to 10; anything else is none."""
    try:
        number = int(str(value))
    except ValueError:
        return None
    return number if 0 <= number <= 10 else None
