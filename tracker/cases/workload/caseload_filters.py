"""What a caseload can be narrowed by, as it stands in its address. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ...calls.filters import number_of, one_of
from ..filters import PHASES

STALE_DAYS = 14
MOST_STALE_DAYS = 365
SECTIONS = {
    "due": "Due or late",
    "recurred": "Came back",
    "new": "New calls since you looked",
    "stale": "No work for a while",
    "rest": "In hand",
    "snoozed": "Snoozed",
}
"""Every live case stands in one section: the first that it fits, but whatever sleeps stands in the last."""
EMPTY = {
    "due": "Nothing of these cases is due today or late.",
    "recurred": "No closed case came back.",
    "new": "No case got a call since the queue was last seen.",
    "stale": "Every case was worked on lately.",
    "rest": "Nothing else is in hand.",
    "snoozed": "No case sleeps. Snooze one on its page when there is nothing to do until a day.",
}


@dataclass(frozen=True, slots=True)
class CaseloadFilters:
    """One narrowing; empty values do not narrow. Unknown values in an address are ignored."""

    contact: int | None = None
    section: str = ""
    family: int | None = None
    phase: str = ""
    priority: int | None = None
    stale: int = STALE_DAYS
    """Days without work after which a case counts as left alone."""

    def as_query(self, **changes: Any) -> dict[str, Any]:
        """The values that differ from the defaults, as they go into an address."""
        plain = asdict(CaseloadFilters())
        return {name: value for name, value in {**asdict(self), **changes}.items() if value != plain.get(name)}


def read_caseload_filters(values: Mapping[str, str]) -> CaseloadFilters:
    """The filters that an address asks for."""
    stale = number_of(values.get("stale"))
    return CaseloadFilters(
        contact=number_of(values.get("contact")),
        section=one_of(values.get("section"), SECTIONS, ""),
        family=number_of(values.get("family")),
        phase=one_of(values.get("phase"), PHASES, ""),
        priority=number_of(values.get("priority")),
        stale=stale if stale and stale <= MOST_STALE_DAYS else STALE_DAYS,
    )
