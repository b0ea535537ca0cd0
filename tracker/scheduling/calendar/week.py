"""The week as a grid: a row per resource, a cell per day, a block per booking, on the city's clocks."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from ...clock import local_date
from ..bookings.models import Booking
from ..bookings.taking_time import bookings_of_each
from ..resources.models import CityResource, ExceptionKind, ShiftException
from ..resources.shifts import WorkingTime, day_start
from ..resources.working import working_times_of
from .exceptions import exceptions_of

WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Block:
    """One booking, on the city's clocks; `team` has it, when it is not the row's own."""

    booking: Booking
    starts: datetime
    ends: datetime
    team: str = ""

    @property
    def minutes(self) -> int:
        """How long it really takes, also when the clock is moved in it."""
        return int((self.booking.ends_at - self.booking.starts_at) / timedelta(minutes=1))


@dataclass(slots=True)
class Cell:
    """A resource's day: when it works, in words and minutes, what is special about it, and what is booked, in order."""

    day: date
    shift: str
    notes: list[str]
    working_minutes: int
    blocks: list[Block] = field(default_factory=list)

    @property
    def booked_minutes(self) -> int:
        """Minutes that are taken."""
        return sum(block.minutes for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Row:
    """A resource's week."""

    resource: CityResource
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from a Monday."""

    days: list[date]
    rows: list[Row]


def monday_of(day: date) -> date:
    """The Monday of the week that `day` lies in."""
    return day - timedelta(days=day.weekday())


def read_week(resources: Sequence[CityResource], monday: date, zone: ZoneInfo) -> Week:
    """The week of these resources, in a fixed number of queries.

    A booking stands on the day on which its shift begins: a night is not cut. A team's stands with its members too.
    """
    days = [monday + timedelta(days=offset) for offset in range(WEEK_DAYS)]
    begins, ends = day_start(monday, zone), day_start(monday + timedelta(days=WEEK_DAYS + 1), zone)
    working = working_times_of(resources, monday - timedelta(days=1), WEEK_DAYS + 2)
    taken = bookings_of_each(resources, begins, ends)
    exceptions = exceptions_of(resources, begins, ends)
    rows = []
    for resource in resources:
        stretches = working[resource.id]
        blocks = _blocks(resource, taken[resource.id], stretches, zone)
        cells = [_cell(day, stretches, exceptions[resource.id], blocks[day], zone) for day in days]
        rows.append(Row(resource, cells))
    return Week(days, rows)


def _cell(
    day: date, stretches: Sequence[WorkingTime], exceptions: Iterable[ShiftException], blocks: list[Block],
    zone: ZoneInfo,
) -> Cell:  # fmt: skip
    own = [stretch for stretch in stretches if stretch.day == day]
    minutes = sum(int((stretch.ends_at - stretch.starts_at) / timedelta(minutes=1)) for stretch in own)
    shift = ", ".join(f"{one.starts_at.astimezone(zone):%H:%M}-{one.ends_at.astimezone(zone):%H:%M}" for one in own)
    return Cell(day, shift, _notes(day, exceptions, zone), minutes, blocks)


def _notes(day: date, exceptions: Iterable[ShiftException], zone: ZoneInfo) -> list[str]:
    begins, ends = day_start(day, zone), day_start(day + timedelta(days=1), zone)
    kinds = {one.kind for one in exceptions if one.starts_at < ends and one.ends_at > begins}
    words = {ExceptionKind.OFF: "time off", ExceptionKind.EXTRA: "extra shift"}
    return [words[kind] for kind in ExceptionKind if kind in kinds]


def _shift_day(stretches: Iterable[WorkingTime], booking: Booking, zone: ZoneInfo) -> date:
    """The local date on which the booking's shift begins; outside every shift, that on which the booking begins."""
    for stretch in stretches:
        if stretch.starts_at <= booking.starts_at < stretch.ends_at:
            return stretch.day
    return local_date(booking.starts_at, zone)


def _blocks(
    resource: CityResource, bookings: Iterable[Booking], stretches: Sequence[WorkingTime], zone: ZoneInfo
) -> dict[date, list[Block]]:
    found: dict[date, list[Block]] = defaultdict(list)
    for booking in bookings:
        starts, ends = booking.starts_at.astimezone(zone), booking.ends_at.astimezone(zone)
        team = "" if booking.resource_id == resource.id else booking.resource.name
        found[_shift_day(stretches, booking, zone)].append(Block(booking, starts, ends, team))
    return found
