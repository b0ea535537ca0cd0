"""Writing down one call with one statement, as an aide, a resident or another system sends it."""

from typing import Any

from sqlalchemy import insert

from ..change_marks import Marks, current_marks
from ..clock import utc_now
from ..extensions import db
from ..identifiers import new_identifier
from ..staff.log import append_log_rows
from ..staff.models import User
from .masking import mask_columns
from .models import CallStatus, ServiceRequest

_CALL = insert(ServiceRequest.__table__)  # type: ignore[arg-type]  # a declarative table is a Table


def write_call(
    columns: dict[str, Any], words: str, *, actor: User | None = None, data: Any = None, marks: Marks | None = None
) -> tuple[int, str]:
    """Insert an open call, masked, and say in its history how it was taken; returns its id and its number. Flushes.

    `columns`: at least `source`, `source_id`, `channel`, `service_type_id`, `requested_datetime`, and where it is.
    `marks` are those of this transaction, if known. Whoever wants the call as an object loads it: most answers need no
    more than its number.
    """
    db.session.flush()
    number = new_identifier()
    mask = mask_columns(columns, columns["requested_datetime"], marks or current_marks())
    row = {"service_request_id": number, "status": CallStatus.OPEN, "recorded_at": utc_now(), **columns, **mask}
    call_id: int = db.session.connection().execute(_CALL, row).inserted_primary_key[0]  # type: ignore[index]  # it has
    entry = {"subject_kind": "call", "subject_id": call_id, "verb": "taken", "text": words, "data": data}
    append_log_rows([{**entry, "actor_id": actor.id if actor else None}])
    return call_id, number
