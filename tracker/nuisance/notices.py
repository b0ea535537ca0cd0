"""What the notice to an owner says: the notice that was sent, or how it would read today."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import select

from ..clock import from_local
from ..errors import Conflict
from ..extensions import db
from ..places.city import city_zone, the_city
from .foundations import foundations_of, reached_of, still_counts
from .models import ProcedureStep, Property, PropertyVersion, Violation
from .procedure import ProcedureStatus, days_begin, this_round
from .rule_sets import terms_of
from .rule_terms import RuleTerms
from .standing import Reckoned, reckon_properties


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One violation as the owner reads it."""

    violation: Violation
    offense: str
    is_excluded: bool
    """Whether it was excluded after the notice went out."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The letter: to whom, its day, whether it is only a draft, what it rests on, until when an appeal is open."""

    city: str
    owner_name: str
    owner_address: str
    on: date
    is_draft: bool
    terms: RuleTerms
    reached: list[tuple[int, int, str, bool]]
    """Of each threshold that was reached: how much, what it takes, its window, and whether only the serious count."""
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
        terms = terms_of(step.rule_version)
        begin = days_begin(step.status, step.on_day, step.entered_on)
        return _compose(_owner_then(known, step), step.on_day, terms, step.founded_on, begin, is_draft=False)
    if reckoned.terms is None or not reckoned.is_reached:
        raise Conflict("No threshold is reached, so there is nothing to tell the owner.")
    return _compose(known, today, reckoned.terms, foundations_of(reckoned), today, is_draft=True)


def _compose(
    owner: Property | PropertyVersion, on: date, terms: RuleTerms, founded: list[dict[str, Any]], begin: date, *,
    is_draft: bool,
) -> Notice:  # fmt: skip
    """The letter, with what counted toward the thresholds that were reached and toward no other."""
    reached = reached_of(founded)
    counted = {number for one in reached for number in one["violations"]}
    query = select(Violation).where(Violation.id.in_(counted)).order_by(Violation.occurred_on, Violation.id)
    lines = [NoticeLine(one, offense_name(one), not still_counts(one)) for one in db.session.scalars(query)]
    told = [(one["total"], one["needed"], one["window"], one.get("only_serious", False)) for one in reached]
    appeal, answer = (begin + timedelta(days=days) for days in (terms.appeal_days, terms.answer_days))
    return Notice(
        the_city().name, owner.owner_name, owner.owner_address, on, is_draft, terms, told, lines, appeal, answer
    )  # fmt: skip


def _owner_then(known: Property, step: ProcedureStep) -> Property | PropertyVersion:
    """The owner as she was known when the notice went out: by the end of its day, and not after its entry."""
    day_over = from_local(datetime.combine(step.on_day + timedelta(days=1), time()), city_zone(the_city()))
    kept = select(PropertyVersion).where(PropertyVersion.property_id == known.id)
    then = kept.where(PropertyVersion.at <= step.at, PropertyVersion.at < day_over)
    last = db.session.scalars(then.order_by(PropertyVersion.number.desc()).limit(1)).first()
    return last or db.session.scalars(kept.order_by(PropertyVersion.number).limit(1)).first() or known


def offense_name(violation: Violation) -> str:
    """The offense as the rules of its day name it."""
    offense = terms_of(violation.rule_version).offense(violation.offense)
    return offense.name if offense else violation.offense
