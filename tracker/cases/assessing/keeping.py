"""Assessments that were kept, and the cases whose turn it is at night."""

from datetime import timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import joinedload

from ...calls.as_of import as_of
from ...clock import utc_now
from ...extensions import db
from ...places.city import the_city
from ...staff.models import User
from ..models import CaseStatus, ProblemCase
from ..touching import touch_case
from .findings import find
from .models import CaseAssessment
from .reckoning import assess_case
from .stored import write_inputs, write_results
from .wording import say_all

_FRESH = timedelta(hours=20)
"""A result that is younger is not reckoned again by night."""


def keep_assessment(case: ProblemCase, actor: User | None, *, key: str = "") -> CaseAssessment:
    """Reckon the case's assessment anew and keep it; asked for by a person it is said in the history. Flushes."""
    assessment = assess_case(case)
    findings = find(assessment)
    words = say_all(assessment, findings)
    kept = db.session.get(CaseAssessment, case.id) or CaseAssessment(case_id=case.id)
    kept.as_of, kept.verdict = assessment.as_of, findings.verdict.value
    kept.inputs, kept.results = write_inputs(assessment), write_results(findings, words)
    kept.kept_at, kept.kept_by_id = utc_now(), actor.id if actor else None
    db.session.add(kept)
    if actor is not None:
        touch_case(case, actor, "assessed", f"Assessed: {words['heading']}. {words['sentence']}", key=key)
    db.session.flush()
    return kept


def kept_assessment(case: ProblemCase) -> CaseAssessment | None:
    """The newest assessment that was kept for the case; None also when the case was reopened or closed anew since."""
    kept = db.session.get(CaseAssessment, case.id)
    if kept is None or kept.inputs["is_closed"] != (case.closed_at is not None):
        return None
    return None if case.closed_at is not None and kept.as_of < case.closed_at else kept


def assessments_due(limit: int) -> list[ProblemCase]:
    """Cases whose kept assessment the night renews: closed ones, until the watch is over. The longest unseen first."""
    instant = as_of(the_city())
    kept = CaseAssessment
    is_watched = or_(ProblemCase.monitored_until.is_(None), kept.as_of < ProblemCase.monitored_until)
    is_old = kept.as_of < instant - _FRESH
    query = (
        select(ProblemCase)
        .options(joinedload(ProblemCase.rule, innerjoin=True), joinedload(ProblemCase.center))
        .outerjoin(kept, kept.case_id == ProblemCase.id)
        .where(ProblemCase.closed_at.is_not(None), ProblemCase.status.in_((CaseStatus.CLOSED, CaseStatus.OPEN)))
        .where(or_(kept.as_of.is_(None), kept.as_of < ProblemCase.closed_at, and_(is_old, is_watched)))
        .order_by(kept.as_of.asc().nulls_first(), ProblemCase.id)
        .limit(limit)
    )
    return list(db.session.scalars(query))
