"""Make the public points from what is known, and give every address the one it stands behind."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import bindparam, delete, select, update

from ...batches import in_chunks, insert_missing, run_many
from ...extensions import db
from ..addresses import AddressKind, NormalizedAddress
from ..city import city_projection, the_city
from ..extents import middle_of_extent
from ..models import Address, PointKind, PublicPoint
from ..projection import Projection
from .blocks import MINIMUM, Span, divide
from .coarse import CoarsePoint, find_coarse_points
from .known import KnownAddress, count_numbers, group_by_block, pairs_within, read_known_addresses

CROSSING_REACH_DM = 1_500
"""An intersection may be shown when eight known addresses lie within 150 m of it."""
_DECIMALS = 5
_STEP = 3e-5
"""About 3 m: how far a point moves aside when an address happens to lie exactly on it."""

_POINTS = PublicPoint.metadata.tables["public_points"]
_ADDRESSES = Address.metadata.tables["addresses"]
_STANDING = select(PublicPoint.id, PublicPoint.key, PublicPoint.kind)


@dataclass(slots=True)
class _Draft:
    """The points as they shall be: key to row values, and the key of each address's point."""

    projection: Projection
    standing: dict[str, PointKind]
    taken: set[tuple[int, int]]
    """The squares of a metre in which a known address lies."""
    points: dict[str, dict[str, object]] = field(default_factory=dict)
    key_of: dict[int, str] = field(default_factory=dict)

    def put(self, key: str, kind: PointKind, label: str, at: tuple[float, float], members: list[KnownAddress]) -> None:
        """Let a point stand for its members; a point that stands already keeps its label and position."""
        self.points[key] = {
            "key": key, "kind": kind.value, "label": label, "lat": at[0], "long": at[1], "address_count": len(members)
        }  # fmt: skip
        for member in members:
            self.key_of[member.id] = key

    def step_aside(self, x_dm: float, y_dm: float) -> tuple[float, float]:
        """The place in degrees, rounded to about a metre and at least a metre off every known address."""
        lat, long = (round(degrees, _DECIMALS) for degrees in self.projection.to_degrees(x_dm, y_dm))
        while self._is_taken(lat, long):
            lat = round(lat + _STEP, _DECIMALS)
        return lat, long

    def _is_taken(self, lat: float, long: float) -> bool:
        x, y = self.projection.to_decimetres(lat, long)
        return any((x // 10 + right, y // 10 + up) in self.taken for right in (-1, 0, 1) for up in (-1, 0, 1))


def build_public_points() -> int:
    """Bring the public points up to date with the known addresses, and return how many stand.

    A point that stands keeps its position and label for good. New addresses only add points: where a block becomes
    known well enough it leaves its coarse point for a finer one. What stands depends on the addresses and on what
    stood before, on nothing else. Raises `NotFound` when no city is loaded.
    """
    db.session.flush()
    addresses = read_known_addresses()
    projection = city_projection(the_city())
    standing = {key: kind for _, key, kind in db.session.execute(_STANDING)}
    draft = _Draft(projection, standing, _squares_of_houses(addresses))
    _draft_blocks(draft, addresses)
    _draft_crossings(draft, addresses)
    _draft_coarse(draft, [address for address in addresses if address.id not in draft.key_of])
    _write(draft, addresses)
    db.session.expire_all()
    return len(draft.points)


def _squares_of_houses(addresses: Iterable[KnownAddress]) -> set[tuple[int, int]]:
    return {(one.x_dm // 10, one.y_dm // 10) for one in addresses if one.number is not None}


def _draft_blocks(draft: _Draft, addresses: list[KnownAddress]) -> None:
    kept: dict[object, list[Span]] = {}
    for key, kind in draft.standing.items():
        if kind in (PointKind.BLOCK, PointKind.WIDENED):
            span = Span.from_key(key)
            kept.setdefault(span.run, []).append(span)
    for run, blocks in group_by_block(addresses).items():
        numbers = {hundred: count_numbers(members) for hundred, members in blocks.items()}
        for span in divide(run, numbers, kept.get(run, ())):
            members = [one for hundred in blocks if span.low <= hundred <= span.high for one in blocks[hundred]]
            x, y = (np.array([getattr(one, axis) for one in members], dtype=np.int64) for axis in ("x_dm", "y_dm"))
            draft.put(span.key, span.kind, span.label, draft.step_aside(*middle_of_extent(x, y)), members)


def _draft_crossings(draft: _Draft, addresses: list[KnownAddress]) -> None:
    houses = list({(one.street, one.number): one for one in addresses if one.number is not None}.values())
    crossings = [one for one in addresses if one.number is None and " & " in one.key]
    if not houses or not crossings:
        return
    (x, y), (house_x, house_y) = (
        (np.array([one.x_dm for one in some]), np.array([one.y_dm for one in some])) for some in (crossings, houses)
    )
    place, _ = pairs_within(x, y, house_x, house_y, CROSSING_REACH_DM)
    for crossing, near in zip(crossings, np.bincount(place, minlength=len(crossings)).tolist(), strict=True):
        if near >= MINIMUM:
            label = NormalizedAddress(AddressKind.INTERSECTION, crossing.key).display
            at = draft.step_aside(crossing.x_dm, crossing.y_dm)
            draft.put(crossing.key, PointKind.INTERSECTION, label, at, [crossing])


def _draft_coarse(draft: _Draft, addresses: list[KnownAddress]) -> None:
    lat, long = (np.array([getattr(one, axis) for one in addresses], dtype=np.float64) for axis in ("lat", "long"))
    behind: dict[CoarsePoint, list[KnownAddress]] = {}
    for address, point in zip(addresses, find_coarse_points(draft.projection, lat, long), strict=True):
        behind.setdefault(point, []).append(address)
    for point, members in behind.items():
        draft.put(point.key, point.kind, point.label, (point.lat, point.long), members)


def _write(draft: _Draft, addresses: list[KnownAddress]) -> None:
    """Add what is new, count anew, point each address to its point, and drop points that nothing stands behind."""
    new = [row for key, row in draft.points.items() if key not in draft.standing]
    insert_missing(_POINTS, ["key"], new)
    ids = {key: point_id for point_id, key, _ in db.session.execute(_STANDING)}
    _refresh(draft, ids)
    moves = [
        {"row": one.id, "point": ids[draft.key_of[one.id]]}
        for one in addresses
        if one.public_point_id != ids[draft.key_of[one.id]]
    ]
    statement = update(_ADDRESSES).where(_ADDRESSES.c.id == bindparam("row"))
    run_many(statement.values(public_point_id=bindparam("point")), moves)
    for chunk in in_chunks([point_id for key, point_id in ids.items() if key not in draft.points]):
        db.session.execute(delete(PublicPoint).where(PublicPoint.id.in_(chunk)))


def _refresh(draft: _Draft, ids: dict[str, int]) -> None:
    """Bring counts up to date, and a neighborhood's name and point, which the city's profile may change."""
    columns = (PublicPoint.key, PublicPoint.address_count, PublicPoint.label, PublicPoint.lat, PublicPoint.long)
    stored = {row.key: row for row in db.session.execute(select(*columns))}
    changed: list[dict[str, object]] = []
    for key, row in draft.points.items():
        names = ["address_count"]
        if row["kind"] == PointKind.NEIGHBORHOOD:
            names += ["label", "lat", "long"]
        if any(getattr(stored[key], name) != row[name] for name in names):
            changed.append({"row": ids[key], **{name: row[name] for name in names}})
    for fields in sorted({tuple(row) for row in changed}):
        statement = update(_POINTS).where(_POINTS.c.id == bindparam("row"))
        run_many(
            statement.values({name: bindparam(name) for name in fields[1:]}),
            [row for row in changed if tuple(row) == fields],
        )
