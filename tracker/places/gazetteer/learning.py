"""Learn addresses from located calls."""

from collections.abc import Sequence
from dataclasses import dataclass

from ...batches import insert_missing
from ..addresses import AddressKind, NormalizedAddress
from ..models import Address, AddressSource
from ..projection import cell_of

_LEARNABLE = frozenset({AddressKind.ADDRESS, AddressKind.INTERSECTION, AddressKind.PLACE})
"""A block or a street is no place that one point can stand for."""


_LONGEST_KEY, _LONGEST_STREET = 200, 120  # the columns' lengths: what is longer is no address that anybody wrote


def has_one_position(address: NormalizedAddress) -> bool:
    """Whether an address is of a kind that the gazetteer keeps: a house, an intersection or a named place."""
    fits = 0 < len(address.key) <= _LONGEST_KEY and len(address.street) <= _LONGEST_STREET
    return fits and address.kind in _LEARNABLE


@dataclass(frozen=True, slots=True)
class LearnedAddress:
    """One located call: the address it names, and its position in degrees and in decimetres of the city's plane."""

    normalized: NormalizedAddress
    lat: float
    long: float
    x_dm: int
    y_dm: int


def learn_addresses(rows: Sequence[LearnedAddress]) -> int:
    """Keep the addresses that are not known yet, each where most of its calls lie; how many were new.

    Of positions with equally many calls the one given first is taken. Known addresses stay as they are, whoever said
    where they lie; blocks, streets and unreadable texts are left out.
    """
    placed: dict[tuple[str, int, int], list[LearnedAddress]] = {}
    for row in rows:
        if has_one_position(row.normalized):
            placed.setdefault((row.normalized.key, row.x_dm, row.y_dm), []).append(row)
    best: dict[str, list[LearnedAddress]] = {}
    for (key, _, _), same in placed.items():
        if len(same) > len(best.get(key, ())):
            best[key] = same
    return insert_missing(_ADDRESSES, ["key"], [_write_row(same[0]) for same in best.values()])


_ADDRESSES = Address.metadata.tables[Address.__tablename__]


def _write_row(learned: LearnedAddress) -> dict[str, object]:
    address = learned.normalized
    return {
        "key": address.key,
        "display": address.display,
        "number": address.number,
        "street_key": address.street,
        "zipcode": address.postcode,
        "lat": learned.lat,
        "long": learned.long,
        "x_dm": learned.x_dm,
        "y_dm": learned.y_dm,
        "cell": cell_of(learned.x_dm, learned.y_dm),
        "source": AddressSource.LEARNED.value,
    }
