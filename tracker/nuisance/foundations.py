"""What a step against an owner rests on, and whether that still holds after violations were excluded."""

from typing import Any

from .models import ProcedureStep, Violation
from .procedure import NEEDS_THRESHOLD, ProcedureStatus, this_round
from .rule_sets import terms_of
from .rule_terms import RuleKind, RuleTerms
from .standing import Reckoned
from .violations import ViolationStatus, status_of


def foundations_of(reckoned: Reckoned) -> list[dict[str, Any]]:
    """Each threshold on the day of a step, as the step keeps it."""
    measures = reckoned.standing.measures if reckoned.standing else ()
    return [
        {
            "window": measure.threshold.window.words, "needed": measure.threshold.needed, "total": measure.total,
            "only_serious": measure.threshold.only_serious,
            "violations": [line.act_id for line in measure.lines if line.adds],
        }
        for measure in measures
    ]  # fmt: skip


def reached_of(founded: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Of what a step keeps, the thresholds that were reached: on these it rests, and on no other."""
    return [one for one in founded if one["total"] >= one["needed"]]


def founding_step(reckoned: Reckoned) -> ProcedureStep | None:
    """The step of this round on which the later ones rest: the last that needed a threshold. A denied appeal, which
    leads back to such a step, founds nothing anew."""
    taken = len(this_round(reckoned.past))
    steps = reckoned.steps[len(reckoned.steps) - taken :]
    own = [
        step for number, step in enumerate(steps)
        if step.status in NEEDS_THRESHOLD and not (number and steps[number - 1].status is ProcedureStatus.APPEAL)
    ]  # fmt: skip
    return own[-1] if own else None


def lost_grounds(reckoned: Reckoned) -> list[Violation]:
    """The violations that founded where the procedure stands and have been excluded since."""
    step = founding_step(reckoned)
    if step is None or reckoned.status in (ProcedureStatus.EXPIRED, ProcedureStatus.WITHDRAWN):
        return []
    founding = {number for one in reached_of(step.founded_on) for number in one["violations"]}
    return [one for one in reckoned.violations if one.id in founding and not still_counts(one)]


def still_counts(violation: Violation) -> bool:
    """Whether what counted once is confirmed still."""
    return status_of(violation) is ViolationStatus.CONFIRMED


def why_not_upheld(reckoned: Reckoned) -> str:
    """Why an appeal cannot be denied: too little is left of what the procedure was founded on; empty when enough is.

    It is counted as on the day of that step. That its window has moved on since takes nothing away.
    """
    step = founding_step(reckoned)
    if step is None or not lost_grounds(reckoned):
        return ""
    kind = terms_of(step.rule_version).kind
    left = {one.id: _worth(kind, one) for one in reckoned.violations if still_counts(one)}
    if any(sum(left.get(number, 0) for number in one["violations"]) >= one["needed"] for one in step.founded_on):
        return ""
    return (
        f"Of what was held against the owner on {step.on_day:%d %b %Y}, violations were excluded since, and without "
        "them no threshold was reached. Grant the appeal: choose «Withdrawn»."
    )


def _worth(kind: RuleKind, violation: Violation) -> int:
    terms: RuleTerms = terms_of(violation.rule_version)
    offense = terms.offense(violation.offense)
    return offense.points if offense and kind is RuleKind.POINTS else 1
