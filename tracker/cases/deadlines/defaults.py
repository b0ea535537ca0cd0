"""Working time and deadlines of a city that has set none, and why they are what they are. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from .kinds import DeadlineKind

Spans = dict[int, list[tuple[int, int]]]
"""Opening hours in minutes after local midnight by weekday, 0 is Monday."""

DEFAULT_HOURS: Spans = {day: [(8 * 60, 17 * 60)] for day in range(5)}
"""Monday to Friday, 8 to 17: nine working hours a day. No holidays: which ones are kept, each city knows itself."""
MOST_HOURS = 4_000
"""Of working time, more than a year and a half: nobody would call anything longer a deadline."""
FURTHEST = timedelta(days=366)
"""From today: a date further off that a person types can only be a slip."""


@dataclass(frozen=True, slots=True)
class Measure:
    """By how many working hours something is due, from when on before that it is «soon», when after that it is told."""

    working_hours: int
    warn_before_hours: int
    grace_hours: int


DEFAULT_MEASURES: dict[DeadlineKind, Measure] = {
    # Two days: one to see it, one to decide whether it is hers. Told the morning after.
    DeadlineKind.ACCEPT: Measure(16, 4, 4),
    # A working week to look at the place and at the calls, and to say whether there is a problem at all.
    DeadlineKind.SCAN: Measure(40, 9, 9),
    # Three weeks in all until something is done; warned two days before, so that there is time to do it.
    DeadlineKind.RESPOND: Measure(120, 18, 18),
    # About every four weeks somebody looks at an open case, even when nothing is heard of it.
    DeadlineKind.REVIEW: Measure(160, 18, 27),
}
