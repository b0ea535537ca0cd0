"""A deadline as pages show it: what is asked, by when, how far off that is, and whether its clock stands still."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...clock import utc_now
from ...places.city import the_city
from .kinds import ASKED
from .models import CaseDeadline
from .wording import say_distance, say_moment
from .working_calendar import CityTime, read_city_time


@dataclass(frozen=True, slots=True)
class DeadlineLine:
    """One deadline in words; `kind` is the color of its badge, which says no more than `status`."""

    deadline: CaseDeadline
    asked: str
    due: str
    distance: str
    """«in 2 working days», «1 working day late»; nothing while its clock stands still."""
    status: str
    kind: str


def write_lines(deadlines: Sequence[CaseDeadline], time: CityTime | None = None) -> list[DeadlineLine]:
    """The deadlines in words, in their order."""
    if not deadlines:
        return []
    time = time or read_city_time(the_city(), utc_now())
    return [_write(deadline, time) for deadline in deadlines]


def _write(deadline: CaseDeadline, time: CityTime) -> DeadlineLine:
    status, kind = _status(deadline, time)
    counts = deadline.is_running and deadline.paused_at is None
    return DeadlineLine(
        deadline=deadline,
        asked=ASKED[deadline.kind],
        due=say_moment(deadline.due_at, time.clock, time.calendar),
        distance=say_distance(deadline.due_at, time.clock, time.calendar) if counts else "",
        status=status,
        kind=kind,
    )


def _status(deadline: CaseDeadline, time: CityTime) -> tuple[str, str]:
    if deadline.met_at is not None:
        late = deadline.met_at > deadline.due_at
        return ("Done, late", "warn") if late else ("Done in time", "good")
    if deadline.dropped_at is not None:
        return "No longer asked", "plain"
    if deadline.is_late(time.clock):
        return ("Late, stands still" if deadline.paused_at else "Late"), "bad"
    if deadline.paused_at is not None:
        return "Stands still", "plain"
    return ("Soon", "warn") if deadline.warn_at <= time.clock else ("In time", "new")
