"""A folder in which others leave files of transfers: which are whole, and where each goes afterwards.

A file that is taken in moves to `done/`, one that cannot be read to `refused/`, with its reason beside. A file is moved
only after what it held is committed: broken off in between it is read again, and known transfers are duplicates. So no
file is lost and none counts twice.
"""

import os
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from ...clock import EPOCH

DONE, REFUSED = "done", "refused"
QUIET = timedelta(seconds=20)
"""A file that was written to more recently may not be whole yet."""
_UNFINISHED = (".part", ".tmp", ".filepart", ".crdownload", ".swp")
_MOST = 200
"""Files that one look takes in; the next look takes the others."""


def whole_files(folder: Path, now: datetime) -> list[Path]:
    """The files that nobody is writing any more, oldest name first: quiet for a while, and not named as unfinished."""
    found = []
    for path in sorted(folder.iterdir()):
        if path.name.startswith(".") or path.name.lower().endswith(_UNFINISHED):
            continue
        if path.is_file() and not path.is_symlink() and _is_quiet(path, now):
            found.append(path)
    return found[:_MOST]


def _is_quiet(path: Path, now: datetime) -> bool:
    try:
        found = path.stat()
    except FileNotFoundError:
        return False  # another worker was quicker
    return now - (EPOCH + timedelta(seconds=found.st_mtime)) >= QUIET


def size_of(path: Path) -> tuple[int, int]:
    """What changes when somebody writes to the file: its size and the instant of the last writing."""
    found = path.stat()
    return found.st_size, found.st_mtime_ns


def rejects_of(path: Path) -> Path:
    """Where the refused rows of a file go: beside it in `done/`."""
    return next(_free_names(path.parent / DONE / f"{path.name}.rejects.csv"))


def put_away(path: Path, where: str, reason: str = "") -> Path | None:
    """Move a file to `done` or `refused`, over nothing that lies there; None when another worker has moved it already.

    A reason is written first, so that no refused file ever lies there without one.
    """
    folder = path.parent / where
    folder.mkdir(exist_ok=True)
    for target in _free_names(folder / path.name):
        if reason:
            target.with_name(f"{target.name}.reason.txt").write_text(f"{reason}\n", "utf-8")
        try:
            os.link(path, target)  # unlike a rename it never overwrites
        except FileExistsError:
            continue
        except FileNotFoundError:
            return None
        except OSError:  # a file system without hard links
            return path.rename(target)
        path.unlink(missing_ok=True)
        return target
    return None


def _free_names(wanted: Path) -> Iterator[Path]:
    """The name, then the same with 2, 3 and so on before its ending, leaving out those taken."""
    for number in range(1, 100_000):
        path = wanted if number == 1 else wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        if not path.exists():
            yield path
