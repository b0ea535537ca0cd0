"""Whether residents may see a photo: a person looks at it and decides, and may take it back."""

from datetime import datetime

from sqlalchemy import select

from ...clock import utc_now
from ...errors import Conflict, Invalid
from ...extensions import db
from ...staff.log import append_log
from ...staff.models import User
from .cleaning import shrink_photo
from .keeping import photo_path, small_photo_path
from .models import CallPhoto
from .whole_files import write_whole

MOST_LETTERS = 300
RELEASED, HELD = "photo_released", "photo_held"
"""The log's verbs, of the call."""


def decision_mark(photo: CallPhoto) -> str:
    """How the decision about a photo stands, for a form to hold against what stands when it is sent."""
    return "" if photo.looked_at is None else f"{photo.looked_at:%Y%m%dT%H%M%S%f}"


def release_photo(photo: CallPhoto, text: str, *, actor: User, seen: str | None = None) -> None:
    """Let residents see a photo; `text` says what it shows, for those who do not see it. Flushes.

    Released again with other words it has those. Raises `Invalid` without words, `Conflict` when somebody else decided
    since `seen` (None is not held against it).
    """
    text = " ".join(text.split())
    if not text:
        raise Invalid("Say in a few words what the photo shows: residents who cannot see it read them.")
    if len(text) > MOST_LETTERS:
        raise Invalid(f"Say it in at most {MOST_LETTERS} letters.")
    at = _decide(photo, seen)
    if photo.is_released and photo.public_text == text:
        return
    path = photo_path(photo.id)
    if path.is_file():
        write_whole(small_photo_path(photo.id), shrink_photo(path.read_bytes()))
    photo.is_released, photo.public_text, photo.looked_at = True, text, at
    append_log("call", photo.call_id, RELEASED, f"Residents may see a photo: {text}", actor=actor, data=_about(photo))
    db.session.flush()


def hold_photo(photo: CallPhoto, *, actor: User, seen: str | None = None) -> None:
    """Keep a photo from residents, or take its release back; its words stay for another time. Flushes.

    Raises `Conflict` when somebody else decided since `seen`.
    """
    at = _decide(photo, seen)
    if photo.looked_at is not None and not photo.is_released:
        return
    was_released = photo.is_released
    photo.is_released, photo.looked_at = False, at
    said = "The release of a photo was taken back." if was_released else "A photo stays with the staff."
    append_log("call", photo.call_id, HELD, said, actor=actor, data=_about(photo))
    db.session.flush()


def _decide(photo: CallPhoto, seen: str | None) -> datetime:
    """Hold the row as it stands now, so that of two who decide at once the second is told."""
    db.session.execute(select(CallPhoto.id).where(CallPhoto.id == photo.id).with_for_update())
    db.session.refresh(photo)
    if seen is not None and seen != decision_mark(photo):
        raise Conflict("Somebody else decided about this photo meanwhile. Look at how it stands now, then decide.")
    return utc_now()


def _about(photo: CallPhoto) -> dict[str, str]:
    return {"photo_id": photo.id}
