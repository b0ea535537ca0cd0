"""What was sent as a paper: a photo, made anew, or a PDF as it is; everything else is refused in words. Pure."""

from dataclasses import dataclass

from ....calls.photos.cleaning import MOST_BYTES, clean_photo
from ....errors import Invalid
from .models import PaperKind

_HEAD = b"%PDF-"
_END = b"%%EOF"
_TAIL = 2048
"""Bytes at the end of a PDF among which its end mark stands."""
_PHOTO_STARTS = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF", b"PK")


@dataclass(frozen=True, slots=True)
class SentPaper:
    """A file that may be kept: its bytes, and of a photo its size in pixels."""

    kind: PaperKind
    data: bytes
    width: int | None = None
    height: int | None = None


def read_paper(data: bytes) -> SentPaper:
    """The photo or PDF in `data`; raises `Invalid`, in words for whoever chose the file, for anything else.

    What a file is called is not asked: only what it holds counts. A PDF is not looked into; it is handed out for saving
    and never shown by us.
    """
    if data.startswith(_HEAD):
        return _read_pdf(data)
    if data.startswith(_PHOTO_STARTS) or data[4:8] == b"ftyp" or not data:
        photo = clean_photo(data)
        return SentPaper(PaperKind.PHOTO, photo.data, photo.width, photo.height)
    raise Invalid("This is neither a photo nor a PDF. Send photos as JPEG, PNG or WebP, and save anything else as PDF.")


def _read_pdf(data: bytes) -> SentPaper:
    if len(data) > MOST_BYTES:
        raise Invalid(f"The PDF has {len(data) / 1024 / 1024:.1f} MB; at most 10 MB are taken. Save it smaller.")
    if data[len(_HEAD) : len(_HEAD) + 2] not in (b"1.", b"2."):
        raise Invalid("This begins like a PDF and is none. Save it as PDF anew.")
    if _END not in data[-_TAIL:]:
        raise Invalid("The PDF is damaged or was not sent whole. Save it anew, or send it again.")
    return SentPaper(PaperKind.DOCUMENT, data)
