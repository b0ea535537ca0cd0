"""Writing drafts to the database, chunk by chunk: new calls in, known ones recognised, changed ones updated."""

from collections.abc import Iterable, Sequence
from typing import Any, cast

from sqlalchemy import Table, bindparam, select, update

from ...batches import insert_rows
from ...clock import utc_now
from ...extensions import db
from ...identifiers import new_identifier
from ..models import CallImport, CallStatus, Channel, ServiceRequest
from ..placing import Placer, Spot
from ..types import TypeBook
from .drafts import CallDraft

_IDS_AT_ONCE = 500
_KEPT = ("service_request_id", "recorded_at", "source_status", "status", "closed_at", "updated_datetime")
_CALLS = cast(Table, ServiceRequest.__table__)


class Recorder:
    """Records one file's drafts under one `CallImport` row and counts what became of them."""

    def __init__(self, run: CallImport, placer: Placer, types: TypeBook) -> None:
        self._run = run
        self._placer = placer
        self._types = types

    def record(self, drafts: Sequence[CallDraft]) -> None:
        """Write one chunk; flushes, never commits. Of equal ids the first in order counts, however the lines lie."""
        known = self._known_rows({draft.source_id for draft in drafts})
        fresh: dict[str, CallDraft] = {}
        for draft in drafts:
            self._sort_in(draft, fresh, known)
        if fresh:
            insert_rows(_CALLS, self._rows(list(fresh.values())))
        self._run.accepted += len(fresh)
        db.session.flush()

    def _sort_in(self, draft: CallDraft, fresh: dict[str, CallDraft], known: dict[str, Any]) -> None:
        twin = fresh.get(draft.source_id)
        if twin is not None:
            self._run.duplicates += 1
            if _rank(draft) < _rank(twin):
                draft, twin = twin, draft
                fresh[twin.source_id] = twin
            self._run.updated += _take_over_status(twin, draft)
        elif (row := known.get(draft.source_id)) is not None:
            self._run.duplicates += 1
            self._meet_again(draft, row)
        else:
            fresh[draft.source_id] = draft

    def _known_rows(self, ids: Iterable[str]) -> dict[str, Any]:
        ordered = sorted(ids)
        rows: dict[str, Any] = {}
        for start in range(0, len(ordered), _IDS_AT_ONCE):
            query = select(
                _CALLS.c.id, _CALLS.c.source_id, _CALLS.c.source_status, _CALLS.c.status, _CALLS.c.closed_at,
                _CALLS.c.requested_datetime, _CALLS.c.updated_datetime, _CALLS.c.import_id, _CALLS.c.is_taken,
            ).where(
                _CALLS.c.source == self._run.source, _CALLS.c.source_id.in_(ordered[start : start + _IDS_AT_ONCE])
            )  # fmt: skip
            rows |= {row.source_id: row for row in db.session.execute(query)}
        return rows

    def _meet_again(self, draft: CallDraft, row: Any) -> None:
        """A call that is already recorded: an earlier twin from the same file replaces it, a new status updates it."""
        status_changed = _status_columns(draft) != (row.source_status, row.status, row.closed_at)
        if row.import_id == self._run.id and not row.is_taken and draft.requested < row.requested_datetime:
            replacement = self._rows([draft])[0]
            for kept in _KEPT:
                del replacement[kept]
            db.session.execute(update(_CALLS).where(_CALLS.c.id == row.id).values(replacement))
        if status_changed and _is_newer(draft.updated, row.updated_datetime):
            self._run.updated += 1
            source_status, status, closed_at = _status_columns(draft)
            statement = update(_CALLS).where(_CALLS.c.id == bindparam("row_id"))
            db.session.execute(
                statement.values(
                    source_status=source_status,
                    status=status,
                    closed_at=closed_at,
                    status_notes=draft.status_notes,
                    updated_datetime=draft.updated or closed_at or utc_now(),
                ),
                {"row_id": row.id},
            )

    def _rows(self, drafts: Sequence[CallDraft]) -> list[dict[str, Any]]:
        spots = [Spot(draft.address, draft.lat, draft.long) for draft in drafts]
        now = utc_now()
        return [
            self._own_columns(draft, now) | place
            for draft, place in zip(drafts, self._placer.place(spots), strict=True)
        ]

    def _own_columns(self, draft: CallDraft, now: Any) -> dict[str, Any]:
        kind = self._types.find_or_file(draft.service_name)
        return {
            "service_request_id": new_identifier(),
            "source": self._run.source,
            "source_id": draft.source_id,
            "channel": Channel.IMPORT,
            "import_id": self._run.id,
            "service_type_id": kind.id,
            "weight": kind.weight,
            "status": CallStatus.CLOSED if draft.is_closed else CallStatus.OPEN,
            "source_status": draft.status,
            "status_notes": draft.status_notes,
            "agency_responsible": draft.agency_responsible,
            "description": draft.description,
            "media_url": draft.media_url,
            "requested_datetime": draft.requested,
            "updated_datetime": draft.updated,
            "expected_datetime": draft.expected,
            "closed_at": draft.closed,
            "recorded_at": now,
            "zipcode": draft.zipcode,
            "service_notice": "",
            "is_taken": False,
        }


def _rank(draft: CallDraft) -> tuple[Any, ...]:
    """Which of two rows with one id comes first: by order key, then by content, so that a shuffle changes nothing."""
    place = (draft.lat or 0.0, draft.long or 0.0)
    return (draft.requested, draft.service_name, draft.address, *place, draft.description)


def _status_columns(draft: CallDraft) -> tuple[str, CallStatus, Any]:
    return draft.status, CallStatus.CLOSED if draft.is_closed else CallStatus.OPEN, draft.closed


def _is_newer(new: Any, old: Any) -> bool:
    """Whether a status of `new` may replace one of `old`; a source without instants is believed in file order."""
    return new is None or old is None or new >= old


def _take_over_status(first: CallDraft, other: CallDraft) -> bool:
    """Let the row that counts carry the newer status of its twin; True when that changed it."""
    if _status_columns(first) == _status_columns(other) or not _is_newer(other.updated, first.updated):
        return False
    first.status, first.is_closed, first.closed = other.status, other.is_closed, other.closed
    first.status_notes, first.updated = other.status_notes, other.updated
    return True
