"""The cases under one problem on one plan: a dot for each, larger for more calls. Pure geometry."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ..site_plan import Point, Sheet, SitePlan, cut_sheet, draw_plan


@dataclass(frozen=True, slots=True)
class Spot:
    """A case on the plan: where (decimetres of the city's plane), how many calls, what it is called."""

    x_dm: int
    y_dm: int
    count: int
    label: str


@dataclass(frozen=True, slots=True)
class Numbered:
    """A spot on the sheet with its number in the list of cases."""

    x: float
    y: float
    r: float
    number: int
    label: str


def sheet_of(spots: Sequence[Spot]) -> Sheet:
    """The sheet about the middle of the spots that shows them all."""
    x = (min(spot.x_dm for spot in spots) + max(spot.x_dm for spot in spots)) // 2
    y = (min(spot.y_dm for spot in spots) + max(spot.y_dm for spot in spots)) // 2
    return cut_sheet((x, y), 0, [(spot.x_dm, spot.y_dm) for spot in spots])


def draw_ground(
    sheet: Sheet, known: Iterable[tuple[int, int]] = (), streets: Iterable[tuple[str, Sequence[Point]]] = ()
) -> SitePlan:
    """Streets, known addresses and the scale, without any call."""
    return draw_plan(sheet, 0, (), known, streets)


def place_spots(sheet: Sheet, spots: Sequence[Spot]) -> list[Numbered]:
    """The spots, numbered from 1 as they come; the largest first, so that small ones lie on top of it."""
    placed = [
        Numbered(
            *sheet.place(spot.x_dm, spot.y_dm), round(11 + 1.5 * math.sqrt(min(spot.count, 100)), 1), number, spot.label
        )
        for number, spot in enumerate(spots, start=1)
    ]
    return sorted(placed, key=lambda spot: -spot.r)
