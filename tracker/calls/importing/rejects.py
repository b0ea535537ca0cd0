"""The file of refused rows: line, reason, then the row as it was, so that it can be mended and imported again."""

import csv
from pathlib import Path
from types import TracebackType
from typing import TextIO

from ...formatters import neutralize_cell
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
        """Keep one refused row."""
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("w", newline="", encoding="utf-8")
            self._write(["line", "reason", *self._header])
        self._write([str(refusal.line), refusal.reason, *(neutralize_cell(cell) for cell in refusal.cells)])
        self.count += 1

    def _write(self, cells: list[str]) -> None:
        csv.writer(self._file).writerow(cells)  # type: ignore[arg-type]  # open since the first row
