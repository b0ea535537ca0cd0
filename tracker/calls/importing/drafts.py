"""One row of a file to one call, or the reason why not. Pure: knows nothing of the database."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from ...clock import from_local
from ...formatters import restore_cell
from .mapping import ColumnMap
from .records import MAX_CELL, Record, Refusal, fits

EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_TOMORROW = timedelta(days=1)


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
    is_closed: bool = False
    status_notes: str = ""
    description: str = ""
    address: str = ""
    zipcode: str = ""
    agency_responsible: str = ""
    media_url: str = ""
    lat: float | None = None
    long: float | None = None


class _Bad(Exception):
    """Why a row is refused; caught in `DraftReader.read`."""


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
        """The instant; raises `_Bad` for what is no date, or lies before 1970 or in the future."""
        for parse in self._parsers:
            try:
                reading = parse(text)
            except (ValueError, OverflowError):
                continue
            return self._checked(reading, text, name)
        raise _Bad(f"«{text[:40]}» is no date for {name}")

    def _checked(self, reading: datetime, text: str, name: str) -> datetime:
        if not EARLIEST.year < reading.year < 9000:
            raise _Bad(f"{name} «{text[:40]}» lies before 1971 or beyond all calendars")
        instant = reading.astimezone(UTC) if reading.tzinfo else from_local(reading, self._zone)
        if name != "expected" and instant > self._latest:
            raise _Bad(f"{name} «{text[:40]}» lies in the future")
        return instant


def read_degrees(text: str, limit: float, name: str) -> float | None:
    """A coordinate in degrees within ±`limit`; None for blank. Raises `_Bad` for what is no finite number."""
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        raise _Bad(f"«{text[:40]}» is no number for {name}") from None
    if "_" in text:
        raise _Bad(f"«{text[:40]}» is no number for {name}")  # `float` reads 4_2 as Python does
    if not math.isfinite(value) or abs(value) > limit:
        raise _Bad(f"{name} «{text[:40]}» is no place on Earth")
    return value


class DraftReader:
    """Turns records of one file into drafts. `positions` come from `mapping.resolve_columns`."""

    def __init__(
        self, mapping: ColumnMap, positions: dict[str, tuple[int, ...]], width: int, zone: ZoneInfo, now: datetime
    ) -> None:
        self._positions = positions
        self._width = width
        self._closed_words = mapping.closed_words
        self._has_status = "status" in positions
        self._instants = InstantReader(mapping.datetime_formats, zone, now)

    def read(self, record: Record) -> CallDraft | Refusal:
        """The draft, or the refusal with its reason."""
        try:
            return self._read(record)
        except _Bad as bad:
            return Refusal(record.line, str(bad), record.cells)

    def _read(self, record: Record) -> CallDraft:
        cells = record.cells
        if not fits(cells, self._width):
            raise _Bad(f"the row has {len(cells)} columns, the header {self._width}")
        if record.is_odd:
            self._check_cells(cells)
        draft = CallDraft(
            line=record.line,
            source_id=self._text(cells, "source_id"),
            service_name=" ".join(self._text(cells, "service_name").split()) or "No type given",
            requested=self._required_instant(cells),
            updated=self._instant(cells, "updated"),
            closed=self._instant(cells, "closed"),
            expected=self._instant(cells, "expected"),
            status=self._text(cells, "status")[:80],
            status_notes=self._text(cells, "status_notes"),
            description=self._text(cells, "description"),
            address=self._text(cells, "address"),
            zipcode=self._text(cells, "zipcode")[:10],
            agency_responsible=self._text(cells, "agency_responsible")[:160],
            media_url=self._text(cells, "media_url"),
        )
        self._check_names(draft)
        self._settle_position(draft, cells)
        self._settle_closing(draft)
        return draft

    def _text(self, cells: list[str], name: str) -> str:
        positions = self._positions.get(name)
        if positions is None:
            return ""
        if len(positions) == 1:
            cell = cells[positions[0]]
            return (restore_cell(cell) if cell[:1] == "'" else cell).strip()
        return " ".join(restore_cell(cells[place]) for place in positions).strip()

    def _check_cells(self, cells: list[str]) -> None:
        for name, positions in self._positions.items():
            for text in (cells[place] for place in positions):
                if "\0" in text:
                    raise _Bad(f"{name} holds a NUL character")
                if len(text) > MAX_CELL:
                    raise _Bad(f"{name} is {len(text):,} characters long; at most {MAX_CELL:,} are read")

    def _required_instant(self, cells: list[str]) -> datetime:
        instant = self._instant(cells, "requested")
        if instant is None:
            raise _Bad("the row has no date of the call")
        return instant

    def _instant(self, cells: list[str], name: str) -> datetime | None:
        positions = self._positions.get(name)
        if positions is None:
            return None
        if len(positions) > 1 and not all(cells[place].strip() for place in positions):
            return None  # a date without its time of day is no instant
        text = self._text(cells, name)
        return self._instants.read(text, name) if text else None

    @staticmethod
    def _check_names(draft: CallDraft) -> None:
        if not draft.source_id:
            raise _Bad("the row has no id of its own")
        if len(draft.source_id) > 120 or len(draft.service_name) > 160:
            raise _Bad("the row's id or type is longer than any real one")

    def _settle_position(self, draft: CallDraft, cells: list[str]) -> None:
        lat = read_degrees(self._text(cells, "lat"), 90, "latitude") if "lat" in self._positions else None
        long = read_degrees(self._text(cells, "long"), 180, "longitude") if "long" in self._positions else None
        if lat is not None and long is not None and (lat, long) != (0.0, 0.0):
            draft.lat, draft.long = lat, long  # (0, 0) and half a position are how sources spell «don't know»

    def _settle_closing(self, draft: CallDraft) -> None:
        if draft.closed is not None and draft.closed < draft.requested:
            draft.closed = None  # a closing before the call is a slip of the source; the status still counts
            draft.is_closed = True
        if self._has_status and draft.status:
            draft.is_closed = draft.status.casefold() in self._closed_words
        else:
            draft.is_closed = draft.is_closed or draft.closed is not None
