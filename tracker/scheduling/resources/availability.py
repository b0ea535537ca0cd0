"""When a resource really works: its shifts, less its time off, and extra shifts besides. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from .shifts import WorkingTime


@dataclass(frozen=True, slots=True)
class Span:
    """From one instant (UTC) to another, which is not included."""

    starts_at: datetime
    ends_at: datetime


def without(stretches: Iterable[WorkingTime], off: Iterable[Span]) -> list[WorkingTime]:
    """The stretches less the time off. A break stays with the piece that holds the whole of its window."""
    pieces = list(stretches)
    for span in off:
        pieces = [piece for stretch in pieces for piece in _cut(stretch, span)]
    return pieces


def _cut(stretch: WorkingTime, off: Span) -> list[WorkingTime]:
    if off.ends_at <= stretch.starts_at or stretch.ends_at <= off.starts_at:
        return [stretch]
    sides = ((stretch.starts_at, off.starts_at), (off.ends_at, stretch.ends_at))
    return [_piece(stretch, begin, end) for begin, end in sides if begin < end]


def _piece(stretch: WorkingTime, begin: datetime, end: datetime) -> WorkingTime:
    breaks = tuple(one for one in stretch.breaks if begin <= one.starts_at and one.ends_at <= end)
    return replace(stretch, starts_at=begin, ends_at=end, breaks=breaks)
