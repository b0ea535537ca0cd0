"""Shifts as people write them: «07:00-15:00, 18:00-20:00» for one weekday."""

import re
from collections.abc import Iterable
from itertools import pairwise

from ...errors import Invalid
from .shifts import DAY_MINUTES, lasts_minutes

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*(?:-|\u2013|to)\s*(\d{1,2}):(\d{2})")


def read_shifts(text: str) -> list[tuple[int, int]]:
    """The (start, end) minutes after midnight in `text`: spans separated by commas, earliest first; empty: no shift.

    An end at or before its start is on the next day («22:00-06:00»). Raises `Invalid` for what cannot be read and for
    spans of one day that overlap.
    """
    spans = sorted(_read_span(part.strip()) for part in text.split(",") if part.strip())
    for (start, end), (next_start, _) in pairwise(spans):
        if start + lasts_minutes(start, end) > next_start:
            raise Invalid(f"{_span_text(start, end)} runs into the shift that begins at {_clock_text(next_start)}.")
    return spans


def write_shifts(spans: Iterable[tuple[int, int]]) -> str:
    """The text that `read_shifts` reads back."""
    return ", ".join(_span_text(start, end) for start, end in sorted(spans))


def _read_span(text: str) -> tuple[int, int]:
    match = _SPAN.fullmatch(text)
    if match is None:
        raise Invalid(f"«{text}» is not a shift; write it like 07:00-15:00.")
    start_hour, start_minute, end_hour, end_minute = map(int, match.groups())
    start, end = start_hour * 60 + start_minute, end_hour * 60 + end_minute
    if start_minute > 59 or end_minute > 59 or start >= DAY_MINUTES or end > DAY_MINUTES:
        raise Invalid(f"«{text}» holds a time that no clock shows; hours go from 00:00 to 24:00.")
    return start, end


def _span_text(start: int, end: int) -> str:
    return f"{_clock_text(start)}-{_clock_text(end)}"


def _clock_text(minutes: int) -> str:
    shown = minutes if minutes == DAY_MINUTES else minutes % DAY_MINUTES
    return f"{shown // 60:02d}:{shown % 60:02d}"
