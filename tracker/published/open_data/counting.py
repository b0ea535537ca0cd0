"""How many published calls and cases there are, by year and by family, for the page that offers them."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from threading import Lock

from flask import current_app
from sqlalchemy import func, select

from ...calls.models import Family, ServiceRequest
from ...calls.public_days import PublicDays
from ...cases.models import ProblemCase
from ...clock import utc_now
from ...extensions import db
from ...places.city import city_zone, the_city
from ..calls import is_published
from ..facts import public_day, public_kinds
from ..visible import is_for_the_public
from .reading import SHOWN
from .versions import DataVersion

FEW = 3
"""A smaller count is said as «a few»."""
AT_LEAST = timedelta(minutes=10)
"""So long a count is good though the data change all the time, as they do while a large file is read in."""


@dataclass(frozen=True, slots=True)
class Counts:
    """Of one year or family: the code or year that stands in an address, its name, and how many there are."""

    code: str
    name: str
    cases: int
    calls: int


@dataclass(frozen=True, slots=True)
class DataCounts:
    """All of them; years newest first, families by name."""

    years: tuple[Counts, ...]
    families: tuple[Counts, ...]
    types: tuple[tuple[str, str], ...]
    """Code and name of every public type, for the choice on the page."""


@dataclass(slots=True)
class _Kept:
    counts: DataCounts | None = None
    words: str = ""
    at: datetime | None = None
    lock: Lock = field(default_factory=Lock)

    def is_good(self, words: str) -> bool:
        return self.at is not None and (self.words == words or abs(utc_now() - self.at) < AT_LEAST)


def current_counts(version: DataVersion) -> DataCounts:
    """The counts, at most ten minutes old; while one request counts anew, the others are told what was known."""
    kept: _Kept = current_app.extensions.setdefault("open-data-counts", _Kept())
    if kept.counts is not None and (kept.is_good(version.words) or kept.lock.locked()):
        return kept.counts
    with kept.lock:
        if kept.counts is None or not kept.is_good(version.words):
            kept.counts, kept.words, kept.at = _count(), version.words, utc_now()
        return kept.counts


def _count() -> DataCounts:
    kinds = public_kinds()
    years: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    families: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for code, year, number in _case_counts():
        years[year][0] += number
        families[code][0] += number
    for type_id, year, number in _call_counts():
        years[year][1] += number
        families[kinds[type_id].family_code][1] += number
    names = dict(db.session.execute(select(Family.code, Family.name)).all())
    return DataCounts(
        tuple(Counts(str(year), str(year), *years[year]) for year in sorted(years, reverse=True)),
        tuple(Counts(code, names[code], *families[code]) for code in sorted(families, key=lambda code: names[code])),
        tuple((kind.service_code, kind.service_name) for kind in kinds.values()),
    )


def _call_counts() -> list[tuple[int, int, int]]:
    """(type, year, number), a question for each year: no function for the year of an ordinal is in both engines."""
    shown = is_published(public_kinds().values())
    first, last = db.session.execute(
        select(func.min(ServiceRequest.public_day), func.max(ServiceRequest.public_day)).where(*shown)
    ).one()
    if first is None or last is None:
        return []
    counts = []
    for year in range(date.fromordinal(first).year, date.fromordinal(last).year + 1):
        ends = (date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal())
        query = select(ServiceRequest.service_type_id, func.count()).where(*shown)
        query = query.where(ServiceRequest.public_day.between(*ends)).group_by(ServiceRequest.service_type_id)
        counts += [(type_id, year, number) for type_id, number in db.session.execute(query)]
    return counts


def _case_counts() -> list[tuple[str, int, int]]:
    """(family, year, number)."""
    city = the_city()
    zone = city_zone(city)
    days = PublicDays(zone)
    query = select(Family.code, ProblemCase.opened_at).join(Family, Family.id == ProblemCase.family_id)
    query = query.where(ProblemCase.status.in_(SHOWN), is_for_the_public(public_day(city), zone))
    counts: dict[tuple[str, int], int] = defaultdict(int)
    for code, opened_at in db.session.execute(query):
        counts[code, date.fromordinal(days.of(opened_at)).year] += 1
    return [(code, year, number) for (code, year), number in counts.items()]
