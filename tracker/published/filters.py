"""What the map and its list can be narrowed by, as it stands in their address. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from flask_babel import lazy_gettext as _l

OPEN, SOLVED, EVERY = "open", "solved", "every"
STATUSES = {
    OPEN: _l("Open"),
    SOLVED: _l("Closed, being watched"),
    EVERY: _l("Open, and closed ones being watched"),
}
AGES = {
    "week": (0, 7, _l("In the last 7 days")),
    "month": (0, 30, _l("In the last 30 days")),
    "quarter": (0, 90, _l("In the last 90 days")),
    "older": (91, None, _l("More than 90 days ago")),
    "year": (366, None, _l("More than a year ago")),
}
"""Days since a case was opened: from, to (both included; None is no limit), in words."""
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Filters:
    """One narrowing; empty values do not narrow. `family` and `center` are codes from the city's profile."""

    family: str = ""
    status: str = OPEN
    center: str = ""
    opened: str = ""

    def as_query(self) -> dict[str, str]:
        """The values that differ from the defaults, as they go into an address."""
        plain = asdict(Filters())
        return {name: value for name, value in asdict(self).items() if value != plain[name]}


def read_filters(values: Mapping[str, str]) -> Filters:
    """The filters that an address asks for; values that nothing is called by are ignored."""
    status, opened = values.get("status", ""), values.get("opened", "")
    return Filters(
        family=values.get("family", "").strip()[:_LONGEST],
        status=status if status in STATUSES else OPEN,
        center=values.get("center", "").strip()[:_LONGEST],
        opened=opened if opened in AGES else "",
    )
