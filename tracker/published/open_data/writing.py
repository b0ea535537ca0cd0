"""From rows to the text of a file, a page of rows at a time; the columns say what stands in it. Pure."""

import csv
import io
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

from flask_babel import force_locale

from ...formatters import neutralize_cell
from .columns import TABLES, Table

Row = TypeVar("Row")
_PLACE = ("lat", "long")
_LEVEL = 5
"""Of compression: the last tenth of the size would take half of the time."""
_GZIP = 31


def write_csv(table: Table[Row], pages: Iterable[Sequence[Row]]) -> Iterator[str]:
    """RFC 4180 with a header; a text that a spreadsheet would run as a formula has an apostrophe before it."""
    yield _lines([[column.name for column in table.columns]])
    for page in pages:
        yield _lines([[column.read(row) for column in table.columns] for row in page])


def _lines(lines: Iterable[Iterable[object]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerows([neutralize_cell(cell) for cell in line] for line in lines)
    return buffer.getvalue()


def write_geojson(table: Table[Row], pages: Iterable[Sequence[Row]]) -> Iterator[str]:
    """A FeatureCollection (RFC 7946): every row a point, its other columns the properties; empty cells are null."""
    yield '{"type":"FeatureCollection","features":['
    between = "\n"
    for page in pages:
        for row in page:
            yield between + json.dumps(_feature(table, row), ensure_ascii=False, separators=(",", ":"))
            between = ",\n"
    yield "\n]}\n"


def _feature(table: Table[Row], row: Row) -> dict[str, Any]:
    cells = {column.name: column.read(row) or None for column in table.columns if column.name not in _PLACE}
    lat, long = (column.read(row) for name in _PLACE for column in table.columns if column.name == name)
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": [long, lat]}, "properties": cells}


def write_dictionary() -> str:
    """Every column of every file, in both languages."""
    heads = ["file", "column", "type", "may_be_empty", "values", "description", "description_es"]
    lines = [heads]
    for table in TABLES:
        for column in table.columns:
            says = []
            for language in ("en", "es"):
                with force_locale(language):
                    says.append(str(column.words))
            lines.append([table.name, column.name, column.kind, "yes" if column.may_be_empty else "no",
                          " ".join(column.values), *says])  # fmt: skip
    return _lines(lines)


def compress(parts: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes as gzip writes them, without holding them all."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    for part in parts:
        if packed := packer.compress(part):
            yield packed
    yield packer.flush()
