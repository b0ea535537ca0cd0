"""Photos that residents may see: released by a person, of a call that is public itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from ..calls.models import ServiceRequest
from ..calls.photos import photo_path, small_photo_path
from ..calls.photos.models import CallPhoto
from ..cases.models import CaseCall
from ..errors import NotFound
from ..extensions import db
from ..places.city import the_city
from .calls import is_published
from .facts import made_once, public_day, public_kinds

MOST_SHOWN = 12
SMALL_WIDTH = 640
_DIGITS = 12
_ANY = (
    select(CallPhoto.id)
    .join(CaseCall, CaseCall.call_id == CallPhoto.call_id)
    .where(CaseCall.case_id == bindparam("case"), CaseCall.unlinked_at.is_(None), CallPhoto.is_released.is_(True))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class PublicPhoto:
    """A photo as strangers know it; `digest` is that of the picture, `day` the public day of its call."""

    photo_id: str
    digest: str
    width: int
    height: int
    text: str
    day: date


def photos_of_case(case_id: int) -> list[PublicPhoto]:
    """Released photos of the case's public calls, newest first; of one day by their random ids."""
    if db.session.connection().execute(_ANY, {"case": case_id}).first() is None:
        return []  # most cases: nothing of what is public has to be asked
    linked = (CaseCall.case_id == case_id, CaseCall.unlinked_at.is_(None))
    return _tell(_released().join(CaseCall, CaseCall.call_id == CallPhoto.call_id).where(*linked))


def first_photos(case_ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """The id of one photo of each of a few cases that have any, under the same conditions."""
    if not case_ids:
        return {}
    query = made_once(("first photos", public_day(the_city())), _first_photos)
    return {case: (photo_id,) for case, photo_id in db.session.connection().execute(query, {"cases": case_ids})}


def _first_photos() -> Select[*tuple[Any, ...]]:
    linked = (CaseCall.case_id.in_(bindparam("cases", expanding=True)), CaseCall.unlinked_at.is_(None))
    return (
        select(CaseCall.case_id, func.min(CallPhoto.id))
        .join(CallPhoto, CallPhoto.call_id == CaseCall.call_id)
        .join(ServiceRequest, ServiceRequest.id == CallPhoto.call_id)
        .where(*linked, CallPhoto.is_released.is_(True), *is_published(public_kinds().values()))
        .group_by(CaseCall.case_id)
    )


def photos_of_call(number: str) -> list[PublicPhoto]:
    """The same of one public call."""
    return _tell(_released().where(ServiceRequest.service_request_id == number))


def find_released_photo(photo_id: str) -> PublicPhoto:
    """The photo with this id; raises `NotFound` for any that residents may not see, from the moment it is decided."""
    found = _tell(_released().where(CallPhoto.id == photo_id))
    if not found:
        raise NotFound("There is no public photo at this address.")
    return found[0]


def picture_of(photo: PublicPhoto, *, small: bool) -> Path:
    """Where the picture lies; the small one where it was made. Raises `NotFound` when the file is gone."""
    sizes = (small_photo_path, photo_path) if small else (photo_path,)
    for path_of in sizes:
        if (path := path_of(photo.photo_id)).is_file():
            return path
    raise NotFound("There is no public photo at this address.")


def _released() -> Select[*tuple[Any, ...]]:
    columns = (CallPhoto.id, CallPhoto.sha256, CallPhoto.width, CallPhoto.height, CallPhoto.public_text,
               ServiceRequest.public_day)  # fmt: skip
    return (
        select(*columns)
        .join(ServiceRequest, ServiceRequest.id == CallPhoto.call_id)
        .where(CallPhoto.is_released.is_(True), *is_published(public_kinds().values()))
    )


def _tell(query: Select[*tuple[Any, ...]]) -> list[PublicPhoto]:
    rows = db.session.execute(query.order_by(ServiceRequest.public_day.desc(), CallPhoto.id).limit(MOST_SHOWN))
    return [
        PublicPhoto(row.id, row.sha256[:_DIGITS], row.width, row.height, row.public_text,
                    date.fromordinal(row.public_day))
        for row in rows
    ]  # fmt: skip
