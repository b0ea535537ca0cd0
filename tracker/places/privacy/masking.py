"""What the public is told about the place of a call: always one of the fixed points, never the place itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import bindparam, select

from ...batches import in_chunks
from ...change_marks import Marks
from ...extensions import db
from ..addresses import AddressKind, NormalizedAddress, normalize_address
from ..city import city_projection, the_city
from ..models import PointKind, PublicPoint
from .blocks import Run, Span, run_at, spans_that_may_hold
from .coarse import find_coarse_points
from .known import find_nearest_blocks

MISNAMED_DM = 3_000
"""A call more than 300 m from the intersection that its text names means another one of the same name."""
_FEW = 20
"""Up to so many blocks are looked up by key; for more, reading all points at once is cheaper."""

Block = tuple[Run, int]


class PlaceToMask(NamedTuple):
    """Where a call lies, in text and degrees. `normalized` saves reading `address_key` again; None reads it."""

    address_key: str
    normalized: NormalizedAddress | None
    lat: float
    long: float


@dataclass(frozen=True, slots=True)
class Mask:
    """What stands in public for a place: label and point (degrees) of a fixed public point."""

    label: str
    lat: float
    long: float
    kind: PointKind

    @property
    def is_approximate(self) -> bool:
        """Whether it names no street: the neighborhood's point, or the grid's."""
        return self.kind in (PointKind.NEIGHBORHOOD, PointKind.GRID)


def mask_places(places: Sequence[PlaceToMask], marks: Marks | None = None) -> list[Mask]:
    """The mask of each place, in order. Raises `NotFound` when no city is loaded.

    The hundred block that the text names, or of the nearest known address within 100 m where it names none; for an
    intersection its own point; else the neighborhood's point, else the grid's. It reads the points that
    `build_public_points` made last, so call that first after addresses were learned. `marks` are those of this
    transaction, if known.
    """
    if not places:
        return []
    spots = {(place.address_key, place.lat, place.long): place for place in places}
    masks = dict(zip(spots, _mask_distinct(list(spots.values()), marks), strict=True))
    return [masks[place.address_key, place.lat, place.long] for place in places]


def _mask_distinct(places: list[PlaceToMask], marks: Marks | None) -> list[Mask]:
    projection = city_projection(the_city())
    lat = np.array([place.lat for place in places], dtype=np.float64)
    long = np.array([place.long for place in places], dtype=np.float64)
    x, y = projection.many_to_decimetres(lat, long)
    blocks, crossings = _read_texts(places, x, y)
    unread = np.array([i for i in range(len(places)) if i not in blocks and i not in crossings], dtype=np.int64)
    for index, block in zip(unread.tolist(), find_nearest_blocks(x[unread], y[unread]), strict=True):
        if block:
            blocks[index] = block
    masks = _mask_blocks(blocks)
    for index, mask in _find_crossings(crossings).items():
        px, py = projection.to_decimetres(mask.lat, mask.long)
        if (px - int(x[index])) ** 2 + (py - int(y[index])) ** 2 <= MISNAMED_DM**2:
            masks[index] = mask
    left = np.array([i for i in range(len(places)) if i not in masks], dtype=np.int64)
    for index, point in zip(left.tolist(), find_coarse_points(projection, lat[left], long[left], marks), strict=True):
        masks[index] = Mask(point.label, point.lat, point.long, point.kind)
    return [masks[index] for index in range(len(places))]


def _read_texts(
    places: list[PlaceToMask], x: NDArray[np.int64], y: NDArray[np.int64]
) -> tuple[dict[int, Block], dict[int, str]]:
    """By index: the block that a place's text names, or the intersection."""
    blocks: dict[int, Block] = {}
    crossings: dict[int, str] = {}
    for index, (place, px, py) in enumerate(zip(places, x.tolist(), y.tolist(), strict=True)):
        address = place.normalized or normalize_address(place.address_key, use_fallback=False)
        if address.hundred is not None and address.street:
            blocks[index] = run_at(address.street, px, py), address.hundred
        elif address.kind is AddressKind.INTERSECTION:
            crossings[index] = address.key
    return blocks, crossings


def _mask_blocks(blocks: dict[int, Block]) -> dict[int, Mask]:
    wanted = set(blocks.values())
    keys = [span.key for block in wanted for span in spans_that_may_hold(*block)] if len(wanted) <= _FEW else None
    holding: dict[Block, Mask] = {}
    for key, mask in _read_points(keys, (PointKind.BLOCK, PointKind.WIDENED)):
        span = Span.from_key(key)
        for hundred in range(span.low, span.high + 1, 100):
            holding[span.run, hundred] = mask
    return {index: holding[block] for index, block in blocks.items() if block in holding}


def _find_crossings(crossings: dict[int, str]) -> dict[int, Mask]:
    wanted = sorted(set(crossings.values()))
    found = dict(_read_points(wanted, (PointKind.INTERSECTION,)))
    return {index: found[key] for index, key in crossings.items() if key in found}


_POINTS = select(
    PublicPoint.key, PublicPoint.label, PublicPoint.lat, PublicPoint.long, PublicPoint.kind
).where(PublicPoint.kind.in_(bindparam("kinds", expanding=True)))  # fmt: skip
_POINTS_WITH_KEYS = _POINTS.where(PublicPoint.key.in_(bindparam("keys", expanding=True)))


def _read_points(keys: Iterable[str] | None, kinds: Sequence[PointKind]) -> list[tuple[str, Mask]]:
    """The points of these kinds with these keys, or all of them."""
    connection = db.session.connection()
    if keys is None:
        rows = list(connection.execute(_POINTS, {"kinds": kinds}))
    else:
        asked = ({"kinds": kinds, "keys": some} for some in in_chunks(keys))
        rows = [row for some in asked for row in connection.execute(_POINTS_WITH_KEYS, some)]
    return [(row.key, Mask(row.label, row.lat, row.long, row.kind)) for row in rows]
