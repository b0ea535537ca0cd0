"""A raster of the city that knows which land is taken, so that thousands of points are asked about at once."""

import numpy as np

from .geometry import Flags, Ints, Points, at_chainage, chainage
from .plan import BOUNDS_M

CELL_M = 8.0


class Land:
    """Square cells of `CELL_M` metres over the city's bounds; a cell is free or taken."""

    def __init__(self) -> None:
        """All land is free."""
        west, south, east, north = BOUNDS_M
        self._corner = np.array([west, south])
        self._taken = np.zeros((int((east - west) / CELL_M) + 1, int((north - south) / CELL_M) + 1), np.bool_)

    def take_along(self, lines: list[Points], metres: float) -> None:
        """Take what lies within `metres` of the lines."""
        spots = np.vstack([at_chainage(line, np.arange(0, chainage(line)[-1], CELL_M)) for line in lines])
        reach = np.arange(-int(metres / CELL_M) - 1, int(metres / CELL_M) + 2)
        disc = np.array([(i, j) for i in reach for j in reach if np.hypot(i, j) * CELL_M <= metres])
        column, row = self._cells(spots)
        width, height = self._taken.shape
        columns = np.clip(column[:, None] + disc[:, 0], 0, width - 1)
        self._taken[columns, np.clip(row[:, None] + disc[:, 1], 0, height - 1)] = True

    def take_ellipse(self, middle: tuple[float, float], half: tuple[float, float]) -> None:
        """Take an ellipse given by its center and half axes in metres."""
        columns, rows = (np.arange(size) for size in self._taken.shape)
        across = ((columns * CELL_M + self._corner[0] - middle[0]) / half[0]) ** 2
        along = ((rows * CELL_M + self._corner[1] - middle[1]) / half[1]) ** 2
        self._taken |= across[:, None] + along[None, :] <= 1

    def is_free(self, points: Points) -> Flags:
        """Which points lie on free land within the bounds, shape (n,)."""
        column, row = self._cells(points)
        width, height = self._taken.shape
        within = (column >= 0) & (row >= 0) & (column < width) & (row < height)
        free = np.zeros(len(points), np.bool_)
        free[within] = ~self._taken[column[within], row[within]]
        return free

    def _cells(self, points: Points) -> tuple[Ints, Ints]:
        column, row = np.floor((points - self._corner) / CELL_M).astype(np.int64).T
        return column, row
