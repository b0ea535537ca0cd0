"""The known addresses that stand behind public points: read in one query, grouped by block."""

from collections.abc import Iterable
from itertools import chain
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray
from sqlalchemy import bindparam, select

from ...batches import in_chunks
from ...extensions import db
from ..models import Address
from ..projection import cells_around
from .blocks import Run, run_at

Ints = NDArray[np.int64]
NEARBY_DM = 1_000
"""A call without readable text takes the block of the nearest known address within 100 m."""


class KnownAddress(NamedTuple):
    """What privacy needs of an address row; `number` is None for an intersection."""

    id: int
    key: str
    street: str
    number: int | None
    lat: float
    long: float
    x_dm: int
    y_dm: int
    public_point_id: int | None


_COLUMNS = (
    Address.id,
    Address.key,
    Address.street_key,
    Address.number,
    Address.lat,
    Address.long,
    Address.x_dm,
    Address.y_dm,
    Address.public_point_id,
)


_IN_CELLS = select(*_COLUMNS).where(
    Address.number.is_not(None), Address.cell.in_(bindparam("cells", expanding=True))
)  # fmt: skip


def read_known_addresses() -> list[KnownAddress]:
    """Every address and intersection, in the order of their ids."""
    return [KnownAddress._make(row) for row in db.session.execute(select(*_COLUMNS).order_by(Address.id))]


def group_by_block(addresses: Iterable[KnownAddress]) -> dict[Run, dict[int, list[KnownAddress]]]:
    """The numbered addresses per run of a street and hundred block."""
    runs: dict[Run, dict[int, list[KnownAddress]]] = {}
    for address in addresses:
        if block := block_of(address):
            runs.setdefault(block[0], {}).setdefault(block[1], []).append(address)
    return runs


def block_of(address: KnownAddress) -> tuple[Run, int] | None:
    """Run and hundred of an address; None for an intersection."""
    if address.number is None:
        return None
    return run_at(address.street, address.x_dm, address.y_dm), address.number // 100 * 100


def count_numbers(addresses: Iterable[KnownAddress]) -> int:
    """How many house numbers these are: 12, 12A and 12 1/2 are one house."""
    return len({address.number for address in addresses})


def find_nearest_blocks(x: Ints, y: Ints) -> list[tuple[Run, int] | None]:
    """Run and hundred of the nearest numbered address within 100 m of each place (decimetres), None for none.

    Of equally near ones the first key in the order of code points is taken.
    """
    known = sorted(_read_around(x, y), key=lambda address: address.key)
    nearest: list[tuple[Run, int] | None] = [None] * len(x)
    if not known:
        return nearest
    known_x = np.array([one.x_dm for one in known], dtype=np.int64)
    known_y = np.array([one.y_dm for one in known], dtype=np.int64)
    place, address = pairs_within(x, y, known_x, known_y, NEARBY_DM)
    squares = (known_x[address] - x[place]) ** 2 + (known_y[address] - y[place]) ** 2
    order = np.lexsort((address, squares, place))
    places, firsts = np.unique(place[order], return_index=True)
    for index, winner in zip(places.tolist(), address[order][firsts].tolist(), strict=True):
        nearest[index] = block_of(known[winner])
    return nearest


def _read_around(x: Ints, y: Ints) -> list[KnownAddress]:
    """The numbered addresses of every cell that lies within reach of a place."""
    spots = set(zip(x.tolist(), y.tolist(), strict=True))
    cells = sorted(set(chain.from_iterable(cells_around(*spot, NEARBY_DM) for spot in spots)))
    connection = db.session.connection()
    return [
        KnownAddress._make(row) for some in in_chunks(cells) for row in connection.execute(_IN_CELLS, {"cells": some})
    ]


def pairs_within(x: Ints, y: Ints, known_x: Ints, known_y: Ints, radius_dm: int) -> tuple[Ints, Ints]:
    """Indexes of all pairs (place, known) at most `radius_dm` apart; exact, because all numbers are whole."""
    tree = shapely.STRtree(_points(known_x, known_y))
    place, known = tree.query(_points(x, y), predicate="dwithin", distance=radius_dm)
    return place, known


def _points(x: Ints, y: Ints) -> list[shapely.Geometry]:
    return [*np.atleast_1d(np.asarray(shapely.points(np.column_stack((x, y)))))]
