"""Which district's work a resource may do: its own, the whole city's, and what it lends. Pure."""

from datetime import date, timedelta
from typing import Protocol


class Lender(Protocol):
    """What a resource says about whom it serves, whether it is a table's row or the planner's own."""

    @property
    def center_id(self) -> int | None:
        """Its own center; None: the whole city."""

    @property
    def lends_to_priority(self) -> int:
        """Work of other centers up to this priority may have it; 0: none."""

    @property
    def lends_within_days(self) -> int:
        """What is free on the next so many days may go to other centers' work; 0: nothing."""


def may_serve(resource: Lender, center_id: int | None, priority: int, day: date, today: date) -> bool:
    """Whether it may do work of that center (None: outside every district) and priority on the local date `day`."""
    if resource.center_id is None or resource.center_id == center_id:
        return True
    return priority <= resource.lends_to_priority or day < today + timedelta(days=resource.lends_within_days)
