"""Where a work order stands, and which changes are allowed: one table."""

from enum import StrEnum

from ...errors import Conflict


class WorkStatus(StrEnum):
    """Where a work order stands."""

    REQUESTED = "requested"
    PLANNED = "planned"
    CONFIRMED = "confirmed"
    EN_ROUTE = "en_route"
    ON_SITE = "on_site"
    DONE = "done"
    NOT_DONE = "not_done"
    CANCELLED = "cancelled"

    @property
    def label(self) -> str:
        """How a page says it."""
        return LABELS.get(self, self.value.replace("_", " "))

    @property
    def is_open(self) -> bool:
        """Whether the work is still to come, or going on."""
        return self in OPEN

    @property
    def is_booked(self) -> bool:
        """Whether a booking stands for it."""
        return self in BOOKED

    @property
    def is_under_way(self) -> bool:
        """Whether a crew is on its way or at the place: no plan touches it any more."""
        return self in UNDER_WAY


LABELS = {
    WorkStatus.NOT_DONE: "could not be done",
    WorkStatus.EN_ROUTE: "crew on its way",
    WorkStatus.ON_SITE: "crew at work",
}
UNDER_WAY = frozenset({WorkStatus.EN_ROUTE, WorkStatus.ON_SITE})
BOOKED = UNDER_WAY | {WorkStatus.PLANNED, WorkStatus.CONFIRMED}
OPEN = BOOKED | {WorkStatus.REQUESTED}
_ENDS = frozenset({WorkStatus.DONE, WorkStatus.NOT_DONE, WorkStatus.CANCELLED})

ALLOWED: dict[WorkStatus, frozenset[WorkStatus]] = {
    # Work may be done without having been booked: a crew that stood nearby did it.
    WorkStatus.REQUESTED: _ENDS | {WorkStatus.PLANNED},
    # Back to requested when its booking is cancelled and the work still has to be done. A crew without a signal says
    # that it was there only when it is done: no step of the way has to have been told.
    WorkStatus.PLANNED: _ENDS | UNDER_WAY | {WorkStatus.REQUESTED, WorkStatus.CONFIRMED},
    # Moved, it is planned until it is confirmed again.
    WorkStatus.CONFIRMED: _ENDS | UNDER_WAY | {WorkStatus.REQUESTED, WorkStatus.PLANNED},
    # Called back, it stands as planned; broken down, it is asked for again.
    WorkStatus.EN_ROUTE: _ENDS | {WorkStatus.ON_SITE, WorkStatus.PLANNED, WorkStatus.REQUESTED},
    WorkStatus.ON_SITE: _ENDS | {WorkStatus.PLANNED, WorkStatus.REQUESTED},
    # A next try, or giving up.
    WorkStatus.NOT_DONE: frozenset({WorkStatus.REQUESTED, WorkStatus.CANCELLED}),
    # Both ends can be taken back: somebody pressed the wrong button.
    WorkStatus.DONE: frozenset({WorkStatus.REQUESTED}),
    WorkStatus.CANCELLED: frozenset({WorkStatus.REQUESTED}),
}


def check_change(old: WorkStatus, new: WorkStatus) -> None:
    """Raise `Conflict`, in words, unless a work order may go from `old` to `new`."""
    if new not in ALLOWED[old]:
        allowed = " or ".join(sorted(f"«{status.label}»" for status in ALLOWED[old]))
        raise Conflict(f"This work order is «{old.label}» and cannot become «{new.label}», only {allowed}.")
