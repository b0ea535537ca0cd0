"""Files that are on the disk whole or not at all, also after a power cut; and what has lost its other half."""

import os
import tempfile
from collections.abc import Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from ...clock import utc_now

_YOUNG = timedelta(hours=1)
"""A file younger than this may still get its row: its transaction may not have ended."""


@dataclass(frozen=True, slots=True)
class LostFiles:
    """What the database and a folder do not agree on: ids of rows whose file is gone, and files that no row names."""

    rows: list[str]
    files: list[Path]


def place_of(folder: Path, name: str) -> Path:
    """Where a file of this name lies: in one of a thousand folders, named by the first two symbols of the name."""
    return folder / name[:2] / name


def find_lost(folder: Path, names: Set[str]) -> LostFiles:
    """Compare a folder with the names that the rows give, each an id and a suffix.

    Files of the last hour are left out.
    """
    before = utc_now() - _YOUNG
    found: set[str] = set()
    strays = []
    for path in (path for path in folder.glob("*/*") if path.is_file()):
        if path.name in names and path == place_of(folder, path.name):
            found.add(path.name)
        elif datetime.fromtimestamp(path.stat().st_mtime, tz=before.tzinfo) < before:
            strays.append(path)
    return LostFiles(sorted(Path(name).stem for name in names - found), sorted(strays))


def write_whole(path: Path, data: bytes) -> None:
    """Write a file, and bring it and its name to the disk before this returns; only the owner may read it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, draft = tempfile.mkstemp(dir=path.parent, suffix=".tmp")  # readable by the owner only
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    for folder in (path.parent, path.parent.parent):
        _keep_names(folder)


def _keep_names(folder: Path) -> None:
    """Bring the names in a folder to the disk too."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
