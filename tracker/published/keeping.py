"""Keep what every visitor asks for in this process: the snapshot of the cases, and the basemap's script.

A snapshot is good while the activity log, which says every change, has no entry about cases that it does not know,
the city's facts are unchanged and the day is the same. The clock is a second bound for both: an entry may be committed
after one with a larger number, and masks become finer by night without a word in the log.
"""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

from flask import current_app
from sqlalchemy import select

from ..clock import EPOCH, utc_now
from ..config import Settings
from ..extensions import db
from ..places.city import city_zone, the_city
from ..places.maps import Basemap, draw_basemap, fingerprint_basemap
from ..places.models import City
from ..staff.models import LogEntry
from .facts import Traces, current_traces, public_day
from .snapshot import Snapshot, take_snapshot

LONGEST, LONGEST_UNCHANGED = timedelta(minutes=1), timedelta(minutes=15)
"""How old a thing may be; and one since which nothing was written."""
_TELLING = ("case", "service_type", "city")
"""Subjects whose entries come with a change of a case: most entries, such as those about bookings, do not."""
_MANY, _CASES_A_SECOND = 2_000, 5_000
"""Up to so many cases are read at every change; more are read every few seconds: every three with 15,000 of them."""
Kept = TypeVar("Kept")
Version = TypeVar("Version")


@dataclass(slots=True)
class _Shelf(Generic[Kept, Version]):
    """One thing, the version it was made from, and when; a lock, so that it is made once however many ask."""

    kept: Kept | None = None
    version: Version | None = None
    seen: Version | None = None
    """A later one, up to which nothing was found that changes the thing; the clock still bounds that."""
    at: datetime = EPOCH
    lock: Lock = field(default_factory=Lock)

    def is_younger(self, than: timedelta) -> bool:
        return abs(utc_now() - self.at) < than

    def put(self, kept: Kept, version: Version) -> Kept:
        self.kept, self.version, self.seen, self.at = kept, version, version, utc_now()
        return kept


@dataclass(slots=True)
class _Shelves:
    """What one application keeps."""

    snapshot: _Shelf[Snapshot, Traces] = field(default_factory=_Shelf)
    basemap: _Shelf[Basemap, str] = field(default_factory=_Shelf)


def _shelves() -> _Shelves:
    shelves: _Shelves = current_app.extensions.setdefault("public-shelves", _Shelves())
    return shelves


def current_snapshot() -> Snapshot:
    """The public cases as they stand now; raises `NotFound` when no city is loaded."""
    city = the_city()
    day, traces, shelf = public_day(city), current_traces(), _shelves().snapshot
    kept = _as_kept(shelf, day, traces)
    if kept is not None:
        return kept
    with shelf.lock:
        return _as_kept(shelf, day, traces) or shelf.put(take_snapshot(day, city_zone(city)), traces)


def _as_kept(shelf: _Shelf[Snapshot, Traces], day: date, traces: Traces) -> Snapshot | None:
    """The snapshot on the shelf if it holds: nothing was written since, or nothing that changes it, or very lately."""
    kept, version, seen = shelf.kept, shelf.version, shelf.seen
    if kept is None or version is None or seen is None or kept.day != day or version.marks != traces.marks:
        return None
    patience = LONGEST_UNCHANGED if _is_same(version, traces) else _patience(kept)
    if shelf.is_younger(patience):
        return kept
    if not shelf.is_younger(LONGEST) or (not _is_same(seen, traces) and _tells_of_cases(seen, traces)):
        return None
    shelf.seen = traces
    return kept


def _is_same(one: Traces, other: Traces) -> bool:
    """Whether nothing was written to the log between the two."""
    return (one.entry, one.entries) == (other.entry, other.entries)


def _patience(snapshot: Snapshot) -> timedelta:
    """For how long changes of cases may wait: while a city imports, every visitor would otherwise read all of them."""
    cases = len(snapshot.public_ids) + len(snapshot.solved.public_ids)
    return timedelta(seconds=cases / _CASES_A_SECOND) if cases > _MANY else timedelta()


def _tells_of_cases(seen: Traces, traces: Traces) -> bool:
    """Whether an entry after those that were looked at may have changed what the public sees."""
    # The kind is reckoned with, so that no engine looks all entries about cases through instead of the few new ones.
    later = select(LogEntry.id).where(LogEntry.id > seen.entry, LogEntry.subject_kind.concat("").in_(_TELLING))
    return traces.entry < seen.entry or db.session.scalars(later.limit(1)).first() is not None


def current_basemap() -> Basemap:
    """The basemap's script; raises `NotFound` when no city is loaded."""
    city, settings = the_city(), current_app.config["SETTINGS"]
    shelf = _shelves().basemap
    with shelf.lock:
        if shelf.kept is not None and shelf.is_younger(LONGEST):
            return shelf.kept
        version = fingerprint_basemap()
        if shelf.kept is not None and shelf.version == version:
            return shelf.put(shelf.kept, version)
        return shelf.put(_draw(city, settings), version)


def _draw(city: City, settings: Settings) -> Basemap:
    return draw_basemap(city, tile_url=settings.tile_url, attribution=settings.tile_attribution)
