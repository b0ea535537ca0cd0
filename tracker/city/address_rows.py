"""Read `addresses.csv` in the columns of OpenAddresses, row by row: the file is never held in memory."""

import csv
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from ..errors import ProfileError
from .checks import check_inside
from .contents import AddressFacts, AddressFile, Bounds
from .reading import MEGABYTE, check_file, decode_text, shown, suggest

ADDRESSES_LIMIT = 1_000 * MEGABYTE
COLUMNS = ("LON", "LAT", "NUMBER", "STREET", "UNIT", "CITY", "DISTRICT", "REGION", "POSTCODE", "ID", "HASH")
NEEDED = COLUMNS[:4]
LONGEST_LINE = 10_000
_NUMBER = re.compile(r"\d{1,6}(?!\d)")


def check_addresses(path: Path, bounds: Bounds) -> AddressFile:
    """Read the whole file once; raises `ProfileError` with a broken row's line, or when most rows lie elsewhere."""
    inside = outside = 0
    for row in read_addresses(path):
        if bounds.holds(row.lat, row.long):
            inside += 1
            continue
        outside += 1
        if bounds.holds(row.long, row.lat):
            check_inside(row.lat, row.long, bounds, f"{path.name}: line {row.line}")
    if outside > inside:
        raise ProfileError(
            f"{path.name}: {outside} of {inside + outside} addresses lie outside the bounds in city.toml; "
            f"is it another city's file, or are the bounds too narrow?"
        )
    return AddressFile(path, inside, outside)


def read_addresses(path: Path) -> Iterator[AddressFacts]:
    """The rows that have a house number and a street; raises `ProfileError` with the line of a row that is broken."""
    check_file(path, ADDRESSES_LIMIT)
    try:
        file = path.open("rb")
    except OSError as error:
        raise ProfileError(f"{path.name}: cannot be read: {error.strerror}") from error
    with file:
        lines = (_decode(path.name, number, line) for number, line in enumerate(file, 1))
        reader = csv.reader(lines, strict=True)
        places = _read_header(path.name, next(_rows(path.name, reader), []))
        for row in _rows(path.name, reader):
            found = _read_row(row, places, reader.line_num, path.name)
            if found:
                yield found


def _decode(name: str, number: int, line: bytes) -> str:
    if len(line) > LONGEST_LINE:
        raise ProfileError(f"{name}: line {number}: is longer than {LONGEST_LINE} characters; the file is damaged")
    return decode_text(name, line, number)


def _rows(name: str, reader: Any) -> Iterator[list[str]]:
    while True:
        try:
            row = next(reader, None)
        except csv.Error as error:
            raise ProfileError(f"{name}: line {reader.line_num}: {error}; is a quotation mark missing?") from error
        if row is None:
            return
        yield row


def _read_header(name: str, header: Sequence[str]) -> dict[str, int]:
    """Where each known column stands; others are passed over."""
    columns = [column.strip().upper() for column in header]
    for column in NEEDED:
        if column not in columns:
            raise ProfileError(f"{name}: line 1: the column {column} is missing{suggest(column, columns)}")
    for column in COLUMNS:
        if columns.count(column) > 1:
            raise ProfileError(f"{name}: line 1: the column {column} occurs twice; take one out")
    return {column: columns.index(column) for column in COLUMNS if column in columns}


def _read_row(row: list[str], places: dict[str, int], line: int, name: str) -> AddressFacts | None:
    """The row's address; None for an empty line and for a place that has no house number or street."""
    if not row:
        return None
    if len(row) <= max(places.values()):
        raise ProfileError(f"{name}: line {line}: has {len(row)} cells, fewer than the header")
    values = {column: row[place].strip() for column, place in places.items()}
    where = f"{name}: line {line}"
    lat, long = _degrees(values["LAT"], "LAT", 90, where), _degrees(values["LON"], "LON", 180, where)
    number, street = values["NUMBER"], values["STREET"]
    if not number.strip("0") or not street:
        return None
    if not _NUMBER.match(number):
        raise ProfileError(f"{where}: NUMBER {shown(number)} does not begin with a house number of at most six digits")
    if len(street) > 100 or len(number) > 20:
        raise ProfileError(f"{where}: the address is too long (NUMBER 20, STREET 100 characters)")
    return AddressFacts(line, lat, long, number, street, values.get("POSTCODE", ""))


def _degrees(text: str, column: str, most: float, where: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not abs(value) <= most:
        hint = "; LON and LAT look swapped" if column == "LAT" and 90 < abs(value) <= 180 else ""
        raise ProfileError(f"{where}: {column} {shown(text)} is not a number from -{most:g} to {most:g}{hint}")
    return value
