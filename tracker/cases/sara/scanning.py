"""Is it a problem at all? The six answers, saved part by part; each saving is one entry in the log."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...clock import utc_now
from ...errors import Conflict
from ...extensions import db
from ...staff.models import User
from ..models import CaseStatus, ProblemCase
from ..touching import touch_case
from .cheers import Element, missing_answers
from .models import CaseScan, CheersAnswer


@dataclass(frozen=True, slots=True)
class Scan:
    """What has been answered about a case until now; `row` is None before anybody began."""

    row: CaseScan | None
    answers: dict[Element, CheersAnswer]

    @property
    def version(self) -> int:
        """Counts its savings, 0 before the first."""
        return self.row.version if self.row else 0

    @property
    def goes_on_because(self) -> str:
        """Why the case goes on although an answer is no."""
        return self.row.goes_on_because if self.row else ""

    def said(self, element: Element) -> tuple[bool | None, str]:
        """The answer to one question: yes, no or not yet, and its words."""
        answer = self.answers.get(element)
        return (answer.is_met, answer.words) if answer else (None, "")

    @property
    def missing(self) -> list[str]:
        """What still has to be said before the analysis."""
        return missing_answers({element: row.is_met for element, row in self.answers.items()}, self.goes_on_because)

    @property
    def answered(self) -> int:
        """How many of the six have their yes or no."""
        return sum(row.is_met is not None for row in self.answers.values())

    @property
    def denied(self) -> list[Element]:
        """The elements whose answer is no."""
        return [element for element in Element if element in self.answers and self.answers[element].is_met is False]


def scan_of(case: ProblemCase) -> Scan:
    """The scanning of a case, with who answered what."""
    row = db.session.get(CaseScan, case.id, options=[joinedload(CaseScan.saved_by)])
    if row is None:
        return Scan(None, {})
    query = select(CheersAnswer).options(joinedload(CheersAnswer.answered_by)).where(CheersAnswer.case_id == case.id)
    return Scan(row, {answer.element: answer for answer in db.session.scalars(query)})


def require_open(case: ProblemCase) -> None:
    """Raise `Conflict` unless the case is open: what was found out about another one is kept as it stands."""
    if case.status is not CaseStatus.OPEN:
        raise Conflict(f"The case is {case.status.value}; reopen it first, then send this again.")


def save_scan(
    case: ProblemCase,
    answers: Mapping[Element, tuple[bool | None, str]],
    *,
    actor: User,
    seen: int,
    goes_on_because: str = "",
) -> bool:
    """Keep the answers (yes, no or not yet, and words) as far as they have come; False when nothing is different.

    So a form that is sent twice is one saving.

    Raises `Conflict` when the case is not open, or somebody else saved since version `seen`.
    """
    require_open(case)
    scan = scan_of(case)
    changed = [element for element in Element if answers[element] != scan.said(element)]
    if not changed and goes_on_because == scan.goes_on_because:
        return False
    if scan.version != seen:
        raise Conflict("Somebody else saved answers meanwhile. Where they differ from yours, it says so below.")
    told = [_answer(case, scan, element, *answers[element], actor) for element in changed]
    if goes_on_because != scan.goes_on_because:
        told.append(f"Goes on although: {goes_on_because or 'reason taken back'}")
    row = scan.row or _first(case, actor)
    row.version, row.saved_at, row.saved_by = row.version + 1, utc_now(), actor
    row.goes_on_because = goes_on_because
    touch_case(case, actor, "scanned", "Scanning. " + " ".join(told))
    return True


def _first(case: ProblemCase, actor: User) -> CaseScan:
    row = CaseScan(case_id=case.id, version=0, saved_by=actor)
    db.session.add(row)
    return row


def _answer(case: ProblemCase, scan: Scan, element: Element, is_met: bool | None, words: str, actor: User) -> str:
    """Keep one new answer and say it for the log; the others keep their authors."""
    answer = scan.answers.get(element)
    if answer is None:
        answer = CheersAnswer(case_id=case.id, element=element)
        db.session.add(answer)
    answer.is_met, answer.words, answer.answered_at, answer.answered_by = is_met, words, utc_now(), actor
    said = {None: "not answered", True: "yes", False: "no"}[is_met]
    return f"{element.value.capitalize()}: {said}{f' ({words})' if words else ''}."
