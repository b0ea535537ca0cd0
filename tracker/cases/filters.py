"""What the case list can be narrowed and sorted by, as it stands in its address. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..calls.filters import number_of, one_of
from .models import CaseStatus, OwnerQueue, SaraPhase

ALIVE = "alive"
LAPSED = "lapsed"
ANY = "any"
STATUSES = {
    ALIVE: "Open and alive",
    LAPSED: "Open, lapsed",
    **{status.value: status.value.capitalize() for status in CaseStatus},
    ANY: "Every status",
}
SORTS = {
    "priority": "Priority",
    "newest": "Newest call",
    "calls": "Most calls",
    "opened": "Newest case",
    "address": "Address",
}
FLAGS = {
    "below": "Below its threshold",
    "recurred": "Recurred",
    "watched": "Closed and watched",
    "confirmed": "Confirmed solved",
    "unaccepted": "Not accepted yet",
    "left": "Owner has left",
}
QUEUES = {
    OwnerQueue.CONTACT.value: "With a contact",
    OwnerQueue.CENTER.value: "In a center's queue",
    OwnerQueue.CITY.value: "In the city-wide queue",
}
PHASES = {phase.value: phase.value.capitalize() for phase in SaraPhase}
_LONGEST_SEARCH = 120


@dataclass(frozen=True, slots=True)
class Filters:
    """One narrowing of the list; empty values do not narrow. Unknown values in an address are ignored."""

    q: str = ""
    status: str = ALIVE
    family: int | None = None
    center: int | None = None
    contact: int | None = None
    queue: str = ""
    priority: int | None = None
    phase: str = ""
    flag: str = ""
    sort: str = "priority"

    def as_query(self) -> dict[str, Any]:
        """The values that differ from the defaults, as they go into an address."""
        plain = asdict(Filters())
        return {name: value for name, value in asdict(self).items() if value != plain[name]}


def read_filters(values: Mapping[str, str]) -> Filters:
    """The filters that an address asks for."""
    return Filters(
        q=values.get("q", "").strip()[:_LONGEST_SEARCH],
        status=one_of(values.get("status"), STATUSES, ALIVE),
        family=number_of(values.get("family")),
        center=number_of(values.get("center")),
        contact=number_of(values.get("contact")),
        queue=one_of(values.get("queue"), QUEUES, ""),
        priority=number_of(values.get("priority")),
        phase=one_of(values.get("phase"), PHASES, ""),
        flag=one_of(values.get("flag"), FLAGS, ""),
        sort=one_of(values.get("sort"), SORTS, "priority"),
    )
