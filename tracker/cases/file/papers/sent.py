"""Papers as a browser sends them: each read, or all refused with the name of the file that is none."""

from collections.abc import Sequence

from werkzeug.datastructures import FileStorage

from ....calls.photos.cleaning import MOST_BYTES
from ....errors import Invalid
from .reading import SentPaper, read_paper

MOST_AT_ONCE = 8


def read_sent(files: Sequence[FileStorage]) -> list[SentPaper]:
    """The papers; raises `Invalid` for too many of them, and for a file that is neither photo nor PDF."""
    if len(files) > MOST_AT_ONCE:
        raise Invalid(f"These are {len(files)} files; at most {MOST_AT_ONCE} are taken at once. Choose fewer.")
    return [_read(file) for file in files]


def _read(file: FileStorage) -> SentPaper:
    try:
        return read_paper(file.stream.read(MOST_BYTES + 1))
    except Invalid as refusal:
        name = (file.filename or "One file")[:80]
        raise Invalid(f"{name}: {refusal} Nothing was kept; choose the files again.") from refusal
