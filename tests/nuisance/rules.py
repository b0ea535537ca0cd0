"""Rules, acts and a slow, plain second reckoning, against which the real one is held."""

from calendar import monthrange
from datetime import date, timedelta
from typing import Any

from tracker.nuisance.reckoning import Act, History
from tracker.nuisance.rule_terms import Offense, Outcome, RuleKind, RuleTerms, Threshold, Unit, Window

TODAY = date(2026, 6, 15)


def terms(**changes: Any) -> RuleTerms:
    """Points: 12 in 6 months or 18 in 12; every term is as lenient or strict as the changes say."""
    usual: dict[str, Any] = {
        "kind": RuleKind.POINTS,
        "offenses": (Offense("sale", "Sale of drugs", 10, True), Offense("noise", "Noise", 6)),
        "thresholds": (
            Threshold(12, Window(6, Unit.MONTHS)),
            Threshold(18, Window(12, Unit.MONTHS)),
        ),
        "outcomes": frozenset({Outcome.ENFORCEMENT}),
        "appeal_days": 30,
    }
    return RuleTerms(**{**usual, **changes})


def counting(needed: int = 3, days: int = 30, **changes: Any) -> RuleTerms:
    """So many violations in so many days."""
    rule = {"kind": RuleKind.COUNT, "thresholds": (Threshold(needed, Window(days, Unit.DAYS)),)}
    return terms(**{**rule, **changes})


def act(number: int, days_ago: int = 0, **changes: Any) -> Act:
    """A confirmed violation of ten points, in an incident of its own."""
    usual = {
        "id": number, "on": TODAY - timedelta(days=days_ago), "incident": f"I-{number}", "points": 10,
        "is_serious": False, "outcome": Outcome.ENFORCEMENT,
    }  # fmt: skip
    return Act(**{**usual, **changes})


def slow_totals(terms: RuleTerms, acts: list[Act], history: History, on: date) -> list[int]:
    """What each threshold that applies has reached: counted day by day, by exclusion after exclusion."""
    left = [one for one in acts if not one.barred and one.on <= on and one.outcome in terms.outcomes]
    for notice in history.notices:
        for later in range(terms.days_after_notice + 1):
            if terms.days_after_notice:
                left = [one for one in left if one.on != notice + timedelta(days=later)]
    for accepted in sorted(history.plans, reverse=True) if terms.waiver_months else ():
        kept_until = _months_on(accepted, terms.waiver_months)
        if on >= kept_until and not [one for one in left if accepted < one.on <= kept_until]:
            left = [one for one in left if one.on > accepted]
            break
    return [_total(terms, tier, left, on) for tier in terms.thresholds if _applies(tier, history.units)]


def _applies(tier: Threshold, units: int) -> bool:
    return units in range(tier.least_units, (tier.most_units or 100_000) + 1)


def _total(terms: RuleTerms, tier: Threshold, acts: list[Act], on: date) -> int:
    begins = on
    if tier.window.unit is Unit.DAYS:
        begins = on - timedelta(days=tier.window.length)
    else:
        begins = _months_on(on, -tier.window.length)
    inside = [one for one in acts if begins <= one.on and (one.is_serious or not tier.only_serious)]
    groups: list[list[Act]] = []
    for one in inside:
        same = [group for group in groups if terms.incident_once and one.incident and group[0].incident == one.incident]
        same[0].append(one) if same else groups.append([one])
    if terms.kind is RuleKind.POINTS:
        return sum(max(one.points for one in group) for group in groups)
    if terms.distinct_days:
        return len({min(one.on for one in group) for group in groups})
    return len(groups)


def _months_on(day: date, months: int) -> date:
    year, month = day.year, day.month
    for _ in range(abs(months)):
        month += 1 if months > 0 else -1
        year, month = (year + 1, 1) if month == 13 else (year - 1, 12) if month == 0 else (year, month)
    return date(year, month, min(day.day, monthrange(year, month)[1]))
