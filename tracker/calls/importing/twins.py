"""Rows with one id in one file: which counts, and whose status. Pure, so that imports and backtests agree."""

from datetime import datetime

from .drafts import CallDraft

Rank = tuple[datetime, str, str, float, float, str]
"""Instant, folded type, address, latitude, longitude, description."""


def rank_draft(draft: CallDraft, type_name: str) -> Rank:
    """Which of two rows with one id comes first: by order key, then by content, so that no shuffle matters."""
    return (draft.requested, type_name, draft.address, draft.lat or 0.0, draft.long or 0.0, draft.description)


def rank_status(draft: CallDraft) -> tuple[datetime, bool, str]:
    """Which of two statuses in one file is the newer: by when it was told, a closing after all else."""
    return (draft.updated or draft.closed or draft.requested, draft.is_closed, draft.status)


def take_over_status(kept: CallDraft, other: CallDraft) -> bool:
    """Let the row that counts carry its twin's status if that is newer; True when this changed it."""
    if rank_status(other) <= rank_status(kept):
        return False
    changed = (kept.status, kept.is_closed, kept.closed) != (other.status, other.is_closed, other.closed)
    kept.status, kept.is_closed, kept.closed = other.status, other.is_closed, other.closed
    kept.status_notes, kept.updated = other.status_notes, other.updated
    return changed
