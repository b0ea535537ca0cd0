"""Keep what every visitor asks for in this process: the snapshot of the cases, and the basemap's script.

A snapshot is good while the activity log, in which every change is said, has no newer entry and the day is the same.
The clock is a second bound for both, for changes of the city's profile and for entries committed out of their order.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

from flask import current_app
from sqlalchemy import func, select

from ..clock import utc_now
from ..config import Settings
from ..extensions import db
from ..places.city import city_zone, the_city
from ..places.maps import Basemap, draw_basemap, fingerprint_basemap
from ..places.models import City
from ..staff.models import LogEntry
from .facts import public_day
from .snapshot import Snapshot, take_snapshot

LONGEST = timedelta(minutes=1)
_TELLING = ("case", "service_type", "city")
"""Subjects whose entries come with a change of a case: most entries, such as those about bookings, do not."""
Kept = TypeVar("Kept")


@dataclass(slots=True)
class _Shelf(Generic[Kept]):
    """One thing, the version it was made from, and when; a lock, so that it is made once however many ask."""

    kept: Kept | None = None
    version: int | str = 0
    at: datetime | None = None
    lock: Lock = field(default_factory=Lock)

    def is_fresh(self) -> bool:
        return self.at is not None and abs(utc_now() - self.at) < LONGEST

    def put(self, kept: Kept, version: int | str) -> Kept:
        self.kept, self.version, self.at = kept, version, utc_now()
        return kept


@dataclass(slots=True)
class _Shelves:
    """What one application keeps."""

    snapshot: _Shelf[Snapshot] = field(default_factory=_Shelf)
    basemap: _Shelf[Basemap] = field(default_factory=_Shelf)


def _shelves() -> _Shelves:
    shelves: _Shelves = current_app.extensions.setdefault("public-shelves", _Shelves())
    return shelves


def current_snapshot() -> Snapshot:
    """The public cases as they stand now; raises `NotFound` when no city is loaded."""
    city = the_city()
    day = public_day(city)
    shelf = _shelves().snapshot
    with shelf.lock:
        newest = db.session.scalar(select(func.max(LogEntry.id))) or 0
        if shelf.kept is not None and shelf.kept.day == day and shelf.is_fresh() and not _tells_of_cases(shelf, newest):
            return shelf.kept
        return shelf.put(take_snapshot(day, city_zone(city)), newest)


def _tells_of_cases(shelf: _Shelf[Snapshot], newest: int) -> bool:
    """Whether an entry after the snapshot's newest may have changed what the public sees."""
    if shelf.version == newest:
        return False
    later = select(LogEntry.id).where(LogEntry.id > shelf.version, LogEntry.subject_kind.in_(_TELLING))
    if db.session.scalars(later.limit(1)).first() is not None:
        return True
    shelf.version = newest
    return False


def current_basemap() -> Basemap:
    """The basemap's script; raises `NotFound` when no city is loaded."""
    city, settings = the_city(), current_app.config["SETTINGS"]
    shelf = _shelves().basemap
    with shelf.lock:
        if shelf.kept is not None and shelf.is_fresh():
            return shelf.kept
        version = fingerprint_basemap()
        if shelf.kept is not None and shelf.version == version:
            return shelf.put(shelf.kept, version)
        return shelf.put(_draw(city, settings), version)


def _draw(city: City, settings: Settings) -> Basemap:
    return draw_basemap(city, tile_url=settings.tile_url, attribution=settings.tile_attribution)
