"""The first pass over a file: how many rows, and does it belong to this city at all?"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from zoneinfo import ZoneInfo

from ...errors import ImportRefused
from .files import find_encoding, open_calls
from .json_records import read_json_records
from .mapping import ColumnMap, resolve_columns
from .records import Record, Refusal, read_header, read_records


@dataclass(frozen=True, slots=True)
class CityFacts:
    """What the reading of a file needs to know of its city; bounds in degrees."""

    name: str
    south: float
    west: float
    north: float
    east: float
    zone: ZoneInfo
    localities: frozenset[str]


@dataclass(frozen=True, slots=True)
class Survey:
    """What the first pass found."""

    path: Path
    encoding: str
    header: list[str]
    positions: dict[str, tuple[int, ...]]
    delimiter: str
    """Of a table; empty for JSON."""
    rows: int


def _read_layout(path: Path, mapping: ColumnMap, text: TextIO) -> tuple[list[str], str]:
    """The column names and the separator of a table; JSON names its values itself and has no separator."""
    if mapping.layout == "json":
        return mapping.names, ""
    header, delimiter = read_header(text)
    if not header:
        raise ImportRefused(f"{path.name} is empty: it has no header line.")
    return header, delimiter


def records_of(text: TextIO, delimiter: str, header: list[str]) -> Iterator[Record | Refusal]:
    """Every record of a file whose header, if it has one, has been read."""
    return read_records(text, delimiter, len(header)) if delimiter else read_json_records(text, header)


def survey_file(path: Path, mapping: ColumnMap, city: CityFacts, load_hint: str) -> Survey:
    """Read the file once, keeping nothing. Raises `ImportRefused` when most located rows lie outside the city.

    `load_hint` is the command that would load the profile the file belongs to.
    """
    encoding = find_encoding(path)
    rows = located = inside = swapped = 0
    with open_calls(path, encoding) as file:
        header, delimiter = _read_layout(path, mapping, file.text)
        positions = resolve_columns(mapping, header)
        lat_at, long_at = positions.get("lat", (-1,))[0], positions.get("long", (-1,))[0]
        for record in records_of(file.text, delimiter, header):
            rows += 1
            if lat_at < 0 or long_at < 0 or not isinstance(record, Record):
                continue
            try:
                lat, long = float(record.cells[lat_at]), float(record.cells[long_at])
            except (ValueError, IndexError):
                continue
            if not math.isfinite(lat + long) or not (lat or long):
                continue
            located += 1
            inside += city.south <= lat <= city.north and city.west <= long <= city.east
            swapped += city.south <= long <= city.north and city.west <= lat <= city.east
    if located and swapped * 2 > located:
        raise ImportRefused(f"{path.name}: latitude and longitude look swapped; exchange «lat» and «long» in the map.")
    if located and inside * 2 < located:
        raise ImportRefused(
            f"{path.name}: {located - inside:,} of {located:,} located calls lie outside {city.name}. One database "
            f"holds one city; to work on the other one, set TRACKER_INSTANCE to a new folder and run: {load_hint}"
        )
    return Survey(path, encoding, header, positions, delimiter, rows)
