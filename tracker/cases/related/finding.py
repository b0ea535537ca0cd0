"""The cases that belong with a case, each once, with every reason in words, strongest first."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from ...extensions import db
from ..models import ProblemCase
from .around import Reason, cases_around, cases_moved_to, cases_on_block
from .kinds import HEADINGS, ORDER, RELATIONS, Kind
from .models import CaseMove, CaseRelation, MoveKind, ParentProblem, ProblemMember

SHOWN = 60
_PER_SOURCE = 50

Source = Callable[[ProblemCase], Iterable[Reason]]


@dataclass(frozen=True, slots=True)
class Related:
    """Another case, and why it is shown: (kind, words), strongest first."""

    case: ProblemCase
    reasons: list[tuple[Kind, str]]

    @property
    def heading(self) -> str:
        """What its strongest reason is called."""
        return HEADINGS[self.reasons[0][0]]


def related_cases(case: ProblemCase, *, limit: int = SHOWN) -> list[Related]:
    """At most `limit` cases that belong with `case`, by a fixed number of bounded queries."""
    reasons: dict[int, list[tuple[Kind, str]]] = defaultdict(list)
    for other_id, kind, words in chain.from_iterable(islice(source(case), _PER_SOURCE) for source in _SOURCES):
        if other_id != case.id and (kind, words) not in reasons[other_id]:
            reasons[other_id].append((kind, words))
    for told in reasons.values():
        told.sort(key=lambda reason: ORDER[reason[0]])
    first = sorted((other for other in reasons if other != case.id), key=lambda other: ORDER[reasons[other][0][0]])
    cases = _load(first[:limit])
    return [Related(cases[other], reasons[other]) for other in first[:limit] if other in cases]


def related_source(source: Source) -> Source:
    """Let a room beside tell which cases belong together, such as those of one owner: (id, `Kind.OWNER`, words).

    Each source makes one bounded query; what it tells of dismissed or merged cases is shown too.
    """
    _SOURCES.append(source)
    return source


def _merged(case: ProblemCase) -> Iterator[Reason]:
    if case.merged_into_id is not None:
        yield case.merged_into_id, Kind.MERGED, "Goes on with the calls of this one"
    query = select(ProblemCase.id).where(ProblemCase.merged_into_id == case.id).order_by(ProblemCase.id.desc())
    for other_id in db.session.scalars(query.limit(_PER_SOURCE)):
        yield other_id, Kind.MERGED, "Merged into this one"


def _split(case: ProblemCase) -> Iterator[Reason]:
    query = (
        select(CaseMove.from_case_id, CaseMove.into_case_id, CaseMove.opened_new)
        .where(or_(CaseMove.from_case_id == case.id, CaseMove.into_case_id == case.id))
        .where(CaseMove.kind == MoveKind.SPLIT, CaseMove.undone_at.is_(None))
        .order_by(CaseMove.id.desc())
        .limit(_PER_SOURCE)
    )
    for from_id, into_id, opened_new in db.session.execute(query):
        if from_id == case.id:
            yield into_id, Kind.SPLIT, "Split off from this one" if opened_new else "Has calls that were here"
        else:
            yield from_id, Kind.SPLIT, "This one was split off from it" if opened_new else "Gave calls to this one"


def _related_by_people(case: ProblemCase) -> Iterator[Reason]:
    query = (
        select(CaseRelation.case_id, CaseRelation.other_id, CaseRelation.kind, CaseRelation.reason)
        .where(or_(CaseRelation.case_id == case.id, CaseRelation.other_id == case.id))
        .where(CaseRelation.ended_at.is_(None))
        .order_by(CaseRelation.id.desc())
        .limit(_PER_SOURCE)
    )
    for case_id, other_id, kind, why in db.session.execute(query):
        here, there = RELATIONS[kind]
        if case_id == case.id:
            yield other_id, Kind.RELATED, f"{here}: {why}"
        else:
            yield case_id, Kind.RELATED, f"{there}: {why}"


def _under_one_problem(case: ProblemCase) -> Iterator[Reason]:
    standing = select(ProblemMember.problem_id).where(
        ProblemMember.case_id == case.id, ProblemMember.ended_at.is_(None)
    )
    query = (
        select(ProblemMember.case_id, ParentProblem.name)
        .join(ParentProblem, ParentProblem.id == ProblemMember.problem_id)
        .where(ProblemMember.problem_id.in_(standing), ProblemMember.ended_at.is_(None))
        .where(ProblemMember.case_id != case.id)
        .order_by(ProblemMember.id)
        .limit(_PER_SOURCE)
    )
    for other_id, name in db.session.execute(query):
        yield other_id, Kind.PROBLEM, f"Both are part of «{name}»"


_SOURCES: list[Source] = [
    _merged, _split, _related_by_people, _under_one_problem, cases_around, cases_moved_to, cases_on_block,
]  # fmt: skip


def _load(case_ids: list[int]) -> dict[int, ProblemCase]:
    query = (
        select(ProblemCase)
        .options(joinedload(ProblemCase.family, innerjoin=True), joinedload(ProblemCase.merged_into))
        .where(ProblemCase.id.in_(case_ids))
    )
    return {case.id: case for case in db.session.scalars(query)}
