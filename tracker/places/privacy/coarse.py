"""The coarse points: the neighborhood's own, or a fixed grid of 500 m. They say nothing about any address."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ...change_marks import Marks
from ..areas import AreaIndex
from ..models import AreaKind, PointKind
from ..projection import Projection

GRID_DM = 5_000


@dataclass(frozen=True, slots=True)
class CoarsePoint:
    """A coarse public point; degrees."""

    key: str
    kind: PointKind
    label: str
    lat: float
    long: float


def find_coarse_points(
    projection: Projection, lat: NDArray[np.float64], long: NDArray[np.float64], marks: Marks | None = None
) -> list[CoarsePoint]:
    """The coarse point of each place (degrees, shape (n,)): its neighborhood's, else its grid square's."""
    if not len(lat):
        return []
    index = AreaIndex.load(AreaKind.NEIGHBORHOOD, marks)
    of_area = {
        area.id: CoarsePoint(f"NEIGHBORHOOD {area.code}", PointKind.NEIGHBORHOOD, area.name, area.lat, area.long)
        for area in index.areas
    }
    x, y = projection.many_to_decimetres(lat, long)
    squares = zip(index.locate(lat, long).tolist(), (x // GRID_DM).tolist(), (y // GRID_DM).tolist(), strict=True)
    return [
        of_area[area] if area else _grid_point(projection, column, row)
        for area, column, row in squares
    ]  # fmt: skip


@lru_cache(maxsize=4096)
def _grid_point(projection: Projection, column: int, row: int) -> CoarsePoint:
    """The middle of a square of 500 m."""
    lat, long = projection.to_degrees((column + 0.5) * GRID_DM, (row + 0.5) * GRID_DM)
    lat, long = round(lat, 5), round(long, 5)
    return CoarsePoint(f"GRID {column},{row}", PointKind.GRID, f"Near {lat:.3f}, {long:.3f} (approximate)", lat, long)
