"""Keep other writers off a row until the transaction ends."""

from sqlalchemy import select

from ..cases.models import ProblemCase
from ..extensions import db
from .models import CityResource, WorkOrder


def lock_row(row: WorkOrder | ProblemCase | CityResource) -> None:
    """Lock the row (SQLite has one writer anyway) and read it anew, so that what follows decides on what stands.

    The lock is a query of its own, because PostgreSQL refuses to lock a row together with one that may be missing,
    and a refresh repeats the joins by which the row was first read.
    """
    kind = type(row)
    db.session.execute(select(kind.id).where(kind.id == row.id).with_for_update())
    db.session.refresh(row)
