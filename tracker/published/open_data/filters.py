"""What a download can be narrowed by, as it stands in its address. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date

from ...errors import Invalid

FIRST_YEAR, LAST_YEAR = 1900, 2199
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class DataFilters:
    """One narrowing; empty values and year 0 do not narrow. `family` and `type` are codes from the city's profile."""

    year: int = 0
    family: str = ""
    type: str = ""

    def as_query(self) -> dict[str, str]:
        """The values that narrow, as they go into an address, always in one order."""
        return {name: str(value) for name, value in asdict(self).items() if value}

    @property
    def days(self) -> tuple[date, date]:
        """The first and the last day that are meant."""
        return date(self.year or FIRST_YEAR, 1, 1), date(self.year or LAST_YEAR, 12, 31)


def read_data_filters(values: Mapping[str, str]) -> DataFilters:
    """The filters of an address; a code that nothing is called by finds nothing. Raises `Invalid` for a wrong year."""
    family, kind = (values.get(name, "").strip()[:_LONGEST] for name in ("family", "type"))
    return DataFilters(_read_year(values.get("year", "").strip()), family, kind)


def _read_year(typed: str) -> int:
    if not typed:
        return 0
    if not (typed.isascii() and typed.isdigit() and len(typed) == 4 and FIRST_YEAR <= int(typed) <= LAST_YEAR):
        raise Invalid(f"Give year as four digits, from {FIRST_YEAR} to {LAST_YEAR}.")
    return int(typed)
