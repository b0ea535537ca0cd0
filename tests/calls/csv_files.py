"""Files of calls for tests: one plain layout with its map, written row by row, and the command that imports them."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask

HEADER = ["id", "opened", "kind", "status", "updated", "closed", "address", "lat", "long", "notes"]
MAP = """source = "test-city"
[columns]
source_id = "id"
requested = "opened"
service_name = "kind"
status = "status"
updated = "updated"
closed = "closed"
address = "address"
lat = "lat"
long = "long"
description = "notes"
"""
LAT, LONG = "42.35", "-71.06"


def row(number: int | str, **cells: Any) -> list[str]:
    """One good row of the plain layout, the given cells changed; calls come an hour apart at one spot."""
    hours = number if isinstance(number, int) else 0
    usual = {
        "id": str(number),
        "opened": f"2026-03-{1 + hours // 24:02} {hours % 24:02}:00:00",
        "kind": "Pothole",
        "status": "Open",
        "address": "12 Elm St",
        "lat": LAT,
        "long": LONG,
    }
    filled = dict.fromkeys(HEADER, "") | usual | {name: str(value) for name, value in cells.items()}
    return [filled[name] for name in HEADER]


def table(rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER) -> str:
    """The file's text."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


@dataclass(frozen=True)
class Answer:
    """What the command said: exit code, the JSON of stdout, stderr, and the rejects file as (line, reason, cells)."""

    code: int
    result: dict[str, Any]
    error: str
    rejects: list[tuple[int, str, list[str]]]

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Rows, accepted, duplicates, rejected; raises unless they add up and the rejects file holds the last."""
        found = tuple(self.result[name] for name in ("rows", "accepted", "duplicates", "rejected"))
        assert found[0] == sum(found[1:]), self.result
        assert len(self.rejects) == found[3], self.rejects
        assert all(line > 1 and reason for line, reason, _ in self.rejects), self.rejects
        return found


def read_rejects(path: Path) -> list[tuple[int, str, list[str]]]:
    """The rows of a rejects file; none when there is no file."""
    if not path.exists():
        return []
    csv.field_size_limit(3_000_000)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0][0].endswith("line") and rows[0][1].endswith("reason")
    return [(int(line), reason, cells) for line, reason, *cells in rows[1:]]


def import_file(app: Flask, path: Path, mapping: str | None = MAP) -> Answer:
    """Import a file by the real command, with a map file beside it."""
    rejects = path.parent / "rejected.csv"
    rejects.unlink(missing_ok=True)
    arguments = ["import-calls", str(path), "--json", "--rejects", str(rejects)]
    if mapping is not None:
        (path.parent / "map.toml").write_text(mapping, "utf-8")
        arguments += ["--map", str(path.parent / "map.toml")]
    outcome = app.test_cli_runner().invoke(args=arguments)
    assert outcome.exception is None or isinstance(outcome.exception, SystemExit), repr(outcome.exception)
    result = json.loads(outcome.stdout) if outcome.stdout else {}
    return Answer(outcome.exit_code, result, outcome.stderr, read_rejects(rejects))


def import_text(app: Flask, folder: Path, text: str | bytes, mapping: str | None = MAP, name: str = "c.csv") -> Answer:
    """Write a file and import it."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return import_file(app, path, mapping)
