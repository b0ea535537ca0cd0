"""What other systems call a request's status (FixMyStreet's words), and which of our two that is. Pure."""

from datetime import datetime

from ...errors import Invalid
from ..models import CallStatus

STATUSES = {
    "OPEN": CallStatus.OPEN,
    "FOR_TRIAGE": CallStatus.OPEN,
    "INVESTIGATING": CallStatus.OPEN,
    "ACTION_SCHEDULED": CallStatus.OPEN,
    "IN_PROGRESS": CallStatus.OPEN,
    "REOPEN": CallStatus.OPEN,
    "FIXED": CallStatus.CLOSED,
    "CLOSED": CallStatus.CLOSED,
    "DUPLICATE": CallStatus.CLOSED,
    "NOT_COUNCILS_RESPONSIBILITY": CallStatus.CLOSED,
    "INTERNAL_REFERRAL": CallStatus.CLOSED,
    "NO_FURTHER_ACTION": CallStatus.CLOSED,
    "CANCELLED": CallStatus.CLOSED,
}


def read_status(text: str) -> str:
    """The status as the table has it; raises `Invalid` that names all there are."""
    status = text.strip().upper().replace(" ", "_")
    if status not in STATUSES:
        raise Invalid(f"status must be one of {', '.join(STATUSES)}.")
    return status


def changes_status(updated_at: datetime, since: datetime | None) -> bool:
    """Whether an update counts: what is older than the last change of the status is only kept."""
    return since is None or updated_at >= since
