"""Writing drafts to the database, chunk by chunk: new calls in, known ones recognised, changed ones updated."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, select, update

from ...batches import Columns, Same, insert_missing_columns, update_columns
from ...clock import utc_now
from ...extensions import db
from ...identifiers import new_identifiers
from ...places.city import city_zone, the_city
from ..models import CallImport, CallStatus, Channel, ServiceRequest
from ..placing import Placer, Spot
from ..public_days import MASK_COLUMNS, PublicDays, last_change
from ..types import TypeBook
from .drafts import CallDraft
from .twins import Rank, rank_draft, rank_status, take_over_status

_IDS_AT_ONCE = 500
_KEPT = (
    "service_request_id", "recorded_at", "source_status", "status", "status_notes", "closed_at", "followed_at",
    "updated_datetime",
)  # fmt: skip
_CALLS = cast(Table, ServiceRequest.__table__)


class Recorder:
    """Records one file's drafts under one `CallImport` row and counts what became of them."""

    def __init__(self, run: CallImport, placer: Placer, types: TypeBook) -> None:
        self._run = run
        self._placer = placer
        self._types = types
        self._days = PublicDays(city_zone(the_city()))

    def record(self, drafts: Sequence[CallDraft]) -> None:
        """Write one chunk; flushes, never commits. Of equal ids the first in order counts, however the lines lie."""
        known = self._known_rows({draft.source_id for draft in drafts})
        first: dict[str, CallDraft] = {}
        for draft in drafts:
            twin = first.setdefault(draft.source_id, draft)
            if twin is not draft:
                self._run.duplicates += 1
                first[draft.source_id] = self._unite(twin, draft, is_new=draft.source_id not in known)
        for source_id, row in known.items():
            self._run.duplicates += 1
            self._meet_again(first.pop(source_id), row)
        added = insert_missing_columns(_CALLS, ["source", "source_id"], self._columns(list(first.values())))
        self._run.accepted += added
        self._run.duplicates += len(first) - added  # another import of the same source was quicker
        db.session.flush()

    def _unite(self, one: CallDraft, other: CallDraft, *, is_new: bool) -> CallDraft:
        """Of two rows with one id the first in order, with the newer status of the two."""
        if self._rank(other) < self._rank(one):
            one, other = other, one
        self._run.updated += take_over_status(one, other) and is_new
        return one

    def _known_rows(self, ids: Iterable[str]) -> dict[str, Any]:
        ordered = sorted(ids)
        rows: dict[str, Any] = {}
        for start in range(0, len(ordered), _IDS_AT_ONCE):
            query = select(
                _CALLS.c.id, _CALLS.c.source_id, _CALLS.c.source_status, _CALLS.c.status, _CALLS.c.closed_at,
                _CALLS.c.followed_at, _CALLS.c.requested_datetime, _CALLS.c.updated_datetime, _CALLS.c.import_id,
                _CALLS.c.is_taken, _CALLS.c.channel, _CALLS.c.service_type_id, _CALLS.c.address, _CALLS.c.source_lat,
                _CALLS.c.source_long, _CALLS.c.description, _CALLS.c.stepped_at,
            ).where(
                _CALLS.c.source == self._run.source, _CALLS.c.source_id.in_(ordered[start : start + _IDS_AT_ONCE])
            )  # fmt: skip
            rows |= {row.source_id: row for row in db.session.execute(query)}
        return rows

    def _meet_again(self, draft: CallDraft, row: Any) -> None:
        """A call that is already recorded: an earlier twin of it takes its place, a newer status updates it.

        Its place, while neither has been taken: then both belong to one delivery, whose lines may lie anyhow.
        """
        if row.channel is Channel.IMPORT and not row.is_taken and self._rank(draft) < self._rank_of_row(row):
            replacement = {name: values for name, values in self._columns([draft]).items() if name not in _KEPT}
            unmasked = {name: Same(None) for name in MASK_COLUMNS}
            update_columns(_CALLS, {"id": [row.id], **replacement, **unmasked})
        if _status_columns(draft) != _told_status(row) and self._is_newer(draft, row):
            self._run.updated += 1
            source_status, status, closed_at = _status_columns(draft)
            told_at = draft.updated or closed_at or utc_now()
            values: dict[str, Any] = {
                "source_status": source_status, "status_notes": draft.status_notes, "updated_datetime": told_at,
            }  # fmt: skip
            if draft.is_closed or row.followed_at is None:  # else the call goes on following its case
                values |= {"status": status, "closed_at": closed_at, "followed_at": None}
            followed_at = values.get("followed_at", row.followed_at)
            at = last_change(row.requested_datetime, closed_at or told_at, followed_at, row.stepped_at)
            values["public_updated_day"] = self._days.of(at)
            db.session.execute(update(_CALLS).where(_CALLS.c.id == row.id).values(values))

    def _is_newer(self, draft: CallDraft, row: Any) -> bool:
        """Whether a row's status may replace the recorded one; a later file without instants is believed."""
        if row.import_id == self._run.id and (draft.updated is None or row.updated_datetime is None):
            told_at = row.updated_datetime or row.closed_at or row.requested_datetime
            return rank_status(draft) > (told_at, row.status is CallStatus.CLOSED, row.source_status)
        return draft.updated is None or row.updated_datetime is None or draft.updated >= row.updated_datetime

    def _rank(self, draft: CallDraft) -> Rank:
        return rank_draft(draft, self._types.find_or_file(draft.service_name).name)

    def _rank_of_row(self, row: Any) -> Rank:
        name = self._types.name_of(row.service_type_id)
        place = (row.source_lat or 0.0, row.source_long or 0.0)
        return (row.requested_datetime, name, row.address, *place, row.description)

    def _columns(self, drafts: Sequence[CallDraft]) -> Columns:
        kinds = [self._types.find_or_file(draft.service_name) for draft in drafts]
        spots = [Spot(draft.address, draft.lat, draft.long) for draft in drafts]
        return {
            "service_request_id": new_identifiers(len(drafts)),
            "source": Same(self._run.source),
            "source_id": [draft.source_id for draft in drafts],
            "channel": Same(Channel.IMPORT),
            "import_id": Same(self._run.id),
            "service_type_id": [kind.id for kind in kinds],
            "weight": [kind.weight for kind in kinds],
            "status": [CallStatus.CLOSED if draft.is_closed else CallStatus.OPEN for draft in drafts],
            "source_status": [draft.status for draft in drafts],
            "status_notes": [draft.status_notes for draft in drafts],
            "agency_responsible": [draft.agency_responsible for draft in drafts],
            "description": [draft.description for draft in drafts],
            "media_url": [draft.media_url for draft in drafts],
            "requested_datetime": [draft.requested for draft in drafts],
            "updated_datetime": [draft.updated for draft in drafts],
            "expected_datetime": [draft.expected for draft in drafts],
            "closed_at": [draft.closed for draft in drafts],
            "recorded_at": Same(utc_now()),
            "zipcode": [draft.zipcode for draft in drafts],
            "service_notice": Same(""),
            "is_taken": Same(False),
            **self._placer.place_columns(spots),
        }


def _told_status(row: Any) -> tuple[str, CallStatus, datetime | None]:
    """What the source last said, whatever the call's case has made of it since: only open calls follow their case."""
    if row.followed_at is not None:
        return row.source_status, CallStatus.OPEN, None
    return row.source_status, row.status, row.closed_at


def _status_columns(draft: CallDraft) -> tuple[str, CallStatus, datetime | None]:
    return draft.status, CallStatus.CLOSED if draft.is_closed else CallStatus.OPEN, draft.closed
