"""What work at a place took and cost, from what the crew told. Pure."""

from collections.abc import Iterable
from datetime import datetime, timedelta

_HOUR = 60


def minutes_between(begin: datetime | None, end: datetime | None) -> int | None:
    """Whole minutes between two instants, rounded; None where one is not known, or a wrong clock turned them round."""
    if begin is None or end is None or end < begin:
        return None
    return round((end - begin) / timedelta(minutes=1))


def cost_cents(worked_minutes: int | None, way_minutes: int | None, per_hour: Iterable[int | None]) -> int | None:
    """What the time at the place and on the way there cost, by what an hour of everything that came along costs.

    A resource whose cost is not known adds nothing; None when none is known, or when nobody knows how long it took.
    A way that is not known adds nothing either: the cost is then a lower bound.
    """
    known = [cents for cents in per_hour if cents is not None]
    if worked_minutes is None or not known:
        return None
    return (sum(known) * (worked_minutes + (way_minutes or 0)) * 2 + _HOUR) // (2 * _HOUR)
