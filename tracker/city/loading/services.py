"""Families, service types and rules."""

from collections.abc import Sequence

from sqlalchemy import select

from ...calls.models import Family, ServiceType
from ...cases.rules import set_rule
from ...extensions import db
from ...formatters import fold
from ..contents import FamilyFacts, RuleBook, RuleFacts, TypeFacts
from .retyping import Retyping, what_counts


def family_ids() -> dict[str, int]:
    """The id of each family by its code."""
    return dict(db.session.execute(select(Family.code, Family.id)).all())


def load_families(families: Sequence[FamilyFacts]) -> int:
    """Insert or update families by code."""
    existing = {family.code: family for family in db.session.scalars(select(Family))}
    for facts in families:
        family = existing.get(facts.code)
        if family is None:
            family = Family(code=facts.code)
            db.session.add(family)
        family.name, family.harm_weight, family.color = facts.name, facts.harm_weight, facts.color
    db.session.flush()
    return len(families)


def load_service_types(types: Sequence[TypeFacts]) -> list[Retyping]:
    """Insert or update service types by code; else by name, so that a renamed or unsorted type keeps its calls.

    Returns the types that count otherwise than before.
    """
    changes = []
    families = family_ids()
    by_code = {item.service_code: item for item in db.session.scalars(select(ServiceType))}
    kept = {facts.service_code for facts in types}
    by_name = {fold(item.service_name): item for code, item in by_code.items() if code not in kept}
    for facts in types:
        item = by_code.get(facts.service_code) or by_name.pop(fold(facts.service_name), None)
        item = item or by_name.pop(fold(facts.service_code), None)
        if item is None:
            item = ServiceType()
            db.session.add(item)
            _fill_type(item, facts, families[facts.family])
            continue
        before, weight = what_counts(item), item.weight
        _fill_type(item, facts, families[facts.family])
        if what_counts(item) != before:
            changes.append(Retyping(item, weight))
    db.session.flush()
    return changes


def _fill_type(item: ServiceType, facts: TypeFacts, family_id: int) -> None:
    item.service_code, item.service_name = facts.service_code, facts.service_name
    item.family_id, item.group = family_id, facts.group
    item.keywords, item.description = ",".join(facts.keywords), facts.description
    item.weight, item.default_priority, item.due_days = facts.weight, facts.default_priority, facts.due_days
    item.is_public, item.is_confidential, item.is_test = facts.public, facts.confidential, facts.test
    item.publish_after_days, item.pace = facts.publish_after_days, facts.pace
    item.is_unsorted = False


def load_rules(rules: RuleBook | None) -> int:
    """Make a new version of the default and of each family's rule where it changed; returns the rules in force."""
    if rules is None:
        return 0
    families = family_ids()
    _set(None, rules.default)
    for code, family_id in families.items():
        _set(family_id, rules.rule_of(code))
    return len(families) + 1


def _set(family_id: int | None, rule: RuleFacts) -> None:
    set_rule(
        family_id,
        radius_m=rule.radius_m,
        window_days=rule.window_days,
        threshold=rule.threshold,
        distinct_days=rule.distinct_days,
    )
