"""Web Mercator as Leaflet reckons it, for arrays; and the part of the world that a map on a screen shows. Pure."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..errors import Invalid

TILE_PX = 256
MAX_ZOOM = 19
_STEEPEST = 85.0
_WIDEST_TILES = 32
"""A screen of 8,192 pixels; a wider view is shown as from further away."""

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def project(lat: Floats, long: Floats) -> tuple[Floats, Floats]:
    """(x, y) from 0 to 1, x eastward, y southward, of points in degrees, shape (n,)."""
    radians = np.radians(np.clip(lat, -_STEEPEST, _STEEPEST))
    y = 0.5 - np.log(np.tan(np.pi / 4 + radians / 2)) / (2 * np.pi)
    return (long + 180) / 360, y


@dataclass(frozen=True, slots=True)
class Window:
    """Whole tiles of 256 pixels at a zoom, `left` to `right` and `top` to `bottom`, both included.

    Two screens that show nearly the same place ask for the same window, so its answer is made once.
    """

    zoom: int
    left: int
    top: int
    right: int
    bottom: int

    def contains(self, x: Floats, y: Floats) -> Bools:
        """Which projected points lie inside, shape (n,)."""
        tiles = 2.0**self.zoom
        across = (x * tiles >= self.left) & (x * tiles < self.right + 1)
        return across & (y * tiles >= self.top) & (y * tiles < self.bottom + 1)


def read_window(bbox: str, zoom: str) -> Window:
    """The window of an address: `bbox` is west,south,east,north in degrees as in GeoJSON; raises `Invalid`."""
    try:
        west, south, east, north = (float(part) for part in bbox.split(","))
        level = int(zoom)
    except ValueError:
        raise Invalid("Give bbox=west,south,east,north in degrees and zoom=0 to 19.") from None
    numbers = (west, south, east, north)
    if not all(map(math.isfinite, numbers)) or south > north or west > east or not 0 <= level <= MAX_ZOOM:
        raise Invalid("Give bbox=west,south,east,north in degrees, lower edges first, and zoom=0 to 19.")
    if max(map(abs, numbers)) > 540:
        raise Invalid("Degrees go from -180 to 180.")
    (left, right), (top, bottom) = (axis.tolist() for axis in project(np.array([north, south]), np.array([west, east])))
    return _cut(level, left, top, right, bottom)


def _cut(zoom: int, left: float, top: float, right: float, bottom: float) -> Window:
    """The whole tiles that hold the box, at a lower zoom if they would be too many."""
    while zoom and max(right - left, bottom - top) * 2**zoom > _WIDEST_TILES:
        zoom -= 1
    tiles = 2**zoom
    edges = (math.floor(edge * tiles) for edge in (left, top, right, bottom))
    return Window(zoom, *edges)
