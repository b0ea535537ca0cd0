"""The demo city that these tests share, and its calls as the grouping kernel takes them."""

from collections import defaultdict
from datetime import UTC, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from tracker.cases.grouping import CallArrays, Rule, empty_cases, group_calls
from tracker.city.demo import DemoCall, demo_calls
from tracker.city.demo.catalog import read_catalog
from tracker.city.demo.plan import CITY_ZONE, ORIGIN
from tracker.clock import from_local, to_microseconds
from tracker.places.projection import Projection

SEED = 311
UNTIL = datetime(2026, 11, 22, 15, 0, tzinfo=UTC)


@lru_cache(maxsize=2)
def calls_of(seed: int = SEED, until: datetime = UNTIL) -> tuple[DemoCall, ...]:
    """A year of calls."""
    return tuple(demo_calls(seed, until))


def group_by_rules(calls: tuple[DemoCall, ...]) -> dict[tuple[str, int], set[str]]:
    """Cases (family and number -> source ids) that the city's rules make of the calls at their true positions."""
    families: dict[str, list[DemoCall]] = defaultdict(list)
    for call in calls:
        if call.counts and call.position:
            families[call.family].append(call)
    return {
        (family, number): members
        for family, own in families.items()
        for number, members in _group_family(own, family).items()
    }


def _group_family(calls: list[DemoCall], family: str) -> dict[int, set[str]]:
    zone, rule = ZoneInfo(CITY_ZONE), read_catalog().rules[family]
    local = [datetime.fromisoformat(call.requested) for call in calls]
    at = np.array([to_microseconds(from_local(one, zone)) for one in local])
    order = np.lexsort(([call.source_id for call in calls], at))
    lat, long = np.array([call.position for call in calls])[order].T
    x, y = Projection(*ORIGIN).many_to_decimetres(lat, long)
    weight = np.array([call.weight for call in calls])[order]
    day = np.array([one.toordinal() for one in local])[order]
    arrays = CallArrays(at[order], x, y, weight, day, np.zeros(len(calls), np.bool_))
    terms = Rule(rule.radius_m, rule.window_days, rule.threshold, rule.distinct_days)
    cases: dict[int, set[str]] = defaultdict(set)
    for index, case in zip(order, group_calls(arrays, empty_cases(), terms).case_of.tolist(), strict=True):
        if case >= 0:
            cases[case].add(calls[index].source_id)
    return cases
