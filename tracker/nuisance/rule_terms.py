"""What a rule set says: offenses, thresholds over windows, what qualifies, and the owner's terms. Pure."""

from calendar import monthrange
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from ..errors import Invalid


class RuleKind(StrEnum):
    """Whether offenses add points, or each violation counts one."""

    POINTS = "points"
    COUNT = "count"


class Outcome(StrEnum):
    """What the authorities made of an event; calls that came to nothing are no outcome."""

    REPORT = "report"
    ENFORCEMENT = "enforcement"


OUTCOME_WORDS = {
    Outcome.REPORT: "written report that finds a violation",
    Outcome.ENFORCEMENT: "enforcement action (citation, arrest, charge, order)",
}


class Evidence(StrEnum):
    """What substantiates a violation. A call is none, and neither is the report that somebody made of one."""

    CITATION = "citation"
    CONVICTION = "conviction"
    INSPECTION_REPORT = "inspection_report"
    SEARCH_WARRANT = "search_warrant"
    COURT_ORDER = "court_order"
    ARREST_REPORT = "arrest_report"


class Unit(StrEnum):
    """How a window is measured."""

    DAYS = "days"
    MONTHS = "months"


def months_after(day: date, months: int) -> date:
    """The same day of the month so many months later (earlier if negative); the month's last where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Window:
    """A span of days or calendar months that ends on the day of the reckoning; both its ends belong to it."""

    length: int
    unit: Unit

    def first_day(self, last: date) -> date:
        """The earliest day that still counts when `last` is the latest."""
        if self.unit is Unit.MONTHS:
            return months_after(last, -self.length)
        return last - timedelta(days=self.length)

    @property
    def words(self) -> str:
        """«6 months», «1 day»."""
        return f"{self.length} {self.unit.value if self.length != 1 else self.unit.value[:-1]}"


@dataclass(frozen=True, slots=True)
class Offense:
    """One line of the offense table."""

    code: str
    name: str
    points: int = 1
    is_serious: bool = False


@dataclass(frozen=True, slots=True)
class Threshold:
    """So many points or violations within a window, for buildings of `least_units` to `most_units` (None: any more)."""

    needed: int
    window: Window
    least_units: int = 1
    most_units: int | None = None
    only_serious: bool = False

    def is_for(self, units: int) -> bool:
        """Whether a building with so many units is held to it."""
        return self.least_units <= units and (self.most_units is None or units <= self.most_units)

    @property
    def tier_words(self) -> str:
        """«2-3 units», «40+ units»."""
        if self.most_units is None:
            return f"{self.least_units}+ units"
        if self.least_units == self.most_units:
            return f"{self.least_units} unit{'' if self.least_units == 1 else 's'}"
        return f"{self.least_units}-{self.most_units} units"


@dataclass(frozen=True, slots=True)
class RuleTerms:
    """A whole rule set of one version. Days and months of the owner's terms count from the step they belong to."""

    kind: RuleKind
    offenses: tuple[Offense, ...]
    thresholds: tuple[Threshold, ...]
    outcomes: frozenset[Outcome]
    appeal_days: int
    answer_days: int = 10
    distinct_days: bool = False
    incident_once: bool = True
    days_after_notice: int = 0
    """Violations on the day of a notice and within so many days after it do not count; 0: they do."""
    waiver_months: int = 12
    """After so many months without a violation since an accepted plan, what was before it is waived; 0: never."""
    expiry_months: int = 12
    """A step that nothing followed for so many months has expired."""

    def offense(self, code: str) -> Offense | None:
        """The offense with this code."""
        return next((one for one in self.offenses if one.code == code), None)

    def as_data(self) -> dict[str, Any]:
        """What the database and the example files hold; `read_terms` reads it back."""
        return asdict(self) | {"outcomes": sorted(self.outcomes)}


def read_terms(data: Mapping[str, Any]) -> RuleTerms:
    """The terms that some data say; raises `Invalid` where a part is missing or is something else than it should be."""
    try:
        known = dict(data)
        known["kind"] = RuleKind(known["kind"])
        known["offenses"] = tuple(Offense(**one) for one in known["offenses"])
        known["thresholds"] = tuple(_read_threshold(one) for one in known["thresholds"])
        known["outcomes"] = frozenset(Outcome(one) for one in known["outcomes"])
        return RuleTerms(**known)
    except (KeyError, TypeError, ValueError) as error:
        raise Invalid(f"The rule set cannot be read: {error}.") from error


def _read_threshold(data: Mapping[str, Any]) -> Threshold:
    window = data["window"]
    return Threshold(**{**data, "window": Window(int(window["length"]), Unit(window["unit"]))})
