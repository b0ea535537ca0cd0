"""The week as a grid: a row per resource, a cell per day, a block per booking, on the city's clocks."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...clock import local_date
from ...extensions import db
from ..bookings.models import Booking
from ..orders.models import WorkOrder
from ..resources.models import CityResource
from ..resources.shift_text import write_shifts
from ..resources.shifts import day_start, working_times

WEEK_DAYS = 7


@dataclass(frozen=True, slots=True)
class Block:
    """One booking as the page shows it: `starts` and `ends` on the city's clocks."""

    booking: Booking
    starts: datetime
    ends: datetime

    @property
    def minutes(self) -> int:
        """How long it really takes, also when the clock is moved in it."""
        return int((self.booking.ends_at - self.booking.starts_at) / timedelta(minutes=1))


@dataclass(slots=True)
class Cell:
    """A resource's day: its shift in words, the minutes it works, and what is booked, in order."""

    day: date
    shift: str
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
    """The week of these resources. A booking stands on the day on which its shift begins: a night is not cut."""
    days = [monday + timedelta(days=offset) for offset in range(WEEK_DAYS)]
    blocks = _blocks({resource.id: resource for resource in resources}, monday, zone)
    rows = [
        Row(resource, [_cell(resource, day, zone, blocks[resource.id, day]) for day in days]) for resource in resources
    ]
    return Week(days, rows)


def _cell(resource: CityResource, day: date, zone: ZoneInfo, blocks: list[Block]) -> Cell:
    stretches = working_times(resource.shifts, day, 1, zone)
    minutes = sum(int((stretch.ends_at - stretch.starts_at) / timedelta(minutes=1)) for stretch in stretches)
    spans = [(shift.start_minute, shift.end_minute) for shift in resource.shifts if shift.weekday == day.weekday()]
    return Cell(day, write_shifts(spans), minutes, blocks)


def _shift_day(resource: CityResource, booking: Booking, zone: ZoneInfo) -> date:
    """The local date on which the booking's shift begins; outside every shift, that on which the booking begins."""
    own = local_date(booking.starts_at, zone)
    for day in (own, own - timedelta(days=1)):
        for stretch in working_times(resource.shifts, day, 1, zone):
            if stretch.starts_at <= booking.starts_at < stretch.ends_at:
                return day
    return own


def _blocks(resources: dict[int, CityResource], monday: date, zone: ZoneInfo) -> dict[tuple[int, date], list[Block]]:
    query = (
        select(Booking)
        .options(joinedload(Booking.work_order).joinedload(WorkOrder.case))
        .where(Booking.resource_id.in_(resources), Booking.cancelled_at.is_(None))
        .where(Booking.starts_at >= day_start(monday, zone))
        .where(Booking.starts_at < day_start(monday + timedelta(days=WEEK_DAYS + 1), zone))
        .order_by(Booking.starts_at)
    )
    found: dict[tuple[int, date], list[Block]] = defaultdict(list)
    for booking in db.session.scalars(query):
        starts, ends = booking.starts_at.astimezone(zone), booking.ends_at.astimezone(zone)
        day = _shift_day(resources[booking.resource_id], booking, zone)
        found[booking.resource_id, day].append(Block(booking, starts, ends))
    return found
