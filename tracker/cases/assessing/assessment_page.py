"""Everything that the page and the paper of an assessment show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from ...extensions import db
from ...places.city import city_zone, the_city
from ...staff.models import User
from ..models import ProblemCase
from .choosing import choices_of
from .drawing import AssessmentChart, draw_assessment
from .explaining import explain_windows
from .findings import Assessment, Findings, find
from .keeping import kept_assessment
from .models import AssessmentChoice, AssessmentNote, CaseAssessment
from .noting import notes_of
from .reckoning import assess_case
from .stored import read_inputs
from .wording import say_all


@dataclass(frozen=True, slots=True)
class Reading:
    """An assessment read: its figures and its words. `kept_at` is None where it was reckoned for this page only."""

    assessment: Assessment
    findings: Findings
    heading: str
    tone: str
    sentence: str
    warnings: list[str]
    kept_at: datetime | None
    kept_by: str


@dataclass(frozen=True, slots=True)
class AssessmentPage:
    """The page: the reading with its chart, windows, choices and notes (newest first)."""

    reading: Reading
    chart: AssessmentChart | None
    windows: list[tuple[str, str, str]]
    choices: Sequence[AssessmentChoice]
    notes: Sequence[AssessmentNote]

    @property
    def note(self) -> AssessmentNote | None:
        """The note that counts."""
        return self.notes[0] if self.notes else None


def read_assessment(assessment: Assessment, kept: CaseAssessment | None = None) -> Reading:
    """Figures and words of an assessment."""
    findings = find(assessment)
    by = db.session.get(User, kept.kept_by_id) if kept is not None and kept.kept_by_id is not None else None
    return Reading(
        assessment=assessment,
        findings=findings,
        **say_all(assessment, findings),
        kept_at=None if kept is None else kept.kept_at,
        kept_by="" if by is None else by.display_name,
    )


def gather_assessment(case: ProblemCase) -> AssessmentPage:
    """The page of a case: what was kept, or reckoned now where nothing was."""
    zone: ZoneInfo = city_zone(the_city())
    kept = kept_assessment(case)
    reading = read_assessment(assess_case(case)) if kept is None else read_assessment(read_inputs(kept.inputs), kept)
    return AssessmentPage(
        reading=reading,
        chart=draw_assessment(reading.assessment, reading.findings, zone),
        windows=explain_windows(reading.assessment, zone),
        choices=choices_of(case),
        notes=notes_of(case),
    )
