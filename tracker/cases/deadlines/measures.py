"""By how many working hours something is due: the city's measures, and those of families that differ."""

from datetime import timedelta

from sqlalchemy import select

from ...errors import Invalid
from ...extensions import db
from ...staff.models import User
from .defaults import DEFAULT_MEASURES, MOST_HOURS, Measure
from .kinds import DeadlineKind
from .models import DeadlineRule

RuleKey = tuple[int | None, DeadlineKind]
"""Family (None: the city) and kind."""


class MeasureBook:
    """The measures in force."""

    def __init__(self, newest: dict[RuleKey, DeadlineRule]) -> None:
        self._own = {key: _measure(rule) for key, rule in newest.items()}

    def own(self, family_id: int | None, kind: DeadlineKind) -> Measure | None:
        """What is set for the family itself (or for the city); None where it goes by the city's (or the usual)."""
        return self._own.get((family_id, kind))

    def of(self, family_id: int | None, kind: DeadlineKind) -> Measure:
        """What holds for the family."""
        return self.own(family_id, kind) or self.own(None, kind) or DEFAULT_MEASURES[kind]

    def longest(self) -> timedelta:
        """The most working time that any of them asks for until the supervisors are told."""
        cities = {kind: self.of(None, kind) for kind in DeadlineKind}
        own = [measure for measure in self._own.values() if measure is not None]
        return timedelta(hours=max(one.working_hours + one.grace_hours for one in [*own, *cities.values()]))

    def families(self) -> set[int]:
        """The families with a measure of their own."""
        return {family_id for (family_id, _), measure in self._own.items() if measure and family_id is not None}


def read_measures() -> MeasureBook:
    """The newest version of each."""
    return MeasureBook(_newest())


def _newest() -> dict[RuleKey, DeadlineRule]:
    rules = db.session.scalars(select(DeadlineRule).order_by(DeadlineRule.version, DeadlineRule.id))
    return {(rule.family_id, rule.kind): rule for rule in rules}


def _measure(rule: DeadlineRule) -> Measure | None:
    if rule.working_hours is None:
        return None
    return Measure(rule.working_hours, rule.warn_before_hours, rule.grace_hours)


def set_measures(wanted: dict[RuleKey, Measure | None], actor: User | None = None) -> list[RuleKey]:
    """Make a new version of each measure that differs; None lets a family go by the city's again. Flushes.

    Returns what changed. Raises `Invalid` when one cannot be.
    """
    newest = _newest()
    changed = [key for key, measure in wanted.items() if measure != _standing(newest.get(key), key)]
    for key in changed:
        measure, before = wanted[key], newest.get(key)
        check_measure(measure, key)
        db.session.add(
            DeadlineRule(
                family_id=key[0], kind=key[1], version=before.version + 1 if before else 1,
                working_hours=measure.working_hours if measure else None,
                warn_before_hours=measure.warn_before_hours if measure else 0,
                grace_hours=measure.grace_hours if measure else 0, created_by_id=actor.id if actor else None,
            )
        )  # fmt: skip
    db.session.flush()
    return changed


def _standing(rule: DeadlineRule | None, key: RuleKey) -> Measure | None:
    if rule is not None:
        return _measure(rule)
    return DEFAULT_MEASURES[key[1]] if key[0] is None else None


def check_measure(measure: Measure | None, key: RuleKey) -> None:
    """Raise `Invalid` for a measure that makes no sense."""
    if measure is None:
        if key[0] is None:
            raise Invalid(f"The city needs a measure for «{key[1].value}»; give its working hours.")
    elif not 1 <= measure.working_hours <= MOST_HOURS:
        raise Invalid(f"Working hours are from 1 to {MOST_HOURS:,}, not {measure.working_hours:,}.")
    elif not 0 <= measure.warn_before_hours < measure.working_hours:
        raise Invalid(f"Warn at most {measure.working_hours - 1} working hours before, else it is soon from the start.")
    elif not 0 <= measure.grace_hours <= MOST_HOURS:
        raise Invalid(f"The grace is from 0 to {MOST_HOURS:,} working hours, not {measure.grace_hours:,}.")
