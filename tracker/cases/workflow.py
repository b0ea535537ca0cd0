"""Which change of status is allowed, as one table. Pure."""

from ..errors import Conflict
from .models import CaseStatus

STEPS: dict[CaseStatus, frozenset[CaseStatus]] = {
    CaseStatus.OPEN: frozenset({CaseStatus.CLOSED, CaseStatus.DISMISSED, CaseStatus.MERGED}),
    CaseStatus.CLOSED: frozenset({CaseStatus.OPEN, CaseStatus.DISMISSED, CaseStatus.MERGED}),
    CaseStatus.DISMISSED: frozenset({CaseStatus.OPEN}),
    CaseStatus.MERGED: frozenset(),  # taking a merge back needs the calls sorted anew: a later issue
}


def require_step(now: CaseStatus, then: CaseStatus) -> None:
    """Raise `Conflict` unless a case may go from status `now` to `then`."""
    if then not in STEPS[now]:
        raise Conflict(f"The case is {now.value}; it cannot become {then.value} from there.")
