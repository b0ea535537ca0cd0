"""Assessments that were kept, the notes beside them, and the cases whose turn it is at night."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from ...calls.as_of import as_of
from ...clock import utc_now
from ...errors import Invalid
from ...extensions import db
from ...places.city import the_city
from ...staff.models import User
from ..models import CaseStatus, ProblemCase
from ..touching import touch_case
from .findings import Assessment, find
from .models import AssessmentNote, CarriedOut, CaseAssessment
from .reckoning import assess_case
from .stored import read_inputs, write_inputs, write_results
from .wording import HEADINGS, say_verdict

_FRESH = timedelta(hours=20)
"""A result that is younger is not reckoned again by night."""
SHOWN = 20


def keep_assessment(case: ProblemCase, actor: User | None, *, key: str = "") -> CaseAssessment:
    """Reckon the case's assessment anew and keep it; asked for by a person it is said in the history. Flushes."""
    assessment = assess_case(case)
    findings = find(assessment)
    sentence = say_verdict(assessment, findings)
    kept = db.session.get(CaseAssessment, case.id) or CaseAssessment(case_id=case.id)
    kept.as_of, kept.verdict = assessment.as_of, findings.verdict.value
    kept.inputs, kept.results = write_inputs(assessment), write_results(findings, sentence)
    kept.kept_at, kept.kept_by_id = utc_now(), actor.id if actor else None
    db.session.add(kept)
    if actor is not None:
        touch_case(case, actor, "assessed", f"Assessed: {HEADINGS[findings.verdict]}. {sentence}", key=key)
    db.session.flush()
    return kept


def kept_assessment(case: ProblemCase) -> Assessment | None:
    """The newest assessment that was kept for the case."""
    kept = db.session.get(CaseAssessment, case.id)
    return None if kept is None else read_inputs(kept.inputs)


def assessments_due(limit: int) -> list[ProblemCase]:
    """Cases whose kept assessment the night renews: closed ones, until the watch is over. The longest unseen first."""
    instant = as_of(the_city())
    kept = CaseAssessment
    is_watched = or_(ProblemCase.monitored_until.is_(None), kept.as_of < ProblemCase.monitored_until)
    query = (
        select(ProblemCase)
        .options(joinedload(ProblemCase.rule, innerjoin=True), joinedload(ProblemCase.center))
        .outerjoin(kept, kept.case_id == ProblemCase.id)
        .where(ProblemCase.closed_at.is_not(None), ProblemCase.status.in_((CaseStatus.CLOSED, CaseStatus.OPEN)))
        .where(or_(kept.as_of.is_(None), and_(kept.as_of < instant - _FRESH, is_watched)))
        .order_by(kept.as_of.asc().nulls_first(), ProblemCase.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))


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
