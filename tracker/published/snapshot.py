"""Every case that is on the map today, as arrays: read once per change of the data, asked by every visitor.

Only masked columns are read (`public_lat`, `public_long`, `public_label`), and instants become dates on the way in, so
that no filter, order, count or box can tell more than the page shows. Even the service center and the neighborhood are
those that the masked point lies in: the case's own would tell on which side of a border its address lies.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, select

from ..calls.models import Family
from ..calls.public_days import PublicDays
from ..cases.models import CaseStatus, ProblemCase
from ..extensions import db
from ..places.areas import AreaIndex, NamedArea
from ..places.models import AreaKind
from .filters import AGES, CONFIRMED, EVERY, SOLVED, Filters
from .held_back import is_told_closed, untold_calls
from .mercator import Bools, Floats, project
from .months import read_month, span_of
from .visible import is_on_the_map, is_solved_lately
from .words import bands_of

Ints = NDArray[np.int64]
SOLVED_DAYS = 730
"""For how long a solved case is shown among the solved ones."""


@dataclass(frozen=True, slots=True)
class PublicFamily:
    """A problem family as the legend shows it."""

    id: int
    code: str
    name: str
    color: str


@dataclass(frozen=True, eq=False, kw_only=True)
class PublicCases:
    """Public cases of a day, newest first (of one day by their random number); all arrays of shape (n,)."""

    day: date
    public_ids: list[str]
    labels: list[str]
    lat: Floats
    long: Floats
    family_ids: Ints
    center_ids: Ints
    neighborhood_ids: Ints
    is_solved: Bools
    opened: Ints
    """Ordinal of the local date."""
    solved_on: Ints
    """Ordinal of the local date on which a case was confirmed solved; 0 for one that was not."""
    bands: Ints
    families: tuple[PublicFamily, ...]
    """Of these cases and of those that are shown beside them."""
    centers: tuple[NamedArea, ...]
    neighborhoods: tuple[NamedArea, ...]
    answers: dict[Any, Any] = field(default_factory=dict)
    """What was made from these cases already; it goes when they go."""

    @cached_property
    def projected(self) -> tuple[Floats, Floats]:
        """Web Mercator, 0 to 1."""
        return project(self.lat, self.long)

    def select(self, filters: Filters) -> Ints:
        """Indexes of the cases that pass, in order; a family or area that does not exist passes none."""
        passing = np.ones(len(self.public_ids), dtype=bool)
        for code, known, ids in (
            (filters.family, self.families, self.family_ids),
            (filters.center, self.centers, self.center_ids),
            (filters.neighborhood, self.neighborhoods, self.neighborhood_ids),
        ):
            if code:
                passing &= np.isin(ids, [one.id for one in known if one.code == code])
        if filters.status not in (EVERY, CONFIRMED):
            passing &= self.is_solved == (filters.status == SOLVED)
        if filters.opened:
            fewest, most, _ = AGES[filters.opened]
            age = self.day.toordinal() - self.opened
            passing &= (age >= fewest) if most is None else (age <= most)
        if month := read_month(filters.month):
            first, beyond = span_of(month)
            days = self.days_of(filters)
            passing &= (days >= first) & (days < beyond)
        return np.flatnonzero(passing)

    def days_of(self, filters: Filters) -> Ints:
        """The days by which these filters tell the months apart: of solving or of opening."""
        return self.solved_on if filters.is_about_solved else self.opened


@dataclass(frozen=True, eq=False, kw_only=True)
class Snapshot(PublicCases):
    """The cases that are on the map today; beside them those confirmed solved within `SOLVED_DAYS`."""

    solved: PublicCases

    def about(self, filters: Filters) -> PublicCases:
        """The cases from which these filters choose."""
        return self.solved if filters.is_about_solved else self


def take_snapshot(day: date, zone: ZoneInfo) -> Snapshot:
    """Read the public cases as of a day on the city's clocks."""
    rows = _read(is_on_the_map(day, zone), is_told_closed(day, zone))
    solved = _read(is_solved_lately(day, zone, timedelta(days=SOLVED_DAYS)), ProblemCase.status == CaseStatus.CLOSED)
    untold = untold_calls(day)
    families = _families({row.family_id for row in (*rows, *solved)})
    of_solved = PublicCases(**_arrays(solved, day, zone, families, untold, by_solving=True))
    return Snapshot(**_arrays(rows, day, zone, families, untold, by_solving=False), solved=of_solved)


def _arrays(
    rows: list[Any],
    day: date,
    zone: ZoneInfo,
    families: tuple[PublicFamily, ...],
    untold: Mapping[int, int],
    *,
    by_solving: bool,
) -> dict[str, Any]:
    keys, ids, labels, lats, longs, family_ids, closed, opened_at, confirmed_at, calls = (
        zip(*rows, strict=True) if rows else [()] * 10
    )
    days = PublicDays(zone)
    told = [count - untold.get(case_id, 0) for case_id, count in zip(keys, calls, strict=True)]
    opened = np.array([days.of(instant) for instant in opened_at], dtype=np.int64)
    solved_on = np.array([days.of(instant) if instant else 0 for instant in confirmed_at], dtype=np.int64)
    order = np.lexsort((np.array(ids, dtype=str), -(solved_on if by_solving else opened)))
    lat, long = (np.array(axis, dtype=np.float64)[order] for axis in (lats, longs))
    centers, neighborhoods = (AreaIndex.load(kind) for kind in (AreaKind.SERVICE_CENTER, AreaKind.NEIGHBORHOOD))
    return {
        "day": day,
        "public_ids": [ids[place] for place in order.tolist()],
        "labels": [labels[place] for place in order.tolist()],
        "lat": lat,
        "long": long,
        "family_ids": np.array(family_ids, dtype=np.int64)[order],
        "center_ids": centers.locate(lat, long),
        "neighborhood_ids": neighborhoods.locate(lat, long),
        "is_solved": np.array(closed, dtype=bool)[order],
        "opened": opened[order],
        "solved_on": solved_on[order],
        "bands": bands_of(np.array(told, dtype=np.int64))[order],
        "families": families,
        "centers": centers.areas,
        "neighborhoods": neighborhoods.areas,
    }


def _read(shown: ColumnElement[bool], closed: ColumnElement[bool]) -> list[Any]:
    columns = (
        ProblemCase.id, ProblemCase.public_id, ProblemCase.public_label, ProblemCase.public_lat,
        ProblemCase.public_long, ProblemCase.family_id, closed, ProblemCase.opened_at,
        ProblemCase.confirmed_at, ProblemCase.call_count,
    )  # fmt: skip
    return list(db.session.execute(select(*columns).where(shown)))


def _families(ids: set[int]) -> tuple[PublicFamily, ...]:
    query = select(Family.id, Family.code, Family.name, Family.color).order_by(Family.name, Family.id)
    return tuple(PublicFamily(*row) for row in db.session.execute(query) if row[0] in ids)
