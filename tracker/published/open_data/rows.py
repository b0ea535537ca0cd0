"""A case and a call as they stand in the files: masked place, days, a band of calls. Pure."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case. `status` is open, quiet, watched, solved or closed; `calls` is told as a band only."""

    number: str
    family_code: str
    family: str
    status: str
    phase: str
    opened_on: date
    closed_on: date | None
    calls: int
    label: str
    lat: float
    long: float
    center: str


@dataclass(frozen=True, slots=True)
class CallRow:
    """One call. The midnights are the days with the city's offset, for formats that want an instant."""

    number: str
    is_closed: bool
    service_code: str
    service_name: str
    group: str
    family_code: str
    family: str
    requested_on: date
    updated_on: date
    requested_midnight: str
    updated_midnight: str
    label: str
    lat: float
    long: float
    center: str
