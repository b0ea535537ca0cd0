"""CSV records with their line numbers; a broken one costs itself only, never the rest of the file."""

import csv
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TextIO

from ...errors import ImportRefused
from .files import CUT_OFF

MAX_CELL = 100_000
_MAX_LINE = 2_000_000
_MAX_RECORD_LINES = 400
_PLAIN_LINES = 200
"""So many plain lines are taken at once: they are short, so that they fit in memory whatever the file."""
_DELIMITERS = ",;\t|"
_UNCLOSED = "a quotation mark opened here is never closed"
_TOO_LONG = f"the line is more than {_MAX_LINE:,} characters long"


@dataclass(slots=True)
class Record:
    """One data row: the number of its first line (the header is line 1) and its cells.

    `is_odd`: some cell may be too long or hold a NUL, so each wants a look; told line by line, which costs nothing.
    """

    line: int
    cells: list[str]
    is_odd: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """One row that cannot be imported: where, why, and its cells (one, with the raw line, where it is no record)."""

    line: int
    reason: str
    cells: list[str]


class _Broken(Exception):
    """A record grows beyond all measure; says why."""


class _Lines:
    """Physical lines of a file; remembers those of the record being read and can take them back."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._waiting: deque[str] = deque()
        self.record: list[str] = []
        self.number = 0
        self.is_at_end = False
        self.is_cut_off = False

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        if len(self.record) >= _MAX_RECORD_LINES:
            raise _Broken(_UNCLOSED)
        line = self._waiting.popleft() if self._waiting else self._read()
        if not line:
            self.is_at_end = True
            raise StopIteration
        self.number += 1
        self.record.append(line)
        if len(line) == _MAX_LINE and not line.endswith(("\n", "\r")):
            raise _Broken(_TOO_LONG)
        return line

    def take_plain(self) -> list[str]:
        """The next lines that are surely one record each, for nothing is quoted in them; perhaps none.

        A quarter of an import's reading is spared by not asking for each of them by itself.
        """
        plain: list[str] = []
        while not self._waiting and len(plain) < _PLAIN_LINES and (line := self._read()):
            (self._waiting if '"' in line or "\0" in line or len(line) > MAX_CELL else plain).append(line)
        self.number += len(plain)
        return plain

    def _read(self) -> str:
        """The next line of the file; "" at its end, however often it is asked."""
        if self.is_cut_off:
            return ""
        try:
            line = self._file.readline(_MAX_LINE)
            rest = line
            while len(rest) == _MAX_LINE and not rest.endswith(("\n", "\r")):
                rest = self._file.readline(_MAX_LINE)
        except CUT_OFF:
            self.is_cut_off = True
            line = ""
        return line

    def take_back_all_but_first(self) -> None:
        """Read the record's later lines again, as records of their own."""
        self._waiting.extendleft(reversed(self.record[1:]))
        self.number -= len(self.record) - 1
        self.record = self.record[:1]


def find_delimiter(header: str) -> str:
    """The separator that the header line uses most, comma when it uses none."""
    return max(_DELIMITERS, key=lambda mark: (header.count(mark), mark == ","))


def read_header(file: TextIO) -> tuple[list[str], str]:
    """The column names (outer blanks and a stray byte-order mark dropped) and the separator; ([], ",") if empty.

    Raises `ImportRefused` for a first line that cannot be one of column names.
    """
    csv.field_size_limit(_MAX_LINE)
    try:
        line = file.readline(_MAX_LINE)
    except CUT_OFF:
        raise ImportRefused("The compressed file is damaged or cut off in its header line.") from None
    if len(line) == _MAX_LINE:
        raise ImportRefused(f"The header line is more than {_MAX_LINE:,} characters long: no column names.")
    delimiter = find_delimiter(line)
    names = next(csv.reader([line], delimiter=delimiter), [])
    return [name.strip().lstrip("\ufeff") for name in names], delimiter


def fits(cells: list[str], width: int) -> bool:
    """Whether a row has the header's columns; empty ones beyond them do no harm."""
    return len(cells) == width or (len(cells) > width and not any(cells[width:]))


def read_records(file: TextIO, delimiter: str, width: int) -> Iterator[Record | Refusal]:
    """Every record after the header of `width` columns, in the file's order; blank lines are no records."""
    csv.field_size_limit(_MAX_LINE)
    lines = _Lines(file)
    lines.number = 1
    reader = csv.reader(lines, delimiter=delimiter)
    while True:
        yield from _read_plain(lines, delimiter)
        lines.record = []
        start = lines.number + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except (_Broken, csv.Error) as error:
            yield _refuse(lines, start, _UNCLOSED if lines.record[1:] else str(error))
            reader = csv.reader(lines, delimiter=delimiter)
            continue
        if (len(lines.record) > 1 or lines.is_at_end) and not _is_whole(lines.record, delimiter, width):
            yield _refuse(lines, start, _UNCLOSED)
            reader = csv.reader(lines, delimiter=delimiter)
        elif cells:
            yield Record(start, cells, _is_odd(lines.record))
    if lines.is_cut_off:
        yield Refusal(lines.number + 1, "the compressed file is damaged or cut off here; the rest cannot be read", [])


def _read_plain(lines: _Lines, delimiter: str) -> Iterator[Record]:
    start = lines.number + 1
    for number, cells in enumerate(csv.reader(lines.take_plain(), delimiter=delimiter), start):
        if cells:
            yield Record(number, cells)


def _is_odd(lines: list[str]) -> bool:
    text = "".join(lines)
    return len(text) > MAX_CELL or "\0" in text


def _is_whole(lines: list[str], delimiter: str, width: int) -> bool:
    """Whether several lines are truly one record: else a stray quotation mark would swallow the rows up to the next.

    Its quoted cells end at a separator, the last of them before the end of the file, and it has the header's columns.
    """
    try:
        return fits(next(csv.reader(lines, delimiter=delimiter, strict=True)), width)
    except csv.Error:
        return False


def _refuse(lines: _Lines, start: int, reason: str) -> Refusal:
    lines.take_back_all_but_first()
    return Refusal(start, reason, [lines.record[0].rstrip("\r\n")[:MAX_CELL]])
