"""Who or what is in the way of a booking, said for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ..resources.shifts import WorkingTime


@dataclass(frozen=True, slots=True)
class Standing:
    """A booking that stands: what is done where, and when (UTC)."""

    title: str
    address: str
    starts_at: datetime
    ends_at: datetime


def say_span(starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> str:
    """«Tue 24 Nov 2026, 09:00 to 10:30» on the city's clocks; an end on another day is dated too."""
    start, end = starts_at.astimezone(zone), ends_at.astimezone(zone)
    shown_end = f"{end:%H:%M}" if end.date() == start.date() else f"{end:%a %d %b, %H:%M}"
    return f"{start:%a %d %b %Y}, {start:%H:%M} to {shown_end}"


def say_conflict(resource_name: str, standing: Sequence[Standing], free_at: datetime | None, zone: ZoneInfo) -> str:
    """What stands in the way, oldest first, and the next time that is free; `free_at` None: none that day."""
    if not standing:  # it was cancelled between our attempt and our question
        return f"{resource_name} was taken at that moment and may be free again now. Try once more."
    told = "; ".join(
        f"«{booking.title}» at {booking.address}, {say_span(booking.starts_at, booking.ends_at, zone)}"
        for booking in sorted(standing, key=lambda booking: booking.starts_at)
    )
    return f"{resource_name} is taken: {told}. {_say_free(free_at, min(one.starts_at for one in standing), zone)}"


def _say_free(free_at: datetime | None, asked_at: datetime, zone: ZoneInfo) -> str:
    if free_at is None:
        return "No room is left that day; choose another."
    free, asked = free_at.astimezone(zone), asked_at.astimezone(zone)
    return f"Free from {free:%H:%M}." if free.date() == asked.date() else f"Free from {free:%a %d %b, %H:%M}."


def say_outside(resource_name: str, stretches: Sequence[WorkingTime], zone: ZoneInfo) -> str:
    """Why a time is outside every shift: the day's shifts, or that there is none."""
    if not stretches:
        return f"{resource_name} has no shift on that day. Choose another day or resource."
    told = " and ".join(say_span(stretch.starts_at, stretch.ends_at, zone) for stretch in stretches)
    return f"{resource_name} does not work then. Its shift: {told}. Choose a time inside it."


def find_free(
    stretches: Sequence[WorkingTime], taken: Sequence[tuple[datetime, datetime]], starts_at: datetime, minutes: int
) -> datetime | None:
    """The first instant from `starts_at` on with `minutes` free in one stretch, between what is `taken`; or None."""
    for stretch in stretches:
        free_at = max(stretch.starts_at, starts_at)
        for begin, end in sorted(taken):
            if end > free_at and (begin - free_at).total_seconds() < minutes * 60:
                free_at = max(free_at, end)
        if (stretch.ends_at - free_at).total_seconds() >= minutes * 60:
            return free_at
    return None
