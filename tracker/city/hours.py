"""What a city profile says about working time: plain frozen records, as in `contents.py`."""

from dataclasses import dataclass
from datetime import date

from ..cases.deadlines.defaults import Measure
from ..cases.deadlines.kinds import DeadlineKind


@dataclass(frozen=True, slots=True)
class ShiftFacts:
    """A weekly working time: weekday 0 is Monday, minutes after local midnight (1440 is the next midnight)."""

    weekday: int
    start_minute: int
    end_minute: int


@dataclass(frozen=True, slots=True)
class HolidayFacts:
    """A date on which nobody works."""

    day: date
    name: str


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """By how many working hours something is due; of the city where `family` is None."""

    kind: DeadlineKind
    family: str | None
    measure: Measure


@dataclass(frozen=True, slots=True)
class DeadlineFacts:
    """When the city works, and what is due by when. No hours: those it has stay."""

    hours: tuple[ShiftFacts, ...]
    holidays: tuple[HolidayFacts, ...]
    measures: tuple[MeasureFacts, ...]
