"""Rows of a file to calls, or the reasons why not. Pure: knows nothing of the database."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from operator import itemgetter
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from ...clock import from_local
from ...formatters import restore_cell
from .mapping import ColumnMap
from .records import MAX_CELL, Record, Refusal, fits

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_TOMORROW = timedelta(days=1)
_LONGEST_ID, _LONGEST_TYPE = 120, 160

Value = TypeVar("Value")
Rows = Sequence[list[str]]
Reasons = dict[int, str]
"""Why rows are refused, by their place among the rows that are read; the first reason found stands."""


@dataclass(slots=True)
class CallDraft:
    """One call as a file tells it. Instants in UTC, coordinates in degrees, texts stripped; `line` counts from 1."""

    line: int
    source_id: str
    service_name: str
    requested: datetime
    updated: datetime | None = None
    closed: datetime | None = None
    expected: datetime | None = None
    status: str = ""
    status_notes: str = ""
    description: str = ""
    address: str = ""
    zipcode: str = ""
    agency_responsible: str = ""
    media_url: str = ""
    lat: float | None = None
    long: float | None = None
    is_closed: bool = False


class Unreadable(Exception):
    """Why a cell cannot be read."""


def _parser_of(pattern: str) -> Callable[[str], datetime]:
    if pattern == "iso":
        return datetime.fromisoformat
    return lambda text: datetime.strptime(text, pattern)  # noqa: DTZ007  # the zone is added by `InstantReader`


class InstantReader:
    """City-local or zoned clock readings to UTC."""

    def __init__(self, formats: tuple[str, ...], zone: ZoneInfo, now: datetime) -> None:
        self._parsers = [_parser_of(pattern) for pattern in formats]
        self._zone = zone
        self._latest = now + _TOMORROW

    def read(self, text: str, name: str) -> datetime:
        """The instant; raises `Unreadable` for what is no date, or lies before 1970 or in the future."""
        for parse in self._parsers:
            try:
                reading = parse(text)
            except (ValueError, OverflowError):
                continue
            return self._checked(reading, text, name)
        raise Unreadable(f"«{text[:40]}» is no date for {name}")

    def _checked(self, reading: datetime, text: str, name: str) -> datetime:
        if not EARLIEST.year < reading.year < 9000:
            raise Unreadable(f"{name} «{text[:40]}» lies before 1971 or beyond all calendars")
        instant = reading.astimezone(UTC) if reading.tzinfo else from_local(reading, self._zone)
        if instant > self._latest and name != "expected":
            raise Unreadable(f"{name} «{text[:40]}» lies in the future")
        return instant


def read_degrees(text: str, limit: float, name: str) -> float:
    """A coordinate in degrees within ±`limit`. Raises `Unreadable`, which calls it by `name`, for anything else."""
    try:
        value = float(text)
    except ValueError:
        raise Unreadable(f"«{text[:40]}» is no number for {name}") from None
    if "_" in text:
        raise Unreadable(f"«{text[:40]}» is no number for {name}")  # `float` reads 4_2 as Python does
    if not -limit <= value <= limit:  # so neither infinite nor NaN
        raise Unreadable(f"{name} «{text[:40]}» is no place on Earth")
    return value


class DraftReader:
    """Turns records of one file into drafts. `positions` come from `mapping.resolve_columns`.

    It reads field by field over many rows: a dozen calls of functions for each row would take longer than their work.
    """

    def __init__(
        self, mapping: ColumnMap, positions: dict[str, tuple[int, ...]], width: int, zone: ZoneInfo, now: datetime
    ) -> None:
        self._positions = positions
        self._width = width
        self._closed_words = mapping.closed_words
        self._instants = InstantReader(mapping.datetime_formats, zone, now)

    def read(self, items: Sequence[Record | Refusal]) -> list[CallDraft | Refusal]:
        """Each record's draft, or the refusal with its reason, in order; refusals among the items stay."""
        whole = [item for item in items if isinstance(item, Record) and not self._why_broken(item)]
        reasons: Reasons = {}
        drafts = self._drafts(whole, reasons)
        read: dict[int, CallDraft | Refusal] = {}
        for place, (record, draft) in enumerate(zip(whole, drafts, strict=True)):
            reason = reasons.get(place)
            read[record.line] = draft if reason is None else Refusal(record.line, reason, record.cells)
        return [read.get(item.line) or self._refuse(item) for item in items]

    def _refuse(self, item: Record | Refusal) -> Refusal:
        return item if isinstance(item, Refusal) else Refusal(item.line, self._why_broken(item), item.cells)

    def _why_broken(self, record: Record) -> str:
        """Why a record cannot even be taken apart; "" for one that can."""
        cells = record.cells
        if not fits(cells, self._width):
            return f"the row has {len(cells)} columns, the header {self._width}"
        return self._why_odd(cells) if record.is_odd else ""

    def _why_odd(self, cells: list[str]) -> str:
        for name, positions in self._positions.items():
            for text in (cells[place] for place in positions):
                if "\0" in text:
                    return f"{name} holds a NUL character"
                if len(text) > MAX_CELL:
                    return f"{name} is {len(text):,} characters long; at most {MAX_CELL:,} are read"
        return ""

    def _drafts(self, records: Sequence[Record], reasons: Reasons) -> list[CallDraft]:
        """A draft for each record; those whose places are in `reasons` afterwards are not to be used."""
        rows = [record.cells for record in records]
        columns: tuple[list[Any], ...] = (
            [record.line for record in records],
            self._read_ids(rows, reasons),
            self._read_types(rows, reasons),
            self._read_requested(rows, reasons),
            *(self._read_instants(rows, name, reasons) for name in ("updated", "closed", "expected")),
            [text[:80] for text in self._texts(rows, "status")],
            *(self._texts(rows, name) for name in ("status_notes", "description", "address")),
            [text[:10] for text in self._texts(rows, "zipcode")],
            [text[:160] for text in self._texts(rows, "agency_responsible")],
            self._texts(rows, "media_url"),
            _read_each(self._texts(rows, "lat"), lambda text: read_degrees(text, 90, "latitude"), reasons),
            _read_each(self._texts(rows, "long"), lambda text: read_degrees(text, 180, "longitude"), reasons),
        )
        drafts = [CallDraft(*values) for values in zip(*columns, strict=True)]
        for draft in drafts:
            self._settle_position(draft)
            self._settle_closing(draft)
        return drafts

    def _texts(self, rows: Rows, name: str) -> list[str]:
        """A field's texts; several columns are joined by a blank, and blank where the file has none for it."""
        positions = self._positions.get(name)
        if positions is None:
            return [""] * len(rows)
        if len(positions) > 1:
            return [" ".join(restore_cell(cells[place]) for place in positions).strip() for cells in rows]
        cells = list(map(itemgetter(positions[0]), rows))
        if "'" in "".join(cells):
            cells = [restore_cell(cell) for cell in cells]
        return list(map(str.strip, cells))

    def _read_ids(self, rows: Rows, reasons: Reasons) -> list[str]:
        ids = self._texts(rows, "source_id")
        for place, source_id in enumerate(ids):
            if not source_id:
                reasons.setdefault(place, "the row has no id of its own")
            elif len(source_id) > _LONGEST_ID:
                reasons.setdefault(place, "the row's id is longer than any real one")
        return ids

    def _read_types(self, rows: Rows, reasons: Reasons) -> list[str]:
        names = [" ".join(text.split()) or "No type given" for text in self._texts(rows, "service_name")]
        for place, name in enumerate(names):
            if len(name) > _LONGEST_TYPE:
                reasons.setdefault(place, "the row's type is longer than any real one")
        return names

    def _read_requested(self, rows: Rows, reasons: Reasons) -> list[datetime]:
        instants = self._read_instants(rows, "requested", reasons)
        for place, instant in enumerate(instants):
            if instant is None:
                reasons.setdefault(place, "the row has no date of the call")
        return [instant or EARLIEST for instant in instants]

    def _read_instants(self, rows: Rows, name: str, reasons: Reasons) -> list[datetime | None]:
        texts = self._texts(rows, name)
        positions = self._positions.get(name, ())
        if len(positions) > 1:  # a date without its time of day is no instant
            whole = [all(cells[place].strip() for place in positions) for cells in rows]
            texts = [text if is_whole else "" for text, is_whole in zip(texts, whole, strict=True)]
        return _read_each(texts, lambda text: self._instants.read(text, name), reasons)

    @staticmethod
    def _settle_position(draft: CallDraft) -> None:
        """(0, 0) and half a position are how sources spell «don't know»."""
        if draft.lat is None or draft.long is None or not (draft.lat or draft.long):
            draft.lat = draft.long = None

    def _settle_closing(self, draft: CallDraft) -> None:
        """A closing before the call is a slip of the source; that it was closed still counts."""
        was_closed = draft.closed is not None
        if draft.closed is not None and draft.closed < draft.requested:
            draft.closed = None
        draft.is_closed = draft.status.casefold() in self._closed_words if draft.status else was_closed


def _read_each(texts: Sequence[str], read: Callable[[str], Value], reasons: Reasons) -> list[Value | None]:
    """What each text says, None for a blank or a bad one; the bad ones are noted."""
    values: list[Value | None] = []
    for place, text in enumerate(texts):
        try:
            values.append(read(text) if text else None)
        except Unreadable as bad:
            reasons.setdefault(place, str(bad))
            values.append(None)
    return values
