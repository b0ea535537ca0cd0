"""The families' current grouping rules; every change is a new version."""

from dataclasses import dataclass

from sqlalchemy import select

from ..change_marks import Kept, Marks, current_marks
from ..errors import NotFound
from ..extensions import db
from ..staff.models import User
from .grouping import Rule
from .models import GroupingRule


def newest_rule(family_id: int | None) -> GroupingRule | None:
    """The newest version for a family, or of the city's default (None)."""
    query = select(GroupingRule).where(GroupingRule.family_id.is_not_distinct_from(family_id))
    return db.session.scalars(query.order_by(GroupingRule.version.desc()).limit(1)).first()


def newest_rules() -> dict[int | None, GroupingRule]:
    """The newest version per family; under None the city's default."""
    rules = db.session.scalars(select(GroupingRule).order_by(GroupingRule.version))
    return {rule.family_id: rule for rule in rules}


@dataclass(frozen=True, slots=True)
class RuleInForce:
    """A family's newest rule, and how far and how long any version of it reaches, by which its cases were opened."""

    id: int
    version: int
    measures: Rule
    reach_m: int
    reach_days: int


def rule_in_force(family_id: int, marks: Marks | None = None) -> RuleInForce:
    """The rule that groups the family now, from the copy that this process keeps; see `current_rule`."""
    found = _kept.get(marks or current_marks()).get(family_id)
    if found is None:
        current_rule(family_id)
        found = _kept.get(current_marks())[family_id]
    return found


def measures_without_writing(family_id: int, marks: Marks | None = None) -> Rule | None:
    """By which measures the family would be grouped now, if it has any; where `rule_in_force` may write its first."""
    rules = _kept.get(marks or current_marks())
    found = rules.get(family_id) or rules.get(None)
    return found.measures if found else None


def _read_rules() -> dict[int | None, RuleInForce]:
    versions: dict[int | None, list[GroupingRule]] = {}
    for rule in db.session.scalars(select(GroupingRule).order_by(GroupingRule.version)):
        versions.setdefault(rule.family_id, []).append(rule)
    return {family_id: _in_force(rules) for family_id, rules in versions.items()}


def _in_force(rules: list[GroupingRule]) -> RuleInForce:
    newest = rules[-1]
    reach_m, reach_days = max(rule.radius_m for rule in rules), max(rule.window_days for rule in rules)
    return RuleInForce(newest.id, newest.version, as_kernel_rule(newest), reach_m, reach_days)


_kept = Kept(_read_rules)


def current_rule(family_id: int) -> GroupingRule:
    """The rule that groups the family now; a family without one gets the city's default as its first version."""
    rule = newest_rule(family_id)
    if rule is not None:
        return rule
    default = newest_rule(None)
    if default is None:
        raise NotFound("The city has no default grouping rule. Load its profile: flask --app tracker load-city FOLDER")
    rule = GroupingRule(family_id=family_id, version=1, **_measures(default))
    db.session.add(rule)
    db.session.flush()
    return rule


def set_rule(
    family_id: int | None,
    *,
    radius_m: int,
    window_days: int,
    threshold: int,
    distinct_days: int,
    actor: User | None = None,
) -> GroupingRule:
    """Make a new version if any measure differs from the newest one; return the one in force."""
    newest = newest_rule(family_id)
    measures = {
        "radius_m": radius_m,
        "window_days": window_days,
        "threshold": threshold,
        "distinct_days": distinct_days,
    }
    if newest is not None and _measures(newest) == measures:
        return newest
    version = newest.version + 1 if newest else 1
    rule = GroupingRule(family_id=family_id, version=version, created_by_id=actor.id if actor else None, **measures)
    db.session.add(rule)
    db.session.flush()
    return rule


def as_kernel_rule(rule: GroupingRule) -> Rule:
    """The rule as the kernel takes it."""
    return Rule(**_measures(rule))


def _measures(rule: GroupingRule) -> dict[str, int]:
    return {
        "radius_m": rule.radius_m,
        "window_days": rule.window_days,
        "threshold": rule.threshold,
        "distinct_days": rule.distinct_days,
    }
