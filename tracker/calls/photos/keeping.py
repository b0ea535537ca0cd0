"""Keep photos: the row in the database, the picture in the instance folder, and neither without the other."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...clock import utc_now
from ...config import Settings
from ...errors import Conflict, NotFound
from ...extensions import db
from ...identifiers import new_identifier
from ...staff.log import append_log
from ...staff.models import User
from ..models import ServiceRequest
from .cleaning import CleanPhoto
from .models import CallPhoto
from .whole_files import write_whole

MOST_PHOTOS = 6
_YOUNG = timedelta(hours=1)
"""A file younger than this may still get its row: its transaction may not have ended."""


@dataclass(frozen=True, slots=True)
class LostPhotos:
    """Photos without their other half: ids of rows whose file is gone, and files that no row names."""

    rows: list[str]
    files: list[Path]


def photo_path(photo_id: str) -> Path:
    """Where the picture lies: in one of a thousand folders, named by the first two symbols of its id."""
    return _folder() / photo_id[:2] / f"{photo_id}.jpg"


def photos_of(call: ServiceRequest) -> Sequence[CallPhoto]:
    """The photos of a call, oldest first."""
    query = select(CallPhoto).options(joinedload(CallPhoto.added_by)).where(CallPhoto.call_id == call.id)
    return db.session.scalars(query.order_by(CallPhoto.added_at, CallPhoto.id).limit(MOST_PHOTOS)).all()


def find_photo(photo_id: str) -> CallPhoto:
    """The photo with this id; raises `NotFound`."""
    photo = db.session.get(CallPhoto, photo_id)
    if photo is None:
        raise NotFound("There is no such photo.")
    return photo


def keep_photo(call: ServiceRequest, photo: CleanPhoto, actor: User | None = None) -> CallPhoto:
    """Keep a photo with a call. The same picture again is the same photo, so sending a form twice adds one. Flushes.

    The picture is on the disk before the row can be committed; when the transaction is taken back, `lost_photos` finds
    the file. Raises `Conflict` when the call has its six photos.
    """
    db.session.execute(select(ServiceRequest.id).where(ServiceRequest.id == call.id).with_for_update())
    sha256 = hashlib.sha256(photo.data).hexdigest()
    present = photos_of(call)
    for one in present:
        if one.sha256 == sha256:
            return one
    if len(present) >= MOST_PHOTOS:
        raise Conflict(f"The call has {MOST_PHOTOS} photos, and no more are kept. Say in a note what else there is.")
    row = CallPhoto(
        id=new_identifier(), call_id=call.id, width=photo.width, height=photo.height, bytes=len(photo.data),
        sha256=sha256, added_by_id=actor.id if actor else None,
    )  # fmt: skip
    write_whole(photo_path(row.id), photo.data)
    db.session.add(row)
    append_log("call", call.id, "photo_added", f"A photo was added ({row.width} by {row.height} pixels).", actor=actor)
    db.session.flush()
    return row


def lost_photos() -> LostPhotos:
    """What the database and the folder do not agree on; files of the last hour are left out."""
    ids = set(db.session.scalars(select(CallPhoto.id).execution_options(yield_per=10_000)))
    before = utc_now() - _YOUNG
    found: set[str] = set()
    strays = []
    for path in _files():
        if path.suffix == ".jpg" and path.stem in ids and path == photo_path(path.stem):
            found.add(path.stem)
        elif datetime.fromtimestamp(path.stat().st_mtime, tz=before.tzinfo) < before:
            strays.append(path)
    return LostPhotos(sorted(ids - found), sorted(strays))


def _folder() -> Path:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.instance / "photos"


def _files() -> Iterator[Path]:
    return (path for path in _folder().glob("*/*") if path.is_file())
