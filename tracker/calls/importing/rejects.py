"""The file of refused rows: line, reason, then the row as it was, so that it can be mended and imported again."""

import csv
from pathlib import Path
from types import TracebackType
from typing import TextIO

from ...errors import ImportRefused
from ...formatters import neutralize_cell, restore_cell
from .records import Refusal


class RejectsFile:
    """Writes refused rows to `path`; the file is made with the first one, so a clean import leaves none behind."""

    def __init__(self, path: Path, header: list[str]) -> None:
        self.path = path
        self.count = 0
        self._header = header
        self._file: TextIO | None = None

    def __enter__(self) -> "RejectsFile":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file is not None:
            self._file.close()

    def add(self, refusal: Refusal) -> None:
        """Keep one refused row; what an import would restore comes out restored, as if it had never been here."""
        if self._file is None:
            self._file = self._open()
            self._write([_free_name(name, self._header) for name in ("line", "reason")] + self._header)
        cells = [neutralize_cell(restore_cell(cell)) for cell in refusal.cells]
        self._write([str(refusal.line), refusal.reason, *cells])
        self.count += 1

    def _open(self) -> TextIO:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            return self.path.open("w", newline="", encoding="utf-8")
        except OSError as error:
            raise ImportRefused(f"Refused rows cannot be written to {self.path}: {error.strerror}.") from None

    def _write(self, cells: list[str]) -> None:
        csv.writer(self._file).writerow(cells)  # type: ignore[arg-type]  # open since the first row


def _free_name(name: str, header: list[str]) -> str:
    """A column name that the file does not have already, so that the rejects can be read by the same map."""
    while name in (column.casefold() for column in header):
        name = f"refused_{name}"
    return name
