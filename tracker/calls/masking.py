"""Giving calls the masked place and day that the public sees. Until a call has them, the public sees nothing of it."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, select

from ..batches import update_columns
from ..change_marks import Marks
from ..clock import local_date
from ..database import UTCDateTime
from ..extensions import db
from ..places.addresses import NormalizedAddress
from ..places.city import city_zone, the_city
from ..places.privacy import PlaceToMask, mask_places
from .arriving import HAS_ARRIVED
from .models import ServiceRequest
from .public_days import MASK_COLUMNS, PublicDays, last_change

_CHUNK = 20_000
_TOLD_AT = func.coalesce(
    ServiceRequest.closed_at, ServiceRequest.updated_datetime, ServiceRequest.requested_datetime, type_=UTCDateTime
)


def mask_new_calls(read: Mapping[str, NormalizedAddress]) -> Iterator[int]:
    """Mask every placed call that has no mask yet, portion by portion; gives how many each was. Flushes.

    The caller may commit after each. `read` holds addresses by key that were read already, so that they need not be
    read again.
    """
    while rows := _read(_UNMASKED):
        _mask(rows, read)
        yield len(rows)


def mask_columns(place: Mapping[str, Any], requested: datetime, marks: Marks) -> dict[str, Any]:
    """The masked columns of a call that is about to be recorded at this place, so that nobody has to mask it later.

    None of them for a call that nobody can place. `marks` are those of this transaction.
    """
    if place.get("lat") is None:
        return {}
    asked = PlaceToMask(place["address_key"], None, place["lat"], place["long"])
    mask = mask_places([asked], marks)[0]
    day = local_date(requested, city_zone(the_city())).toordinal()
    return dict(zip(MASK_COLUMNS, (mask.label, mask.lat, mask.long, day, day), strict=True))


def refresh_masks() -> int:
    """Mask every placed call anew, as finely as is safe by now; returns how many changed. Flushes."""
    changed = after = 0
    while rows := _read(_placed(after)):
        after = rows[-1].id
        changed += _mask(rows, {})
    return changed


HAS_NO_MASK = and_(ServiceRequest.public_label.is_(None), ServiceRequest.lat.is_not(None))


def count_unmasked() -> int:
    """How many placed calls have no mask yet and may have one."""
    return db.session.scalar(select(func.count()).where(HAS_NO_MASK, HAS_ARRIVED)) or 0


def _columns() -> Select[*tuple[Any, ...]]:
    return select(
        ServiceRequest.id, ServiceRequest.address_key, ServiceRequest.lat, ServiceRequest.long,
        ServiceRequest.requested_datetime, _TOLD_AT, ServiceRequest.followed_at,
        ServiceRequest.stepped_at,
    ).where(ServiceRequest.lat.is_not(None), HAS_ARRIVED).order_by(ServiceRequest.id).limit(_CHUNK)  # fmt: skip


_UNMASKED = _columns().where(HAS_NO_MASK)


def _placed(after: int) -> Select[*tuple[Any, ...]]:
    masks = (getattr(ServiceRequest, name) for name in MASK_COLUMNS)
    return _columns().add_columns(*masks).where(ServiceRequest.id > after)


def _read(query: Select[*tuple[Any, ...]]) -> Any:
    """Past the ORM: there are no entities among the columns, and it takes half the time."""
    db.session.flush()
    return db.session.connection().execute(query).all()


def _mask(rows: Any, read: Mapping[str, NormalizedAddress]) -> int:
    """Calls at one place share a mask, so each distinct place is masked once. A mask that a row brings may stand."""
    if not rows:
        return 0
    days = PublicDays(city_zone(the_city()))
    places = sorted({(key, lat, long) for _, key, lat, long, *_ in rows})
    asked = [PlaceToMask(address_key=key, normalized=read.get(key), lat=lat, long=long) for key, lat, long in places]
    masks = mask_places(asked)
    mask_of = {place: (mask.label, mask.lat, mask.long) for place, mask in zip(places, masks, strict=True)}
    changed = []
    for call_id, key, lat, long, requested, told, followed, stepped, *old in rows:
        changed_at = last_change(requested, told, followed, stepped)
        new = (*mask_of[key, lat, long], days.of(requested), days.of(changed_at))
        if new != tuple(old):
            changed.append((call_id, *new))
    names = ("id", *MASK_COLUMNS)
    columns = zip(*changed, strict=True) if changed else [()] * len(names)
    return update_columns(ServiceRequest.__table__, dict(zip(names, columns, strict=True)))
