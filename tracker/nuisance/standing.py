"""From the database to the rules: the standing of properties on a day, with a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..clock import local_date
from ..extensions import db
from ..places.city import city_zone, the_city
from .incidents import incidents_of
from .models import ProcedureStep, Property, RuleSetVersion, Violation
from .procedure import PastStep, ProcedureStatus, status_on
from .reckoning import Act, History, Standing, reckon
from .rule_sets import terms_of, version_on
from .rule_terms import RuleTerms
from .violations import confirmation_of, why_barred


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A property on a day: what was entered and done, and what the rules in force make of it (None: none are)."""

    known: Property
    violations: Sequence[Violation]
    steps: Sequence[ProcedureStep]
    version: RuleSetVersion | None
    terms: RuleTerms | None
    standing: Standing | None
    status: ProcedureStatus

    @property
    def past(self) -> list[PastStep]:
        """The steps as the procedure's rules see them."""
        return past_of(self.steps)

    @property
    def is_reached(self) -> bool:
        """Whether a threshold is reached."""
        return self.standing is not None and self.standing.is_reached


def past_of(steps: Sequence[ProcedureStep]) -> list[PastStep]:
    """Steps as the procedure's rules see them."""
    return [PastStep(step.status, step.on_day, step.by_id, step.expires_on, step.entered_on) for step in steps]


def reckon_properties(properties: Sequence[Property], on: date) -> list[Reckoned]:
    """Where each property stands on a day, in the same order."""
    ids = [one.id for one in properties]
    violations: dict[int, list[Violation]] = {number: [] for number in ids}
    query = select(Violation).where(Violation.property_id.in_(ids)).options(joinedload(Violation.entered_by))
    for violation in db.session.scalars(query.order_by(Violation.occurred_on, Violation.id)):
        violations[violation.property_id].append(violation)
    steps: dict[int, list[ProcedureStep]] = {number: [] for number in ids}
    taken = select(ProcedureStep).where(ProcedureStep.property_id.in_(ids)).options(joinedload(ProcedureStep.by))
    for step in db.session.scalars(taken.order_by(ProcedureStep.property_id, ProcedureStep.number)):
        steps[step.property_id].append(step)
    versions: dict[int, list[RuleSetVersion]] = {}
    sets = {one.rule_set_id for one in properties}
    for version in db.session.scalars(select(RuleSetVersion).where(RuleSetVersion.rule_set_id.in_(sets))):
        versions.setdefault(version.rule_set_id, []).append(version)
    return [
        _reckon_one(one, violations[one.id], steps[one.id], versions.get(one.rule_set_id, []), on)
        for one in properties
    ]


def _reckon_one(
    known: Property, violations: Sequence[Violation], steps: Sequence[ProcedureStep],
    versions: Sequence[RuleSetVersion], on: date,
) -> Reckoned:  # fmt: skip
    version = version_on(versions, on)
    terms = terms_of(version) if version else None
    read = {one.id: terms_of(one) for one in versions}
    acts = [_act_of(one, read[one.rule_version_id], on) for one in violations]
    standing = reckon(terms, _by_incident(acts, violations), _history_of(known, steps), on) if terms else None
    return Reckoned(known, violations, steps, version, terms, standing, status_on(past_of(steps), on))


def _by_incident(acts: Sequence[Act], violations: Sequence[Violation]) -> list[Act]:
    """The acts with the incident of each; what is barred, a wrong entry too, ties no others together."""
    numbers = {one.id: (one.evidence_number, one.incident_number) for one in violations}
    incidents = incidents_of({act.id: numbers[act.id] for act in acts if not act.barred})
    return [replace(act, incident=incidents.get(act.id, "")) for act in acts]


def _act_of(violation: Violation, terms: RuleTerms, on: date) -> Act:
    """The violation with the points of the rules that were in force on its day, by what was confirmed until `on`."""
    offense = terms.offense(violation.offense)
    barred = why_barred(violation) or _why_not_yet(violation, on)
    if not offense:
        barred = "The rules of its day do not know this offense."
    return Act(
        id=violation.id, on=violation.occurred_on, incident="", outcome=violation.outcome,
        points=offense.points if offense else 0, is_serious=bool(offense and offense.is_serious), barred=barred,
    )  # fmt: skip


def _why_not_yet(violation: Violation, on: date) -> str:
    """Why it did not count on an earlier day: nobody had confirmed it by then."""
    decision = confirmation_of(violation)
    confirmed = local_date(decision.at, city_zone(the_city())) if decision else on
    return f"It was confirmed on {confirmed:%d %b %Y}, after the day of this reckoning." if confirmed > on else ""


def _history_of(known: Property, steps: Sequence[ProcedureStep]) -> History:
    """Notices and accepted plans; a denied appeal that leads back to one is not another.

    A notice that was entered later than its day gives the owner her days from its entry as well, as its letter says.
    """
    own = [
        step for number, step in enumerate(steps)
        if not number or steps[number - 1].status is not ProcedureStatus.APPEAL
    ]  # fmt: skip
    told = [step for step in own if step.status is ProcedureStatus.OWNER_NOTICE]
    notices = {day for step in told for day in (step.on_day, max(step.on_day, step.entered_on))}
    plans = tuple(step.on_day for step in own if step.status is ProcedureStatus.PLAN)
    return History(known.units, tuple(sorted(notices)), plans)
