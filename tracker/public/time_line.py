"""The months of the time slider, each with how many cases began in it, or were solved in it."""

from dataclasses import dataclass, replace

from flask_babel import format_date

from ..published.filters import Filters
from ..published.months import count_by_month, latest_months, read_month, write_month
from ..published.snapshot import PublicCases

MONTHS = 24


@dataclass(frozen=True, slots=True)
class Month:
    """A month as it stands in an address and as it is said; its bar goes from 0 to 100."""

    value: str
    name: str
    bar: int


def months_of(cases: PublicCases, filters: Filters) -> list[Month]:
    """The last two years of what passes the other filters, oldest month first."""
    days = latest_months(cases.day, MONTHS)
    passing = cases.select(replace(filters, month=""))
    counts = count_by_month(cases.days_of(filters)[passing], days)
    most = max([*counts, 1])
    return [Month(write_month(day), say_month(day), round(100 * n / most)) for day, n in zip(days, counts, strict=True)]


def say_chosen(filters: Filters) -> str:
    """The chosen month in words; empty for none."""
    day = read_month(filters.month)
    return say_month(day) if day else ""


def say_month(day: object) -> str:
    """«May 2026» or «mayo 2026»."""
    return str(format_date(day, "LLLL yyyy"))
