"""Which change of status is allowed, as one table. Pure."""

from ..errors import Conflict
from .models import CaseStatus

STEPS: dict[CaseStatus, frozenset[CaseStatus]] = {
    CaseStatus.OPEN: frozenset({CaseStatus.CLOSED, CaseStatus.DISMISSED, CaseStatus.MERGED}),
    CaseStatus.CLOSED: frozenset({CaseStatus.OPEN, CaseStatus.DISMISSED, CaseStatus.MERGED}),
    CaseStatus.DISMISSED: frozenset({CaseStatus.OPEN}),
    CaseStatus.MERGED: frozenset(),
}
BY_UNDO: dict[CaseStatus, frozenset[CaseStatus]] = {
    CaseStatus.MERGED: frozenset({CaseStatus.OPEN, CaseStatus.CLOSED}),
}
"""Which changes only taking a merge back makes: the case is again what it was before."""


def require_step(now: CaseStatus, then: CaseStatus) -> None:
    """Raise `Conflict` unless a case may go from status `now` to `then`."""
    if then not in STEPS[now]:
        raise Conflict(f"The case is {now.value}; it cannot become {then.value} from there.")


def require_undo(now: CaseStatus, then: CaseStatus) -> None:
    """Raise `Conflict` unless taking a merge back may bring a case from status `now` to `then`."""
    if then not in BY_UNDO.get(now, frozenset()):
        raise Conflict(f"The case is {now.value}; there is no merge of it to take back.")
