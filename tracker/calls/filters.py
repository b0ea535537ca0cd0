"""What the call list can be narrowed by, as it stands in its address. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from ..identifiers import read_number
from .models import CallStatus, Channel, Placement

CHANNELS = {
    **{channel.value: channel.value.replace("_", " ").capitalize() for channel in Channel},
    Channel.TRANSFER_911.value: "Transfer from 911",
    Channel.OPEN311.value: "Open311",
    Channel.IMPORT.value: "Imported file",
}
STATUSES = {status.value: status.value.capitalize() for status in CallStatus}
PLACEMENTS = {
    Placement.SOURCE.value: "By the source's point",
    Placement.GAZETTEER.value: "By the gazetteer",
    Placement.GEOCODER.value: "By a geocoder",
    Placement.STAFF.value: "By hand",
    Placement.UNLOCATED.value: "Without a place",
}
LINKED = {"yes": "In a case", "no": "In no case"}
NEWEST, OLDEST = "newest", "oldest"
SORTS = {NEWEST: "Newest call", OLDEST: "Oldest call"}
_LONGEST_SEARCH = 120


@dataclass(frozen=True, slots=True)
class CallFilters:
    """One narrowing of the list; empty values do not narrow. Unknown values in an address are ignored."""

    q: str = ""
    since: date | None = None
    until: date | None = None
    """Days on the city's clocks, both inclusive."""
    channel: str = ""
    type: int | None = None
    family: int | None = None
    center: int | None = None
    status: str = ""
    placement: str = ""
    linked: str = ""
    caller: int | None = None
    sort: str = NEWEST

    def as_query(self) -> dict[str, Any]:
        """The values that differ from the defaults, as they go into an address."""
        plain = asdict(CallFilters())
        return {
            name: value.isoformat() if isinstance(value, date) else value
            for name, value in asdict(self).items()
            if value != plain[name]
        }


def read_call_filters(values: Mapping[str, str]) -> CallFilters:
    """The filters that an address asks for."""
    return CallFilters(
        q=" ".join(values.get("q", "").split())[:_LONGEST_SEARCH],
        since=_day(values.get("since")),
        until=_day(values.get("until")),
        channel=one_of(values.get("channel"), CHANNELS, ""),
        type=number_of(values.get("type")),
        family=number_of(values.get("family")),
        center=number_of(values.get("center")),
        status=one_of(values.get("status"), STATUSES, ""),
        placement=one_of(values.get("placement"), PLACEMENTS, ""),
        linked=one_of(values.get("linked"), LINKED, ""),
        caller=number_of(values.get("caller")),
        sort=one_of(values.get("sort"), SORTS, NEWEST),
    )


def one_of(value: str | None, known: Mapping[str, str], default: str) -> str:
    """A known value, or the default for any other."""
    return value if value is not None and value in known else default


def number_of(value: str | None) -> int | None:
    """The number of a row, or None for what cannot be one."""
    try:
        return read_number(value or "")
    except ValueError:
        return None


def _day(value: str | None) -> date | None:
    try:
        day = date.fromisoformat(value or "")
    except ValueError:
        return None
    return day if date(1900, 1, 1) <= day <= date(2199, 12, 31) else None
