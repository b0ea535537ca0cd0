"""The windows of a day on the city's clocks, and in which of them a resource has room for a piece of work. Pure.

Somebody comes within the window: the work begins in it, and may last longer. A crew comes from where it was before (its
base, when its shift begins) and gets to where it has to be next in time, and its break still fits.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from ...clock import can_be_meant, from_local
from ...errors import Invalid
from ..bookings.slots import next_slot, slot_at, slot_start
from ..planning.travel import road_m, travel_slots
from ..resources.availability import Span
from ..resources.breaks import finds_room
from ..resources.shifts import DAY_MINUTES, WorkingTime


@dataclass(frozen=True, slots=True)
class Window:
    """From one instant (UTC) to another on a local date: between them somebody comes."""

    day: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Place:
    """A position on the city's plane, in decimetres."""

    x_dm: int
    y_dm: int


@dataclass(frozen=True, slots=True)
class TakenTime:
    """What a resource already does: where, from when to when (UTC), and how much of its capacity that takes."""

    starts_at: datetime
    ends_at: datetime
    place: Place
    load: int = 0


@dataclass(frozen=True, slots=True)
class Helper:
    """A resource that can do the work: its base, when it works, what is taken of that; its capacity, if it has one."""

    resource_id: int
    base: Place
    stretches: tuple[WorkingTime, ...]
    taken: tuple[TakenTime, ...]
    capacity: int | None = None


@dataclass(frozen=True, slots=True)
class Work:
    """What is to be done: how many quarter hours, where, not before and not after two instants, and its load."""

    slots: int
    place: Place
    earliest_at: datetime
    latest_at: datetime | None = None
    load: int = 0


@dataclass(frozen=True, slots=True)
class Opening:
    """The first moment within a window at which a resource can begin, and how far it comes."""

    way_m: float
    starts_at: datetime
    resource_id: int

    @property
    def rank(self) -> tuple[float, datetime, int]:
        """Nearest first, then earliest: the outcome never depends on the order of the facts."""
        return (self.way_m, self.starts_at, self.resource_id)


def windows_of(day: date, minutes: int, zone: ZoneInfo) -> list[Window]:
    """The windows of a local date, one after the other from midnight on; the last ends with the day.

    Both ends are clock readings: in the night of the change a window is an hour shorter or longer, and one that lies
    wholly inside the hour that is left out does not take place.
    """
    midnight = datetime.combine(day, time())
    ends = [*range(0, DAY_MINUTES, minutes), DAY_MINUTES]
    instants = [from_local(midnight + timedelta(minutes=minute), zone) for minute in ends]
    return [Window(day, begin, end) for begin, end in pairwise(instants) if begin < end]


def by_day(windows: Iterable[Window]) -> list[list[Window]]:
    """The windows of each day together, in order."""
    days: dict[date, list[Window]] = {}
    for window in sorted(windows, key=lambda one: one.starts_at):
        days.setdefault(window.day, []).append(window)
    return list(days.values())


def read_instant(text: str) -> datetime:
    """The instant at which a form says that a window begins; raises `Invalid` for anything else."""
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None or not can_be_meant(instant.date()):
        raise Invalid("Choose one of the windows that are offered.")
    return instant.astimezone(UTC)


def opening_in(window: Window, work: Work, helper: Helper) -> Opening | None:
    """The helper's best opening in a window; None when it has no room."""
    found = [
        opening
        for stretch in helper.stretches
        if stretch.starts_at < window.ends_at and window.starts_at < stretch.ends_at
        for opening in _openings(window, work, helper, stretch)
    ]
    return min(found, key=lambda opening: opening.rank, default=None)


def free_windows(windows: Iterable[Window], work: Work, helpers: Sequence[Helper]) -> list[Window]:
    """Those windows in which anybody has room."""
    return [window for window in windows if any(opening_in(window, work, helper) for helper in helpers)]


def spread(windows: Sequence[Window], most: int) -> list[Window]:
    """At most so many of them, in order, of every day as many: of each the first, the last, the middle, and so on."""
    turns = [_outside_in(some) for some in by_day(windows)]
    chosen: list[Window] = []
    while len(chosen) < most and any(turns):
        for turn in turns:
            if turn and len(chosen) < most:
                chosen.append(turn.pop(0))
    return sorted(chosen, key=lambda window: window.starts_at)


def _outside_in(windows: Sequence[Window]) -> list[Window]:
    rest, found = list(windows), []
    while rest:
        found.append(rest.pop(0))
        if rest:
            found.append(rest.pop())
    return found


def _openings(window: Window, work: Work, helper: Helper, stretch: WorkingTime) -> Iterator[Opening]:
    inside = [one for one in helper.taken if one.starts_at < stretch.ends_at and stretch.starts_at < one.ends_at]
    if helper.capacity is not None and work.load + sum(one.load for one in inside) > helper.capacity:
        return
    leave = TakenTime(stretch.starts_at, stretch.starts_at, helper.base)
    back = TakenTime(stretch.ends_at, stretch.ends_at, helper.base)
    before = leave
    for after in [*sorted(inside, key=lambda one: one.starts_at), back]:
        start = _first_start(window, work, before, after, stretch, inside)
        if start is not None:
            yield Opening(road_m(before.place, work.place), slot_start(start), helper.resource_id)
        if (
            after.ends_at > before.ends_at
        ):  # a team's members may be at several places at once: it is free after the last
            before = after


def _first_start(
    window: Window, work: Work, before: TakenTime, after: TakenTime, stretch: WorkingTime, inside: Sequence[TakenTime]
) -> int | None:
    """The first quarter hour at which the work can begin between two stops, if there is one."""
    begin = max(
        next_slot(before.ends_at) + travel_slots(before.place, work.place),
        next_slot(max(window.starts_at, work.earliest_at, stretch.starts_at)),
    )
    end = min(
        slot_at(min(after.starts_at, stretch.ends_at)) - travel_slots(work.place, after.place) - work.slots,
        next_slot(window.ends_at) - 1,
    )
    if work.latest_at is not None:
        end = min(end, slot_at(work.latest_at))
    return next((start for start in range(begin, end + 1) if _leaves_breaks(start, work, stretch, inside)), None)


def _leaves_breaks(start: int, work: Work, stretch: WorkingTime, inside: Sequence[TakenTime]) -> bool:
    wanted = Span(slot_start(start), slot_start(start + work.slots))
    taken = [wanted, *(Span(one.starts_at, one.ends_at) for one in inside)]
    touched = (one for one in stretch.breaks if one.starts_at < wanted.ends_at and wanted.starts_at < one.ends_at)
    return all(finds_room(pause, taken) for pause in touched)
