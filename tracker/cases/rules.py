"""The families' current grouping rules; every change is a new version."""

from sqlalchemy import select

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
