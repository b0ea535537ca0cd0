"""A day as a grid: a column per resource, a piece per run of quarter hours, on the city's clocks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from ..bookings.models import Booking
from ..bookings.slots import next_slot, slot_at, slot_start
from ..bookings.taking_time import bookings_of_each
from ..resources.models import CityResource, ExceptionKind, ShiftException
from ..resources.shifts import WorkingTime, day_start
from ..resources.working import working_times_of
from .exceptions import exceptions_of
from .painting import Layer, Piece, PieceKind, paint, visible_slots


@dataclass(frozen=True, slots=True)
class Hour:
    """An hour of the day's scale: where it begins, what the clock shows then, and how many quarters it has here."""

    slot: int
    label: str
    quarters: int


@dataclass(frozen=True, slots=True)
class Column:
    """A resource's day."""

    resource: CityResource
    pieces: list[Piece]
    bookings: dict[int, Booking]
    """By their ids, those that take its own time."""
    working_minutes: int
    booked_minutes: int


@dataclass(frozen=True, slots=True)
class Day:
    """One local date from the slot `first` up to `last`."""

    day: date
    first: int
    last: int
    hours: list[Hour]
    columns: list[Column]
    clock_change: str
    """What the clocks do on this day, when they are moved."""


def read_day(resources: Sequence[CityResource], day: date, zone: ZoneInfo) -> Day:
    """The day of these resources, in a fixed number of queries."""
    begins, ends = day_start(day, zone), day_start(day + timedelta(days=1), zone)
    members = [one.member for team in resources for one in team.members]
    taken = bookings_of_each([*resources, *members], begins, ends)
    working = working_times_of(resources, day - timedelta(days=1), 2)
    exceptions = exceptions_of(resources, begins, ends)
    first, last = slot_at(begins), slot_at(ends)
    layers = {
        resource.id: list(_layers(resource, working[resource.id], exceptions[resource.id], taken))
        for resource in resources
    }
    starts = _hour_slots(first, last, zone)
    shown = visible_slots(first, last, [layer for some in layers.values() for layer in some], starts)
    columns = [_column(one, layers[one.id], taken[one.id], (first, last), shown) for one in resources]
    return Day(day, *shown, _hours(starts, shown, zone), columns, _say_clock_change(last - first))


def clock_at(slot: int, zone: ZoneInfo) -> str:
    """What the city's clocks show when the slot begins; in the hour that comes twice the second is «again»."""
    local = slot_start(slot).astimezone(zone)
    return f"{local:%H:%M}{' again' if local.fold else ''}"


def _layers(
    resource: CityResource, stretches: Sequence[WorkingTime], exceptions: Sequence[ShiftException],
    taken: dict[int, list[Booking]],
) -> Iterator[Layer]:  # fmt: skip
    works = [(next_slot(one.starts_at), slot_at(one.ends_at)) for one in stretches]
    yield from (Layer(PieceKind.FREE, *span) for span in works)
    for exception in exceptions:
        start, end = slot_at(exception.starts_at), next_slot(exception.ends_at)
        if exception.kind is ExceptionKind.OFF:
            yield Layer(PieceKind.TIME_OFF, start, end, _whose(resource, exception))
        elif exception.resource_id == resource.id:
            yield from (Layer(PieceKind.EXTRA, max(start, begin), min(end, stop)) for begin, stop in works)
    for stretch in stretches:
        for pause in stretch.breaks:
            note = f"break of {pause.minutes} minutes in here"
            yield Layer(PieceKind.BREAK, slot_at(pause.starts_at), next_slot(pause.ends_at), note)
    for one in resource.members:
        for booking in taken[one.member_id]:
            if booking.resource_id != resource.id:
                note = f"{one.member.name} is booked: {booking.work_order.title}"
                yield Layer(PieceKind.ELSEWHERE, slot_at(booking.starts_at), next_slot(booking.ends_at), note)
    for booking in taken[resource.id]:
        yield Layer(PieceKind.BOOKING, slot_at(booking.starts_at), next_slot(booking.ends_at), subject=booking.id)


def _whose(resource: CityResource, exception: ShiftException) -> str:
    names = {one.member_id: one.member.name for one in resource.members}
    name = names.get(exception.resource_id)
    return f"time off of {name}" if name else "time off"


def _column(
    resource: CityResource, layers: list[Layer], bookings: list[Booking], day: tuple[int, int], shown: tuple[int, int]
) -> Column:
    whole = paint(*day, layers)
    booked = sum(piece.quarters for piece in whole if piece.layer.kind is PieceKind.BOOKING)
    works = paint(*day, [layer for layer in layers if layer.kind in (PieceKind.FREE, PieceKind.EXTRA)])
    working = sum(piece.quarters for piece in works if piece.layer.kind is not PieceKind.NO_SHIFT)
    return Column(
        resource, paint(*shown, layers), {booking.id: booking for booking in bookings}, working * 15, booked * 15
    )


def _hour_slots(first: int, last: int, zone: ZoneInfo) -> list[int]:
    return [slot for slot in range(first, last) if slot_start(slot).astimezone(zone).minute == 0]


def _hours(starts: Sequence[int], shown: tuple[int, int], zone: ZoneInfo) -> list[Hour]:
    inside = [slot for slot in starts if shown[0] <= slot < shown[1]]
    ends = [*inside[1:], shown[1]]
    return [Hour(slot, clock_at(slot, zone), end - slot) for slot, end in zip(inside, ends, strict=True)]


def _say_clock_change(slots: int) -> str:
    if slots == 96:
        return ""
    hours = f"{slots / 4:g}"
    return f"The clocks are moved on this day: it has {hours} hours."
