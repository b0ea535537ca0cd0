"""Files of transfers: EIDO JSON or CSV, told apart by their first character; one bad transfer costs itself only."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from ...errors import ImportRefused
from ...formatters import restore_cell
from ..importing.files import CUT_OFF, find_encoding, open_calls
from ..importing.records import MAX_CELL, Record, Refusal, fits, read_header, read_records
from .drafts import Refused, TransferDraft, clean, clean_narrative, read_instant, read_point, read_priority
from .eido import LONGEST_FILE, load_documents, read_document
from .html_text import html_to_text

COLUMNS = (
    "id", "received_at", "type_code", "type_text", "priority", "narrative", "address", "lat", "long", "phone", "name",
    "direction", "source",
)  # fmt: skip
"""The columns of a CSV file of transfers; `id` and `received_at` must be there, the others may be."""
_REQUIRED = COLUMNS[:2]
_DIRECTIONS = {"": True, "from_911": True, "back_to_911": False}


@dataclass(frozen=True, slots=True)
class TransferFile:
    """What a file holds: the header of its rejects, and its transfers or refusals in order, read once."""

    header: list[str]
    items: Iterator[TransferDraft | Refusal]


def read_transfers(path: Path, zone: ZoneInfo, now: datetime) -> TransferFile:
    """Open a file of transfers. Raises `ImportRefused` for one that cannot be read as a whole."""
    encoding = find_encoding(path)
    if not _is_json(path, encoding):
        header, delimiter = _csv_header(path, encoding)
        return TransferFile(header, _csv_items(path, encoding, header, delimiter, zone, now))
    with open_calls(path, encoding) as file:
        try:
            documents = load_documents(file.text.read(LONGEST_FILE + 1))
        except CUT_OFF:
            raise ImportRefused("The compressed file is damaged or cut off.") from None
    return TransferFile(["document"], _eido_items(documents, now))


def _is_json(path: Path, encoding: str) -> bool:
    with open_calls(path, encoding) as file:
        try:
            head = file.text.read(1_000).lstrip().lstrip("\ufeff")
        except CUT_OFF:
            raise ImportRefused("The compressed file is damaged or cut off.") from None
    return head.startswith(("{", "[")) or path.suffix.lower() == ".json"


def _eido_items(documents: list[object], now: datetime) -> Iterator[TransferDraft | Refusal]:
    """Each document's transfer, or why not; a document's «line» is its place in the file."""
    for number, document in enumerate(documents, start=1):
        try:
            yield read_document(document, now)
        except Refused as why:
            yield Refusal(number, str(why), [json.dumps(document)])


def _csv_header(path: Path, encoding: str) -> tuple[list[str], str]:
    with open_calls(path, encoding) as file:
        names, delimiter = read_header(file.text)
    names = [name.strip().casefold() for name in names]
    twice = [name for name in COLUMNS if names.count(name) > 1]
    if twice:
        raise ImportRefused(f"The column {twice[0]} stands twice in the first line; keep one of the two.")
    missing = [name for name in _REQUIRED if name not in names]
    if missing:
        raise ImportRefused(
            f"The file has no column {' and no column '.join(missing)}. Its first line must name columns: "
            f"{', '.join(COLUMNS)}."
        )
    return names, delimiter


def _csv_items(
    path: Path, encoding: str, header: list[str], delimiter: str, zone: ZoneInfo, now: datetime
) -> Iterator[TransferDraft | Refusal]:
    with open_calls(path, encoding) as file:
        file.text.readline()  # the header, read before
        for item in read_records(file.text, delimiter, len(header)):
            yield item if isinstance(item, Refusal) else _csv_item(item, header, zone, now)


def _csv_item(record: Record, header: list[str], zone: ZoneInfo, now: datetime) -> TransferDraft | Refusal:
    if not fits(record.cells, len(header)):
        reason = f"the row has {len(record.cells)} columns, the header {len(header)}"
        return Refusal(record.line, reason, record.cells)
    if record.is_odd and any("\0" in cell or len(cell) > MAX_CELL for cell in record.cells):
        return Refusal(record.line, f"a cell holds a NUL or is longer than {MAX_CELL:,} characters", record.cells)
    try:
        cells = dict(zip(header, (restore_cell(cell) for cell in record.cells), strict=False))
        return _read_row({name: cells.get(name, "") for name in COLUMNS}, zone, now)
    except Refused as why:
        return Refusal(record.line, str(why), record.cells)


def _read_row(row: dict[str, str], zone: ZoneInfo, now: datetime) -> TransferDraft:
    source_id = clean(row["id"], 200)
    if not source_id:
        raise Refused("the id is empty, so it could be taken twice")
    direction = row["direction"].strip().casefold()
    if direction not in _DIRECTIONS:
        raise Refused(f"«{direction[:40]}» is no direction; write from_911 or back_to_911")
    point = read_point(row["lat"], row["long"])
    return TransferDraft(
        source=clean(row["source"], 60) or "csv",
        source_id=source_id,
        received_at=read_instant(row["received_at"], "received_at", now, zone),
        is_from_911=_DIRECTIONS[direction],
        incident_code=clean(row["type_code"], 60),
        incident_text=clean(row["type_text"], 200),
        priority=read_priority(row["priority"]),
        narrative=clean_narrative(html_to_text(row["narrative"])),
        address=clean(row["address"], 200),
        lat=point[0] if point else None,
        long=point[1] if point else None,
        phone=clean(row["phone"], 40),
        name=clean(row["name"], 160),
    )
