"""Places along the streets' lines: a house number between a segment's ends, and the point where two streets meet."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape
from sqlalchemy import select

from ...batches import in_chunks
from ...extensions import db
from ..models import Street
from ..projection import Projection

Spot = tuple[float, float]
"""(x, y) in decimetres."""


@dataclass(frozen=True, slots=True)
class Segment:
    """A street segment; its numbers are None where they are unknown."""

    from_number: int | None
    to_number: int | None
    coordinates: NDArray[np.float64]
    """(long, lat) in degrees, shape (n, 2), from the end of `from_number` on."""

    def has_number(self, number: int) -> bool:
        """Whether the number lies between the ends, whichever way they run."""
        if self.from_number is None or self.to_number is None:
            return False
        return min(self.from_number, self.to_number) <= number <= max(self.from_number, self.to_number)

    def share_of(self, number: int) -> float:
        """How far along the segment a number lies that it has: 0 at `from_number`, 1 at `to_number`."""
        if self.from_number is None or self.to_number is None or self.from_number == self.to_number:
            return 0.5
        return (number - self.from_number) / (self.to_number - self.from_number)


class StreetLines:
    """The segments of some streets, by street key, in the order of their ids."""

    def __init__(self, projection: Projection, streets: Iterable[str]) -> None:
        """Read the segments of `streets` (keys) from the database."""
        self._projection = projection
        self._segments: dict[str, list[Segment]] = {}
        query = select(Street.key, Street.from_number, Street.to_number, Street.geometry).order_by(Street.id)
        for chunk in in_chunks(sorted(set(streets))):
            for key, low, high, geometry in db.session.execute(query.where(Street.key.in_(chunk))):
                coordinates = shapely.get_coordinates(shape(geometry))
                self._segments.setdefault(key, []).append(Segment(low, high, coordinates))

    def find_number(self, street: str, number: int) -> Spot | None:
        """Where a house number lies on a street, by its share of the first segment that has it; None if none has."""
        for segment in self._segments.get(street, ()):
            if segment.has_number(number):
                line = shapely.LineString(self._project(segment))
                point = line.interpolate(segment.share_of(number), normalized=True)
                return point.x, point.y
        return None

    def find_block(self, street: str, hundred: int) -> Spot | None:
        """The middle of a hundred block by the numbers that the segments give it; None if they give it none."""
        numbers = [
            min(max(end, hundred), hundred + 99)
            for segment in self._segments.get(street, ())
            if segment.from_number is not None and segment.to_number is not None
            for end in (segment.from_number, segment.to_number)
            if min(segment.from_number, segment.to_number) <= hundred + 99
            and max(segment.from_number, segment.to_number) >= hundred
        ]
        return self.find_number(street, (min(numbers) + max(numbers)) // 2) if numbers else None

    def find_crossing(self, street: str, other: str) -> Spot | None:
        """The point that the lines of two streets share; of several the most south-western. None if they never meet."""
        first, second = (
            {spot for segment in self._segments.get(name, ()) for spot in self._project(segment)}
            for name in (street, other)
        )
        return min(first & second, default=None)

    def _project(self, segment: Segment) -> list[tuple[int, int]]:
        long, lat = segment.coordinates.T
        x, y = self._projection.many_to_decimetres(lat, long)
        return list(zip(x.tolist(), y.tolist(), strict=True))
