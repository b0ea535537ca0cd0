"""The list beside the map: the same cases, a page at a time, nearest first where a place was searched for."""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from flask_babel import format_decimal, gettext
from flask_sqlalchemy.pagination import Pagination

from ..published.circles import DEGREE_M
from ..published.finding import Found
from ..published.snapshot import Ints, PublicCases, PublicFamily

PER_PAGE = 20
_MILE_DEGREES = 1609.344 / DEGREE_M
"""A mile in degrees of latitude."""
_HERE_MILES = 0.03


@dataclass(frozen=True, slots=True)
class Line:
    """A case as the list shows it."""

    public_id: str
    label: str
    family: PublicFamily
    is_solved: bool
    opened: int
    solved_on: int
    """Ordinals of the dates; 0 for one that was not confirmed solved."""
    band: int
    distance: str
    at: str
    """Latitude and longitude of the public point, by which the list points at the map."""


class CasePage(Pagination):
    """A page of the list; Flask-SQLAlchemy's own arithmetic over indexes that are in memory."""

    def _query_items(self) -> list[Any]:
        order: Ints = self._query_args["order"]
        return list(order[self._query_offset : self._query_offset + self.per_page].tolist())

    def _query_count(self) -> int:
        return int(self._query_args["order"].size)


def page_of(shown: PublicCases, passing: Ints, near: Found | None, page: int) -> CasePage:
    """Page `page` (from 1; beyond the last is empty) of the cases `passing`, as `Line`s."""
    miles = None if near is None else _miles(shown, passing, near)
    order = passing if miles is None else passing[np.argsort(miles, kind="stable")]
    cases = CasePage(page=page, per_page=PER_PAGE, max_per_page=PER_PAGE, error_out=False, order=order)
    by_case = {} if miles is None else dict(zip(passing.tolist(), miles.tolist(), strict=True))
    cases.items = [_line(shown, case, by_case.get(case)) for case in cases.items]
    return cases


def _miles(shown: PublicCases, passing: Ints, near: Found) -> Any:
    """From public point to public point, flat-Earth, which is right to a thousandth within a city; shape (k,)."""
    north = shown.lat[passing] - near.lat
    east = (shown.long[passing] - near.long) * math.cos(math.radians(near.lat))
    return np.hypot(north, east) / _MILE_DEGREES


def _line(shown: PublicCases, case: int, miles: float | None) -> Line:
    family = next(one for one in shown.families if one.id == int(shown.family_ids[case]))
    return Line(
        shown.public_ids[case], shown.labels[case], family, bool(shown.is_solved[case]),
        int(shown.opened[case]), int(shown.solved_on[case]), int(shown.bands[case]), _say_distance(miles),
        f"{shown.lat[case]:.5f},{shown.long[case]:.5f}",
    )  # fmt: skip


def _say_distance(miles: float | None) -> str:
    if miles is None:
        return ""
    if miles < _HERE_MILES:
        return str(gettext("here"))
    return str(gettext("%(miles)s mi away", miles=format_decimal(max(0.1, round(miles, 1)))))
