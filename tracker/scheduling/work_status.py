"""Where a work order stands, and which changes are allowed: one table."""

from enum import StrEnum

from ..errors import Conflict


class WorkStatus(StrEnum):
    """Where a work order stands."""

    REQUESTED = "requested"
    PLANNED = "planned"
    DONE = "done"
    NOT_DONE = "not_done"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """How a page says it."""
        return self.value.replace("_", " ")

    @property
    def is_open(self) -> bool:
        """Whether the work is still to come."""
        return self in (WorkStatus.REQUESTED, WorkStatus.PLANNED)


ALLOWED: dict[WorkStatus, frozenset[WorkStatus]] = {
    # Work may be done without having been booked: a crew that stood nearby did it.
    WorkStatus.REQUESTED: frozenset({WorkStatus.PLANNED, WorkStatus.DONE, WorkStatus.NOT_DONE, WorkStatus.CANCELLED}),
    # Back to requested when its booking is cancelled and the work still has to be done.
    WorkStatus.PLANNED: frozenset({WorkStatus.REQUESTED, WorkStatus.DONE, WorkStatus.NOT_DONE, WorkStatus.CANCELLED}),
    # A next try, or giving up.
    WorkStatus.NOT_DONE: frozenset({WorkStatus.REQUESTED, WorkStatus.CANCELLED}),
    # Both ends can be taken back: somebody pressed the wrong button.
    WorkStatus.DONE: frozenset({WorkStatus.REQUESTED}),
    WorkStatus.CANCELLED: frozenset({WorkStatus.REQUESTED}),
}


def check_change(old: WorkStatus, new: WorkStatus) -> None:
    """Raise `Conflict`, in words, unless a work order may go from `old` to `new`."""
    if new not in ALLOWED[old]:
        allowed = " or ".join(sorted(status.label for status in ALLOWED[old]))
        raise Conflict(
            f"This work order is {old.label} and cannot become {new.label}; from here it can become {allowed}."
        )
