"""What the page of a case tells of its phases, scanning and analysis; the templates ask for it by these names."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import g

from ...places.city import the_city
from ..blueprint import blueprint
from ..models import ProblemCase
from .analyzing import analysis_of
from .cheers import QUESTIONS, Element
from .counting import count_calls
from .facts import Figures, facts_of
from .models import CaseAnalysis, CheersAnswer
from .phases import Stand, stand_of
from .scanning import Scan, scan_of
from .sides import SIDES, SideDrawing, draw_triangle


@dataclass(frozen=True, slots=True)
class ElementStory:
    """One of the six elements: what is asked, what the calls say, and what a person answered."""

    element: Element
    question: str
    hint: str
    facts: Sequence[str]
    answer: CheersAnswer | None


@dataclass(frozen=True, slots=True)
class ScanStory:
    """The scanning as far as it has come."""

    scan: Scan
    elements: list[ElementStory]


@dataclass(frozen=True, slots=True)
class AnalysisStory:
    """The analysis as it stands, drawn, with the figures from the calls."""

    analysis: CaseAnalysis | None
    drawing: list[SideDrawing]
    figures: Figures


def figures_of(case: ProblemCase) -> Figures:
    """The calls of the case in numbers, counted once a request."""
    counted: dict[int, Figures] = g.setdefault("case_figures", {})
    if case.id not in counted:
        counted[case.id] = count_calls(case, the_city())
    return counted[case.id]


@blueprint.app_template_global()
def phases_of(case: ProblemCase) -> Stand:
    """Where the work on the case stands."""
    return stand_of(case)


@blueprint.app_template_global()
def scanning_of(case: ProblemCase) -> ScanStory:
    """Is it a problem at all: the six elements with figures and answers."""
    scan = scan_of(case)
    facts = facts_of(figures_of(case), case.family.name, case.family.harm_weight)
    return ScanStory(
        scan,
        [ElementStory(element, *QUESTIONS[element], facts[element], scan.answers.get(element)) for element in Element],
    )


@blueprint.app_template_global()
def analysis_story_of(case: ProblemCase) -> AnalysisStory:
    """What makes it come back: the triangle and when and where the calls come."""
    analysis = analysis_of(case)
    names = [name for side in SIDES for name in (side.name, side.controller)]
    words = {name: getattr(analysis, name) if analysis else "" for name in names}
    return AnalysisStory(analysis, draw_triangle(words), figures_of(case))
