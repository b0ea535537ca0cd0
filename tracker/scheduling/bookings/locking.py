"""Keep other writers off a row until the transaction ends."""

from sqlalchemy import select

from ...extensions import db
from ..orders.models import WorkOrder
from ..resources.models import CityResource


def lock_row(row: WorkOrder | CityResource, *, shared: bool = False) -> None:
    """Lock the row (SQLite has one writer anyway) and read it anew, so that what follows decides on what stands.

    `shared`: others may hold it so too, and nobody changes it. Cases are held by `cases.touching.hold_case`.

    The lock is a query of its own, because PostgreSQL refuses to lock a row together with one that may be missing,
    and a refresh repeats the joins by which the row was first read.
    """
    kind = type(row)
    db.session.execute(select(kind.id).where(kind.id == row.id).with_for_update(read=shared))
    db.session.refresh(row)
