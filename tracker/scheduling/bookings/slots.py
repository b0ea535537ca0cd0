"""Quarter-hour slots: the unit in which a resource's time is taken, counted from 1970-01-01T00:00Z."""

from datetime import datetime

from ...clock import from_microseconds, to_microseconds
from ...errors import Invalid

SLOT_MINUTES = 15
"""Bookings begin and end on quarter hours."""
_SLOT_MICROSECONDS = SLOT_MINUTES * 60 * 1_000_000


def slot_at(instant: datetime) -> int:
    """The slot that `instant` (aware) lies in."""
    return to_microseconds(instant) // _SLOT_MICROSECONDS


def next_slot(instant: datetime) -> int:
    """The first slot that starts at `instant` or after it."""
    return -(-to_microseconds(instant) // _SLOT_MICROSECONDS)


def slot_start(slot: int) -> datetime:
    """The UTC instant at which `slot` begins, which is also when the slot before it ends."""
    return from_microseconds(slot * _SLOT_MICROSECONDS)


def slots_needed(minutes: int) -> int:
    """How many slots hold `minutes` of work: a started quarter hour is a whole one."""
    return -(-minutes // SLOT_MINUTES)


def slots_of(starts_at: datetime, ends_at: datetime) -> range:
    """The slots that a booking from `starts_at` to `ends_at` (not included) takes, in ascending order.

    Raises `Invalid` when either end is not on a quarter hour or when no time lies between them.
    """
    for instant in (starts_at, ends_at):
        if slot_start(slot_at(instant)) != instant:
            raise Invalid(f"Bookings begin and end on quarter hours (:00, :15, :30 or :45), not at {instant:%H:%M:%S}.")
    if ends_at <= starts_at:
        raise Invalid("A booking ends after it begins; give it at least a quarter of an hour.")
    return range(slot_at(starts_at), slot_at(ends_at))
