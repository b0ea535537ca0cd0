"""Degrees to local integer decimetres and back: the one projection that every rule uses.

Equirectangular about the origin in the city profile (never about the data's mean), with the Earth as a sphere of
6,371,008.8 m: x = round(10 R cos(phi0) dlambda), y = round(10 R dphi). Integers, so that every engine agrees.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

EARTH_RADIUS_M = 6_371_008.8
CELL_DM = 2_500
_PACK = 1 << 20
"""Cells per axis on either side of the origin that fit a packed id: 262,000 km, so none ever collides."""


@dataclass(frozen=True, slots=True)
class Projection:
    """The city's local plane. `origin_lat`, `origin_long` in degrees."""

    origin_lat: float
    origin_long: float

    @property
    def _x_scale(self) -> float:
        return 10 * EARTH_RADIUS_M * math.cos(math.radians(self.origin_lat)) * math.pi / 180

    @property
    def _y_scale(self) -> float:
        return 10 * EARTH_RADIUS_M * math.pi / 180

    def to_decimetres(self, lat: float, long: float) -> tuple[int, int]:
        """(x, y) in decimetres of one point in degrees."""
        return round(self._x_scale * (long - self.origin_long)), round(self._y_scale * (lat - self.origin_lat))

    def to_degrees(self, x_dm: float, y_dm: float) -> tuple[float, float]:
        """(lat, long) of a point of the plane, rounded to 1e-7 degrees (about a centimetre)."""
        lat = self.origin_lat + y_dm / self._y_scale
        return round(lat, 7), round(self.origin_long + x_dm / self._x_scale, 7)

    def many_to_decimetres(
        self, lat: NDArray[np.float64], long: NDArray[np.float64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The same for arrays of shape (n,); `np.rint` and Python's `round` both round halves to even."""
        x = np.rint(self._x_scale * (long - self.origin_long)).astype(np.int64)
        return x, np.rint(self._y_scale * (lat - self.origin_lat)).astype(np.int64)


def cell_of(x_dm: int, y_dm: int) -> int:
    """The packed id of the 250 m grid cell that holds a point; neighbors differ by 1 and by `_PACK`."""
    return (x_dm // CELL_DM) * _PACK + y_dm // CELL_DM


def cells_around(x_dm: int, y_dm: int, radius_dm: int) -> list[int]:
    """Every cell that a disc of `radius_dm` about the point can touch."""
    columns = range((x_dm - radius_dm) // CELL_DM, (x_dm + radius_dm) // CELL_DM + 1)
    rows = range((y_dm - radius_dm) // CELL_DM, (y_dm + radius_dm) // CELL_DM + 1)
    return [column * _PACK + row for column in columns for row in rows]
