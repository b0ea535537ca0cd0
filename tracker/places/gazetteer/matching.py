"""Place addresses from their text: exactly, along their street, or by a street of nearly the same name."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from sqlalchemy import and_, or_, select

from ...batches import in_chunks
from ...extensions import db
from ..addresses import AddressKind, NormalizedAddress, best_match
from ..city import city_projection, the_city
from ..extents import middle_of_extent
from ..models import Address, AddressSource
from ..projection import Projection
from .lines import Spot, StreetLines
from .names import read_street_names

EXACT = 100.0
ALONG_STREET = 90.0
"""What a place is worth that was reckoned from its street: right to within a few houses."""
MINIMUM = 88.0
"""The least likeness of a street's name that is believed."""
_BLOCKS_PER_QUERY = 100
_SAID_BY = {
    AddressSource.STAFF: "a person said where it is",
    AddressSource.POINT: "a known address",
    AddressSource.STREET: "known from the streets",
    AddressSource.LEARNED: "learned from earlier calls",
}

Addresses = dict[str, NormalizedAddress]
"""What is to be placed, by key."""


@dataclass(frozen=True, slots=True)
class Match:
    """Where an address lies, in degrees and decimetres, how certain that is (0 to 100), and why in words."""

    address_id: int | None
    lat: float
    long: float
    x_dm: int
    y_dm: int
    score: float
    reason: str


Matches = dict[str, Match]


def place_addresses(addresses: Sequence[NormalizedAddress], *, learned: bool) -> Matches:
    """Find where addresses lie, by key; what cannot be placed is absent. Raises `NotFound` when no city is loaded.

    First the key itself (score 100), then the middle of a block and the house numbers and crossings of the street lines
    (90), then a street of nearly the same name (its likeness, at least 88, if it has the number). Addresses that only
    located calls taught are used with `learned` alone, so that without it a placement never depends on earlier calls.
    """
    wanted = {address.key: address for address in addresses if address.key}
    found = _place_as_written(wanted, learned=learned)
    return found | _place_misspelled(_without(wanted, found), learned=learned)


def _without(wanted: Addresses, found: Iterable[str]) -> Addresses:
    gone = set(found)
    return {key: address for key, address in wanted.items() if key not in gone}


def _place_as_written(wanted: Addresses, *, learned: bool) -> Matches:
    found = _place_exactly(wanted, learned=learned)
    left = _without(wanted, found)
    if not left:
        return found
    projection = city_projection(the_city())
    found |= _place_blocks(projection, left, learned=learned)
    return found | _place_on_lines(projection, _without(left, found))


def _sources(*, learned: bool) -> list[AddressSource]:
    return [source for source in AddressSource if learned or source is not AddressSource.LEARNED]


def _place_exactly(wanted: Addresses, *, learned: bool) -> Matches:
    columns = (Address.key, Address.id, Address.lat, Address.long, Address.x_dm, Address.y_dm, Address.source)
    query = select(*columns).where(Address.source.in_(_sources(learned=learned)))
    rows = (row for chunk in in_chunks(wanted) for row in db.session.execute(query.where(Address.key.in_(chunk))))
    return {
        row.key: Match(row.id, row.lat, row.long, row.x_dm, row.y_dm, EXACT, _SAID_BY[row.source])
        for row in rows
    }  # fmt: skip


def _place_blocks(projection: Projection, wanted: Addresses, *, learned: bool) -> Matches:
    """Blocks go to the middle of the known addresses in them."""
    blocks = {(one.street, one.number or 0): key for key, one in wanted.items() if one.kind is AddressKind.BLOCK}
    query = select(Address.street_key, Address.number, Address.x_dm, Address.y_dm)
    query = query.where(Address.source.in_(_sources(learned=learned)))
    members: dict[str, list[tuple[int, int]]] = {}
    for chunk in in_chunks(blocks, _BLOCKS_PER_QUERY):
        within = (and_(Address.street_key == street, Address.number.between(n, n + 99)) for street, n in chunk)
        for street, number, x, y in db.session.execute(query.where(or_(*within))):
            members.setdefault(blocks[street, (number or 0) // 100 * 100], []).append((x, y))
    found: Matches = {}
    for key, spots in members.items():
        x, y = np.array(spots, dtype=np.int64).T
        reason = f"the middle of the block, from {len(spots)} known addresses"
        found[key] = _reckon(projection, middle_of_extent(x, y), reason)
    return found


def _place_on_lines(projection: Projection, wanted: Addresses) -> Matches:
    streets = (street for one in wanted.values() for street in (one.street, one.cross_street) if street)
    lines = StreetLines(projection, streets)
    found: Matches = {}
    for key, address in wanted.items():
        spot, reason = _find_on_lines(lines, address)
        if spot:
            found[key] = _reckon(projection, spot, reason)
    return found


def _find_on_lines(lines: StreetLines, address: NormalizedAddress) -> tuple[Spot | None, str]:
    if address.kind is AddressKind.ADDRESS and address.number is not None:
        return lines.find_number(address.street, address.number), "by its number along the street"
    if address.kind is AddressKind.BLOCK and address.number is not None:
        return lines.find_block(address.street, address.number), "the middle of the block along the street"
    if address.kind is AddressKind.INTERSECTION:
        return lines.find_crossing(address.street, address.cross_street), "where the two streets meet"
    return None, ""


def _reckon(projection: Projection, spot: Spot, reason: str) -> Match:
    x, y = round(spot[0]), round(spot[1])
    return Match(None, *projection.to_degrees(x, y), x, y, ALONG_STREET, reason)


def _place_misspelled(wanted: Addresses, *, learned: bool) -> Matches:
    """Read each street as the known one that it is most like, and place what that gives."""
    meant = {key: one for key, one in wanted.items() if one.kind in _RESPELLABLE and one.street}
    names = read_street_names(learned=learned) if meant else []
    known = frozenset(names)
    streets = {street for one in meant.values() for street in (one.street, one.cross_street) if street}
    likeness = {street: _respell(street, names, known) for street in sorted(streets)} if names else {}
    tries = {key: respelled for key, one in meant.items() if (respelled := _respell_address(one, likeness))}
    placed = _place_as_written({one.key: one for one, _ in tries.values()}, learned=learned)
    return {
        key: replace(
            placed[one.key],
            score=min(score, placed[one.key].score),
            reason=f"read as {one.display}: {placed[one.key].reason}",
        )
        for key, (one, score) in tries.items()
        if one.key in placed
    }


_RESPELLABLE = frozenset({AddressKind.ADDRESS, AddressKind.BLOCK, AddressKind.INTERSECTION})


def _respell(street: str, names: Sequence[str], known: frozenset[str]) -> tuple[str, float] | None:
    if street in known:
        return street, EXACT  # what `best_match` would find in many comparisons
    return best_match(NormalizedAddress(AddressKind.STREET, street, street=street), names, minimum=MINIMUM)


def _respell_address(
    address: NormalizedAddress, likeness: dict[str, tuple[str, float] | None]
) -> tuple[NormalizedAddress, float] | None:
    """The address on the streets it is most like, and the lower likeness; None if that is no other address."""
    street, cross = likeness.get(address.street), likeness.get(address.cross_street)
    if street is None or (address.kind is AddressKind.INTERSECTION and cross is None):
        return None
    if address.kind is AddressKind.INTERSECTION and cross is not None:
        first, second = sorted((street[0], cross[0]))
        respelled = address._replace(key=f"{first} & {second}", street=first, cross_street=second)
        score = min(street[1], cross[1])
    else:
        head = address.key.removesuffix(address.street)
        respelled, score = address._replace(key=head + street[0], street=street[0]), street[1]
    return (respelled, score) if respelled.key != address.key else None
