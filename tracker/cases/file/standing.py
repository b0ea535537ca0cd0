"""Whether something new may go into a case's file, and whether the one who looks works cases."""

from ...errors import Conflict
from ...staff.current import current_role
from ...staff.permissions import Permission, may
from ..models import CaseStatus, ProblemCase


def require_own_file(case: ProblemCase) -> None:
    """Raise `Conflict` when the case goes on in another: what is new belongs into that one's file."""
    if case.status is CaseStatus.MERGED:
        there = case.merged_into.public_id if case.merged_into else "another one"
        raise Conflict(f"This case goes on in case {there}. Put it into that one's file.")


def works_cases() -> bool:
    """Whether the person who asks works cases, and so may know what is kept for those who do."""
    return may(current_role(), Permission.WORK_CASES)
