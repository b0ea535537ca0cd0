"""The arguments of a POST, read: everything that is wrong with them at once. Pure."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from ..errors import Invalid

LONGEST_DESCRIPTION = 4_000
LONGEST = {
    "service_code": 120, "address_string": 400, "address_id": 10, "email": 254, "device_id": 255, "account_id": 255,
    "first_name": 80, "last_name": 80, "phone": 40, "description": LONGEST_DESCRIPTION, "media_url": 2_000,
    "service_request_id": 40, "update_id": 120, "status": 60, "updated_datetime": 40,
}  # fmt: skip
_ONE_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_SEVERAL_LINES = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]+")
_CLOCKS_DIFFER = timedelta(minutes=10)
_OLDEST = datetime(1990, 1, 1, tzinfo=UTC)


class SeveralFaults(Invalid):
    """All that is wrong with a request, a sentence each."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(slots=True)
class Arguments:
    """The texts of one request by name; reading them gathers what is wrong."""

    values: Mapping[str, str]
    faults: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        """One argument without control characters and outer blanks; too long is a fault, empty is absent."""
        pattern, instead = (_SEVERAL_LINES, "") if name == "description" else (_ONE_LINE, " ")
        text = pattern.sub(instead, self.values.get(name, "").replace("\r\n", "\n").replace("\r", "\n")).strip()
        if len(text) > LONGEST[name]:
            self.faults.append(f"{name} has {len(text):,} characters; at most {LONGEST[name]:,} are taken.")
        return text

    def needed(self, name: str) -> str:
        """The same for one that must be there."""
        text = self.text(name)
        if not text:
            self.faults.append(f"{name} was not provided.")
        return text

    def point(self) -> tuple[float | None, float | None]:
        """`lat` and `long`, both or neither."""
        texts = {name: self.values.get(name, "").strip() for name in ("lat", "long")}
        given = [name for name, text in texts.items() if text]
        if len(given) == 1:
            self.faults.append(f"{given[0]} came alone: lat and long belong together.")
        if len(given) < len(texts):
            return None, None
        lat, long = self._degrees("lat", texts["lat"], 90), self._degrees("long", texts["long"], 180)
        return (lat, long) if lat is not None and long is not None else (None, None)

    def _degrees(self, name: str, text: str, most: float) -> float | None:
        try:
            number = float(text) if len(text) <= 40 and "_" not in text else math.nan
        except ValueError:
            number = math.nan
        if math.isfinite(number) and abs(number) <= most:
            return number
        self.faults.append(f"{name} must be degrees (WGS 84) such as 43.1566, from -{most:g} to {most:g}.")
        return None

    def link(self, name: str) -> str:
        """An address on the web, or empty."""
        text = self.text(name)
        if text and not _is_link(text):
            self.faults.append(f"{name} must be an address that begins with https:// or http://.")
        return text

    def instant(self, name: str, now: datetime) -> datetime:
        """An instant with its zone, not in the future."""
        text = self.needed(name)
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            at = None
        if text and (at is None or at.tzinfo is None):
            self.faults.append(f"{name} must be an instant with its zone, such as 2026-06-15T12:00:00-04:00.")
        elif at is not None and not _OLDEST <= at <= now + _CLOCKS_DIFFER:
            self.faults.append(f"{name} lies in the future or before {_OLDEST.year}.")
        return at if at is not None and at.tzinfo is not None else now

    def require_right(self) -> None:
        """Raise `SeveralFaults` with all that was found, if anything was."""
        if self.faults:
            raise SeveralFaults(self.faults)


def _is_link(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and " " not in text
