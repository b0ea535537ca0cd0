"""Whether anything is new that residents may be shown of a case: cheap questions, asked at every visit."""

from typing import Any

from sqlalchemy import and_, bindparam, or_, select

from ..calls.photos.releasing import HELD, RELEASED
from ..cases.models import ProblemCase
from ..extensions import db
from ..staff.models import LogEntry

_READ_BACK = 2_000
"""Entries that are looked through; after an import there are millions, and everything is taken for new."""
_OF_ALL = ("service_type", "city")
"""Subjects whose entries may change what is said of any case."""

_ROW = (
    ProblemCase.id, ProblemCase.version, ProblemCase.status, ProblemCase.phase, ProblemCase.is_public,
    ProblemCase.is_touched, ProblemCase.call_count, ProblemCase.last_call_at, ProblemCase.monitored_until,
    ProblemCase.opened_at, ProblemCase.first_call_at, ProblemCase.recurred_at, ProblemCase.closed_at,
    ProblemCase.outcome_kind, ProblemCase.family_id, ProblemCase.public_label, ProblemCase.public_lat,
    ProblemCase.public_long,
)  # fmt: skip


_ROW_OF = select(*_ROW).where(ProblemCase.public_id == bindparam("number"))


def row_of_case(number: str) -> tuple[Any, ...] | None:
    """What stands in the case's own row; None when no case has exactly this number."""
    row = db.session.connection().execute(_ROW_OF, {"number": number}).first()
    return tuple(row) if row else None


def tells_of_case(case_id: int, version: int, newest: int) -> bool:
    """Whether an entry after `version` may have changed what is said of the case."""
    if newest - version > _READ_BACK:
        return True
    kind = LogEntry.subject_kind.concat("")  # so that engines go through the new entries, and not through a kind's
    about = or_(
        and_(kind == "case", LogEntry.subject_id == case_id),
        and_(kind == "call", LogEntry.verb.in_((RELEASED, HELD))),
        kind.in_(_OF_ALL),
    )
    later = select(LogEntry.id).where(LogEntry.id > version, about)
    return db.session.scalars(later.limit(1)).first() is not None
