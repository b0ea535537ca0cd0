"""A booking as the day page draws it: what stands on it, and what the person who looks may do with it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ...clock import utc_now
from ..bookings.booking import mark_of
from ..bookings.models import Booking
from ..bookings.slots import slot_at
from ..orders.models import WorkOrder
from ..orders.work_status import WorkStatus
from .day import Column, clock_at
from .painting import Piece

_MOVABLE = frozenset({WorkStatus.PLANNED, WorkStatus.CONFIRMED})


@dataclass(frozen=True, slots=True)
class Tile:
    """One booking in one resource's column."""

    booking: Booking
    starts: datetime
    ends: datetime
    starts_text: str
    ends_text: str
    slot: int
    quarters: int
    """How many quarter hours it really takes, also where the day shows only a part."""
    seen: str
    status: str
    team: str
    """Whose booking it is when it is not the column's own; it is moved there."""
    is_movable: bool
    is_resizable: bool

    @property
    def order(self) -> WorkOrder:
        """The work."""
        return self.booking.work_order


def tile_of(column: Column, piece: Piece, zone: ZoneInfo) -> Tile:
    """The tile of a piece that a booking covers."""
    booking = column.bookings[piece.layer.subject or 0]
    status = booking.status
    is_own = booking.resource_id == column.resource.id and booking.held_until is None
    first, last = slot_at(booking.starts_at), slot_at(booking.ends_at)
    return Tile(
        booking,
        booking.starts_at.astimezone(zone),
        booking.ends_at.astimezone(zone),
        clock_at(first, zone),
        clock_at(last, zone),
        first,
        last - first,
        mark_of(booking),
        _say_status(booking, zone),
        "" if booking.resource_id == column.resource.id else booking.resource.name,
        is_own and status in _MOVABLE,
        is_own and status.is_booked and booking.ends_at > utc_now() and piece.end == last,
    )


def _say_status(booking: Booking, zone: ZoneInfo) -> str:
    words = booking.status.label
    if booking.held_until is not None:
        words = f"held until {booking.held_until.astimezone(zone):%H:%M}"
    return f"{words}, pinned" if booking.is_pinned else words
