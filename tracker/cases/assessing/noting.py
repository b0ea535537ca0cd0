"""What people write down about a response: whether the plan was carried out, what was done, how it looks now."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...errors import Invalid
from ...extensions import db
from ...staff.models import User
from ..models import ProblemCase
from ..touching import touch_case
from .models import AssessmentNote, CarriedOut

SHOWN = 20


def write_note(
    case: ProblemCase,
    *,
    carried_out: CarriedOut,
    plan: str,
    what_was_done: str,
    impressions: str,
    actor: User,
    key: str = "",
    seen_version: int | None = None,
) -> AssessmentNote:
    """Write down how the response went; the note before stays in the record. Flushes.

    Raises `Invalid` when it says nothing at all, or nothing new.
    """
    said = {
        "carried_out": carried_out,
        "plan": plan.strip(),
        "what_was_done": what_was_done.strip(),
        "impressions": impressions.strip(),
    }
    newest = next(iter(notes_of(case)), None)
    if newest is None and carried_out is CarriedOut.UNKNOWN and not any(list(said.values())[1:]):
        raise Invalid("The note is empty; say something first.")
    if newest is not None and all(getattr(newest, name) == value for name, value in said.items()):
        raise Invalid("Nothing was changed: the note says this already.")
    note = AssessmentNote(case_id=case.id, written_by=actor, **said)
    db.session.add(note)
    words = f"Written down for the assessment; plan carried out: {carried_out.value}."
    touch_case(case, actor, "assessment_noted", words, key=key, seen_version=seen_version)
    return note


def notes_of(case: ProblemCase) -> Sequence[AssessmentNote]:
    """The notes, newest first; the newest one counts."""
    query = (
        select(AssessmentNote)
        .options(joinedload(AssessmentNote.written_by))
        .where(AssessmentNote.case_id == case.id)
        .order_by(AssessmentNote.id.desc())
        .limit(SHOWN)
    )
    return db.session.scalars(query).all()
