"""Keeping districts true: polygons that were loaded or redrawn after the calls came in."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import Select, select, update

from ..batches import in_chunks, update_rows
from ..calls.models import ServiceRequest
from ..clock import utc_now
from ..database import Base
from ..extensions import db
from ..places.areas import AreaIndex
from ..places.models import AreaKind
from .assigning import Newcomer, assign_newcomers
from .models import CaseAssignment, CaseStatus, ProblemCase

_CHUNK = 10_000
_KINDS = (("center_id", AreaKind.SERVICE_CENTER), ("neighborhood_id", AreaKind.NEIGHBORHOOD))


def refresh_districts() -> int:
    """Put calls and cases into the polygons that hold them now, and give cases without an owner one; how many cases.

    A case that a person has touched keeps its owner, whatever its district is called now. Flushes.
    """
    _refresh(ServiceRequest, ServiceRequest.lat, ServiceRequest.long)
    _refresh(ProblemCase, ProblemCase.anchor_lat, ProblemCase.anchor_long)
    db.session.expire_all()
    ownerless = select(ProblemCase).where(
        ProblemCase.status == CaseStatus.OPEN,
        ProblemCase.contact_id.is_(None),
        ProblemCase.center_id.is_not(None),
        ProblemCase.is_touched.is_(False),
    )
    newcomers = [
        Newcomer(case.id, case.center_id, case.family_id, case.priority)
        for case in db.session.scalars(ownerless.order_by(ProblemCase.id))
    ]
    _end_queueing([newcomer.case_id for newcomer in newcomers])
    assign_newcomers(newcomers)
    return len(newcomers)


def _end_queueing(case_ids: list[int]) -> None:
    """Close the history row that says «in the queue»; the next one says with whom."""
    now = utc_now()
    for ids in in_chunks(case_ids):
        waiting = CaseAssignment.case_id.in_(ids), CaseAssignment.ended_at.is_(None)
        db.session.execute(update(CaseAssignment).where(*waiting).values(ended_at=now))


def _refresh(model: type[Base], lat: Any, long: Any) -> None:
    indexes = [(column, AreaIndex.load(kind)) for column, kind in _KINDS]
    table: Any = model.__table__
    after = 0
    while rows := db.session.execute(_chunk(table, lat, long, after)).all():
        after = rows[-1].id
        update_rows(table, _changes(rows, indexes))


def _chunk(table: Any, lat: Any, long: Any, after: int) -> Select[*tuple[Any, ...]]:
    columns = (table.c.id, lat.label("lat"), long.label("long"), table.c.center_id, table.c.neighborhood_id)
    return select(*columns).where(table.c.id > after, lat.is_not(None)).order_by(table.c.id).limit(_CHUNK)


def _changes(rows: Sequence[Any], indexes: Sequence[tuple[str, AreaIndex]]) -> list[dict[str, Any]]:
    lat, long = (np.array([getattr(row, axis) for row in rows]) for axis in ("lat", "long"))
    found = {column: index.locate(lat, long).tolist() for column, index in indexes}
    changes = []
    for place, row in enumerate(rows):
        now = {column: found[column][place] or None for column, _ in indexes}
        if any(getattr(row, column) != area for column, area in now.items()):
            changes.append({"id": row.id, **now})
    return changes
