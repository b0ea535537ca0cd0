"""What the map and its list can be narrowed by, as it stands in their address. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass

from flask_babel import lazy_gettext as _l

from .months import read_month

OPEN, SOLVED, EVERY, CONFIRMED = "open", "solved", "every", "confirmed"
STATUSES = {
    OPEN: _l("Open"),
    SOLVED: _l("Closed, being watched"),
    EVERY: _l("Open, and closed ones being watched"),
    CONFIRMED: _l("Solved in the last two years"),
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
    """One narrowing; empty values do not narrow. `family`, `center` and `neighborhood` are codes from the profile.

    `month` as 2026-05: in which a case was opened, or, with the status `CONFIRMED`, in which it was confirmed solved.
    """

    family: str = ""
    status: str = OPEN
    center: str = ""
    neighborhood: str = ""
    opened: str = ""
    month: str = ""

    @property
    def is_about_solved(self) -> bool:
        """Whether it asks for cases that were confirmed solved, and not for those that are on the map today."""
        return self.status == CONFIRMED

    def as_query(self) -> dict[str, str]:
        """The values that differ from the defaults, as they go into an address."""
        plain = asdict(Filters())
        return {name: value for name, value in asdict(self).items() if value != plain[name]}


def read_filters(values: Mapping[str, str]) -> Filters:
    """The filters that an address asks for; values that nothing is called by are ignored."""
    status, opened = values.get("status", ""), values.get("opened", "")
    month = values.get("month", "").strip()
    return Filters(
        family=values.get("family", "").strip()[:_LONGEST],
        status=status if status in STATUSES else OPEN,
        center=values.get("center", "").strip()[:_LONGEST],
        neighborhood=values.get("neighborhood", "").strip()[:_LONGEST],
        opened=opened if opened in AGES else "",
        month=month if read_month(month) else "",
    )
