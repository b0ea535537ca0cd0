"""Photos as a form sends them, made anew at once: nothing of where, when and with what they were taken is kept."""

from typing import Any

from flask import request
from flask_babel import gettext

from ..calls.photos import CleanPhoto, clean_photo
from ..calls.photos.cleaning import MOST_BYTES
from ..calls.photos.keeping import MOST_PHOTOS
from ..errors import Invalid
from ..extensions import db


def clean_sent_photos() -> list[CleanPhoto]:
    """The photos, made anew before anything else: it takes a while, and nobody waits for it."""
    files = [file for file in request.files.getlist("photos") if file.filename]
    if len(files) > MOST_PHOTOS:
        raise Invalid(str(gettext("At most %(most)d photos are kept. Choose fewer.", most=MOST_PHOTOS)))
    if files:
        db.session.rollback()  # ends the transaction that read the form's kinds: on SQLite it keeps writers out
    return [_clean_photo(file) for file in files]


def _clean_photo(file: Any) -> CleanPhoto:
    try:
        return clean_photo(file.stream.read(MOST_BYTES + 1))
    except Invalid as refusal:
        raise Invalid(str(gettext(
            "%(file)s is no photo that can be read here. Send JPEG, PNG or WebP of at most 10 MB, and choose all "
            "photos again.", file=(file.filename or "")[:80],
        ))) from refusal  # fmt: skip
