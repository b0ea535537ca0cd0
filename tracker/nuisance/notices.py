"""What the notice to an owner says: the notice that was sent, or how it would read today."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select

from ..errors import Conflict
from ..extensions import db
from ..places.city import the_city
from .models import ProcedureStep, Property, RuleSetVersion, Violation
from .procedure import ProcedureStatus, this_round
from .rule_sets import terms_of
from .rule_terms import RuleTerms
from .standing import Reckoned, reckon_properties


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One violation as the owner reads it."""

    violation: Violation
    offense: str


@dataclass(frozen=True, slots=True)
class Notice:
    """The letter: its day, whether it is only a draft, what it rests on, and until when an appeal is open."""

    city: str
    on: date
    is_draft: bool
    terms: RuleTerms
    reached: list[tuple[int, int, str]]
    """Of each threshold: what was reached, what it takes, and its window in words."""
    lines: list[NoticeLine]
    appeal_until: date
    answer_until: date


def sent_notice(reckoned: Reckoned) -> ProcedureStep | None:
    """The step by which the owner was told in this round; a denied appeal that leads back to it is not another."""
    taken = len(this_round(reckoned.past))
    steps = reckoned.steps[len(reckoned.steps) - taken :]
    return next((step for step in steps if step.status is ProcedureStatus.OWNER_NOTICE), None)


def notice_of(known: Property, today: date) -> Notice:
    """The notice that was sent in this round, as it stood on its day; before that, its draft as of today.

    The days to appeal count from its entry here, if that was later. Raises `Conflict` while no threshold is reached:
    then there is nothing to tell.
    """
    reckoned = reckon_properties([known], today)[0]
    step = sent_notice(reckoned)
    if step is not None:
        version = db.session.get_one(RuleSetVersion, step.rule_version_id)
        founded = [(one["total"], one["needed"], one["window"]) for one in step.founded_on]
        counted = {number for one in step.founded_on for number in one["violations"]}
        entered_on = max(step.on_day, step.entered_on)
        return _compose(step.on_day, terms_of(version), founded, counted, entered_on=entered_on, is_draft=False)
    if reckoned.standing is None or reckoned.terms is None or not reckoned.is_reached:
        raise Conflict("No threshold is reached, so there is nothing to tell the owner.")
    measures = reckoned.standing.measures
    founded = [(one.total, one.threshold.needed, one.threshold.window.words) for one in measures]
    counted = {line.act_id for one in measures for line in one.lines if line.adds}
    return _compose(today, reckoned.terms, founded, counted, entered_on=today, is_draft=True)


def _compose(
    on: date, terms: RuleTerms, founded: list[tuple[int, int, str]], counted: set[int], *, entered_on: date,
    is_draft: bool,
) -> Notice:  # fmt: skip
    query = select(Violation).where(Violation.id.in_(counted)).order_by(Violation.occurred_on, Violation.id)
    lines = [NoticeLine(one, offense_name(one)) for one in db.session.scalars(query)]
    reached = [one for one in founded if one[0] >= one[1]]
    appeal, answer = (entered_on + timedelta(days=days) for days in (terms.appeal_days, terms.answer_days))
    return Notice(the_city().name, on, is_draft, terms, reached, lines, appeal, answer)


def offense_name(violation: Violation) -> str:
    """The offense as the rules of its day name it."""
    offense = terms_of(violation.rule_version).offense(violation.offense)
    return offense.name if offense else violation.offense
