"""Every change of a family's rule is a new version, and a family without one starts with the city's default."""

import pytest
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import func, select

from tests.factories import make_family, make_rule, make_user
from tracker.cases.grouping import Rule
from tracker.cases.models import GroupingRule
from tracker.cases.rules import as_kernel_rule, current_rule, newest_rule, rule_in_force, set_rule
from tracker.errors import NotFound

MEASURES = {"radius_m": 40, "window_days": 14, "threshold": 5, "distinct_days": 2}


def test_a_family_without_a_rule_takes_the_default_once(database: SQLAlchemy) -> None:
    set_rule(None, **MEASURES)
    family = make_family()
    assert newest_rule(family.id) is None
    rule = current_rule(family.id)
    assert (rule.family_id, rule.version) == (family.id, 1)
    assert as_kernel_rule(rule) == Rule(**MEASURES)
    set_rule(None, **{**MEASURES, "threshold": 9})
    assert current_rule(family.id) is rule


def test_without_a_default_it_says_what_to_do(database: SQLAlchemy) -> None:
    with pytest.raises(NotFound, match="load-city"):
        current_rule(make_family().id)


def test_a_change_is_a_new_version_and_no_change_is_none(database: SQLAlchemy) -> None:
    first = make_rule(radius_m=50, window_days=30, threshold=3)
    same = set_rule(first.family_id, radius_m=50, window_days=30, threshold=3, distinct_days=1)
    assert same is first
    user = make_user()
    second = set_rule(first.family_id, **MEASURES, actor=user)
    assert (second.version, second.created_by_id) == (2, user.id)
    assert (first.radius_m, first.version) == (50, 1)
    assert first.family_id is not None and current_rule(first.family_id) is second
    back = set_rule(first.family_id, radius_m=50, window_days=30, threshold=3, distinct_days=1)
    assert back.version == 3
    assert database.session.scalar(select(func.count()).select_from(GroupingRule)) == 3


def test_the_rule_in_force_is_the_newest_and_reaches_as_far_as_any_of_its_versions(database: SQLAlchemy) -> None:
    family = make_family()
    set_rule(None, **MEASURES)
    first = rule_in_force(family.id)
    assert (first.version, first.measures, first.reach_m, first.reach_days) == (1, Rule(**MEASURES), 40, 14)
    set_rule(family.id, radius_m=30, window_days=60, threshold=3, distinct_days=1)
    second = rule_in_force(family.id)
    assert (second.version, second.measures.radius_m, second.reach_m, second.reach_days) == (2, 30, 40, 60)
    assert second.id == current_rule(family.id).id
