"""Keep photos: the row in the database, the picture in the instance folder, and neither without the other."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...config import Settings
from ...errors import Conflict, NotFound
from ...extensions import db
from ...identifiers import new_identifier
from ...staff.log import append_log
from ...staff.models import User
from ..models import ServiceRequest
from .cleaning import CleanPhoto
from .models import CallPhoto
from .whole_files import LostFiles, find_lost, place_of, write_whole

MOST_PHOTOS = 6


def photo_path(photo_id: str) -> Path:
    """Where the picture lies."""
    return place_of(_folder(), f"{photo_id}.jpg")


def small_photo_path(photo_id: str) -> Path:
    """Where the picture lies as phones get it, once residents may see it."""
    settings: Settings = current_app.config["SETTINGS"]
    return place_of(settings.instance / "photos-small", f"{photo_id}.jpg")


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


def lost_photos() -> LostFiles:
    """What the database and the folder of photos do not agree on."""
    ids = db.session.scalars(select(CallPhoto.id).execution_options(yield_per=10_000))
    return find_lost(_folder(), {f"{one}.jpg" for one in ids})


def _folder() -> Path:
    settings: Settings = current_app.config["SETTINGS"]
    return settings.instance / "photos"
