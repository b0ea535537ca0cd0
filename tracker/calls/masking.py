"""Giving calls the masked place that the public sees. Until a call has one, the public sees nothing of it."""

from typing import Any

from sqlalchemy import Select, select, update

from ..extensions import db
from ..places.privacy import PlaceToMask, mask_places
from .models import ServiceRequest

_CHUNK = 20_000


def mask_new_calls() -> int:
    """Mask every placed call that has no mask yet; returns how many. Flushes."""
    masked = 0
    while rows := db.session.execute(_unmasked()).all():
        _mask(rows)
        masked += len(rows)
    return masked


def unmask_calls() -> None:
    """Drop every mask, so that the next `mask_new_calls` gives each call the finest one that is safe by now."""
    db.session.execute(
        update(ServiceRequest).where(ServiceRequest.public_label.is_not(None)).values(public_label=None),
        execution_options={"synchronize_session": False},
    )


def _unmasked() -> Select[Any]:
    return (
        select(ServiceRequest.id, ServiceRequest.address_key, ServiceRequest.lat, ServiceRequest.long)
        .where(ServiceRequest.public_label.is_(None), ServiceRequest.lat.is_not(None))
        .order_by(ServiceRequest.id)
        .limit(_CHUNK)
    )


def _mask(rows: Any) -> None:
    """Calls at one place share a mask, so each distinct place is masked once."""
    places = sorted({(row.address_key, row.lat, row.long) for row in rows})
    masks = mask_places([PlaceToMask(address_key=key, normalized=None, lat=lat, long=long) for key, lat, long in places])
    mask_of = dict(zip(places, masks, strict=True))
    changes = []
    for row in rows:
        mask = mask_of[row.address_key, row.lat, row.long]
        changes.append({"id": row.id, "public_label": mask.label, "public_lat": mask.lat, "public_long": mask.long})
    db.session.execute(update(ServiceRequest), changes)
