"""Opening a file of calls: gzip by its magic bytes, the encoding found out, and how far along the reading is."""

import codecs
import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, TextIO

from ...errors import ImportRefused

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLOCK = 1 << 20
_BOMB_RATIO = 300
_BOMB_FLOOR = 100 * _BLOCK
CUT_OFF = (EOFError, zlib.error, gzip.BadGzipFile)
"""What a truncated or damaged compressed file raises while it is read."""


@dataclass(slots=True)
class OpenFile:
    """A text stream over the file, and its compressed or plain bytes read so far against its `size` in bytes."""

    text: TextIO
    raw: BinaryIO
    size: int

    @property
    def position(self) -> int:
        """Bytes of the file on disk that have been read."""
        return self.raw.tell()


class _BoundedGzip(gzip.GzipFile):
    """Refuses to unpack a file that grows more than 300-fold: no real table of calls does."""

    def __init__(self, raw: io.BufferedReader, size: int) -> None:
        super().__init__(fileobj=raw, mode="rb")
        self._bound = max(size * _BOMB_RATIO, _BOMB_FLOOR)
        self._unpacked = 0

    def read1(self, size: int = -1) -> bytes:
        """Read and count. All reading here is by this: `read` would lose what comes before a damaged place."""
        data = super().read1(size)
        self._unpacked += len(data)
        if self._unpacked > self._bound:
            raise ImportRefused(
                f"The compressed file unpacks to more than {_BOMB_RATIO} times its size, as no table of calls does. "
                "Unpack it yourself and look at it before you import it."
            )
        return data


def _open_bytes(raw: io.BufferedReader, size: int) -> io.BufferedReader | gzip.GzipFile:
    magic = raw.read(4)
    raw.seek(0)
    if magic[:2] == b"\x1f\x8b":
        return _BoundedGzip(raw, size)
    if magic == b"PK\x03\x04":
        raise ImportRefused("This is a zip archive or a spreadsheet. Unpack it or save the sheet as CSV; import that.")
    return raw


def find_encoding(path: Path) -> str:
    """The encoding of a whole file: by its byte-order mark, else UTF-8 if every byte agrees, else Latin-1.

    UTF-16 and UTF-32 without a mark are told by their zero bytes. Raises `ImportRefused` when the file cannot be read.
    """
    try:
        if not path.exists():
            raise ImportRefused(f"There is no file {path}.")
        if not path.is_file():
            raise ImportRefused(f"{path} is no file that can be read twice, but a folder or a pipe.")
        with path.open("rb") as raw:
            return _encoding_of(_open_bytes(raw, path.stat().st_size))
    except CUT_OFF:
        raise ImportRefused(f"{path.name} is damaged: not even its beginning can be unpacked.") from None
    except OSError as error:
        raise ImportRefused(f"{path} cannot be read: {error.strerror}.") from None


def _encoding_of(stream: io.BufferedReader | gzip.GzipFile) -> str:
    head = stream.read1(_BLOCK)
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return encoding
    sample = head[:4096]
    zeros = [sample[place::4].count(0) for place in range(4)]
    if sum(zeros) * 5 > len(sample) * 3:  # more than half: three of four bytes of plain letters
        return "utf-32-le" if zeros[3] > zeros[0] else "utf-32-be"
    if sum(zeros) * 5 > len(sample):
        return "utf-16-le" if zeros[1] + zeros[3] > zeros[0] + zeros[2] else "utf-16-be"
    return _utf8_or_latin1(head, stream)


def _utf8_or_latin1(head: bytes, stream: io.BufferedReader | gzip.GzipFile) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")()
    block = head
    try:
        while block:
            decoder.decode(block)
            block = stream.read1(_BLOCK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "latin-1"
    except CUT_OFF:
        pass  # the part that can be read is UTF-8; the reader reports where it ends
    return "utf-8"


@contextmanager
def open_calls(path: Path, encoding: str) -> Iterator[OpenFile]:
    """The file as text; line ends are left to the CSV reader. Bytes that do not decode become U+FFFD, one by one."""
    size = path.stat().st_size
    with (
        path.open("rb") as raw,
        io.TextIOWrapper(_open_bytes(raw, size), encoding=encoding, errors="replace", newline="") as text,
    ):
        yield OpenFile(text=text, raw=raw, size=size)
