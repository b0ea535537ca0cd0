"""When the response to a case began: one rule for its chart, its assessment and where the problem may have moved to."""

from datetime import datetime

from sqlalchemy import func, select

from ...extensions import db
from ...staff.models import LogEntry
from ..models import ProblemCase
from .phase_steps import RESPONSE_BEGAN, WORK_BEGAN


def response_began(case: ProblemCase) -> datetime | None:
    """When somebody first moved the case to its response; if nobody did, when work on it first began."""
    query = (
        select(LogEntry.verb, func.min(LogEntry.at))
        .where(LogEntry.subject_kind == "case", LogEntry.subject_id == case.id)
        .where(LogEntry.verb.in_([RESPONSE_BEGAN, *WORK_BEGAN]))
        .group_by(LogEntry.verb)
    )
    first = dict(db.session.execute(query).all())
    return first.get(RESPONSE_BEGAN) or min(first.values(), default=None)
