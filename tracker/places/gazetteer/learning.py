"""Learn addresses from located calls."""

from collections.abc import Sequence
from typing import NamedTuple

from ...batches import Columns, Same, insert_missing_columns
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


class LearnedAddress(NamedTuple):
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
    return insert_missing_columns(_ADDRESSES, ["key"], _columns([same[0] for same in best.values()]))


_ADDRESSES = Address.metadata.tables[Address.__tablename__]


def _columns(learned: Sequence[LearnedAddress]) -> Columns:
    addresses = [one.normalized for one in learned]
    return {
        "key": [address.key for address in addresses],
        "display": [address.display for address in addresses],
        "number": [address.number for address in addresses],
        "street_key": [address.street for address in addresses],
        "zipcode": [address.postcode for address in addresses],
        "lat": [one.lat for one in learned],
        "long": [one.long for one in learned],
        "x_dm": [one.x_dm for one in learned],
        "y_dm": [one.y_dm for one in learned],
        "cell": [cell_of(one.x_dm, one.y_dm) for one in learned],
        "source": Same(AddressSource.LEARNED),
    }
