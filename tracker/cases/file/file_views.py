"""The page of a case's file, and what the page of the case tells of it."""

from dataclasses import dataclass

from flask import render_template
from flask.typing import ResponseReturnValue

from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..touching import find_case
from .letters.models import CaseLetter
from .letters.writing import letters_of
from .papers.keeping import papers_of
from .papers.models import CasePaper
from .privacy import may_see
from .standing import works_cases
from .visits.conditions import condition_words
from .visits.models import WEATHER_LABELS, CaseVisit
from .visits.queries import visits_of


@dataclass(frozen=True, slots=True)
class CaseFile:
    """Visits, letters and papers of a case as far as the one who looks may know them."""

    planned: list[CaseVisit]
    made: list[CaseVisit]
    called_off: list[CaseVisit]
    letters: list[CaseLetter]
    photos: list[CasePaper]
    documents: list[CasePaper]
    removed: list[CasePaper]
    hidden: int
    """How many letters and documents are kept from the one who looks."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing at all to tell."""
        return not (self.planned or self.made or self.letters or self.photos or self.documents or self.hidden)


@blueprint.app_template_global()
def file_of_case(case_id: int) -> CaseFile:
    """The file of a case, by three queries."""
    mine = works_cases()
    visits, letters, papers = visits_of(case_id), letters_of(case_id), papers_of(case_id)
    kept = [paper for paper in papers if paper.removed_at is None]
    documents = [paper for paper in kept if not paper.is_photo]
    open_letters = [letter for letter in letters if may_see(letter.level, works_cases=mine)]
    open_documents = [paper for paper in documents if may_see(paper.privacy, works_cases=mine)]
    return CaseFile(
        planned=[visit for visit in visits if visit.is_open],
        made=[visit for visit in visits if visit.made_at],
        called_off=[visit for visit in visits if visit.cancelled_at],
        letters=open_letters,
        photos=[paper for paper in kept if paper.is_photo],
        documents=open_documents,
        removed=[paper for paper in papers if paper.removed_at is not None and mine],
        hidden=len(letters) - len(open_letters) + len(documents) - len(open_documents),
    )


@blueprint.app_template_global()
def visit_conditions(visit: CaseVisit) -> list[str]:
    """What was found on a visit, in words."""
    return condition_words(visit.conditions)


@blueprint.app_template_global()
def visit_weather(visit: CaseVisit) -> str:
    """What the weather was like, in words."""
    return WEATHER_LABELS[visit.weather]


@blueprint.get("/cases/<public_id>/file")
@requires(Permission.SEE_CASES)
def show_file(public_id: str) -> ResponseReturnValue:
    """Everything in the file of a case: visits, letters, documents and photos."""
    return render_template("cases/file/file.html", case=find_case(public_id))
