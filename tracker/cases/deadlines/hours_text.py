"""Opening hours as people type them: «8:00-12:00, 13:00-17:00». Pure."""

import re
from collections.abc import Sequence
from itertools import pairwise

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SPAN = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*(?:-|\N{EN DASH}|to)\s*(\d{1,2})(?::(\d{2}))?")
_DAY = 1_440


def read_spans(text: str) -> list[tuple[int, int]]:
    """The spans in minutes after midnight, in order; none for an empty text. Raises `ValueError` for anything else."""
    spans = [_read_span(part.strip()) for part in text.split(",") if part.strip()]
    spans.sort()
    for (_, closes), (opens, _) in pairwise(spans):
        if opens < closes:
            raise ValueError("Two of these overlap. Make one of them, or leave a break between.")
    return spans


def _read_span(text: str) -> tuple[int, int]:
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError("Write it as 8:00-17:00, or with a break as 8:00-12:00, 13:00-17:00.")
    hours, minutes, until, until_minutes = (int(part or 0) for part in found.groups())
    opens, closes = hours * 60 + minutes, until * 60 + until_minutes
    if max(minutes, until_minutes) > 59 or not opens < closes <= _DAY:
        raise ValueError("Hours go from 0:00 to 24:00, and end after they begin.")
    return opens, closes


def write_spans(spans: Sequence[tuple[int, int]]) -> str:
    """The same as a text that `read_spans` reads."""
    return ", ".join(f"{_clock(opens)}-{_clock(closes)}" for opens, closes in spans)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"
