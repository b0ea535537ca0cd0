"""A spreadsheet's text cut into lines of named cells, whoever wrote it: Excel's mark, semicolons, tabs. Pure."""

import csv
import difflib
import io
from collections.abc import Collection
from dataclasses import dataclass

from ...errors import Invalid
from ...formatters import restore_cell

MOST_BYTES = 300_000
MOST_LINES = 500
_SEPARATORS = ",;\t"


@dataclass(frozen=True, slots=True)
class SheetLine:
    """One line: the number of its first line in the file, its cells by column, and why it cannot be read at all."""

    line: int
    cells: dict[str, str]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A file's columns in order, its lines, and whether its decimals may be written with a comma."""

    columns: tuple[str, ...]
    lines: tuple[SheetLine, ...]
    decimal_comma: bool


def decode_sheet(data: bytes) -> str:
    """The file's text; raises `Invalid` with what to do when it is none."""
    if len(data) > MOST_BYTES:
        raise Invalid(f"The file is too large: at most {MOST_BYTES // 1000} kB are read. Cut it in parts.")
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Invalid("The file is UTF-16. Save it as «CSV UTF-8» and choose it again.")
    if data.startswith(b"PK"):
        raise Invalid("The file is a workbook, not CSV. Save it as «CSV UTF-8» and choose it again.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Invalid(f"Line {line} of the file is not UTF-8. Save it as «CSV UTF-8» and choose it again.") from None


def read_sheet(text: str, known: Collection[str], ignored: Collection[str] = ()) -> Sheet:
    """The lines of a file whose first line names its columns; raises `Invalid` when the file as a whole is no use.

    `known` are the columns that may stand there, in any order; those that are `ignored` are passed over.
    """
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        raise Invalid("The file holds a NUL; it is damaged. Save it anew.")
    heading = text.split("\n", 1)[0]
    separator = max(_SEPARATORS, key=heading.count)
    if heading.lower().startswith("sep=") and len(heading.strip()) == 5:  # how some programs tell Excel
        separator = heading.strip()[4]
        text = "\n" + text.split("\n", 1)[1] if "\n" in text else ""
    rows = _rows(text, separator)
    if not rows:
        raise Invalid("The file is empty. Its first line names the columns, as the export writes them.")
    columns = _columns(rows[0][1], known, ignored)
    lines = tuple(_line(number, cells, columns) for number, cells in rows[1:])
    if len(lines) > MOST_LINES:
        raise Invalid(f"The file has {len(lines):,} lines; at most {MOST_LINES:,} are read. Cut it in parts.")
    kept = tuple(name for name in columns if name not in ignored)
    return Sheet(kept, lines, decimal_comma=separator == ";")


def _rows(text: str, separator: str) -> list[tuple[int, list[str]]]:
    """(number of its first line, cells) of each row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    rows, first = [], 1
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((first, cells))
            first = reader.line_num + 1
    except csv.Error as error:
        raise Invalid(f"The row that begins on line {first} cannot be read ({error}). Look for a quote that is not "
                      "closed, or written once where it must be doubled.") from None  # fmt: skip
    return rows


def _columns(cells: list[str], known: Collection[str], ignored: Collection[str]) -> list[str]:
    names = [cell.strip().lower().replace(" ", "_") for cell in cells]
    while names and not names[-1]:
        names.pop()
    for name in names:
        if name not in known and name not in ignored:
            close = difflib.get_close_matches(name, sorted(known), n=1)
            hint = f"; did you mean «{close[0]}»?" if close else ". Take it out, or name it as the export does."
            raise Invalid(f"Line 1: the column «{name[:60]}» is not known{hint}")
        if names.count(name) > 1:
            raise Invalid(f"Line 1: the column «{name}» stands there twice. Take one out.")
    return names


def _line(number: int, cells: list[str], columns: list[str]) -> SheetLine:
    named = {name: restore_cell(cell).strip() for name, cell in zip(columns, cells, strict=False)}
    if any(cell.strip() for cell in cells[len(columns) :]):
        problem = (f"it has {len(cells)} cells, and the heading names {len(columns)} columns; put quotes around a text "
                   "that holds the separator")  # fmt: skip
        return SheetLine(number, named, problem)
    return SheetLine(number, {name: named.get(name, "") for name in columns})
