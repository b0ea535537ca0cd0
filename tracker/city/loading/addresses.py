"""Write known places into the gazetteer in large chunks: address points of the profile, and whatever else has a key."""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from ...extensions import db
from ...places.addresses import AddressKind, normalize_address
from ...places.models import Address, AddressSource
from ...places.projection import Projection, cell_of
from ..address_rows import read_addresses
from ..contents import AddressFile, CityFacts

CHUNK = 5_000
_RANK = {source: rank for rank, source in enumerate(AddressSource)}  # best first, as the enum lists them
_MOVED = ("display", "zipcode", "lat", "long", "x_dm", "y_dm", "cell", "source")


def load_addresses(file: AddressFile, city: CityFacts, on_row: Callable[[int], None]) -> int:
    """Insert or update the file's addresses by key; the first row of a key wins. Returns the distinct addresses.

    `on_row` is told every thousandth row, for a progress bar.
    """
    return store_addresses(_address_rows(file, city, on_row))


def _address_rows(file: AddressFile, city: CityFacts, on_row: Callable[[int], None]) -> Iterator[dict[str, Any]]:
    plane = Projection(city.origin_lat, city.origin_long)
    localities = frozenset(city.localities)
    for number, row in enumerate(read_addresses(file.path), 1):
        if number % 1_000 == 0:
            on_row(number)
        if not city.bounds.holds(row.lat, row.long):
            continue
        place = normalize_address(f"{row.number} {row.street}", localities=localities)
        if place.kind is AddressKind.ADDRESS and place.number is not None and len(place.street) <= 120:
            yield {
                "key": place.key,
                "display": place.display,
                "number": place.number,
                "street_key": place.street,
                "zipcode": row.postcode[:10],
                "source": AddressSource.POINT,
                **position_columns(plane, row.lat, row.long),
            }


def position_columns(plane: Projection, lat: float, long: float) -> dict[str, Any]:
    """The position columns of a place in degrees."""
    x_dm, y_dm = plane.to_decimetres(lat, long)
    return {"lat": lat, "long": long, "x_dm": x_dm, "y_dm": y_dm, "cell": cell_of(x_dm, y_dm)}


def store_addresses(rows: Iterable[dict[str, Any]]) -> int:
    """Insert rows with a new key; a known place moves only for a source at least as good. Returns the distinct keys."""
    seen: set[str] = set()
    fresh = _first_of_each(rows, seen)
    while chunk := list(islice(fresh, CHUNK)):
        _store_chunk(chunk)
    return len(seen)


def _first_of_each(rows: Iterable[dict[str, Any]], seen: set[str]) -> Iterator[dict[str, Any]]:
    for row in rows:
        if row["key"] not in seen:
            seen.add(row["key"])
            yield row


def _store_chunk(chunk: list[dict[str, Any]]) -> None:
    query = select(Address.key, Address.id, Address.source).where(Address.key.in_([row["key"] for row in chunk]))
    known = {key: (number, source) for key, number, source in db.session.execute(query)}
    new = [row for row in chunk if row["key"] not in known]
    better = [
        {"address_id": known[row["key"]][0], **{f"new_{name}": row[name] for name in _MOVED}}
        for row in chunk
        if row["key"] in known and _RANK[row["source"]] <= _RANK[known[row["key"]][1]]
    ]
    if new:
        db.session.execute(insert(Address), new)
    if better:
        table = Address.__table__
        statement = update(Address).where(Address.id == bindparam("address_id"))
        changes = {name: bindparam(f"new_{name}", type_=table.c[name].type) for name in _MOVED}
        db.session.connection().execute(statement.values(changes), better)
