"""From evidence to suggestions: the best cases first, each with its reasons in plain words. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ...formatters import plural
from ..grouping import CaseCode
from .evidence import CallAsked, CaseSeen, Evidence, gather_evidence, weigh

SURE = 0.5
"""From this score on, the first suggestion is worth proposing; `bench/suggestions.py` measures at it."""
_SEVERAL_SITES_M = 5
_LIKELY = 0.3
_MOST_WORDS = 3


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A case that a new call may belong to. `score` is the share of such suggestions that are right."""

    case_id: int
    public_id: str
    address: str
    family_name: str
    status: str
    score: float
    distance_m: float
    reasons: tuple[str, ...]


def score_cases(
    asked: CallAsked, cases: Sequence[CaseSeen], shares: Mapping[int, float], *, limit: int = 5
) -> list[Suggestion]:
    """At most `limit` suggestions, best first; of equal scores the nearer one, then the case opened first."""
    scored = [(weigh(one), one) for one in gather_evidence(asked, cases, shares)]
    scored.sort(key=lambda pair: (-pair[0], pair[1].distance_m, pair[1].case.id))
    return [_suggest(score, one, asked.at) for score, one in scored[:limit]]


def _suggest(score: float, evidence: Evidence, at: datetime) -> Suggestion:
    case = evidence.case
    return Suggestion(
        case_id=case.id,
        public_id=case.public_id,
        address=case.address,
        family_name=case.family_name,
        status="closed" if case.code is CaseCode.CLOSED else "open",
        score=score,
        distance_m=evidence.distance_m,
        reasons=tuple(_reasons(evidence, at)),
    )


def _reasons(evidence: Evidence, at: datetime) -> Iterator[str]:
    """Why this case, most telling first."""
    yield _place(evidence)
    if evidence.site_m + _SEVERAL_SITES_M <= evidence.distance_m:
        yield f"{evidence.site_m:.0f} m from one of its calls"
    if evidence.same_address:
        units = ", same unit" if evidence.same_unit else ", other unit" if evidence.other_unit else ""
        yield f"same address{units}"
    if evidence.case.has_callers_last:
        yield "the caller's last call is in it"
    elif evidence.caller:
        yield "the caller has called about it before"
    yield from _matter(evidence)
    if evidence.common:
        yield f"same words: {', '.join(evidence.common[:_MOST_WORDS])}"
    yield from _time(evidence.case, at)


def _place(evidence: Evidence) -> str:
    metres = f"{evidence.distance_m:.0f} m from its anchor" if evidence.distance_m >= 1 else "at its anchor"
    return metres if evidence.in_reach else f"{metres}, beyond its {evidence.case.radius_m} m"


def _matter(evidence: Evidence) -> Iterator[str]:
    name = evidence.case.family_name
    if evidence.same_family:
        yield f"same kind of problem: {name}"
    elif evidence.same_family is False and evidence.like_linked:
        yield f"another kind of problem, {name}, but calls like this one were linked to it"
    elif evidence.same_family is False:
        yield f"another kind of problem: {name}"
    elif evidence.sounds_like >= _LIKELY:
        yield f"the words sound like {name}"


def _time(case: CaseSeen, at: datetime) -> Iterator[str]:
    if case.last_call_at is not None:
        days = (at - case.last_call_at).days if at >= case.last_call_at else 0
        yield f"last call {plural(days, 'day')} ago" if days else "last call within a day"
    if case.code is CaseCode.CLOSED:
        yield "closed, and still watched"
    elif case.code is CaseCode.WORKED_ON:
        yield "somebody works on it"
