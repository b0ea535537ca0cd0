"""Photos as a browser sends them: each made anew, or all refused with the name of the file that is none."""

from collections.abc import Sequence

from werkzeug.datastructures import FileStorage

from ..calls.photos import CleanPhoto, clean_photo
from ..calls.photos.cleaning import MOST_BYTES
from ..calls.photos.keeping import MOST_PHOTOS
from ..errors import Invalid


def clean_sent(files: Sequence[FileStorage]) -> list[CleanPhoto]:
    """The photos; raises `Invalid` for too many of them, and for a file that is no photo."""
    if len(files) > MOST_PHOTOS:
        raise Invalid(f"These are {len(files)} photos; a call keeps at most {MOST_PHOTOS}. Choose fewer.")
    return [_clean(file) for file in files]


def _clean(file: FileStorage) -> CleanPhoto:
    """The photo in a file; a refusal says which file it was."""
    try:
        return clean_photo(file.stream.read(MOST_BYTES + 1))
    except Invalid as refusal:
        name = (file.filename or "One file")[:80]
        raise Invalid(f"{name}: {refusal} Nothing was kept; choose the photos again.") from refusal
