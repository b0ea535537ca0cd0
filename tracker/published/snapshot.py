"""Every case that is on the map today, as arrays: read once per change of the data, asked by every visitor.

Only masked columns are read (`public_lat`, `public_long`, `public_label`), and instants become dates on the way in, so
that no filter, order, count or box can tell more than the page shows. Even the service center is the one that the
masked point lies in: the case's own center would tell on which side of a border its address lies.
"""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import select

from ..calls.models import Family
from ..calls.public_days import PublicDays
from ..cases.models import CaseStatus, ProblemCase
from ..extensions import db
from ..places.areas import AreaIndex, NamedArea
from ..places.models import AreaKind
from .filters import AGES, EVERY, SOLVED, Filters
from .held_back import untold_calls
from .mercator import Bools, Floats, project
from .visible import is_on_the_map
from .words import bands_of

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class PublicFamily:
    """A problem family as the legend shows it."""

    id: int
    code: str
    name: str
    color: str


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The public cases of a day, newest first (of one day by their random number); all arrays of shape (n,)."""

    day: date
    public_ids: list[str]
    labels: list[str]
    lat: Floats
    long: Floats
    family_ids: Ints
    center_ids: Ints
    is_solved: Bools
    opened: Ints
    """Ordinal of the local date."""
    bands: Ints
    families: tuple[PublicFamily, ...]
    centers: tuple[NamedArea, ...]
    answers: dict[Any, Any] = field(default_factory=dict)
    """What was made from this snapshot already; it goes when the snapshot goes."""

    @cached_property
    def projected(self) -> tuple[Floats, Floats]:
        """Web Mercator, 0 to 1."""
        return project(self.lat, self.long)

    def select(self, filters: Filters) -> Ints:
        """Indexes of the cases that pass, in order; a family or center that does not exist passes none."""
        passing = np.ones(len(self.public_ids), dtype=bool)
        if filters.family:
            passing &= np.isin(self.family_ids, [one.id for one in self.families if one.code == filters.family])
        if filters.center:
            passing &= np.isin(self.center_ids, [one.id for one in self.centers if one.code == filters.center])
        if filters.status != EVERY:
            passing &= self.is_solved == (filters.status == SOLVED)
        if filters.opened:
            fewest, most, _ = AGES[filters.opened]
            age = self.day.toordinal() - self.opened
            passing &= (age >= fewest) if most is None else (age <= most)
        return np.flatnonzero(passing)


def take_snapshot(day: date, zone: ZoneInfo) -> Snapshot:
    """Read the public cases as of a day on the city's clocks."""
    rows = _read(day, zone)
    keys, ids, labels, lats, longs, family_ids, solved, opened_at, calls = zip(*rows, strict=True) if rows else [()] * 9
    days = PublicDays(zone)
    untold = untold_calls(day)
    told = [count - untold.get(case_id, 0) for case_id, count in zip(keys, calls, strict=True)]
    opened = np.array([days.of(instant) for instant in opened_at], dtype=np.int64)
    order = np.lexsort((np.array(ids, dtype=str), -opened))
    lat, long = (np.array(axis, dtype=np.float64)[order] for axis in (lats, longs))
    index = AreaIndex.load(AreaKind.SERVICE_CENTER)
    return Snapshot(
        day=day,
        public_ids=[ids[place] for place in order.tolist()],
        labels=[labels[place] for place in order.tolist()],
        lat=lat,
        long=long,
        family_ids=np.array(family_ids, dtype=np.int64)[order],
        center_ids=index.locate(lat, long),
        is_solved=np.array(solved, dtype=bool)[order],
        opened=opened[order],
        bands=bands_of(np.array(told, dtype=np.int64))[order],
        families=_families(set(family_ids)),
        centers=index.areas,
    )


def _read(day: date, zone: ZoneInfo) -> list[Any]:
    is_solved = ProblemCase.status == CaseStatus.CLOSED
    columns = (
        ProblemCase.id, ProblemCase.public_id, ProblemCase.public_label, ProblemCase.public_lat,
        ProblemCase.public_long, ProblemCase.family_id, is_solved, ProblemCase.opened_at, ProblemCase.call_count,
    )  # fmt: skip
    return list(db.session.execute(select(*columns).where(is_on_the_map(day, zone))))


def _families(ids: set[int]) -> tuple[PublicFamily, ...]:
    query = select(Family.id, Family.code, Family.name, Family.color).order_by(Family.name, Family.id)
    return tuple(PublicFamily(*row) for row in db.session.execute(query) if row[0] in ids)
