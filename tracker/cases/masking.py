"""Keeping the masked places of cases as fine as is safe by now."""

from sqlalchemy import select, update

from ..extensions import db
from ..places.addresses import normalize_address
from ..places.city import the_city
from ..places.privacy import PlaceToMask, mask_places
from .models import ProblemCase

_CHUNK = 5_000


def refresh_case_masks() -> int:
    """Mask every case anew; returns how many changed. Flushes."""
    localities = frozenset(the_city().localities)
    changed = after = 0
    while rows := _cases(after):
        after = rows[-1].id
        places = [
            PlaceToMask(
                address_key=(normalized := normalize_address(row.address, localities=localities)).key,
                normalized=normalized, lat=row.anchor_lat, long=row.anchor_long,
            )
            for row in rows
        ]  # fmt: skip
        changes = [
            {"id": row.id, "public_label": mask.label, "public_lat": mask.lat, "public_long": mask.long}
            for row, mask in zip(rows, mask_places(places), strict=True)
            if (row.public_label, row.public_lat, row.public_long) != (mask.label, mask.lat, mask.long)
        ]
        db.session.execute(update(ProblemCase), changes)
        changed += len(changes)
    return changed


def _cases(after: int):  # type: ignore[no-untyped-def]  # rows of mixed columns
    query = select(
        ProblemCase.id, ProblemCase.address, ProblemCase.anchor_lat, ProblemCase.anchor_long,
        ProblemCase.public_label, ProblemCase.public_lat, ProblemCase.public_long,
    )  # fmt: skip
    return db.session.execute(query.where(ProblemCase.id > after).order_by(ProblemCase.id).limit(_CHUNK)).all()
