"""What every answer to strangers needs and what rarely changes: the city, its public kinds, how long each is held back.

They are kept in this process. One short statement per request asks whether they still hold, and with it how far the
activity log has come and which call is the newest: all that an answer is as of.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from flask import has_request_context, request
from sqlalchemy import func, select

from ..calls.as_of import NEWEST_CALL
from ..change_marks import MARKS, Kept, Marks, first_of
from ..clock import local_date, utc_now
from ..extensions import db
from ..places.areas import AreaIndex
from ..places.city import city_zone, find_city
from ..places.models import AreaKind, City
from ..staff.guard import READING
from ..staff.models import LogEntry
from .kinds import PublicKind, families_by_delay, read_kinds

_latest = first_of(select(LogEntry.id).order_by(LogEntry.id.desc()), 200).subquery()
_log = select(func.max(_latest.c.id).label("newest"), func.sum(_latest.c.id).label("total")).subquery()
_TRACES = select(*MARKS, _log.c.newest, _log.c.total, NEWEST_CALL.scalar_subquery())
_ASKED = "tracker.traces"
Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class Traces:
    """What every change leaves behind, as this transaction sees it."""

    marks: Marks
    entry: int
    """The largest number in the activity log, 0 before the first entry."""
    entries: int
    """The sum of its latest numbers, because an entry may be committed after one with a larger number."""
    newest_call: datetime | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What is kept."""

    kinds: dict[int, PublicKind]
    """The service types of which strangers may hear, by id, in the order of their groups and names."""
    families_by_delay: list[tuple[timedelta, list[int]]]
    made: dict[Hashable, Any] = field(default_factory=dict)
    """What was made of these facts, see `made_once`."""


def ask_first() -> None:
    """Before a request that only reads: what is asked here once, all that follows finds asked already."""
    if request.method in READING:
        current_traces()


def current_traces() -> Traces:
    """Asked for once in a request that only reads: there, nothing can change meanwhile."""
    if not has_request_context() or request.method not in READING:
        return _read_traces()
    found: Traces | None = request.environ.get(_ASKED)
    if found is None:
        found = request.environ[_ASKED] = _read_traces()
        find_city(found.marks)
    return found


def _read_traces() -> Traces:
    db.session.flush()
    mark, marks, entry, entries, newest = db.session.connection().execute(_TRACES, {"now": utc_now()}).one()
    return Traces((mark, marks), entry or 0, entries or 0, newest)


def _read_facts() -> Facts:
    kinds = read_kinds()
    return Facts(kinds, families_by_delay(kinds.values()))


_kept = Kept(_read_facts)


def current_facts() -> Facts:
    """The facts as they stand now."""
    return _kept.get(current_traces().marks)


def made_once(key: Hashable, make: Callable[[], Made]) -> Made:
    """What `make` makes of nothing but the facts and `key`: statements above all, which cost more than asking them.

    A key is few things, such as a day of the public; what strangers type is bound to the statement when it is asked.
    """
    made = current_facts().made
    if key not in made:
        made[key] = make()
    found: Made = made[key]
    return found


def public_kinds() -> dict[int, PublicKind]:
    """The service types of which strangers may hear, by id, in the order of their groups and names."""
    return current_facts().kinds


def public_families() -> dict[str, str]:
    """Code and name of every family of which strangers may hear, in the order of the names."""
    names = {kind.family_code: kind.family_name for kind in public_kinds().values()}
    return dict(sorted(names.items(), key=lambda pair: (pair[1], pair[0])))


def public_day(city: City) -> date:
    """The day as of which the public sees the city: that of its newest call, or today."""
    newest = None if city.is_live else current_traces().newest_call
    return local_date(newest or utc_now(), city_zone(city))


def service_centers() -> AreaIndex:
    """The districts of the service centers."""
    return AreaIndex.load(AreaKind.SERVICE_CENTER, current_traces().marks)
