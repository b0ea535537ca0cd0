"""Which district's work a resource may do: its own, the whole city's, and what it lends. Pure."""

from datetime import date, timedelta
from typing import Protocol

LEAST_URGENT = 5
"""The largest number that a priority has."""
MOST_DAYS = 60
"""More days ahead than this are not lent by a rule."""


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


def say_lending(resource: Lender) -> str:
    """In plain words, what other centers may have of it."""
    if resource.center_id is None:
        return "It works for every center."
    said = []
    if resource.lends_to_priority:
        upto = {1: "priority 1", 2: "priorities 1 and 2"}.get(
            resource.lends_to_priority, f"priorities 1 to {resource.lends_to_priority}"
        )
        said.append("all their work" if resource.lends_to_priority >= LEAST_URGENT else f"their work of {upto}")
    if resource.lends_within_days and resource.lends_to_priority < LEAST_URGENT:
        after = resource.lends_within_days - 1
        when = {0: "today", 1: "today and tomorrow"}.get(after, f"today and the {after} days after")
        said.append(f"any work while it is still free {when}")
    return f"Other centers may have it for {', and for '.join(said)}." if said else "It works for its own center only."
