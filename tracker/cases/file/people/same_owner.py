"""Cases in which the same owner or manager is named: found by marks, told without a name."""

from collections.abc import Iterator

from flask import has_request_context
from sqlalchemy import delete, select
from sqlalchemy.orm import aliased

from ....batches import insert_missing
from ....extensions import db
from ...models import CaseStatus, ProblemCase
from ...related.around import Reason
from ...related.finding import related_source
from ...related.kinds import Kind
from ..privacy import Privacy
from ..standing import works_cases
from .marks import marks_of
from .models import ROLE_LABELS, CaseParticipant, ParticipantMark, ParticipantRole

OWNERS = (ParticipantRole.OWNER, ParticipantRole.MANAGER)
MOST = 50


def write_marks(row: CaseParticipant) -> None:
    """Bring the marks of a participant up to date: only owners and managers who are on the case have any. Flushes."""
    db.session.flush()
    db.session.execute(delete(ParticipantMark).where(ParticipantMark.participant_id == row.id))
    if row.role not in OWNERS or row.left_at is not None:
        return
    marks = marks_of(names=(row.name, row.organization), address=row.address, phone=row.phone, email=row.email)
    rows = [{"participant_id": row.id, "mark": mark} for mark in sorted(marks)]
    insert_missing(ParticipantMark.__table__, ["participant_id", "mark"], rows)  # type: ignore[arg-type]  # a table


@related_source
def cases_of_owners(case: ProblemCase) -> Iterator[Reason]:
    """Cases that name an owner or manager of this one, the newest first: one query.

    Who is kept for those who work cases leads only them to another case, and nobody's name is told here.
    """
    here, there = aliased(CaseParticipant), aliased(CaseParticipant)
    mark, same = aliased(ParticipantMark), aliased(ParticipantMark)
    query = (
        select(there.case_id, here.role, there.role)
        .join_from(here, mark, mark.participant_id == here.id)
        .join(same, same.mark == mark.mark)
        .join(there, there.id == same.participant_id)
        .join(ProblemCase, ProblemCase.id == there.case_id)
        .where(here.case_id == case.id, there.case_id != case.id, ProblemCase.status != CaseStatus.MERGED)
        .order_by(there.case_id.desc())
        .distinct()
        .limit(MOST)
    )
    if not (has_request_context() and works_cases()):
        query = query.where(here.privacy == Privacy.EVERYONE, there.privacy == Privacy.EVERYONE)
    for case_id, role, other_role in db.session.execute(query):
        yield case_id, Kind.OWNER, _words(role, other_role)


def _words(role: ParticipantRole, other_role: ParticipantRole) -> str:
    here, there = ROLE_LABELS[role].lower(), ROLE_LABELS[other_role].lower()
    return f"The same {here} is named there" if here == there else f"The {here} here is the {there} there"
